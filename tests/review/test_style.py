"""The style turns round with the language, and the script keeps nothing and makes no markup of text."""

from __future__ import annotations

import re

from tests.review.catalogues import REVIEW

CSS = (REVIEW / "static" / "desk.css").read_text(encoding="utf-8")
JS = (REVIEW / "static" / "desk.js").read_text(encoding="utf-8")
TEMPLATES = "\n".join(path.read_text(encoding="utf-8") for path in (REVIEW / "templates").glob("*.html"))


def test_no_property_knows_left_or_right() -> None:
    rules = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)

    sided = r"(?:margin|padding|border|inset)-(?:left|right)\b|(?<![\w-])(?:left|right)\s*:"

    assert re.findall(rf"{sided}|(?:text-align|float|clear):\s*(?:left|right)", rules) == []


def test_what_is_found_in_a_text_takes_no_room_of_its_own() -> None:
    rule = re.search(r"^\.found \{(.*?)\}", CSS, re.MULTILINE)

    assert rule is not None
    assert not re.search(r"padding|border(?!-)|letter-spacing|margin(?!-block)|font-(?:weight|size)", rule[1])


def test_letters_are_never_spaced_nor_put_in_capitals() -> None:
    assert "letter-spacing" not in CSS
    assert "text-transform" not in CSS


def test_the_style_asks_for_no_other_file() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS


def test_the_script_keeps_nothing_and_evaluates_nothing() -> None:
    keeping = r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\b"
    making = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function"

    assert re.findall(f"{keeping}|{making}", JS) == []


def test_no_template_has_a_style_a_script_or_a_handler_of_its_own() -> None:
    assert re.findall(r"<style|<script(?! src=\"\{\{ static)|\sstyle=|\son\w+=|\|\s*safe\b", TEMPLATES) == []


def test_no_template_leads_out_of_the_desk() -> None:
    assert re.findall(r"(?:href|src|action)=\"(?:https?:)?//", TEMPLATES) == []
