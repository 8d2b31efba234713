"""Wiring: the only room that sees the settings and every adapter; each function hangs something together."""

from __future__ import annotations

import gc
import ipaddress
import os
import secrets
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from archiver import log
from archiver.domain.clock import utc_now
from archiver.domain.errors import SettingsInvalid
from archiver.domain.rule import Rulebook
from archiver.services.flagging import Flagging
from archiver.services.indexing import Fold
from archiver.settings import Settings, load
from archiver.storage import keys
from archiver.storage.archive import Archive

if TYPE_CHECKING:
    from archiver.review.desk import Desk, House
    from archiver.rules.flagger import Flagger
    from archiver.rules.rulebook import Library
    from archiver.services.bot import Bot, Outside
    from archiver.services.exporting import Tools
    from archiver.services.flagging_aside import Aside
    from archiver.services.marking import Marker
    from archiver.services.masking import Masker
    from archiver.services.people import People
    from archiver.services.run import Policy
    from archiver.telegram.calls import OnFlood
    from archiver.telegram.line import Line, LineSettings, Server

_PORTS = 65_536
_MOST_ASIDE, _WORTH_ASIDE = 3, 8 << 20
"""Processes that flag beside an import: each takes 40 MB, and more would wait for what writes."""
_OWN_NAMES = {"localhost", "127.0.0.1", "[::1]"}
_ANYWHERE = {"", "0.0.0.0", "::", "[::]"}  # noqa: S104 - what is to be refused


def settings() -> Settings:
    """Return the settings, after the log was set up as they say; raises SettingsInvalid."""
    found = load()
    log.set_up(found.log_format, found.log_level)
    return found


def tune_process() -> None:
    """Set the interpreter up for a process that decodes in one thread and writes in another, or exports.

    The collector of cycles need not look through every page of posts as it is decoded (8 % of the time). And
    a thread that comes out of SQLite waits up to 5 ms for the interpreter while the other decodes: 0.3 ms is
    enough for that one. Measured by benchmarks/capture.py.
    """
    gc.set_threshold(50_000, 20, 100)
    sys.setswitchinterval(0.0003)


@asynccontextmanager
async def open_archive(
    found: Settings, *, read_only: bool = False, busy_seconds: float = 5.0
) -> AsyncIterator[Archive]:
    """Give the archive of the settings, made or migrated unless ``read_only``.

    It waits ``busy_seconds`` for others that write to it.
    """
    archive = await Archive.open(
        found.database, clock=utc_now, read_only=read_only, busy_seconds=busy_seconds
    )
    try:
        yield archive
    finally:
        await archive.close()


def bot(found: Settings, archive: Archive, outside: Outside, *, flagging: Flagging, marker: Marker) -> Bot:
    """Return the bot on an archive that was claimed; raises SettingsInvalid."""
    # Telethon takes half a second and 40 MB: only those who speak to Telegram wait for it
    from archiver.services.bot import Bot
    from archiver.telegram.line import Line

    line_settings = _line_settings(found)

    def new_line(on_flood: OnFlood) -> Line:
        return Line(line_settings, on_flood=on_flood)

    return Bot(
        archive,
        new_line,
        clock=utc_now,
        policy=policy(found),
        outside=outside,
        flagging=flagging,
        fold=fold(),
        marker=marker,
    )


def line(found: Settings) -> Line:
    """Return a line to sign in with; raises SettingsInvalid."""
    from archiver.telegram.line import Line

    async def on_flood(_method: str, _seconds: float) -> None:
        """A person waits: the error tells them."""

    return Line(_line_settings(found), on_flood=on_flood)


def policy(found: Settings) -> Policy:
    """Return how often and how far the bot looks."""
    from archiver.services.run import Policy

    sync, sampling, telegram = found.sync, found.sampling, found.telegram
    return Policy(
        look_shortest=timedelta(minutes=sync.look_shortest_minutes),
        look_longest=timedelta(minutes=sync.look_longest_minutes),
        joined_look=timedelta(minutes=sync.joined_look_minutes),
        rescan_posts=sync.rescan_posts,
        rescan_age=timedelta(days=sync.rescan_days),
        rescan_every=timedelta(hours=sync.rescan_every_hours),
        full_rescan_every=timedelta(days=sync.full_rescan_every_days),
        backfill=sync.backfill,
        backfill_since=sync.backfill_since,
        keep_raw=sync.keep_raw,
        subscribers_every=timedelta(minutes=sampling.subscribers_every_minutes),
        sample_posts=sampling.posts,
        join=telegram.join,
        joins_limit=telegram.joins_limit,
        joins_per_day=telegram.joins_per_day,
        resolves_per_day=telegram.resolves_per_day,
        heartbeat=found.heartbeat,
    )


