"""Rows of a list of people are hidden beside their numbers; prose is not."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given, strategies as st

from archiver.domain.rows import COLUMNS, FAMILIES, Value, rows
from tests.domain.strange_text import anything

PROSE = (
    "وهذا شرح طويل للقراء الكرام عن كيف تباع هذه القوائم ولمن تباع وما الذي يمكن للضحايا ان يفعلوه اليوم وغداً"
)
NUMBER = re.compile(r"\d{11}")
ID = re.compile(r"(?<!\d)\d{12}(?!\d)")


def shown(text: str, *more: Value) -> str:
    """Return a text with ``#`` for values and ``_`` for what is hidden beside them."""
    values = [
        Value("phone", *found.span()) for found in NUMBER.finditer(text) if not ID.match(text, found.start())
    ]
    values += [Value("national_id", *found.span()) for found in ID.finditer(text)]
    letters = list(text)
    for start, end in rows(text, [*values, *more]):
        letters[start:end] = ["_"] + [""] * (end - start - 1)
    for value in values:
        letters[value.start : value.end] = ["#"] + [""] * (value.end - value.start - 1)
    return "".join(letters)


def test_three_lines_with_a_name_and_a_number_are_rows() -> None:
    text = f"{PROSE}\nعلي حسن 07701234567\nسارة كاظم 07701234568\n3. Dana Aziz, 07701234569, Erbil\n{PROSE}"

    assert shown(text) == f"{PROSE}\n_ #\n_ #\n_, #, _\n{PROSE}"


def test_one_contact_or_two_are_no_rows() -> None:
    text = "للتواصل 07701234567\nواتساب 07701234568"

    assert shown(text) == "للتواصل #\nواتساب #"


def test_a_value_in_each_of_three_long_lines_makes_them_no_rows() -> None:
    text = "\n".join(f"{PROSE} 0770123456{number} {PROSE}" for number in range(3))

    assert shown(text) == "\n".join([f"{PROSE} # {PROSE}"] * 3)


def test_a_record_of_one_person_has_values_of_two_families() -> None:
    assert shown("سارة كاظم 07701234567 199012345678 الكرادة") == "_ # # _"


def test_records_of_several_lines_are_hidden_with_the_lines_around_the_numbers() -> None:
    text = "علي حسن\n07701234567\n\nسارة كاظم\n07701234568\n\nDana Aziz\n07701234569"

    assert shown(text) == "_\n#\n\n_\n#\n\n_\n#"


def test_prose_between_rows_stays() -> None:
    text = f"علي حسن 07701234567\n{PROSE}\nسارة كاظم 07701234568\nدانا 07701234569"

    assert shown(text) == f"_ #\n{PROSE}\n_ #\n_ #"


def test_under_a_list_of_columns_one_row_is_enough() -> None:
    text = f"{PROSE}\nname, phone, city\nDana Aziz | 07701234567 | Erbil"
    start = text.index("name")

    assert shown(text, Value(COLUMNS, start, start + 17)).endswith("\nname, phone, city\n_ | # | _")
    assert shown(text).endswith("\nDana Aziz | # | Erbil")


def test_a_line_that_says_that_it_holds_a_name_is_hidden_where_a_number_stands() -> None:
    labelled = "الاسم: سارة كاظم\nالعنوان: الكرادة\nاسم الفيلم: الرحلة"

    assert shown(f"{labelled}\n07701234567") == "_\n_\nاسم الفيلم: الرحلة\n#"
    assert shown(labelled) == labelled


def test_three_numbers_in_one_line_hide_the_words_around_them() -> None:
    text = "علي حسن 07701234567، سارة كاظم 07701234568، Dana 07701234569 وغيرهم"

    assert shown(text) == "_ #، _ #، _ # _"


def test_of_a_long_line_only_the_words_near_the_numbers_are_hidden() -> None:
    text = f"{PROSE} 07701234567 {PROSE} 07701234568 سارة كاظم 07701234569 {PROSE}"

    after = PROSE.split(" ", 8)[8]
    assert shown(text) == f"{PROSE.rsplit(' ', 8)[0]} _ # {PROSE} # _ # _ {after}"


def test_a_text_without_personal_values_has_no_rows() -> None:
    assert rows("الاسم: سارة\nname, phone", [Value("link", 0, 3), Value(COLUMNS, 4, 9)]) == []


values = st.builds(
    lambda kind, start, size: Value(kind, start, start + size),
    st.sampled_from([*FAMILIES, COLUMNS, "link"]), st.integers(0, 60), st.integers(1, 30),
)  # fmt: skip


@given(anything, st.lists(values, max_size=8))
def test_rows_lie_within_any_text_and_do_not_overlap(text: str, found: list[Value]) -> None:
    inside = [value for value in found if value.end <= len(text)]

    hidden = rows(text, inside)

    assert all(0 <= start < end <= len(text) for start, end in hidden)
    assert all(first.end <= second.start for first, second in pairwise(hidden))


def test_a_part_of_a_line_that_says_that_it_holds_a_name_is_hidden() -> None:
    text = f"{PROSE} الاسم: سارة كاظم | الهاتف: 07701234567 | العنوان: النجف. {PROSE}"

    assert shown(text).startswith(f"{PROSE} _ | الهاتف: # | _")
    assert "سارة" not in shown(text)
    assert "النجف" not in shown(text)
