"""Pictures: the same bytes for the same chart, letters of all our languages, and no network."""

from __future__ import annotations

import re

import pytest

from archiver.charts.pictures import subscribers_chart
from archiver.charts.rendering import PictureFormat, render
from archiver.charts.style import COLOURS, DASHES, MOST_LINES, SHAPES, Spec, whole
from archiver.domain.series import Sampled
from tests.domain.test_series import sampled

BEGINNINGS = {
    PictureFormat.SVG: b"<svg",
    PictureFormat.PNG: b"\x89PNG",
    PictureFormat.HTML: b"<!DOCTYPE html>",
}


def a_chart(title: str = "قناة الرافدين", *, count: int = 2) -> Spec:
    channels = [
        Sampled(name=f"{title} {number}", samples=tuple(sampled(*range(5), *range(50, 55))))
        for number in range(count)
    ]
    return subscribers_chart(title, channels, is_comparison=True)


@pytest.mark.parametrize("picture_format", PictureFormat)
def test_a_chart_has_the_same_bytes_each_time(picture_format: PictureFormat) -> None:
    picture = render(a_chart(), picture_format)

    assert picture.lstrip().startswith(BEGINNINGS[picture_format])
    assert render(a_chart(), picture_format) == picture


def test_an_html_file_asks_nothing_of_the_network() -> None:
    page = render(a_chart(), PictureFormat.HTML).decode()

    outside = re.sub(r"(<script[^>]*>).*?</script>", r"\1", page, flags=re.DOTALL)
    assert re.findall(r"src=|href=|import", outside) == []
    assert "default-src 'none'" in outside
    assert "قناة الرافدين" in page


def test_a_title_that_is_hostile_stays_text() -> None:
    hostile = "</script><script>alert(1)</script>"

    page, image = (
        render(a_chart(hostile), each).decode() for each in (PictureFormat.HTML, PictureFormat.SVG)
    )

    assert r"\u003c/script>\u003cscript>alert(1)" in page
    assert "<script>alert" not in page + image


@pytest.mark.parametrize("letters", ["كە", "ێۆ", "ڕڵ", "پچ", "ژگ", "êş", "яЖ", "؟،"])
def test_the_font_has_the_letters_of_all_our_languages(letters: str) -> None:
    # a letter that a font lacks is a box like any other
    first, second, missing = (
        render(whole(each, [], _nothing()), PictureFormat.PNG) for each in (*letters, "\U0001e030")
    )

    assert len({first, second, missing}) == 3


def test_letters_are_joined_as_they_are_written() -> None:
    joined, apart = (
        render(whole(each, [], _nothing()), PictureFormat.PNG) for each in ("سلام", "س\u200cل\u200cا\u200cم")
    )

    assert joined != apart


def test_eight_lines_can_be_told_apart_by_colour_dash_and_shape() -> None:
    assert MOST_LINES == len(set(COLOURS)) == len(set(map(tuple, DASHES))) == len(set(SHAPES))
    assert render(a_chart(count=MOST_LINES), PictureFormat.SVG).count(b"stroke-dasharray") >= MOST_LINES - 1


def _nothing() -> Spec:
    return {"data": {"values": []}, "mark": "point", "width": 60, "height": 10}
