"""Archives public Telegram channels and queues leak and extortion posts for review."""

from __future__ import annotations

__version__ = "0.1.0"
