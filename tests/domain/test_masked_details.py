"""Details keep what they say, and name nobody."""

from __future__ import annotations

import json
from collections.abc import Sequence

from archiver.domain.masked_details import masked_details
from archiver.domain.post import Button, Entity, ForwardOrigin, Poll
from tests.builders import a_content


def hide(texts: Sequence[str]) -> list[str]:
    return [text.replace("0770", "[phone]") for text in texts]


def test_texts_in_details_are_masked_and_what_names_people_is_left_out() -> None:
    whole = a_content(
        "a",
        entities=(Entity(kind="text_url", offset=0, length=1, value="https://example.org/0770"),),
        buttons=(Button(label="call 0770", url="tel:0770"), Button(label="more")),
        poll=Poll(question="0770?", answers=("yes", "0770")),
        forward=ForwardOrigin(name="Sara Kadhim", user_id=5, author="Dana"),
        author="Dana",
    )

    found = [json.loads(each) for each in masked_details(["{}", whole.details()], hide)]

    assert found == [
        {},
        {
            "buttons": [["call [phone]", "tel:[phone]"], ["more", None]],
            "poll": {"question": "[phone]?", "answers": ["yes", "[phone]"]},
            "forward": {},
        },
    ]
