"""Settings as a person meets them: named when they are wrong, and never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.settings import load
from tests.cli.conftest import Archiver

SECRET = "hunter2-is-secret"  # noqa: S105 - what must not be shown
ACCOUNT = {"TELEGRAM__API_ID": "17", "TELEGRAM__API_HASH": SECRET}
SERVER = "TELEGRAM__SERVER"
NO_ADDRESS = "ARCHIVER_TELEGRAM__SERVER is no DC@ADDRESS:PORT, e.g. 2@127.0.0.1:4430"
NOT_HERE = "ARCHIVER_TELEGRAM__SERVER must be on this machine (127.0.0.0/8 or ::1)"
NO_PROXY = (
    "ARCHIVER_TELEGRAM__PROXY is no address; give socks5://[user:password@]host:port, http://host:port or "
    "mtproxy://secret@host:port"
)


def given(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"ARCHIVER_{name}", value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM__API_ID", SECRET),
        ("TELEGRAM__PACE", "-1"),
        ("TELEGRAM__JOINS_LIMIT", "1.5"),
        ("TELEGRAM", SECRET),
        ("TELEGRAM", "17"),
        ("SYNC__BACKFILL_SINCE", "yesterday"),
        ("LOG_FORMAT", SECRET),
        ("HEARTBEAT_SECONDS", "0"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown_even_with_debug(
    archiver: Archiver, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    given(monkeypatch, {name: value})

    found = archiver("status")
    debugged = archiver("--debug", "status")

    assert (found.code, found.out, found.err.count("\n")) == (1, "", 1)
    assert found.err.startswith(f"archiver: ARCHIVER_{name}")
    assert found.err.endswith("; see .env.example\n")
    assert SECRET not in found.err + debugged.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {},
            "ARCHIVER_TELEGRAM__API_ID and ARCHIVER_TELEGRAM__API_HASH are not set; get them at "
            "https://my.telegram.org/apps",
        ),
        (
            ACCOUNT | {"TELEGRAM__PACE": "0"},
            "ARCHIVER_TELEGRAM__PACE=0 is for a server on this machine; give 1 or less",
        ),
        (ACCOUNT | {"TELEGRAM__PROXY": f"socks5://me:{SECRET}@:1"}, NO_PROXY),
        (ACCOUNT | {"TELEGRAM__PROXY": f"mtproxy://{SECRET}"}, NO_PROXY),
        ({SERVER: "2@149.154.167.51:443"}, NOT_HERE),
        ({SERVER: "2@[2001:67c:4e8:f002::a]:443"}, NOT_HERE),
        ({SERVER: "2@0.0.0.0:443"}, NOT_HERE),
        ({SERVER: "2@telegram.org:443"}, NO_ADDRESS),
        ({SERVER: "127.0.0.1:443"}, NO_ADDRESS),
        ({SERVER: "2@127.0.0.1:70000"}, NO_ADDRESS),
        (
            {SERVER: "2@127.0.0.1:443"},
            "ARCHIVER_TELEGRAM__SERVER needs ARCHIVER_TELEGRAM__SERVER_KEY: PEM text or a file",
        ),
        (
            {SERVER: "2@127.0.0.1:443", "TELEGRAM__SERVER_KEY": "missing.pem"},
            "can't read ARCHIVER_TELEGRAM__SERVER_KEY: No such file or directory",
        ),
        (
            {SERVER: "2@127.0.0.1:443", "TELEGRAM__SERVER_KEY": "noise.pem"},
            "ARCHIVER_TELEGRAM__SERVER_KEY is no PEM public key",
        ),
        (
            {SERVER: "2@127.0.0.1:443", "TELEGRAM__SERVER_KEY": f"-----BEGIN {SECRET}"},
            "ARCHIVER_TELEGRAM__SERVER_KEY is no PEM public key",
        ),
    ],
)
def test_settings_that_lead_nowhere_are_refused_before_anything_is_sent(
    archiver: Archiver,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, str],
    said: str,
) -> None:
    (folder / "noise.pem").write_bytes(b"\xff\xfe\x00noise")
    given(monkeypatch, settings)

    found = archiver("login", "--phone", "+9647700000000")

    assert found == (1, "", f"archiver: {said}\n")


def test_settings_are_read_from_the_folder_and_the_environment_goes_before(
    archiver: Archiver, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text("ARCHIVER_DATABASE=from-file.db\n", "utf-8")

    from_file = archiver("migrate")
    given(monkeypatch, {"DATABASE": "from-environment.db"})
    from_environment = archiver("migrate")

    assert (from_file.code, from_environment.code) == (0, 0)
    assert from_file.out.splitlines()[-1].startswith("from-file.db has schema ")
    assert from_environment.out.splitlines()[-1].startswith("from-environment.db has schema ")


def test_a_setting_that_is_left_blank_is_not_set(
    archiver: Archiver, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text("ARCHIVER_TELEGRAM__API_ID=\nARCHIVER_CHANNELS_FILE=\n", "utf-8")
    given(monkeypatch, {"DATABASE": "", "SYNC__BACKFILL_SINCE": ""})

    found = archiver("migrate")

    assert found.out.splitlines()[-1].startswith("archive.db has schema ")
    assert (load().channels_file, load().telegram.api_id) == (None, None)


def test_a_settings_file_in_another_encoding_is_named(archiver: Archiver, folder: Path) -> None:
    (folder / ".env").write_bytes(b"\xff\xfeA\x00R\x00")

    assert archiver("status") == (1, "", "archiver: .env is no UTF-8 text; save it as UTF-8\n")


def test_settings_do_not_show_their_secrets(archiver: Archiver, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, ACCOUNT | {"TELEGRAM__PROXY": f"socks5://me:{SECRET}@localhost:1"})

    found = load()

    assert found.telegram.api_hash
    assert found.telegram.api_hash.get_secret_value() == SECRET
    assert SECRET not in repr(found) + str(found) + found.model_dump_json()
