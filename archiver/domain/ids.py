"""Ids that must not be mistaken for one another."""

from __future__ import annotations

from typing import NewType

ChannelId = NewType("ChannelId", int)
"""Telegram's bare channel id: positive, without the -100 mark that bots put before it."""

PostId = NewType("PostId", int)
"""A post's number within its channel; given once, never again."""

AccountId = NewType("AccountId", int)
"""Telegram's id of an account that we sign in with."""

RunId = NewType("RunId", int)
"""One life of the bot process; numbered from 1."""

RawPageId = NewType("RawPageId", int)
"""One kept answer of Telegram."""

ReviewerId = NewType("ReviewerId", int)
"""A person with a login to the desk; numbered from 1, never given twice."""

CaseId = NewType("CaseId", int)
"""A case: the id of its repost group."""
