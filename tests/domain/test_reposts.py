"""Which texts are one: what may be added, cut and respelled, and what makes them others'."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given

from archiver.domain.reposts import Candidate, are_reposts, candidates, groups, is_telling, sketch
from tests.domain.strange_text import anything

OFFER = (
    "قاعدة بيانات مراجعي مختبر أهلي في البصرة، 212 ألف سجل: الاسم الثلاثي، الهاتف، العنوان، نتيجة الفحص. "
    "الحجم 1.4 غيغا والعينة مجانية. السعر 400$ ولا نجزئ، للتواصل 0770 000 4411"
)
THREAT = (
    "Mr. Karim Haddad, we have your chats, your hotel bills and a video of 4 minutes. Pay 5,000 USDT to "
    "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 within 48 hours or your wife and your partners see everything here."
)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("emoji", f"🔥 {OFFER.replace('. ', ' ✅ ')} 💰"),
        ("tatweel", OFFER.replace("بيانات", "بيـــانات")),
        ("marks", OFFER.replace("الفحص", "الفَحْص")),
        ("look-alikes", OFFER.replace("ي", "ی").replace("ك", "ک")),
        ("line breaks", OFFER.replace("، ", "\n▪️ ")),
        ("letters apart", OFFER.replace("مختبر", "مـ❌ـختبر")),
        ("digits of another script", OFFER.replace("212", "٢١٢").replace("0770 000 4411", "٠٧٧٠٠٠٠٤٤١١")),
        ("country written out", OFFER.replace("0770 000 4411", "+964 770 000 4411")),
        ("signature", f"{OFFER}\n\n—————\nاشترك بقناة التسريبات @leaks_iraq_00"),
        ("hashtags", f"{OFFER}\n#تسريب #العراق"),
        ("prefix", f"منقول 👇\n{OFFER}"),
        ("cut", OFFER[: OFFER.index(" السعر")] + "… اقرأ المزيد"),
        ("words that name nobody", OFFER.replace("ولا نجزئ", "وما نجزئ")),
    ],
)
def test_a_text_stays_one_across(kind: str, text: str) -> None:
    assert are_reposts(OFFER, text), kind


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (OFFER, "212 ألف", "618 ألف"),
        (OFFER, "0770 000 4411", "0781 000 9365"),
        (OFFER, "مختبر أهلي", "مصرف أهلي"),
        (OFFER, "في البصرة", "في الموصل"),
        (THREAT, "Karim Haddad", "Salam Jabbar"),
        (THREAT, "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb"),
        (THREAT, "5,000", "8,500"),
        (THREAT, "your chats", "@someone and your chats"),
    ],
)
def test_another_victim_document_or_number_is_another_text(text: str, old: str, new: str) -> None:
    assert not are_reposts(text, text.replace(old, new))


def test_a_short_number_is_another_one_however_it_is_written() -> None:
    text = "تسريب ملف الموظفين كاملاً مع الرواتب والعناوين، {} ضابطاً بالأسماء، والبقية تأتي قريباً في القناة"

    assert are_reposts(text.format("214"), text.format("٢١٤"))
    assert not are_reposts(text.format("214"), text.format("180"))
    assert not are_reposts(text.format("سبعة"), text.format("تسعة"))


def test_whom_to_write_to_is_part_of_an_advert_and_whom_to_follow_is_not() -> None:
    advert = "Instagram and Snapchat accounts opened within 12 hours, proof first and payment after.\n"

    assert not are_reposts(f"{advert}Contact @open_any_00", f"{advert}Contact @other_one_00")
    assert are_reposts(f"{advert}Subscribe @first_channel", f"{advert}Join our channel t.me/second_channel")
    assert are_reposts(advert, f"{advert}Contact @open_any_00")


def test_the_name_of_a_channel_does_not_make_texts_one() -> None:
    signature = "\nاشترك في قناتنا ليصلك كل جديد @rafidain_daily"

    assert not are_reposts(
        f"وفاة الشاعر فلان في بغداد{signature}", f"ارتفاع أسعار الوقود في البصرة{signature}"
    )


def test_two_texts_that_overlap_are_not_one_but_each_is_one_with_both_together() -> None:
    one, two, three = (
        "منو يعرف مصلح سخانات زين بالعمارة خرب عدنا السخان",
        "اليوم الجو حار كلش وبعدها تصعد درجات الحرارة بالجنوب",
        "طريق الجسر مسدود من الصبح واللي يطلع ياخذ غير طريق",
    )

    assert are_reposts(one, f"{one}\n{two}")
    assert are_reposts(two, f"{one}\n{two}")
    assert not are_reposts(f"{one}\n{two}", f"{two}\n{three}")


def test_a_small_part_of_a_text_is_not_one_with_it() -> None:
    words = OFFER.split()

    assert are_reposts(OFFER, " ".join(words[: len(words) // 2]))
    assert not are_reposts(OFFER, " ".join(words[: 2 * len(words) // 5]))


def test_a_long_number_that_only_one_has_amid_it_is_another_victim() -> None:
    short, long = OFFER.replace("مجانية.", "مجانية 50."), OFFER.replace("مجانية.", "مجانية 0781 000 9365.")

    assert are_reposts(OFFER, short)
    assert not are_reposts(OFFER, long)


def test_a_few_words_may_be_put_otherwise_but_not_half_a_sentence() -> None:
    text = (
        "we have the whole mail of your office for the last six months and every contract in it, "
        "so answer us before the end of this week and nobody will read a line of that"
    )

    few = text.replace("answer us before the end of this week", "talk to us until this week ends")
    many = text.replace("before the end of this week", "at some old well with gold coins")

    assert are_reposts(text, few)
    assert not are_reposts(text, many)


def test_a_short_text_is_found_by_its_single_words_too() -> None:
    assert groups(["نبيع قاعدة بيانات الموظفين", "نبيع قاعدة بيانات الموضفين"]) == [0, 0]


@pytest.mark.parametrize("text", ["", "🔥🔥🔥", "\u200b \n", "…"])
def test_a_text_without_words_is_one_with_none_and_has_no_sketch(text: str) -> None:
    assert sketch(text) == ()
    assert not are_reposts(text, text)
    assert groups([text, text, OFFER]) == [0, 1, 2]


def test_a_short_text_is_one_with_its_like_only() -> None:
    assert are_reposts("تم البيع ✅", "تم البيع 🔥 @some_channel")
    assert not are_reposts("تم البيع", "تم البيع صباحا لشخص")
    assert not are_reposts("Наконец-то заметили", "Ну наконец-то.")
    assert groups(["تم البيع ✅", "كومبو للبيع", "تم البيع 🔥"]) == [0, 1, 0]


@given(anything, anything)
def test_any_two_texts_have_an_answer_and_it_is_the_same_from_either_side(one: str, two: str) -> None:
    assert are_reposts(one, two) is are_reposts(two, one)


def test_texts_that_can_be_aligned_in_two_ways_have_the_same_answer_from_either_side() -> None:
    one = "blue blue door house blue red we publish blue karim ننشر salam salam we"
    two = "blue blue door house blue red we publish blue karim we salam"

    assert are_reposts(one, two) is are_reposts(two, one)


@given(anything)
def test_any_text_has_a_sketch_and_is_one_with_itself_if_it_has_words(text: str) -> None:
    values = sketch(text)

    assert list(values) == sorted(set(values))
    assert len(values) <= 8
    assert all(0 <= value < 1 << 32 for value in values)
    if values:
        assert are_reposts(text, text)


def test_a_sketch_is_the_same_in_every_process_and_for_ever() -> None:
    code = "from archiver.domain.reposts import sketch; print(sketch('ادفع قبل أن ننشر الصور'), sketch('x'))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert told.strip() == f"{sketch('ادفع قبل أن ننشر الصور')} {sketch('x')}"
    assert sketch("ادفع قبل أن ننشر الصور") == (
        979_311_738, 1_035_701_067, 2_826_299_515, 2_929_894_805
    )  # fmt: skip


def test_a_sketch_has_most_values_in_common_with_that_of_half_the_text() -> None:
    words = [f"word{number}" for number in range(60)]
    whole, half = set(sketch(" ".join(words))), set(sketch(" ".join(words[:30])))

    assert len(whole) == len(half) == 8
    assert len(whole & half) >= 3


def test_a_group_has_the_number_of_its_first_text() -> None:
    assert groups([OFFER, THREAT, f"{OFFER}\n@x_channel", f"{THREAT}\n#leak", "سلام"]) == [0, 1, 0, 1, 4]


def test_groups_do_not_merge_over_a_post_that_holds_two_texts() -> None:
    found = groups([OFFER, THREAT, f"{OFFER}\n\n{THREAT}", f"{THREAT}\n#leak", f"{OFFER}\n#leak"])

    assert (found[0], found[1], found[3], found[4]) == (0, 1, 1, 0)
    assert found[2] in {0, 1}


def test_groups_do_not_depend_on_how_many_others_there_are() -> None:
    others = [f"{number} {' '.join(f'w{number}x{at}' for at in range(9))}" for number in range(3_000)]

    found = groups([OFFER, *others, f"{OFFER} 🔥"])

    assert (found[0], found[-1]) == (0, 0)
    assert len(set(found)) == len(others) + 1


def test_candidates_are_the_closest_of_each_group_that_share_enough() -> None:
    one, same, near, far = Candidate(1, 10), Candidate(1, 11), Candidate(2, 12), Candidate(3, 13)
    holders = {1: [one, same, near], 2: [one, same, near, far], 3: [one, same, near, far], 4: [same]}

    assert candidates((1, 2, 3, 4), holders) == [same, near]
    assert candidates((2, 3), holders) == [one, near, far]
    assert candidates((), holders) == []


def test_at_most_twenty_are_compared() -> None:
    holders = {value: [Candidate(number, number) for number in range(50)] for value in (1, 2, 3)}

    assert candidates((1, 2, 3), holders) == [Candidate(number, number) for number in range(20)]


def test_what_a_thousand_texts_have_tells_none_apart() -> None:
    assert is_telling([Candidate(number, number) for number in range(999)])
    assert not is_telling([Candidate(number, number) for number in range(1_000)])


@pytest.mark.parametrize("letters", ["ab", "abc", "abcdefghij"])
def test_no_text_makes_the_comparison_slow(letters: str) -> None:
    """The work is bounded: it is counted in lines of Python, not in time."""
    one = " ".join(letters[(7 * at * at) % len(letters)] for at in range(2_000))
    two = " ".join(letters[(5 * at * at + at) % len(letters)] for at in range(2_000))
    steps = 0

    def count(_frame: object, _event: str, _value: object) -> None:
        nonlocal steps
        steps += 1

    are_reposts(one, two)
    sys.setprofile(count)
    try:
        are_reposts(one, f"{two} end")
    finally:
        sys.setprofile(None)

    assert steps < 2_000_000
