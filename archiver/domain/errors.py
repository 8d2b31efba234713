"""All errors a person may see.

ArchiverError
├── SettingsInvalid           a setting is missing or wrong
├── ArchiveError              the archive file
│   ├── ArchiveMissing        there is none to read yet
│   ├── ArchiveLocked         another process holds it longer than we waited
│   ├── ArchiveInUse          another bot already writes to it
│   ├── ArchiveReadOnly       it, or its folder, can't be written
│   ├── ArchiveFull           the disk has no room
│   ├── ArchiveDamaged        SQLite says the file is malformed
│   ├── ArchiveTooOld         it must be migrated before it can be read
│   └── ArchiveTooNew         a newer archiver wrote it
├── WatchError                the watch list
│   ├── HandleInvalid         not a handle or a link to a channel
│   ├── ChannelUnknown        not on the watch list
│   ├── ChannelsFileInvalid   the file of channels can't be read
│   └── NotAChannel           a group, a bot, a person: not a public broadcast channel
├── RulesError                the rules, and what they are measured by
│   ├── RulesInvalid          a pack or a lexicon is wrong; none of them was taken
│   └── LabelledPostsInvalid  the file of labelled posts can't be read
├── ExportError               an export
│   ├── ExportExists          something is where it was to be
│   ├── ExportUnwritable      its folder can't be written, or the disk is full
│   └── FilterImpossible      no row can be chosen like that
├── SourceError               a file to be imported
│   ├── SourceUnreadable      it is cut off, damaged, or of no kind that we read
│   └── SourceRefused         no public channel is in it, or nobody says which
├── QueryInvalid              what was searched for can't be read as a query
├── ChartEmpty                there is nothing that a chart could show
├── DeskError                 the desk, and who may use it
│   ├── CaseUnknown           there is no such case
│   ├── CommandRefused        a case does not take a command, not now or not from this reviewer
│   ├── ReviewerUnknown       nobody has that name
│   └── ReviewerInvalid       a name, a password or a code can't be taken
└── TelegramError             what Telegram or the way to it answered
    ├── SessionMissing        nobody has signed in
    ├── SessionExposed        others can read the session file
    ├── SessionInUse          another process uses the session file
    ├── SignInFailed          a wrong code, password or number
    ├── AccountLost           signed out, frozen, banned or used twice: a person must act
    ├── ConnectionLost        no line to Telegram
    ├── FloodWait             Telegram asks us to wait
    ├── BudgetSpent           our own daily allowance for a call is used up
    ├── ChannelUnreachable    private, banned, deleted or restricted
    ├── HandleVacant          nobody holds the handle
    └── AnswerUnreadable      an answer this version can't decode

Every class has a stable ``code`` for logs, documentation and machines. A message names the thing and
the way out, in lower case, without a full stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from archiver.domain.fault import Fault
from archiver.domain.refusal import Refusal


class ArchiverError(Exception):
    """Something a person can act on; its text is one line for that person."""

    code: ClassVar[str] = "archiver"


class SettingsInvalid(ArchiverError):
    """A setting is missing or wrong."""

    code = "settings_invalid"


class ArchiveError(ArchiverError):
    """The archive file can't serve."""

    code = "archive"


class ArchiveMissing(ArchiveError):
    """There is no archive to read yet."""

    code = "archive_missing"


class ArchiveLocked(ArchiveError):
    """Another process held the file for longer than the busy timeout."""

    code = "archive_locked"


class ArchiveInUse(ArchiveError):
    """Another bot already writes to this archive."""

    code = "archive_in_use"


class ArchiveReadOnly(ArchiveError):
    """The file or its folder can't be written."""

    code = "archive_read_only"


class ArchiveFull(ArchiveError):
    """The disk has no room for the transaction; nothing of it was kept."""

    code = "archive_full"


class ArchiveDamaged(ArchiveError):
    """SQLite says the file is malformed or not a database."""

    code = "archive_damaged"


class ArchiveTooOld(ArchiveError):
    """The schema is older than this program and was opened to be read only."""

    code = "archive_too_old"


class ArchiveTooNew(ArchiveError):
    """The schema is newer than this program."""

    code = "archive_too_new"


class WatchError(ArchiverError):
    """The watch list can't take or find something."""

    code = "watch"


class HandleInvalid(WatchError):
    """The text is neither a handle nor a link to a public channel."""

    code = "handle_invalid"


class ChannelUnknown(WatchError):
    """No such channel is on the watch list."""

    code = "channel_unknown"


class ChannelsFileInvalid(WatchError):
    """The file of channels can't be read."""

    code = "channels_file_invalid"


class NotAChannel(WatchError):
    """What holds the handle is not a public broadcast channel."""

    code = "not_a_channel"


