"""``archiver serve``: it starts, answers, says no to strangers, and ends when it is told to."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from httpx import AsyncClient

from archiver.domain.clock import utc_now
from archiver.storage.archive import Archive
from tests.builders import NOON, a_post
from tests.cli.process import Command
from tests.storage.steps import begin_run, know_channel, observe

pytestmark = pytest.mark.asyncio

PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who are made up
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest_asyncio.fixture
async def own(tmp_path: Path) -> AsyncIterator[Command]:
    """Give the command in processes of its own, beside an archive that has an admin."""
    await (await Archive.open(tmp_path / "archive.db", clock=utc_now)).close()
    command = Command(tmp_path)
    done = await command.run("reviewers", "add", "zahra", "--role", "admin", answers=f"{PASSWORD}\n")
    assert done.code == 0
    yield command
    for process in command.started:
        await command.kill(process)


async def test_it_serves_until_it_is_told_to_stop_and_says_nothing_of_who_asked_what(own: Command) -> None:
    process, address = await own.serve()
    async with AsyncClient(base_url=address, headers=OWN) as client:
        entered = await client.post("/sign-in", data={"name": "zahra", "password": PASSWORD})
        page = await client.get("/people")

    process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    ended = await own.end(process)

    assert (entered.status_code, page.status_code) == (303, 200)
    assert (ended.code, time.monotonic() - begun < 5) == (0, True)
    events = [line.split('"event": "')[1].split('"')[0] for line in ended.err.splitlines()]
    assert events == ["desk.started", "desk.stopped"]
    assert "zahra" not in ended.err
    assert "/people" not in ended.err


async def test_a_connection_that_stays_open_does_not_keep_it(own: Command) -> None:
    process, address = await own.serve()
    host, port = address.removeprefix("http://").rstrip("/").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nname=")
    await writer.drain()

    process.send_signal(signal.SIGINT)
    begun = time.monotonic()
    ended = await own.end(process)
    writer.close()

    assert (ended.code, time.monotonic() - begun < 5) == (0, True)


async def test_it_works_while_another_process_writes(own: Command) -> None:
    process, address = await own.serve()
    archive = await Archive.open(own.folder / "archive.db", clock=utc_now)
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id)

    async def write() -> None:
        for page in range(30):
            async with archive.write() as tx:
                await observe(
                    tx, run_id, [a_post(page * 100 + n, text="x" * 500) for n in range(1, 101)], at=NOON
                )

    async def ask() -> list[int]:
        async with AsyncClient(base_url=address, headers=OWN, timeout=30) as client:
            await client.post("/sign-in", data={"name": "zahra", "password": PASSWORD})
            return [
                (await client.post("/me/preferences", data={"theme": "dark"})).status_code for _ in range(30)
            ]

    writing = asyncio.create_task(write())
    answers = await ask()
    await writing
    await archive.close()
    process.send_signal(signal.SIGTERM)

    assert set(answers) == {303}
    assert (await own.end(process)).code == 0


async def test_a_port_that_is_taken_is_said_to_be(own: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = await own.run("serve", "--port", str(port))

    assert done.code == 1
    assert f"can't listen on port {port} of 127.0.0.1 (Address already in use)" in done.err


async def test_a_port_that_there_is_not_is_wrong_usage(own: Command) -> None:
    done = await own.run("serve", "--port", "70000")

    assert (done.code, "70000 is no port: 0 to 65535" in done.err) == (2, True)


async def test_it_says_how_to_make_the_first_login(tmp_path: Path) -> None:
    await (await Archive.open(tmp_path / "archive.db", clock=utc_now)).close()
    command = Command(tmp_path)
    process, _ = await command.serve()

    process.send_signal(signal.SIGTERM)

    assert "archiver reviewers add NAME --role admin" in (await command.end(process)).err


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
async def test_with_a_certificate_it_speaks_https_and_binds_its_cookie(own: Command) -> None:
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=desk", "-days", "2"]
    names += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made, *names], cwd=own.folder, check=True, capture_output=True)
    command = Command(own.folder, REVIEW__TLS_CERT="cert.pem", REVIEW__TLS_KEY="key.pem")
    process, address = await command.serve()
    trusted = ssl.create_default_context(cafile=own.folder / "cert.pem")

    async with AsyncClient(base_url=address, headers=OWN, verify=trusted) as client:
        entered = await client.post("/sign-in", data={"name": "zahra", "password": PASSWORD})
        page = await client.get("/people")
    process.send_signal(signal.SIGTERM)

    assert address.startswith("https://127.0.0.1:")
    assert entered.headers["set-cookie"].startswith("__Host-desk=")
    assert "Secure" in entered.headers["set-cookie"]
    assert page.status_code == 200
    assert (await command.end(process)).code == 0
