"""What is said of a word that is not known."""

from __future__ import annotations

from archiver.rules.spelling import unknown

GROUPS = ["exam.early", "exam.paying", *(f"common.group_{number}" for number in range(20))]


def test_a_group_is_not_guessed_from_the_name_of_its_pack() -> None:
    assert unknown("group", "exam.teacher", GROUPS) == (
        "unknown group 'exam.teacher'; add it to the groups of the pack, or take one of common.yml"
    )
    assert unknown("group", "exam.payin", GROUPS) == "unknown group 'exam.payin'; did you mean exam.paying?"
