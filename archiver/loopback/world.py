"""The world: channels, groups, people, accounts, and who hears of what."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.loopback.account import Account
from archiver.loopback.channel import Channel, Tell
from archiver.loopback.keys import KeyRing
from archiver.loopback.logins import LoginTokens
from archiver.loopback.look import Kind, Look
from archiver.loopback.phrases import sentence
from archiver.loopback.post import Post
from archiver.loopback.synthetic import Synthesiser

_FIRST_CHANNEL = 1_600_000_000
_FIRST_PERSON = 777_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who holds a handle and is no channel."""

    id: int
    handle: str
    is_bot: bool


class World:
    """All there is at one loopback Telegram; it outlives the servers that show it."""

    def __init__(self, seed: int = 1) -> None:
        """``seed`` decides all that is left to chance."""
        self.seed = seed
        self.began = dt.datetime.now(dt.UTC).replace(microsecond=0)
        """When it was made; its synthetic histories end an hour before."""
        self.channels: dict[int, Channel] = {}
        self.people: dict[int, Person] = {}
        self.accounts: dict[int, Account] = {}
        self.keys = KeyRing()
        self.tokens = LoginTokens()
        self.half_signed_in: dict[int, Account] = {}
        """Keys whose sign-in waits for the password."""
        self.challenges: dict[int, Any] = {}
        """The question each key was asked about its password."""
        self.listeners: list[Tell] = []
        self._person_ids = itertools.count(_FIRST_PERSON)

    # -- making it

    def add_channel(
        self,
        handle: str | None,
        *,
        title: str | None = None,
        about: str = "",
        subscribers: int = 1200,
        posts: int = 0,
        language: str = "ar",
        kind: Kind = "broadcast",
        channel_id: int | None = None,
    ) -> Channel:
        """Make a channel with a synthetic history of ``posts`` posts, ids 1 to ``posts``."""
        number = channel_id or _FIRST_CHANNEL + len(self.channels)
        if number in self.channels:
            raise ValueError(f"channel {number} exists")
        rng = random.Random(f"{self.seed}/{number}")
        look = Look(
            handles=[handle] if handle else [],
            title=title or sentence(language, rng, kind="title"),
            about=about,
            subscribers=subscribers,
            kind=kind,
            state="open" if handle else "private",
        )
        until = self.began - dt.timedelta(hours=1)
        synthesiser = Synthesiser(number, language=language, count=posts, until=until, seed=self.seed)
        channel = Channel(number, look, history=posts, synthesiser=synthesiser, tell=self._tell)
        self.channels[number] = channel
        return channel

    def add_group(self, handle: str, *, posts: int = 3) -> Channel:
        """Make a public group, which looks much like a channel."""
        return self.add_channel(handle, posts=posts, kind="group")

    def add_user(self, handle: str, *, is_bot: bool = False) -> Person:
        """Make a person or a bot with a handle."""
        person = Person(id=next(self._person_ids), handle=handle, is_bot=is_bot)
        self.people[person.id] = person
        return person

    def add_account(
        self, *, phone: str = "+9647700000000", code: str = "12345", password: str | None = None
    ) -> Account:
        """Make an account that a client can sign in to."""
        account = Account(
            next(self._person_ids), phone=phone, code=code, password=password, accept=self.tokens.accept
        )
        self.accounts[account.id] = account
        return account

    def load_jsonl(self, path: Path, *, limit: int | None = None, language: str = "ru") -> list[Channel]:
        """Make a channel for each ``channel`` in a file of posts, one JSON object a line, maybe gzipped.

        A line holds ``message_id``, ``text``, ``date`` and ``channel``; a post that comes twice counts once.
        """
        made: dict[str, Channel] = {}
        for line in itertools.islice(_lines(path), limit):
            name = line["channel"]
            if name not in made:
                handle = f"loaded_{len(made) + 1}"
                made[name] = self.add_channel(handle, title=name, language=language)
            _shelve(made[name], line)
        return list(made.values())

    # -- asking it

    def holder(self, handle: str) -> Channel | Person | None:
        """Return who holds a handle, ``None`` when nobody does; case makes no difference."""
        wanted = handle.lower()
        for channel in self.channels.values():
            if wanted in (held.lower() for held in channel.look.handles):
                return channel
        return next((person for person in self.people.values() if person.handle.lower() == wanted), None)

    def channel(self, handle: str) -> Channel:
        """Return the channel with a handle; raises KeyError when there is none."""
        found = self.holder(handle)
        if not isinstance(found, Channel):
            raise KeyError(handle)
        return found

    def account_of(self, key_id: int) -> Account | None:
        """Return the account that is signed in with a key."""
        return next((account for account in self.accounts.values() if key_id in account.keys), None)

    def account_by_phone(self, phone: str) -> Account | None:
        """Return the account with a phone number, written with a plus or without."""
        digits = phone.lstrip("+")
        return next((one for one in self.accounts.values() if one.phone.lstrip("+") == digits), None)

    def _tell(self, channel: Channel, update: Any, post_ids: tuple[int, ...]) -> None:
        for listener in self.listeners:
            listener(channel, update, post_ids)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as stored, gzip.open(stored) if path.suffix == ".gz" else stored as lines:
        for line in lines:
            yield json.loads(line)


def _shelve(channel: Channel, line: dict[str, Any]) -> None:
    at = dt.datetime.fromisoformat(line["date"]).astimezone(dt.UTC).replace(microsecond=0)
    if line["message_id"] not in channel.shelf:
        channel.shelf.add(Post(id=line["message_id"], at=at, text=line["text"], views=100))
