"""How pages say numbers, times and codes: in the reader's language, and in the desk's zone.

Digits and months are the language's own; an id stays as it is. A time says in its title what it is in UTC.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, get_timezone_location
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup

from archiver.domain.refusal import Refusal
from archiver.review.i18n import marked, marked_many
from archiver.review.labels import HIDDEN, HISTORY, LABELS, LANGUAGES, REFUSALS, SEVERITIES

_LOCALES = {"ar": "ar_IQ", "ckb": "ckb_IQ", "ku": "ku", "en": "en_GB"}
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_RECENT_DAYS = 30
_KILO = 1024
_TENS = 10

_JUST_NOW = marked("just now")
_MINUTES_AGO = marked_many("%(num)s minute ago", "%(num)s minutes ago")
_HOURS_AGO = marked_many("%(num)s hour ago", "%(num)s hours ago")
_DAYS_AGO = marked_many("%(num)s day ago", "%(num)s days ago")
_MINUTES = marked_many("%(num)s minute", "%(num)s minutes")
_CITIES = {"Asia/Baghdad": marked("Baghdad")}
"""Places whose names Babel does not know in all our languages."""


class Speech:
    """What a page of one language is said with; the public methods are what templates call."""

    def __init__(
        self, language: str, words: gettext.NullTranslations, *, zone: ZoneInfo, now: datetime
    ) -> None:
        """``words`` is the catalogue of the language."""
        self._locale = Locale.parse(_LOCALES[language])
        self._words = words
        self._zone = zone
        self._now = now

    def context(self) -> dict[str, Callable[..., object]]:
        """Return what templates call, by name."""
        return {
            each.__name__: each
            for each in (
                self.number, self.percent, self.when, self.hour, self.day, self.ago, self.minutes, self.size,
                self.word, self.hidden, self.harm, self.happened, self.tongue, self.refused, self.zone_name,
            )
        }  # fmt: skip

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with so many digits behind the point."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, pattern, locale=self._locale)

    def percent(self, share: float) -> str:
        """Return a share of one as per cent."""
        return format_percent(share, locale=self._locale)

    def when(self, at: datetime) -> Markup:
        """Return a time to the minute."""
        comma = "،" if self._locale.text_direction == "rtl" else ","
        return self._time(at, f"d MMM y{comma} HH:mm")

    def hour(self, at: datetime) -> Markup:
        """Return a time of a day that is clear."""
        return self._time(at, "HH:mm")

    def day(self, at: datetime) -> Markup:
        """Return a day."""
        return self._time(at, "d MMM y")

    def ago(self, at: datetime) -> Markup:
        """Return how long ago a time is; one that is long ago as a day."""
        seconds = max(0, int((self._now - at).total_seconds()))
        if seconds >= _RECENT_DAYS * _DAY:
            return self.day(at)
        return self._marked(at, self._since(seconds))

    def minutes(self, span: timedelta) -> str:
        """Return a span in minutes."""
        count = int(span.total_seconds()) // _MINUTE
        return self._counted(_MINUTES, count)

    def size(self, count: int | None) -> str:
        """Return a size of a file; nothing where it is not known."""
        if count is None:
            return ""
        size, unit = float(count), "B"
        for unit in ("B", "KB", "MB", "GB"):  # noqa: B007 - the last one is wanted
            if size < _KILO:
                break
            size /= _KILO
        return f"{self.number(size, int(size < _TENS and unit != 'B'))} {unit}"

    def word(self, code: StrEnum) -> str:
        """Return what a code of the domain is called."""
        return self._words.gettext(LABELS[type(code)][code])

    def hidden(self, kind: str) -> str:
        """Return what a mask of a kind stands for."""
        return self._words.gettext(HIDDEN[kind]) if kind in HIDDEN else kind

    def harm(self, severity: int) -> str:
        """Return what a severity means."""
        return self._words.gettext(SEVERITIES[severity])

    def happened(self, kind: str) -> str:
        """Return what an audit event says happened."""
        return self._words.gettext(HISTORY[kind]) if kind in HISTORY else kind

    def tongue(self, language: str | None) -> str:
        """Return the name of a post's language."""
        return self._words.gettext(LANGUAGES[language]) if language in LANGUAGES else "–"

    def refused(self, refusal: Refusal) -> str:
        """Return why a command was refused, and what to do."""
        return self._words.gettext(REFUSALS[refusal])

    def zone_name(self) -> str:
        """Return the place whose time the pages show, and how far it is from UTC."""
        offset = self._now.astimezone(self._zone).strftime("%z")
        city = _CITIES.get(self._zone.key)
        name = (
            self._words.gettext(city)
            if city
            else get_timezone_location(self._zone, locale=self._locale, return_city=True)
        )
        return f"{name} (UTC{offset[:3]}:{offset[3:]})"

    def _since(self, seconds: int) -> str:
        if seconds < _MINUTE:
            return self._words.gettext(_JUST_NOW)
        if seconds < _HOUR:
            return self._counted(_MINUTES_AGO, seconds // _MINUTE)
        if seconds < _DAY:
            return self._counted(_HOURS_AGO, seconds // _HOUR)
        return self._counted(_DAYS_AGO, seconds // _DAY)

    def _counted(self, texts: tuple[str, str], count: int) -> str:
        return self._words.ngettext(*texts, count) % {"num": self.number(count)}

    def _time(self, at: datetime, pattern: str) -> Markup:
        return self._marked(at, format_datetime(at, pattern, tzinfo=self._zone, locale=self._locale))

    def _marked(self, at: datetime, text: str) -> Markup:
        utc = at.astimezone(UTC)
        return Markup('<time datetime="{}" title="{}"><bdi>{}</bdi></time>').format(
            f"{utc:%Y-%m-%dT%H:%M:%SZ}", f"{utc:%Y-%m-%d %H:%M:%S} UTC", text
        )