class RulesError(ArchiverError):
    """Files about rules have faults; the line for a person tells the first and counts the others."""

    code = "rules"
    way_out: ClassVar[str] = "mend them too"

    def __init__(self, faults: Sequence[Fault]) -> None:
        """``faults`` are all that were found, at least one."""
        others = len(faults) - 1
        more = f" (and {others} more: {self.way_out})" if others else ""
        super().__init__(f"{faults[0]}{more}")
        self.faults = tuple(faults)


class RulesInvalid(RulesError):
    """A pack or a lexicon is wrong; none of them was taken."""

    code = "rules_invalid"
    way_out = "archiver rules check shows them all"


class LabelledPostsInvalid(RulesError):
    """The file of labelled posts can't be read."""

    code = "labelled_posts_invalid"


class ExportError(ArchiverError):
    """An export can't be made; nothing of it is left."""

    code = "export"


class ExportExists(ExportError):
    """Something is where the export was to be."""

    code = "export_exists"


class ExportUnwritable(ExportError):
    """The folder of the export can't be written, or its disk has no room."""

    code = "export_unwritable"


class FilterImpossible(ExportError):
    """No row can be chosen like that."""

    code = "filter_impossible"


class SourceError(ArchiverError):
    """A file can't be imported."""

    code = "source"


class SourceUnreadable(SourceError):
    """A file is cut off or damaged, or of no kind that is read; what came before the fault is kept."""

    code = "source_unreadable"


class SourceRefused(SourceError):
    """A file holds no public channel, or nobody says which one it is of."""

    code = "source_refused"


class QueryInvalid(ArchiverError):
    """What was searched for can't be read as a query."""

    code = "query_invalid"


class ChartEmpty(ArchiverError):
    """There is nothing that a chart could show."""

    code = "chart_empty"


class DeskError(ArchiverError):
    """The desk can't do that."""

    code = "desk"


class CaseUnknown(DeskError):
    """There is no such case."""

    code = "case_unknown"


class CommandRefused(DeskError):
    """A case does not take a command."""

    code = "command_refused"

    def __init__(self, refusal: Refusal) -> None:
        """``refusal`` is the word that says why."""
        super().__init__(f"the desk refused that: {refusal}")
        self.refusal = refusal


class ReviewerUnknown(DeskError):
    """Nobody has that name."""

    code = "reviewer_unknown"


class ReviewerInvalid(DeskError):
    """A name, a password or a code can't be taken."""

    code = "reviewer_invalid"

    def __init__(self, message: str, *, reason: str) -> None:
        """``reason`` is a word for pages that speak other languages: `domain.reviewer.Unfit`."""
        super().__init__(message)
        self.reason = reason


class TelegramError(ArchiverError):
    """Telegram, or the way to it, said no."""

    code = "telegram"


class SessionMissing(TelegramError):
    """Nobody has signed in with this session file."""

    code = "session_missing"


class SessionExposed(TelegramError):
    """Others than the owner can read the session file."""

    code = "session_exposed"


class SessionInUse(TelegramError):
    """Another process uses this session file."""

    code = "session_in_use"


class SignInFailed(TelegramError):
    """Telegram refused the number, the code or the password."""

    code = "sign_in_failed"


class AccountLost(TelegramError):
    """The account was signed out, frozen, banned or used twice; a person must act."""

    code = "account_lost"

    def __init__(self, message: str, *, state: str) -> None:
        """``state`` is the word of `domain.account.AccountState` that says what happened."""
        super().__init__(message)
        self.state = state


class ConnectionLost(TelegramError):
    """There is no line to Telegram, or an answer did not come in time."""

    code = "connection_lost"


class FloodWait(TelegramError):
    """Telegram asks us to leave one method alone for a while."""

    code = "flood_wait"

    def __init__(self, method: str, *, seconds: float) -> None:
        """``seconds`` is Telegram's own figure."""
        super().__init__(f"Telegram asks to wait {seconds:g} s before {method}")
        self.method = method
        self.seconds = seconds


class BudgetSpent(TelegramError):
    """Our own daily allowance for a scarce call is used up."""

    code = "budget_spent"

    def __init__(self, method: str, *, seconds: float) -> None:
        """``seconds`` until the allowance begins anew."""
        super().__init__(f"today's budget for {method} is spent, the next call is in {seconds:g} s")
        self.method = method
        self.seconds = seconds


class ChannelUnreachable(TelegramError):
    """Telegram does not show us the channel; ``availability`` says what it answered."""

    code = "channel_unreachable"

    def __init__(self, message: str, *, availability: str, detail: str) -> None:
        """``availability`` is a word of `domain.channel.Availability`, ``detail`` Telegram's own."""
        super().__init__(message)
        self.availability = availability
        self.detail = detail


class HandleVacant(TelegramError):
    """Nobody holds the handle now."""

    code = "handle_vacant"


class AnswerUnreadable(TelegramError):
    """Telegram answered something that this version of the library can't decode."""

    code = "answer_unreadable"
