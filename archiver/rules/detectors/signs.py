"""Signs without letters of their own, which several detectors share: each is looked for once."""

from __future__ import annotations

BETWEEN = b" .()/\x7f-"
"""What may stand between the digits of a number; three of them at most."""
LONG_NUMBER = rb"[0-9](?:[ .()/\x7f-]{0,3}[0-9]){8}[^0-9]"
"""Nine digits, each with little before it, and no digit behind them."""
GROUPED_NUMBER = (
    rb"[0-9]{4}[ .\x7f-]{0,2}[0-9]{4}[ .\x7f-]{0,2}[0-9]{4}",
    rb"[0-9]{6}[ .\x7f-]{1,2}[0-9]{5}",
)
"""Twelve digits in fours, or six before five."""
