"""The session file: secret, and held by one process."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from archiver.domain.errors import SessionExposed, SessionInUse, SessionMissing
from archiver.telegram.session import SessionFile


def made(path: Path) -> SessionFile:
    """Return a session file that exists and is closed."""
    file = SessionFile(path)
    file.open(create=True).close()
    file.close()
    return file


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_suffix_is_put_behind_a_bare_name_once(tmp_path: Path) -> None:
    assert SessionFile(tmp_path / "a").path == tmp_path / "a.session"
    assert SessionFile(tmp_path / "a.session").path == tmp_path / "a.session"
    assert SessionFile(tmp_path / "a.b").path == tmp_path / "a.b.session"


def test_no_file_is_no_session_unless_one_is_to_be_made(tmp_path: Path) -> None:
    with pytest.raises(SessionMissing, match=r"no session .*a\.session; sign in with: archiver login"):
        SessionFile(tmp_path / "a").open()
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_and_its_folder_are_for_their_owners_eyes(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        file = made(tmp_path / "deep" / "secrets" / "a")
    finally:
        os.umask(before)

    assert (mode(file.path), mode(file.path.parent), mode(file.path.parent.parent)) == (0o600, 0o700, 0o700)


def test_a_folder_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o755)

    made(folder / "a")

    assert mode(folder) == 0o755


@pytest.mark.parametrize("wrong", [0o644, 0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_can_use_is_refused(tmp_path: Path, wrong: int) -> None:
    file = made(tmp_path / "a")
    file.path.chmod(wrong)

    with pytest.raises(SessionExposed, match=rf"chmod 600 {file.path}"):
        file.open()
    file.path.chmod(0o600)
    file.open().close()
    file.close()


def test_a_session_is_one_processs_at_a_time(tmp_path: Path) -> None:
    file = made(tmp_path / "a")
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(file.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"

        with pytest.raises(SessionInUse, match=rf"in use by process {holder.pid}; stop that one first"):
            file.open()
        holder.kill()

    file.open().close()  # the lock died with its holder
    file.close()


def test_a_second_opening_in_one_process_is_refused_too(tmp_path: Path) -> None:
    file = made(tmp_path / "a")
    session = file.open()

    with pytest.raises(SessionInUse, match=str(os.getpid())):
        SessionFile(file.path).open()
    session.close()
    file.close()
    file.close()


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be looked at" * 30, b"x"])
def test_another_file_is_no_session_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.session"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(SessionMissing, match=r"is no session file .*move it away and run: archiver login"):
        SessionFile(path).open()
    assert path.read_bytes() == content


def test_another_database_is_no_session_and_gets_no_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE posts (id INTEGER)")
    path.chmod(0o600)
    before = path.read_bytes()

    file = SessionFile(path)
    with pytest.raises(SessionMissing, match="it is another database"):
        file.open()
    assert path.read_bytes() == before
    path.unlink()
    made(path)  # the refused file was not left locked


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(SessionMissing, match="can't use session"):
        SessionFile(tmp_path / "file" / "a").open(create=True)


def test_names_and_numbers_of_other_people_are_not_kept(tmp_path: Path) -> None:
    file = SessionFile(tmp_path / "a")
    session = file.open(create=True)

    assert session.save_entities is False
    session.close()
    file.close()


def test_a_process_that_was_killed_while_it_wrote_does_not_take_the_session_with_it(tmp_path: Path) -> None:
    file = made(tmp_path / "a.session")
    killed = subprocess.run([sys.executable, "-c", _DIE_WRITING, str(file.path)], check=False)

    session = file.open()

    assert (killed.returncode, session.dc_id) == (-signal.SIGKILL, 0)
    session.close()
    file.close()


_DIE_WRITING = """
import os, signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.executescript("PRAGMA cache_size = 1; BEGIN; UPDATE sessions SET dc_id = 9")
db.execute("CREATE TABLE much (some TEXT)")
db.executemany("INSERT INTO much VALUES (?)", [("x" * 4000,)] * 200)
assert os.path.getsize(sys.argv[1] + "-journal")
os.kill(os.getpid(), signal.SIGKILL)
"""

_HOLD = """
import sys
from pathlib import Path
from archiver.telegram.session import SessionFile
file = SessionFile(Path(sys.argv[1]))
file.open()
print("held", flush=True)
sys.stdin.read()
"""
