"""Real posts of news channels: what is found there is what stands there."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.rules.detectors.values import detectors

_POSTS = Path(__file__).parents[4] / "shared" / "data" / "public_news_posts_ru.jsonl.gz"

# of 22,099 posts; most of these are right: a hotline, an editor's address, a number of an advertiser
_MOST = {
    "phone": 8,
    "national_id": 4,
    "passport": 2,
    "residence_card": 0,
    "iban": 0,
    "card": 3,
    "email": 25,
    "email_password": 0,
    "wallet": 0,
    "private_key": 0,
    "api_token": 0,
    "password_pair": 0,
    "vehicle_plate": 0,
    "bulk_personal": 0,
    "column_list": 20,
    "sample": 5,
    "bulk_rows": 60,
    "file_name": 60,
}


@pytest.mark.skipif(not _POSTS.exists(), reason="the real posts are not on this machine")
def test_ordinary_news_holds_next_to_no_personal_data() -> None:
    with gzip.open(_POSTS, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]

    counts = Counter(each.kind for answer in detectors().find(texts) for each in answer)

    assert {kind: counts[kind] for kind, most in _MOST.items() if counts[kind] > most} == {}
