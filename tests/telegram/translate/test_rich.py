"""Rich posts: a tree of blocks beside a text that may be empty."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from telethon.tl import types

from archiver.telegram.translate.rich import rich_text
from tests.builders import NOON
from tests.telegram.messages import a_message, content, off_the_wire
from tests.telegram.varieties import varieties


def plain(text: str) -> Any:
    return types.TextPlain(text)


def paragraph(text: str) -> Any:
    return types.PageBlockParagraph(plain(text))


def a_rich(*blocks: Any) -> Any:
    return types.RichMessage(list(blocks), [], [])


def caption(text: str, credit: str = "") -> Any:
    return types.PageCaption(plain(text), plain(credit))


def item(text: str) -> Any:
    return types.PageListItemText(plain(text))


def cell(text: str) -> Any:
    return types.PageTableCell(text=plain(text))


_ARTICLE = types.PageRelatedArticle("https://e.org", 1, title="T", description="D")


def test_a_post_without_a_text_has_the_text_of_its_blocks() -> None:
    message = a_message(text="", rich_message=a_rich(types.PageBlockTitle(plain("عنوان")), paragraph("خبر")))

    assert content(off_the_wire(message)).text == "عنوان\nخبر"


def test_a_text_beside_the_blocks_is_the_text() -> None:
    assert content(a_message(text="خبر", rich_message=a_rich(paragraph("other")))).text == "خبر"


def test_a_line_is_put_together_from_its_stretches() -> None:
    line = types.TextConcat(
        [
            plain("one "),
            types.TextBold(types.TextItalic(plain("two "))),
            types.TextUrl(plain("three "), "https://example.org", 0),
            types.TextCustomEmoji(1, "🙂"),
            types.TextEmpty(),
            types.TextDiff(plain("new"), plain("old")),
        ]
    )

    assert rich_text(a_rich(types.PageBlockParagraph(line))) == "one two three 🙂new"


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        (types.PageBlockDivider(), ""),
        (types.PageBlockAnchor("name"), ""),
        (types.PageBlockAuthorDate(plain("me"), NOON), "me"),
        (types.PageBlockBlockquote(plain("said"), plain("by him")), "said\nby him"),
        (types.PageBlockBlockquoteBlocks([paragraph("said")], plain("by him")), "said\nby him"),
        (types.PageBlockCover(paragraph("cover")), "cover"),
        (types.PageBlockPhoto(1, caption("what", "who")), "what\nwho"),
        (types.PageBlockPreformatted(plain("x = 1"), "python"), "x = 1"),
        (types.PageBlockMath("x^2"), "x^2"),
        (types.PageBlockEmbedPost("https://e.org", 1, 2, "author", NOON, [paragraph("in")], caption("c")),
         "author\nin\nc"),
        (types.PageBlockDetails([paragraph("inside")], plain("title")), "title\ninside"),
        (types.PageBlockList([item("a"), types.PageListItemBlocks([paragraph("b")])]), "a\nb"),
        (types.PageBlockTable(plain("t"), [types.PageTableRow([cell("1"), types.PageTableCell()])]), "t\n1"),
        (types.PageBlockRelatedArticles(plain("see"), [_ARTICLE]), "see\nT\nD"),
        (types.PageBlockButtonRow([types.PageButton(plain("press"), types.InlineButtonTypeBuy())]), "press"),
        (types.PageBlockSlideshow([paragraph("1"), paragraph("2")], caption("c")), "1\n2\nc"),
    ],
)  # fmt: skip
def test_every_block_becomes_its_lines(block: Any, lines: str) -> None:
    assert rich_text(a_rich(block)) == lines


def test_what_nests_too_deep_is_left_out_and_breaks_nothing() -> None:
    line, block = plain("deep"), paragraph("deep")
    for _ in range(3000):
        line, block = types.TextBold(line), types.PageBlockCover(block)

    assert rich_text(a_rich(types.PageBlockParagraph(line), block, paragraph("after"))) == "after"


@given(varieties(types.RichMessage))
def test_no_rich_post_breaks_the_reader(message: Any) -> None:
    assert isinstance(rich_text(message), str)
