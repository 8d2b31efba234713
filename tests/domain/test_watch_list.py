"""The file of channels that an operator writes by hand, or a spreadsheet for him."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from archiver.domain.errors import ChannelsFileInvalid
from archiver.domain.watch_list import Entry, parse_file


def test_plain_lines_hold_handles_links_and_remarks() -> None:
    text = "\ufeff# leaks\n\n@Rafidain_News\nhttps://t.me/baghdad_today  # press\n\t\n"

    assert parse_file(text, name="channels.txt") == [
        Entry(handle="rafidain_news"),
        Entry(handle="baghdad_today"),
    ]


def test_a_csv_holds_labels_note_and_priority_in_any_order() -> None:
    text = (
        "\ufeffpriority, handle ,note,labels\r\n"
        '5,@Rafidain_News,"سجلات, مسربة","leak, personal;leak"\r\n'
        ",baghdad_today,,press\r\n"
    )

    assert parse_file(text, name="Channels.CSV") == [
        Entry(handle="rafidain_news", labels=("leak", "personal"), note="سجلات, مسربة", priority=5),
        Entry(handle="baghdad_today", labels=("press",)),
    ]


def test_a_toml_holds_tables_of_channels() -> None:
    text = (
        '\ufeff[[channels]]\nhandle = "@rafidain_news"\nlabels = ["leak", "a,b"]\npriority = 2\n'
        '[[channels]]\nhandle = "t.me/baghdad_today"\nnote = "press"\n'
    )

    assert parse_file(text, name="channels.toml") == [
        Entry(handle="rafidain_news", labels=("leak", "a b"), priority=2),
        Entry(handle="baghdad_today", note="press"),
    ]


@pytest.mark.parametrize("name", ["channels.txt", "channels.toml"])
def test_an_empty_file_is_an_empty_list(name: str) -> None:
    assert parse_file("", name=name) == []


def test_a_later_entry_of_a_handle_wins() -> None:
    text = "handle,note\nrafidain_news,old\n@Rafidain_News,new\n"

    assert parse_file(text, name="c.csv") == [Entry(handle="rafidain_news", note="new")]


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("c.txt", "ok_news\n\nt.me/+secret\n", "c.txt:3: 't.me/+secret' is no public channel"),
        (
            "c.csv",
            "handle,note\nok_news," + 200_000 * "x" + "\n",
            "c.csv, after line 1: no CSV: field larger than",
        ),
        ("c.csv", "handle,priority\nok_news,much\n", "c.csv:2: priority 'much' is no whole number"),
        ("c.csv", "name,note\nok_news,x\n", "c.csv:1: no column handle; the columns are"),
        ("c.csv", "handle,colour\nok_news,x\n", "c.csv:1: unknown column 'colour'; the columns are"),
        ("c.csv", "", "c.csv:1: no column handle"),
        ("c.csv", "handle,note\n,x\n", "c.csv:2: '' is no handle"),
        ("c.toml", "[[channels]\n", "c.toml is no TOML: "),
        ("c.toml", "channels = 3\n", "c.toml has no [[channels]] tables"),
        ("c.toml", "channels = [1]\n", "c.toml has no [[channels]] tables"),
        ("c.toml", '[[channels]]\nnote = "x"\n', "c.toml, channel 1: no column handle"),
        ("c.toml", '[[channels]]\nhandle = "a"\n', "c.toml, channel 1: 'a' is no handle"),
        ("c.toml", '[[channels]]\nhandle = "ok_news"\npriority = 1.5\n', "priority 1.5 is no whole number"),
    ],
)
def test_a_fault_is_refused_with_its_place(name: str, text: str, complaint: str) -> None:
    with pytest.raises(ChannelsFileInvalid, match=re.escape(complaint)):
        parse_file(text, name=name)


@given(st.sampled_from(["c.txt", "c.csv", "c.toml"]), st.text(max_size=40) | st.text('handle,\n"\r[]=#;\0a'))
def test_any_text_is_a_list_or_refused(name: str, text: str) -> None:
    try:
        entries = parse_file(text, name=name)
    except ChannelsFileInvalid:
        return

    assert len({entry.handle for entry in entries}) == len(entries)
