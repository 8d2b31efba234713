"""Telethon's client with its update engine taken out and ours put in.

The only file that touches private parts of Telethon's client. It overrides ``_update_loop``,
``_handle_auto_reconnect``, ``_save_states_and_entities`` and ``get_me`` (which connecting calls), and reaches
for ``_switch_dc`` and, in ``_sender``, for ``_updates_queue``, ``_pending_state``, ``_send_queue._deque``,
``_disconnected``, ``_start_reconnect``, ``_reconnect_task`` and ``auth_key``. The version is pinned, and
tests/telegram/ fails when one of them moves.
Why: docs/decisions/0002-own-update-engine.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from telethon import TelegramClient

from archiver.telegram.inbox import Inbox


class Client(TelegramClient):  # type: ignore[misc]  # Telethon ships no types
    """A client whose pushes go into an inbox, and that keeps nothing but the login in its session."""

    def __init__(self, *arguments: Any, inbox: Inbox, on_reconnect: Callable[[], None], **named: Any) -> None:
        """``on_reconnect`` is called when Telethon has dialled again by itself; all else is Telethon's."""
        super().__init__(*arguments, base_logger=_discreet, **named)
        self._sender._updates_queue = inbox
        self._on_reconnect = on_reconnect

    async def get_me(self, input_peer: bool = False) -> Any:
        """Return nobody: `Line` asks who we are, in its own words and at its own pace."""
        return None

    async def hang_up(self) -> None:
        """Disconnect; who waits for an answer is told so at once."""
        await self.disconnect()
        ended = self._sender._disconnected
        if ended.done() and not ended.cancelled():
            ended.exception()  # known by now: nobody must call it "never retrieved"
        for state in self._waiting():
            state.future.cancel()
        self._waiting().clear()

    def redial(self, reason: Exception) -> None:
        """Give up the TCP connection and dial again, in the background, unless that is under way already."""
        self.forget_abandoned()
        dialling = self._sender._reconnect_task
        # Telethon would dial twice at once, lose a connection and read the other with two loops
        if dialling is None or dialling.done():
            self._sender._start_reconnect(reason)

    def forget_abandoned(self) -> None:
        """Forget what nobody waits for any more: Telethon would ask it again on the next connection."""
        pending, waiting = self._sender._pending_state, self._waiting()
        for message_id in [key for key, state in pending.items() if state.future.done()]:
            del pending[message_id]
        kept = [state for state in waiting if not state.future.done()]
        waiting.clear()
        waiting.extend(kept)

    def forget_key(self) -> None:
        """Make the next connection exchange a new key; the client is disconnected."""
        self._sender.auth_key.key = None
        self.session.auth_key = None
        self.session.save()

    async def move(self, dc_id: int) -> None:
        """Go on at the data centre that holds the account."""
        await self._switch_dc(dc_id)

    def _waiting(self) -> Any:
        return self._sender._send_queue._deque

    async def _update_loop(self) -> None:
        """Do nothing: Telethon's engine loses events (research: telethon.md 1.4)."""

    async def _handle_auto_reconnect(self) -> None:
        self._on_reconnect()

    async def _save_states_and_entities(self) -> None:
        """Save nothing: how far we read is the archive's business."""


class _Discreet(logging.Logger):
    """Passes on what Telethon warns of, but not of whom: its arguments may be posts or phone numbers."""

    def getChild(self, suffix: str) -> _Discreet:  # noqa: N802 - logging's own name
        return self

    def makeRecord(self, *arguments: Any, **named: Any) -> logging.LogRecord:  # noqa: N802
        record = super().makeRecord(*arguments, **named)
        if isinstance(record.args, tuple):
            record.args = tuple(_harmless(value) for value in record.args)
        record.exc_info = record.exc_text = None
        return record


def _harmless(value: object) -> int | str:
    return value if isinstance(value, int) else f"<{type(value).__name__}>"


_discreet = _Discreet("telethon", logging.WARNING)
_discreet.parent = logging.getLogger()
