"""Flagging 100,000 posts, against a bare ahocorasick-rs scan of the same raw posts with the same phrases.

Posts of about 300 characters in six languages, stretches of the labelled posts of ``tests/evaluation``
without their numbers and signs; one in eight carries a phone, wallet, card or address, one in fifty a phrase,
one in a hundred a phrase disguised. The rulebook has as many phrases as told, most of them in a watch list;
six rules combine some with detectors. CPU time, medians of paired runs; ``built_in`` is the rulebook that
ships.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import ahocorasick_rs

from archiver.domain.condition import AtLeast, Condition, Every, Near, Present
from archiver.domain.flag import Category
from archiver.domain.folding import fold
from archiver.domain.post import Content
from archiver.domain.rule import Boundary, Group, Rule, Rulebook
from archiver.rules.alphabet import SYMBOLS
from archiver.rules.engine import BACKENDS, Backend, backend_for
from archiver.rules.flagger import Flagger
from archiver.rules.rulebook import rulebook

LIMITS = {50: 8.0, 1_000: 3.0, 10_000: 3.0, 100_000: 4.0}
BATCH = 2_500
SETS = Path("tests/evaluation")
LINK_KEY = b"k" * 32
VALUES = (
    "+964 770 123 4567", "٠٧٧٠١٢٣٤٥٦٧", "user.name@example.com", "user.name@example.com:Passw0rd!",
    "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "0x52908400098527886E0F7030069857D2E4169EE7", "4111 1111 1111 1111",
    "https://t.me/+AbCdEfGhIjKlMnOp", "@some_handle", "citizens_2024.sql",
)  # fmt: skip


def read_words() -> list[str]:
    """Return the words of the labelled posts that are letters only, each as often as it stands there."""
    texts = [
        json.loads(line)["text"]
        for path in sorted(SETS.glob("train-*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return [word for text in texts for word in text.split() if word.isalpha() and len(word) > 1]


def make_posts(
    chance: random.Random, words: Sequence[str], phrases: Sequence[str], *, count: int
) -> list[str]:
    """Return posts of about 300 characters."""
    posts = []
    for number in range(count):
        start = chance.randrange(len(words))
        picked = list(words[start : start + chance.randint(25, 75)])
        if number % 4 == 3:
            picked.insert(chance.randrange(len(picked)), str(chance.randrange(10_000)))
        if number % 8 == 0:
            picked.insert(chance.randrange(len(picked)), chance.choice(VALUES))
        if number % 50 == 1:
            picked.insert(chance.randrange(len(picked)), chance.choice(phrases))
        if number % 100 == 2:
            picked.insert(chance.randrange(len(picked)), " ".join(chance.choice(phrases).replace(" ", "")))
        posts.append(" ".join(picked))
    return posts


def make_phrases(chance: random.Random, words: Sequence[str], *, count: int) -> list[str]:
    """Return phrases of two or three words, no two of which fold to the same."""
    seen: dict[str, str] = {}
    while len(seen) < count:
        phrase = " ".join(chance.sample(words, chance.randint(2, 3)))
        folded = fold(phrase).text
        if (
            len(folded) >= 6
            and all(letter.isalnum() or letter == " " for letter in folded)
            and _is_ours(phrase)
        ):
            seen.setdefault(folded, phrase)
    return list(seen.values())


def _is_ours(phrase: str) -> bool:
    return (
        all(letter in SYMBOLS or letter == " " for letter in fold(phrase).text)
        and phrase.replace(" ", "").isalpha()
    )


def make_rulebook(phrases: Sequence[str]) -> Rulebook:
    """Return six rules that combine groups of phrases and detectors, and one that watches for the others."""
    share = max(1, min(len(phrases) // 7, 40))
    parts = [tuple(phrases[start : start + share]) for start in range(0, 6 * share, share)]
    named = {
        f"threat_{number}": Group(name=f"threat_{number}", terms={"any": part})
        for number, part in enumerate(parts)
    }
    groups = {
        **named,
        "contact": Group(name="contact", detectors=("phone", "wallet", "iban", "card", "invite_link")),
        "personal": Group(name="personal", detectors=("phone", "email", "card", "iban", "national_id")),
        "secret": Group(name="secret", detectors=("email_password", "api_token", "private_key")),
        "watched": Group(name="watched", boundary=Boundary.WORD, terms={"any": tuple(phrases[6 * share :])}),
    }
    conditions: dict[str, Condition] = {
        "near": Near(("bench.threat_0", "bench.contact"), 12),
        "both": Every((Present("bench.threat_1"), Present("bench.personal"))),
        "bulk": AtLeast(("bench.personal",), 3),
        "secret": Present("bench.secret"),
        "threat": Present("bench.threat_2"),
        "watched": Present("bench.watched"),
    }
    rules = tuple(
        Rule(
            id=f"bench.{name}",
            pack="bench",
            title=name,
            category=Category.EXTORTION,
            severity=2,
            when=condition,
        )
        for name, condition in conditions.items()
    )
    return Rulebook(
        digest="", groups={f"bench.{name}": group for name, group in groups.items()}, rules=rules, lexicons={}
    )


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds that a piece of work takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def flag_all(flagger: Flagger, contents: Sequence[Content]) -> int:
    return sum(
        map(
            bool,
            (
                flags
                for start in range(0, len(contents), BATCH)
                for flags in flagger.flag(contents[start : start + BATCH])
            ),
        )
    )


def scan_all(automaton: ahocorasick_rs.AhoCorasick, texts: Sequence[str]) -> int:
    return sum(len(automaton.find_matches_as_indexes(text, overlapping=True)) for text in texts)


def measure(
    book: Rulebook, phrases: Sequence[str], texts: Sequence[str], *, backend: Backend | None, runs: int
) -> dict[str, object]:
    contents = [Content(text=text) for text in texts]
    began = time.process_time()
    tracemalloc.start()
    flagger = Flagger(book, backend, LINK_KEY)
    grown = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    built = time.process_time() - began
    bare = ahocorasick_rs.AhoCorasick(list(phrases), store_patterns=False)
    flag_all(flagger, contents[:2_000])
    pairs = [
        (cpu(lambda: flag_all(flagger, contents)), cpu(lambda: scan_all(bare, texts))) for _ in range(runs)
    ]
    singles = [cpu(partial(flagger.flag, [one])) for one in contents[:500]]
    return {
        "ratio": round(statistics.median(ours / theirs for ours, theirs in pairs), 2),
        "us_per_post": round(statistics.median(ours for ours, _ in pairs) / len(texts) * 1e6, 1),
        "us_single": round(statistics.median(singles) * 1e6),
        "us_single_p95": round(statistics.quantiles(singles, n=20)[-1] * 1e6),
        "flagged": flag_all(flagger, contents[:10_000]) / min(10_000, len(contents)),
        "build_s": round(built, 2),
        "build_mb": round(grown / 1e6, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--phrases", type=int, nargs="*", default=list(LIMITS))
    wanted = parser.parse_args()
    chance = random.Random(20261125)
    words = read_words()
    texts: list[str] = []
    for count in wanted.phrases:
        phrases = make_phrases(chance, words, count=count)
        texts = make_posts(chance, words, phrases, count=wanted.posts)
        for backend in BACKENDS:
            found = measure(make_rulebook(phrases), phrases, texts, backend=backend, runs=wanted.runs)
            print(
                json.dumps(
                    {
                        "benchmark": "flagging",
                        "phrases": count,
                        "backend": backend,
                        **found,
                        "limit": LIMITS.get(count),
                        "posts": wanted.posts,
                    }
                ),
                flush=True,
            )
    book = rulebook(None)
    phrases = [term for group in book.groups.values() for terms in group.terms.values() for term in terms]
    if phrases:
        found = measure(book, phrases, texts, backend=None, runs=wanted.runs)
        print(
            json.dumps(
                {
                    "benchmark": "flagging",
                    "phrases": len(phrases),
                    "backend": backend_for(len(phrases)),
                    "rulebook": "built_in",
                    **found,
                    "posts": wanted.posts,
                }
            )
        )


if __name__ == "__main__":
    main()
