"""Contents in, flags out: each rule where it holds, with the characters that it means."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings, strategies as st

from archiver.domain.condition import AtLeast, Condition, Every, Near, Not, Present, SameSentence
from archiver.domain.flag import Category, Field, Flag, View
from archiver.domain.folding import fold
from archiver.domain.post import Button, Content, Entity, ForwardOrigin, Media, MediaKind, Poll
from archiver.domain.rule import Boundary, Group, Lexicon, Rule, Rulebook, Standing
from archiver.rules.engine import BACKENDS
from archiver.rules.flagger import Flagger
from tests.domain.strange_text import anything

KEY = b"an archive's own secret"
GROUPS = {
    "threat": Group(name="threat", terms={"ar": ("سننشر صورك", "نفضحك"), "en": ("we will publish",)}),
    "pay": Group(name="pay", terms={"any": ("ادفع", "pay")}),
    "news": Group(name="news", terms={"any": ("الشرطة", "police said")}),
    "short_word": Group(name="short_word", boundary=Boundary.WORD, terms={"ar": ("شده",)}),
    "contact": Group(name="contact", detectors=("phone", "wallet", "invite_link")),
    "personal": Group(name="personal", detectors=("phone", "email")),
    "dump": Group(name="dump", file_names=("*.sql", "voters*")),
    "photo": Group(name="photo", media=("photo",)),
    "named": Group(name="named", entities=("mention",)),
    "from_leaks": Group(name="from_leaks", forwarded_from=("leaks",)),
    "forwarded": Group(name="forwarded", traits=("forwarded", "has_buttons", "has_poll")),
    "brief": Group(name="brief", traits=("short",)),
}


def a_rule(when: Condition | None = None, **told: object) -> Rule:
    values: dict[str, object] = {
        "id": "t.rule", "pack": "t", "title": "", "category": Category.EXTORTION, "severity": 3, "when": when,
    }  # fmt: skip
    return Rule(**(values | told))  # type: ignore[arg-type]


def a_flagger(
    *rules: Rule, lexicons: Mapping[str, Lexicon] | None = None, backend: str = "ahocorasick"
) -> Flagger:
    groups = {f"t.{name}": group for name, group in GROUPS.items()}
    book = Rulebook(digest="0" * 64, groups=groups, rules=rules, lexicons=lexicons or {})
    return Flagger(book, backend, KEY)  # type: ignore[arg-type]


INVITE = "https://t.me/+AbCdEfGhIjKlMnOp"
MENTION = Entity(kind="mention", offset=3, length=8)


def a_file(name: str) -> Media:
    return Media(kind=MediaKind.FILE, name=name)


def flags(rule: Rule, content: Content | str) -> tuple[Flag, ...]:
    told = Content(text=content) if isinstance(content, str) else content
    return a_flagger(rule).flag([told])[0]


def fires(when: Condition, content: Content | str) -> bool:
    return bool(flags(a_rule(when), content))


def marked(flag: Flag, text: str) -> list[tuple[str, str]]:
    return [
        (match.group, text[match.start : match.end]) for match in flag.matches if match.field is Field.TEXT
    ]


def test_a_flag_names_its_rule_and_points_at_what_it_found() -> None:
    text = "اليوم سَنَنْشُر صُوَرك، ادفع على ٠٧٧٠١٢٣٤٥٦٧"
    (flag,) = flags(a_rule(Near(("t.threat", "t.contact"), 5)), text)

    assert (flag.rule_id, flag.category, flag.severity, flag.score, flag.is_shadow) == (
        "t.rule", Category.EXTORTION, 3, 1.0, False,
    )  # fmt: skip
    assert marked(flag, text) == [("t.threat", "سَنَنْشُر صُوَرك"), ("t.contact", "٠٧٧٠١٢٣٤٥٦٧")]


@pytest.mark.parametrize(
    ("when", "text", "is_flagged"),
    [
        (Present("t.threat"), "سننشر صورك", True),
        (Present("t.threat"), "صورك حلوة", False),
        (Every((Present("t.threat"), Present("t.pay"))), "ادفع والا سننشر صورك", True),
        (Every((Present("t.threat"), Not(Present("t.news")))), "سننشر صورك قالت الشرطة", False),
        (Near(("t.threat", "t.pay"), 2), "ادفع وإلا سننشر صورك", True),
        (Near(("t.threat", "t.pay"), 2), "ادفع واحد اثنين ثلاثة سننشر صورك", False),
        (SameSentence(("t.threat", "t.pay")), "ادفع اليوم. سننشر صورك", False),
        (SameSentence(("t.threat", "t.pay")), "ادفع اليوم سننشر صورك", True),
        (AtLeast(("t.personal",), 3), "a@b.com c@d.com e@f.com", True),
        (AtLeast(("t.personal",), 3), "a@b.com c@d.com A@b.com", False),
        (Present("t.threat"), "س ن ن ش ر ص و ر ك", True),
    ],
)
def test_conditions_hold_for_what_stands_in_the_text(when: Condition, text: str, is_flagged: bool) -> None:
    assert fires(when, text) is is_flagged


def test_a_term_counts_only_where_the_text_may_be_in_its_language() -> None:
    assert fires(Present("t.short_word"), "هذا شده من الفلوس")
    assert not fires(Present("t.short_word"), "گزارش منتشر شده است و پخش می‌شود")


def test_a_rule_keeps_to_its_languages() -> None:
    rule = a_rule(Present("t.pay"), languages=("ru",))

    assert (bool(flags(rule, "pay плати сейчас")), bool(flags(rule, "ادفع الان"))) == (True, False)


def test_weights_add_to_the_score_and_take_from_it() -> None:
    rule = a_rule(Present("t.threat"), base=0.5, weights={"t.pay": 0.4, "t.news": -0.3}, threshold=0.8)

    (paid,) = flags(rule, "ادفع سننشر صورك")
    assert paid.score == 0.9
    assert {match.group: match.weight for match in paid.matches} == {"t.threat": 0.0, "t.pay": 0.4}
    assert flags(rule, "ادفع سننشر صورك قالت الشرطة") == ()
    assert flags(rule, "سننشر صورك") == ()


def test_shadow_rules_say_so_and_rules_come_in_order_of_their_ids() -> None:
    rules = [
        a_rule(Present("t.pay"), id="t.b"),
        a_rule(Present("t.pay"), id="t.a", standing=Standing.SHADOW),
    ]

    (told,) = a_flagger(*rules).flag([Content(text="pay")])

    assert [(flag.rule_id, flag.is_shadow) for flag in told] == [("t.a", True), ("t.b", False)]


@pytest.mark.parametrize(
    ("group", "content", "field"),
    [
        ("dump", Content(text="", media=a_file("Voters 2024.xlsx")), Field.MEDIA_NAME),
        ("pay", Content(text="", media=a_file("pay.txt")), Field.MEDIA_NAME),
        ("pay", Content(text="", buttons=(Button(label="now"), Button(label="pay"))), Field.BUTTONS),
        ("contact", Content(text="", buttons=(Button(label="x", url=INVITE),)), Field.BUTTONS),
        ("pay", Content(text="", poll=Poll(question="?", answers=("no", "pay"))), Field.POLL),
        ("photo", Content(text="", media=Media(kind=MediaKind.PHOTO)), Field.MEDIA),
        ("named", Content(text="to @someone", entities=(MENTION,)), Field.TEXT),
        ("from_leaks", Content(text="", forward=ForwardOrigin(handle="Leaks")), Field.FORWARD),
        ("forwarded", Content(text="", forward=ForwardOrigin(name="x")), Field.FORWARD),
        ("forwarded", Content(text="", buttons=(Button(label="x"),)), Field.MEDIA),
        ("brief", Content(text="two words"), Field.MEDIA),
    ],
)
def test_all_parts_of_a_content_are_looked_at(group: str, content: Content, field: Field) -> None:
    (flag,) = flags(a_rule(Present(f"t.{group}")), content)

    assert {match.field for match in flag.matches} == {field}
    assert not fires(Present(f"t.{group}"), Content(text="word " * 20))


def test_places_are_counted_on_from_field_to_field() -> None:
    content = Content(text="ادفع", buttons=(Button(label="سننشر صورك"),))

    assert fires(Near(("t.pay", "t.threat"), 0), content)
    assert not fires(SameSentence(("t.pay", "t.threat")), content)


def test_equal_values_have_one_link_and_no_value_is_kept() -> None:
    both = a_flagger(a_rule(Present("t.contact"))).flag(
        [Content(text="call 0770 123 4567"), Content(text="اتصل ٠٧٧٠١٢٣٤٥٦٧"), Content(text="07801234567")]
    )
    (first, second, other) = [flag.matches[0] for (flag,) in both]

    assert first.link == second.link != other.link
    assert first.link is not None
    assert (first.term, first.view) == ("phone", View.PLAIN)


LEXICON = Lexicon(
    columns=("any", "extortion", "sextortion"),
    base=(-1.0, 0.0, -0.5),
    rows={"=سنشر": (3.0, 1.0, 0.0), "_صور": (2.0, -1.0, 2.0), "=publish it": (4.0, 0.5, 0.0)},
    groups={"t.news": (-2.0, 0.0, 0.0), "t.pay": (0.5, 1.0, 0.0)},
)


def weighed(text: str) -> dict[str, float]:
    rules = [
        a_rule(id=f"t.{column}", lexicon=f"words.tsv#{column}", base=0.0, threshold=1.0)
        for column in ("extortion", "sextortion")
    ]
    (told,) = a_flagger(*rules, lexicons={"words.tsv": LEXICON}).flag([Content(text=text)])
    return {flag.rule_id: round(flag.score, 3) for flag in told}


def test_a_lexicon_weighs_words_and_groups_and_picks_the_likeliest_columns() -> None:
    assert weighed("سننشر") == {"t.extortion": 2.0}
    assert weighed("سننشر صورك") == {"t.extortion": 2.536, "t.sextortion": 2.536}
    assert weighed("صورتك") == {"t.sextortion": 1.0}
    assert weighed("سننشر صورك الشرطة") == {}
    assert weighed("سننشر ادفع") == {"t.extortion": 2.5}
    assert weighed("Publish, it!") == {"t.extortion": 3.0}
    assert weighed("شيء آخر") == {}


def test_a_disguised_text_weighs_what_it_reads() -> None:
    assert weighed("س ن ن ش ر") == {"t.extortion": 2.0}


def test_the_words_that_weighed_are_shown() -> None:
    text = "غدا سَننشر كل صُورك"
    rule = a_rule(lexicon="words.tsv#extortion", base=0.0, threshold=1.0)
    ((flag,),) = a_flagger(rule, lexicons={"words.tsv": LEXICON}).flag([Content(text=text)])

    assert [(match.group, match.term, text[match.start : match.end]) for match in flag.matches] == [
        ("words.tsv#extortion", "=سنشر", "سَننشر"),
        ("words.tsv#extortion", "_صور", "صُورك"),
    ]


EVERYTHING = [a_rule(Present(f"t.{name}"), id=f"t.{name}") for name in GROUPS] + [
    a_rule(id="t.weighed", lexicon="words.tsv#extortion", base=0.0, threshold=0.5)
]
FLAGGERS = [a_flagger(*EVERYTHING, lexicons={"words.tsv": LEXICON}, backend=name) for name in BACKENDS]
PLANTED = [
    "سننشر صورك",
    "07701234567",
    "pay",
    "we will publish",
    "a@b.com",
    "@handle_one",
    "الشرطة",
    "publish it",
]


@settings(deadline=None)
@given(st.lists(st.lists(anything | st.sampled_from(PLANTED), max_size=4).map(" ".join), max_size=4))
def test_both_engines_flag_the_same_and_matches_lie_in_the_text(texts: Sequence[str]) -> None:
    contents = [Content(text=text) for text in texts]

    told = [flagger.flag(contents) for flagger in FLAGGERS]

    assert all(each == told[0] for each in told)
    for text, found in zip(texts, told[0], strict=True):
        for match in (match for flag in found for match in flag.matches):
            assert 0 <= match.start <= match.end <= len(text)
            if match.view is View.FOLDED and match.group in {"t.threat", "t.pay", "t.news"}:
                assert fold(match.term).text in fold(text[match.start : match.end]).text


@settings(deadline=None)
@given(st.lists(st.lists(anything | st.sampled_from(PLANTED), max_size=4).map(" ".join), max_size=5))
def test_a_batch_flags_what_each_content_flags_alone(texts: Sequence[str]) -> None:
    contents = [Content(text=text) for text in texts]

    assert FLAGGERS[0].flag(contents) == [FLAGGERS[0].flag([content])[0] for content in contents]


def test_readings_are_what_a_lexicon_weighs() -> None:
    told = FLAGGERS[0].readings([Content(text="س ن ن ش ر صورك 07701234567"), Content(text="Pay!")])

    assert told[0][0].replace(" ", "").startswith("سنشرصورك")
    assert {"t.contact", "t.personal"} <= told[0][1]
    assert told[1] == ("pay", frozenset({"t.pay", "t.brief"}))


def test_a_batch_is_let_go_at_once_and_not_when_the_collector_comes_by() -> None:
    flagger = a_flagger(a_rule(Present("t.threat")), a_rule(Present("t.contact"), id="t.other"))
    contents = [
        Content(text=f"سننشر صورك {number} {INVITE}", media=a_file("voters.sql")) for number in range(9)
    ]
    flagger.flag(contents)
    gc.collect()

    gc.disable()
    try:
        found = flagger.flag(contents)
        left = gc.collect()
    finally:
        gc.enable()

    assert (left, [len(own) for own in found]) == (0, [2] * 9)
