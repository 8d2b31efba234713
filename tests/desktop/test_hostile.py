"""Files that are broken, or made to break us: a fault that names the place, and nothing half read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archiver.domain.post import Observation
from tests.builders import CHANNEL, a_post
from tests.desktop.rendering import (
    a_channel,
    an_account,
    desktop_post,
    preview_page,
    write_json,
    write_tg_archive,
)
from tests.desktop.steps import Read, read

HEAD = f'{{"name": "R", "type": "public_channel", "id": {CHANNEL}, "messages": ['
WAY_OUT = "what stands before it is imported; get the file anew, or mend it there"


def some(count: int) -> list[Observation]:
    return [a_post(number, text=f'خبر {number} 👍\n"', as_of=0) for number in range(1, count + 1)]


def a_message(**told: Any) -> str:
    whole = {"id": 1, "type": "message", "date_unixtime": "1772366400", "text": "x"} | told
    return json.dumps(whole)


def read_text(path: Path, text: str | bytes) -> Read:
    file = path / "result.json"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(file)


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("is_account", [False, True])
def test_an_export_that_is_cut_off_anywhere_gives_its_whole_posts_and_says_where(
    tmp_path: Path, indent: int | None, is_account: bool
) -> None:
    channel = a_channel(map(desktop_post, some(40)))
    told = an_account([a_channel([], kind="bot_chat"), channel]) if is_account else channel
    whole = write_json(tmp_path / "whole.json", told, indent=indent).read_bytes()
    all_posts = read(tmp_path / "whole.json").posts

    for percent in range(1, 100):
        found = read_text(tmp_path, whole[: len(whole) * percent // 100])
        assert found.posts == all_posts[: len(found.posts)]
        assert str(found.fault).startswith("result.json: ")
        assert str(found.fault).endswith(WAY_OUT)
    assert len(all_posts) == 40


def test_a_database_that_is_cut_off_anywhere_gives_whole_posts_and_a_fault(tmp_path: Path) -> None:
    whole = write_tg_archive(tmp_path / "whole.sqlite", some(200)).read_bytes()
    contents = {each.post_id: each.content.text for each in some(200)}

    for percent in range(1, 100, 3):
        (tmp_path / "data.sqlite").write_bytes(whole[: len(whole) * percent // 100])
        found = read(tmp_path / "data.sqlite")
        assert all(contents[each.post_id] == each.content.text for each in found.posts)
        assert found.fault or found.refused or len(found.posts) == len(contents)


def test_a_page_that_is_cut_off_anywhere_gives_no_post_that_is_not_there(tmp_path: Path) -> None:
    whole = preview_page(some(20)).encode()

    for percent in range(1, 100):
        (tmp_path / "page.html").write_bytes(whole[: len(whole) * percent // 100])
        found = read(tmp_path / "page.html")
        assert {each.post_id for each in found.posts} <= set(range(1, 21))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(HEAD + a_message() + ",\0]}", "a value was expected|what is no JSON", id="zeros"),
        pytest.param(
            HEAD + a_message(x="?").replace('"?"', "[" * 10_000 + "]" * 10_000) + "]}",
            "more than 200 levels of nesting", id="deep-in-a-post",
        ),
        pytest.param(
            '{"a": ' + "[" * 10_000 + "]" * 10_000 + "," + HEAD[1:] + "]}",
            "more than 200 levels of nesting", id="deep-beside-the-posts",
        ),
        pytest.param(
            HEAD + a_message(text="?").replace("?", "a" * (100 << 20)) + "]}",
            "a value of more than 16 MiB", id="a-huge-post",
        ),
        pytest.param(
            '{"' + "a" * (100 << 20) + '": 1}', "a value of more than 16 MiB", id="a-huge-key",
        ),
        pytest.param(
            '{"a": "' + "a" * (100 << 20) + '"}', "a string of more than 16 MiB", id="a-huge-string-beside",
        ),
        pytest.param(HEAD + a_message(x="?").replace('"?"', "NaN") + "]}", "what is no JSON", id="no-number"),
        pytest.param(b'{"a": "\xff"' + HEAD[1:].encode(), ", was expected|cut off", id="bytes-beside"),
    ],
)  # fmt: skip
def test_what_is_made_to_break_us_is_refused_with_its_place(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    found = read_text(tmp_path, text)

    assert any(each in str(found.fault) for each in said.split("|")), found.fault
    assert " at byte " in str(found.fault)
    assert str(found.fault).endswith(WAY_OUT)


@pytest.mark.parametrize(
    "told",
    [
        {"id": "1"}, {"id": -1}, {"id": 10**30}, {"id": 1.5}, {"id": True}, {"id": None}, {"id": [1]},
        {"date_unixtime": "253402300799"}, {"date_unixtime": "-5"}, {"date_unixtime": "9" * 20},
        {"date_unixtime": None, "date": "9999-12-31T23:59:59"},
        {"date_unixtime": None, "date": "0001-01-01T00:00:00"},
        {"text": [["a"]]}, {"text": {"a": 1}}, {"text_entities": [{"type": "plain"}]},
    ],
)  # fmt: skip
def test_a_post_that_can_not_be_is_left_out_and_counted(tmp_path: Path, told: dict[str, Any]) -> None:
    found = read_text(tmp_path, HEAD + a_message(**told) + "," + a_message(id=2) + "]}")

    assert ([each.post_id for each in found.posts], found.refused) == ([2], {"unreadable": 1})
    assert found.fault is None


def test_an_edit_at_an_impossible_time_is_none(tmp_path: Path) -> None:
    found = read_text(tmp_path, HEAD + a_message(edited_unixtime="253402300799") + "]}")

    assert [each.edited_at for each in found.posts] == [None]


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        (f'"{CHANNEL}"', 1), (f"-100{CHANNEL}", 1), (f'"channel{CHANNEL}"', 1),
        ("9" * 40, 0), ("-5", 0), ("[]", 0),
    ],
)  # fmt: skip
def test_an_id_of_a_channel_is_one_or_the_channel_is_refused(tmp_path: Path, told: str, taken: int) -> None:
    text = HEAD.replace(str(CHANNEL), told) + a_message() + "]}"

    found = read_text(tmp_path, text)

    assert (len(found.posts), found.refused) == (taken, {} if taken else {"unidentified": 1})


def test_of_a_key_that_comes_twice_in_a_post_the_last_counts(tmp_path: Path) -> None:
    found = read_text(tmp_path, HEAD + a_message().replace('"id": 1', '"id": 1, "id": 2') + "]}")

    assert [each.post_id for each in found.posts] == [2]


def test_half_a_character_becomes_a_sign_that_stands_for_one(tmp_path: Path) -> None:
    found = read_text(tmp_path, HEAD + a_message(text="?").replace("?", "\\ud800 a") + "]}")

    assert [each.content.text for each in found.posts] == ["\ud800 a"]
