"""``archiver reviewers``: logins from the terminal."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from archiver.domain.clock import utc_now
from archiver.storage.archive import Archive
from tests.cli.conftest import Archiver
from tests.cli.process import Command
from tests.journeys.oracle import rows

PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who are made up
SHOWN = re.compile(r"^password, shown once: ((?:[a-z2-9]{4}-){4}[a-z2-9]{4})$", re.MULTILINE)


@pytest.fixture
def archive_in_folder(folder: Path) -> Path:
    """Make an empty archive where the command looks for it."""

    async def make() -> None:
        await (await Archive.open(folder / "archive.db", clock=utc_now)).close()

    asyncio.run(make())
    return folder / "archive.db"


@pytest_asyncio.fixture
async def own(tmp_path: Path) -> AsyncIterator[Command]:
    """Give the command in processes of its own, beside an empty archive."""
    await (await Archive.open(tmp_path / "archive.db", clock=utc_now)).close()
    command = Command(tmp_path)
    yield command
    for process in command.started:
        await command.kill(process)


@pytest.mark.asyncio
async def test_a_password_comes_from_standard_input_and_is_kept_as_argon2id(own: Command) -> None:
    done = await own.run("reviewers", "add", "Zahra", "--role", "lead", answers=f"{PASSWORD}\n")

    assert (done.code, done.out) == (0, "R-01 may sign in as lead\n")
    assert PASSWORD not in done.out + done.err
    ((name, kept),) = rows(own.folder / "archive.db", "SELECT name, password FROM reviewers")
    assert name == "zahra"
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answers", "said"), [("short\n", "a password needs 15 characters"), ("", "standard input ended")]
)
async def test_a_password_that_won_t_do_makes_no_login(own: Command, answers: str, said: str) -> None:
    done = await own.run("reviewers", "add", "zahra", answers=answers)

    assert done.code == 1
    assert said in done.err
    assert rows(own.folder / "archive.db", "SELECT * FROM reviewers") == []


def test_a_password_can_be_made_and_is_printed_once(archiver: Archiver, archive_in_folder: Path) -> None:
    added = archiver("reviewers", "add", "zahra", "--generate")
    again = archiver("reviewers", "add", "zahra", "--generate")
    reset = archiver("reviewers", "reset", "ZAHRA", "--generate")

    assert added.code == reset.code == 0
    assert len({SHOWN.findall(added.out)[0], SHOWN.findall(reset.out)[0]}) == 2
    assert again == (1, "", "archiver: somebody has that name; archiver reviewers list shows all\n")


def test_everybody_is_listed_for_people_and_for_machines(archiver: Archiver, archive_in_folder: Path) -> None:
    archiver("reviewers", "add", "zahra", "--generate", "--role", "admin")
    archiver("reviewers", "add", "ڕێبوار", "--generate")
    archiver("reviewers", "disable", "ڕێبوار")

    found, told = archiver("reviewers", "list"), archiver("reviewers", "list", "--json")

    assert [line.split() for line in found.out.splitlines()[1:]] == [
        ["R-01", "zahra", "admin", "open", "no"],
        ["R-02", "ڕێبوار", "reviewer", "disabled", "no"],
    ]
    assert json.loads(told.out)["reviewers"][1] == {
        "pseudonym": "R-02", "name": "ڕێبوار", "role": "reviewer", "disabled": True, "one_time_codes": False,
    }  # fmt: skip


def test_a_login_is_closed_and_opened_again(archiver: Archiver, archive_in_folder: Path) -> None:
    archiver("reviewers", "add", "zahra", "--generate")

    closed, opened = archiver("reviewers", "disable", "zahra"), archiver("reviewers", "enable", "zahra")

    assert closed == (0, "R-01 can't sign in any more, and is signed out everywhere\n", "")
    assert opened == (0, "R-01 may sign in again\n", "")
    kinds = rows(archive_in_folder, "SELECT actor, kind FROM audit_events ORDER BY audit_event_id")
    assert kinds == [
        ("archiver reviewers", kind) for kind in ("reviewer.added", "reviewer.disabled", "reviewer.enabled")
    ]


@pytest.mark.parametrize("deed", ["disable", "enable", "token", "reset"])
def test_who_is_unknown_is_said_to_be(archiver: Archiver, archive_in_folder: Path, deed: str) -> None:
    found = archiver("reviewers", deed, "nobody")

    assert found == (1, "", "archiver: nobody has that name; archiver reviewers list shows all\n")


def test_a_token_is_printed_alone_so_that_it_can_be_piped(
    archiver: Archiver, archive_in_folder: Path
) -> None:
    archiver("reviewers", "add", "zahra", "--generate")

    found = archiver("reviewers", "token", "zahra", "--label", "nightly", "--days", "7")

    assert re.fullmatch(r"archiver_[0-9a-f]{64}\n", found.out)
    ((label, lasts, digest),) = rows(
        archive_in_folder, "SELECT label, (expires_at - made_at) / 86400000000, digest FROM api_tokens"
    )
    assert (label, lasts) == ("nightly", 7)
    assert digest not in found.out
    assert archiver("reviewers", "token", "zahra", "--days", "0").code == 2


def test_nothing_is_made_where_no_archive_is(archiver: Archiver, folder: Path) -> None:
    found = archiver("reviewers", "add", "zahra", "--generate")

    assert (found.code, found.err) == (1, "archiver: no archive archive.db; start one with: archiver run\n")
    assert list(folder.iterdir()) == []
