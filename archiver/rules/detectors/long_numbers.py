"""Long numbers that are nothing known: for whoever hides numbers, not for rules."""

from __future__ import annotations

from archiver.rules.detectors.detector import plain

KIND = "long_number"
"""Nine digits or more in one piece: an account, an old identity card, a number with a slip of the pen."""

DETECTORS = (plain(KIND, rb"[0-9]{9,}", signs=(rb"[0-9]{9}",), confidence=0.2, reach=16),)