def library(found: Settings, paths: Sequence[Path] = ()) -> Library:
    """Return the built-in packs and those of ``paths``, else the operator's; raises RulesInvalid."""
    from archiver.rules.rulebook import read_library

    return read_library(paths or ([found.rules] if found.rules else []))


def rulebook(found: Settings) -> Rulebook:
    """Return the rules in force; raises RulesInvalid."""
    return library(found).rulebook()


async def flagging(found: Settings, archive: Archive) -> Flagging:
    """Return the rules in force, ready to flag what an archive holds; raises RulesInvalid.

    Values that detectors find are linked with the archive's own key.
    """
    rules = rulebook(found)
    async with archive.write() as tx:
        key = await keys.obtain(tx, keys.LINKS, fresh=secrets.token_bytes(32), at=utc_now())
    flag = flagger(rules, link_key=key).flag
    # what the flagger was made of takes 50 MB, and only the rules are asked for again
    return Flagging(rulebook=replace(rules, groups={}, lexicons={}), flag=flag)


@contextmanager
def aside(flagging: Flagging, *, work_bytes: int) -> Iterator[Aside | None]:
    """Give processes that flag beside ours, one for each other core; none where they would not be worth it.

    No archive must be open. They are forks, which Linux alone makes well.
    """
    from archiver.services.flagging_aside import flagging_aside

    count = min(len(os.sched_getaffinity(0)) - 1, _MOST_ASIDE) if sys.platform == "linux" else 0
    if count < 1 or work_bytes < _WORTH_ASIDE:
        yield None
        return
    with flagging_aside(flagging, count) as processes:
        yield processes


def flagger(rules: Rulebook, *, link_key: bytes | None = None) -> Flagger:
    """Return what flags posts by these rules; without a key it links no values."""
    # the engines take half a second to load: only those who flag wait for them
    from archiver.rules.flagger import Flagger

    return Flagger(rules, link_key=link_key)


def fold() -> Fold:
    """Return what folds many texts at once, for the search index."""
    from archiver.rules.folded import folded

    return folded


def masker(key: bytes | None = None) -> Masker:
    """Return what finds personal data and secrets, and the names beside them, for whoever must hide them.

    With a key (`storage.keys.PSEUDONYMS`, or one of its own) it gives values pseudonyms.
    """
    from archiver.rules.detectors.detectors import HIDING, Detectors
    from archiver.services.masking import Masker, pseudonym

    return Masker(Detectors(key, detectors=HIDING).find, pseudonym if key else None)


async def marker(archive: Archive) -> Marker:
    """Return what works out of texts what an archive keeps of them: their language, and what masks leave."""
    from archiver.rules.languages import Languages
    from archiver.services.marking import Marker

    return Marker(tell_languages=Languages().of, masker=masker(await _pseudonym_key(archive)))


async def _pseudonym_key(archive: Archive) -> bytes:
    """Return the key under which the archive gives pseudonyms, wherever they are shown."""
    async with archive.write() as tx:
        return await keys.obtain(tx, keys.PSEUDONYMS, fresh=secrets.token_bytes(32), at=utc_now())


def export_tools(key: bytes | None) -> Tools:
    """Return what knows about texts for an export; without a key for pseudonyms nothing is masked."""
    from archiver.rules.languages import Languages
    from archiver.services.exporting import Tools

    @cache
    def held() -> Masker:
        return masker(key)

    def mask(texts: Sequence[str]) -> Sequence[str]:
        # half a second to make, and an archive whose marks are whole needs none
        return held().masked(texts)

    return Tools(tell_languages=Languages().of, fold=fold(), mask=mask if key else None)


def people(archive: Archive) -> People:
    """Return what keeps the logins of the desk."""
    from archiver.services.passwords import Passwords
    from archiver.services.people import People

    return People(archive=archive, clock=utc_now, passwords=Passwords(), random=secrets.SystemRandom())


async def desk(found: Settings, archive: Archive) -> Desk:
    """Return the review desk; raises SettingsInvalid, also for an address that strangers could reach.

    What it masks has the pseudonyms that an export gives.
    """
    from archiver.review.desk import Desk

    house = _house(found)
    return Desk(
        archive=archive,
        clock=utc_now,
        people=people(archive),
        masker=masker(await _pseudonym_key(archive)),
        random=secrets.SystemRandom(),
        house=house,
    )


