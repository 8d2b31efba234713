"""Settings: ``ARCHIVER_…`` from the environment and ``.env``, nested by two underscores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from archiver.domain.errors import SettingsInvalid

PREFIX = "ARCHIVER_"

Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=0)]


class Telegram(BaseModel):
    """The account and the way to Telegram."""

    api_id: int | None = Field(None, description="Your application's id, from https://my.telegram.org/apps")
    api_hash: SecretStr | None = Field(
        None, description="Your application's hash, from the same page. A secret."
    )
    session: Path = Field(
        Path("archiver.session"),
        description="The login file that `archiver login` makes. Whoever reads it is the account.",
    )
    proxy: SecretStr | None = Field(
        None,
        description="Where Telegram is blocked: socks5://user:password@host:port, http://host:port "
        "or mtproxy://secret@host:port.",
    )
    join: bool = Field(True, description="Join watched channels, so that Telegram pushes their posts to us.")
    joins_limit: Count = Field(400, description="How many channels the account may join in all.")
    joins_per_day: Count = Field(50, description="How many channels the account may join on one day (UTC).")
    resolves_per_day: Count = Field(100, description="How many handles may be looked up on one day (UTC).")
    pace: Annotated[float, Field(ge=0)] | None = Field(
        None,
        description="Multiplies the rates of calls that were seen to be safe (1). 0, no pacing, is for a "
        "server on this machine.",
    )
    timeout_seconds: Positive = Field(30, description="How long an answer may take.")
    server: str | None = Field(
        None,
        description="Another MTProto server, DC@HOST:PORT, on this machine only; for tests and the demo.",
    )
    server_key: str | None = Field(
        None, description="That server's public key: PEM text, or the path of a file."
    )


class Sync(BaseModel):
    """How often to look, and how far back."""

    look_shortest_minutes: Positive = Field(
        5, description="A busy channel that we did not join: minutes between looks."
    )
    look_longest_minutes: Positive = Field(
        360, description="A quiet channel that we did not join: minutes between looks."
    )
    joined_look_minutes: Positive = Field(
        15, description="A joined channel whose pushes are quiet: minutes between looks."
    )
    backfill: bool = Field(True, description="Archive what channels published before we came.")
    backfill_since: date | None = Field(
        None, description="How far back to go, e.g. 2024-01-31; everything when unset."
    )
    keep_raw: bool = Field(True, description="Keep the exact bytes of what Telegram answered, compressed.")
    rescan_posts: Count = Field(
        500, description="The newest posts of a channel that are looked at again often …"
    )
    rescan_days: Positive = Field(14, description="… but none older than this many days …")
    rescan_every_hours: Positive = Field(6, description="… and how often that is.")
    full_rescan_every_days: Positive = Field(30, description="How often a whole channel is looked at again.")


class Sampling(BaseModel):
    """Counts over time."""

    subscribers_every_minutes: Positive = Field(
        60, description="How often a channel's subscribers are counted."
    )
    posts: bool = Field(
        True, description="Record views, forwards, replies and reactions of posts as they age."
    )


class Review(BaseModel):
    """The review desk."""

    host: str = Field(
        "127.0.0.1",
        description="Where `archiver serve` listens. Another address than this machine's own needs TLS or a "
        "proxy, and PUBLIC_HOSTS.",
    )
    port: Annotated[int, Field(ge=0, le=65_535)] = Field(8321, description="The port; 0 takes a free one.")
    public_hosts: str = Field(
        "", description="The names that browsers may call the desk by, with commas between: desk.example.org"
    )
    tls_cert: Path | None = Field(None, description="A certificate with its chain (PEM), to serve https …")
    tls_key: Path | None = Field(None, description="… and its key.")
    behind_proxy: bool = Field(
        False,
        description="A proxy that speaks TLS stands before the desk and sets X-Forwarded-For and -Proto.",
    )
    lease_minutes: Positive = Field(10, description="How long a claimed case stays with its reviewer unused.")
    reveals_per_day: Count = Field(
        40, description="How often a reviewer may see personal data of a case unmasked in 24 hours."
    )
    api_calls_per_minute: Annotated[int, Field(ge=1)] = Field(
        600, description="How many calls of the JSON API a token may make in a minute."
    )
    language: Literal["ar", "ckb", "ku", "en"] = Field(
        "en", description="Of pages for whom nothing else is known: Arabic, Sorani, Kurmanji, English."
    )
    zone: str = Field("Asia/Baghdad", description="The time zone in which pages show times.")


class Settings(BaseSettings):
    """Everything that can be set; make one with `load`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_file=".env", env_file_encoding="utf-8",
        env_ignore_empty=True, extra="ignore", hide_input_in_errors=True,
    )  # fmt: skip

    database: Path = Field(Path("archive.db"), description="The archive: one SQLite file.")
    channels_file: Path | None = Field(
        None,
        description="A watch list that `archiver run` obeys at start and on SIGHUP: a txt file with a handle "
        "or link a line, or csv or toml with handle, labels, note, priority.",
    )
    rules: Path | None = Field(
        None,
        description="A folder of your own rule packs and standings, beside the built-in ones; see "
        "docs/reference/rules.md.",
    )
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="Log lines for people or for machines; auto is console on a terminal, else json."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least that is logged."
    )
    telegram: Telegram = Field(default_factory=Telegram)
    sync: Sync = Field(default_factory=Sync)
    sampling: Sampling = Field(default_factory=Sampling)
    review: Review = Field(default_factory=Review)
    heartbeat_seconds: Positive = Field(
        30,
        description="How often the bot proves that it and its line are alive; a silent line is noticed in "
        "twice that.",
    )

    @property
    def heartbeat(self) -> timedelta:
        """Return the time between two heartbeats."""
        return timedelta(seconds=self.heartbeat_seconds)


def load() -> Settings:
    """Return the settings of this process; raises SettingsInvalid, naming the setting but not its value."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = PREFIX + "__".join(str(part) for part in first["loc"]).upper()
        raise SettingsInvalid(f"{name}: {first['msg'].lower()}; see .env.example") from error
    except SettingsError as error:
        # error parsing value for field "telegram" …: a group of settings got a value
        group = PREFIX + str(error).split('"')[1].upper()
        raise SettingsInvalid(f"{group} is a group: set {group}__… instead; see .env.example") from error
    except UnicodeDecodeError as error:
        raise SettingsInvalid(".env is no UTF-8 text; save it as UTF-8") from error


def names() -> list[str]:
    """Return the names of all settings, as the environment has them."""
    return [name for name, _ in _fields(Settings)]


def example() -> str:
    """Return the text of ``.env.example``: every setting with a sentence and its default, commented out."""
    lines = [
        "# Settings of the archiver. Copy this file to .env; take away the # before what you change.",
        "",
    ]
    for name, field in _fields(Settings):
        lines += [f"# {field.description}", f"#{name}={_shown(field)}", ""]
    return "\n".join(lines)


def _fields(model: type[BaseModel], prefix: str = PREFIX) -> Iterator[tuple[str, FieldInfo]]:
    for key, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _fields(inner, f"{prefix}{key.upper()}__")
        else:
            yield prefix + key.upper(), field


def _shown(field: FieldInfo) -> str:
    value: Any = field.default
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
