"""Proxies: how they are written, and the way through one."""

from __future__ import annotations

from pathlib import Path

import pytest
from telethon.network import ConnectionTcpFull

from archiver.domain.errors import ConnectionLost, SettingsInvalid
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.telegram.line import Line
from archiver.telegram.proxy import MTProxy, Route, route
from tests.telegram.lines import a_line, a_line_settings, dialled_again, texts_told
from tests.telegram.relays import ConnectRelay, MTProxyRelay, Relay, SocksRelay

SECRET = "0123456789abcdef" * 2


@pytest.mark.parametrize("url", [None, ""])
def test_no_proxy_is_the_direct_way(url: str | None) -> None:
    assert route(url) == Route(connection=ConnectionTcpFull, proxy=None)


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("socks5://10.0.0.1:1080", ("socks5", "10.0.0.1", 1080, True, None, None)),
        (
            "socks5://me:s%40crt%3A@host.example:1",
            ("socks5", "host.example", 1, True, "me", "s@crt:"),
        ),
        ("socks5://[::1]:1080", ("socks5", "::1", 1080, True, None, None)),
        ("SOCKS5://10.0.0.1:1080", ("socks5", "10.0.0.1", 1080, True, None, None)),
        ("http://me:pw@10.0.0.1:3128", ("http", "10.0.0.1", 3128, True, "me", "pw")),
    ],
)
def test_a_proxy_is_told_as_telethon_wants_it(url: str, proxy: tuple[object, ...]) -> None:
    assert route(url) == Route(connection=ConnectionTcpFull, proxy=proxy)


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        (SECRET, f"dd{SECRET}"),
        (f"dd{SECRET}", f"dd{SECRET}"),
        (f"DD{SECRET.upper()}", f"dd{SECRET}"),
        (f"ee{SECRET[2:]}", f"ddee{SECRET[2:]}"),
        (f"dd{SECRET[2:]}", f"dddd{SECRET[2:]}"),
    ],
)
def test_a_secret_keeps_its_sixteen_bytes(secret: str, told: str) -> None:
    found = route(f"mtproxy://{secret}@10.0.0.1:443")

    assert found == Route(connection=MTProxy, proxy=("10.0.0.1", 443, told))
    assert found.connection.normalize_secret(found.proxy[2]) == bytes.fromhex(told[2:])


@pytest.mark.parametrize(
    "url",
    [
        "socks5://me:secret@:1080",
        "socks5://me:secret@host",
        "socks5://me:secret@host:port",
        "socks5://me:secret@host:99999",
        "socks4://me:secret@host:1080",
        "https://me:secret@host:1080",
        "me:secret@host:1080",
        "mtproxy://secret@host:443",
        f"mtproxy://secret{SECRET}@host:443",
        "mtproxy://host:443",
        f"mtproxy://ee{SECRET}7777772e736563726574@host:443",
        "socks5://[secret:1080",
    ],
)
def test_what_is_no_proxy_is_refused_without_telling_its_secret(url: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"^ARCHIVER_TELEGRAM__PROXY ") as refused:
        route(url)
    assert "secret@" not in str(refused.value).replace("secret@host:port", "")
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_route_does_not_show_its_secret() -> None:
    assert SECRET not in repr(route(f"mtproxy://{SECRET}@host:443"))


# -- and the way really leads through it


@pytest.mark.asyncio
async def test_socks5_carries_calls_and_pushes(
    server: LoopbackServer, session: Path, account: Account, channel: Channel
) -> None:
    async with SocksRelay() as relay:
        await _carries(relay, f"socks5://127.0.0.1:{relay.port}", server, session, account, channel)


@pytest.mark.asyncio
async def test_socks5_with_a_password_carries_who_knows_it(
    server: LoopbackServer, session: Path, account: Account, channel: Channel
) -> None:
    async with SocksRelay(("me", "s@crt:")) as relay:
        url = f"socks5://me:s%40crt%3A@127.0.0.1:{relay.port}"
        await _carries(relay, url, server, session, account, channel)


@pytest.mark.asyncio
async def test_a_wrong_password_for_the_proxy_is_a_lost_line_and_is_not_told(
    server: LoopbackServer, session: Path
) -> None:
    async with SocksRelay(("me", "right")) as relay:
        line = _line(server, session, f"socks5://me:wrong@127.0.0.1:{relay.port}")

        with pytest.raises(ConnectionLost, match="ARCHIVER_TELEGRAM__PROXY") as lost:
            await line.open()

    assert "wrong" not in str(lost.value)
    assert relay.passed == []
    await line.close()


@pytest.mark.asyncio
async def test_http_connect_carries_calls_and_pushes(
    server: LoopbackServer, session: Path, account: Account, channel: Channel
) -> None:
    async with ConnectRelay() as relay:
        await _carries(relay, f"http://127.0.0.1:{relay.port}", server, session, account, channel)


@pytest.mark.asyncio
async def test_mtproxy_carries_calls_and_pushes(
    server: LoopbackServer, session: Path, account: Account, channel: Channel
) -> None:
    relay = MTProxyRelay(bytes.fromhex(SECRET), ("127.0.0.1", server.port))
    async with relay:
        await _carries(
            relay, f"mtproxy://dd{SECRET}@127.0.0.1:{relay.port}", server, session, account, channel
        )

    assert set(relay.data_centres) == {2}


@pytest.mark.asyncio
async def test_mtproxy_with_a_wrong_secret_is_a_lost_line(server: LoopbackServer, session: Path) -> None:
    async with MTProxyRelay(bytes(16), ("127.0.0.1", server.port)) as relay:
        line = _line(server, session, f"mtproxy://{SECRET}@127.0.0.1:{relay.port}")

        with pytest.raises(ConnectionLost):
            await line.open()

    assert relay.passed == []
    await line.close()


@pytest.mark.asyncio
async def test_a_proxy_that_is_not_there_is_a_lost_line(server: LoopbackServer, session: Path) -> None:
    async with SocksRelay() as relay:
        port = relay.port
    line = _line(server, session, f"socks5://127.0.0.1:{port}")

    with pytest.raises(ConnectionLost, match="ARCHIVER_TELEGRAM__PROXY"):
        await line.open()
    await line.close()


def _line(server: LoopbackServer, session: Path, url: str) -> Line:
    return a_line(a_line_settings(server, session, proxy=url))


async def _carries(
    relay: Relay, url: str, server: LoopbackServer, session: Path, account: Account, channel: Channel
) -> None:
    line = _line(server, session, url)

    assert await line.open() == account.id
    channel.publish(text="through the proxy")
    assert await texts_told(line) == ["through the proxy"]
    server.drop_lines()
    await dialled_again(line)
    channel.publish(text="and again")
    assert await texts_told(line) == ["and again"]
    assert relay.passed == [("127.0.0.1", server.port)] * 2
    assert len(server.connections) == 1
    await line.close()