def _house(found: Settings) -> House:
    from archiver.review.desk import House

    review = found.review
    _refuse_strangers(found)
    named = {name.strip().lower() for name in review.public_hosts.split(",")}
    try:
        zone = ZoneInfo(review.zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsInvalid(
            "ARCHIVER_REVIEW__ZONE is no time zone that this machine knows; UTC always is"
        ) from error
    return House(
        hosts=frozenset((named | _OWN_NAMES | {_bracketed(review.host)}) - _ANYWHERE),
        is_behind_proxy=review.behind_proxy,
        lease=timedelta(minutes=review.lease_minutes),
        reveals_per_day=review.reveals_per_day,
        api_calls_per_minute=review.api_calls_per_minute,
        language=review.language,
        zone=zone,
    )


def _refuse_strangers(found: Settings) -> None:
    review = found.review
    if (review.tls_cert is None) is not (review.tls_key is None):
        raise SettingsInvalid("ARCHIVER_REVIEW__TLS_CERT and ARCHIVER_REVIEW__TLS_KEY go together")
    if _is_own(review.host):
        return
    if review.tls_cert is None and not review.behind_proxy:
        raise SettingsInvalid(
            f"{review.host} can be reached from outside, and passwords would cross the network in the open; "
            "set ARCHIVER_REVIEW__TLS_CERT and __TLS_KEY, or __BEHIND_PROXY when a proxy speaks TLS for it"
        )
    if review.host in _ANYWHERE and not review.public_hosts:
        raise SettingsInvalid(
            "ARCHIVER_REVIEW__PUBLIC_HOSTS is not set; name what browsers call the desk by: desk.example.org"
        )


def _is_own(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _bracketed(host: str) -> str:
    """Return a host as browsers name it."""
    bare = host.strip("[]").lower()
    return f"[{bare}]" if ":" in bare else bare


def _line_settings(found: Settings) -> LineSettings:
    from archiver.telegram.line import LineSettings

    telegram = found.telegram
    server = _server(telegram.server, telegram.server_key)
    api_id, api_hash = telegram.api_id, telegram.api_hash
    if server is None and (api_id is None or api_hash is None):
        raise SettingsInvalid(
            "ARCHIVER_TELEGRAM__API_ID and ARCHIVER_TELEGRAM__API_HASH are not set; "
            "get them at https://my.telegram.org/apps"
        )
    if server is None and telegram.pace == 0:
        raise SettingsInvalid("ARCHIVER_TELEGRAM__PACE=0 is for a server on this machine; give 1 or less")
    return LineSettings(
        api_id=api_id or 1,
        api_hash=api_hash.get_secret_value() if api_hash else "loopback",
        session=telegram.session,
        proxy=telegram.proxy.get_secret_value() if telegram.proxy else None,
        server=server,
        pace=telegram.pace if telegram.pace is not None else (1.0 if server is None else 0.0),
        timeout_seconds=telegram.timeout_seconds,
    )


def _server(address: str | None, key: str | None) -> Server | None:
    from archiver.telegram.line import Server

    if not address:
        return None
    try:
        dc, host, port = _parts(address)
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError as error:
        raise SettingsInvalid(
            "ARCHIVER_TELEGRAM__SERVER is no DC@ADDRESS:PORT, e.g. 2@127.0.0.1:4430"
        ) from error
    if not is_loopback:
        # an added key lets whoever holds it stand between us and Telegram
        raise SettingsInvalid("ARCHIVER_TELEGRAM__SERVER must be on this machine (127.0.0.0/8 or ::1)")
    return Server(dc=dc, host=host, port=port, key=_pem(key))


def _parts(address: str) -> tuple[int, str, int]:
    dc, place = address.split("@")
    host, port = place.rsplit(":", 1)
    if not 0 < int(port) < _PORTS:
        raise ValueError(port)
    return int(dc), host.strip("[]"), int(port)


def _pem(key: str | None) -> str:
    if not key:
        raise SettingsInvalid(
            "ARCHIVER_TELEGRAM__SERVER needs ARCHIVER_TELEGRAM__SERVER_KEY: PEM text or a file"
        )
    if "-----BEGIN" in key:
        return key.replace("\\n", "\n")
    try:
        return Path(key).read_text("utf-8")
    except OSError as error:
        raise SettingsInvalid(f"can't read ARCHIVER_TELEGRAM__SERVER_KEY: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsInvalid("ARCHIVER_TELEGRAM__SERVER_KEY is no PEM public key") from error
