"""World files: a small TOML file that says who is there and what happens when.

    seed = 7                       # decides what is left to chance
    [[account]]                    # phone, code, password, joined = ["handle", …]
    [[channel]]                    # handle, title, about, subscribers, language, history, kind, …
    living = {posts = 6, edits = 1, deletions = 0.5}      # by chance, so many a minute
    [[person]]                     # handle, is_bot
    [[event]]                      # at = 3.0 (seconds), do = "publish", … : see deeds.py

worlds/demo.toml is one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from archiver.loopback.deeds import FLAGS, Order
from archiver.loopback.world import World

LIVING = ("posts", "edits", "deletions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How often something happens in a channel by chance, a minute."""

    handle: str
    rates: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A world as it begins, and all that will happen in it."""

    world: World
    events: tuple[tuple[float, Order], ...]
    lives: tuple[Life, ...]


def read_script(path: Path) -> Script:
    """Return the world a file describes; raises ValueError or TypeError for a file that makes no sense."""
    return parse_script(path.read_text("utf-8"))


def demo_script() -> Script:
    """Return the world of the demo."""
    return parse_script(files("archiver.loopback").joinpath("worlds/demo.toml").read_text("utf-8"))


def parse_script(text: str) -> Script:
    """Return the world a TOML text describes; raises what `read_script` raises."""
    told = tomllib.loads(text)
    world = World(seed=told.get("seed", 1))
    lives = tuple(_channel(world, **table) for table in told.get("channel", ()))
    for table in told.get("person", ()):
        world.add_user(**table)
    for table in told.get("account", ()):
        _account(world, **table)
    events = sorted(((event["at"], event) for event in told.get("event", ())), key=lambda event: event[0])
    return Script(world=world, events=tuple(events), lives=lives)


def _channel(
    world: World, *, handle: str, history: int = 0, living: Mapping[str, float] | None = None, **table: Any
) -> Life:
    flags: dict[str, bool] = {name: table.pop(name) for name in FLAGS if name in table}
    hides = table.pop("hides_subscribers", False)
    channel = world.add_channel(handle, posts=history, **table)
    channel.look.flags |= flags
    channel.look.hides_subscribers = hides
    rates = dict(living or {})
    if unknown := rates.keys() - set(LIVING):
        raise ValueError(f"channel {handle}: living knows {', '.join(LIVING)}, not {', '.join(unknown)}")
    return Life(handle=handle, rates=rates)


def _account(world: World, *, joined: tuple[str, ...] = (), **table: Any) -> None:
    account = world.add_account(**table)
    account.joined |= {world.channel(handle).id for handle in joined}
