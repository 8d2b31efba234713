"""Peak memory of ``archiver run`` with 500 channels, and a backfill of 10,000 and of 100,000 posts."""

from __future__ import annotations

import json
import re
import tempfile
import time
from pathlib import Path

from benchmarks._bot import running, until
from benchmarks._loopback import serve

CHANNELS, LIMIT_MIB = 500, 200


def main() -> None:
    """Measure, and print one JSON line."""
    peaks = {posts: _peak(posts) for posts in (10_000, 100_000)}
    few, many = peaks.values()
    print(
        json.dumps(
            {
                "benchmark": "memory",
                "channels": CHANNELS,
                "peak_mib": {str(posts): peak["mib"] for posts, peak in peaks.items()},
                "growth": round(many["mib"] / few["mib"], 2),
                "limit_mib": LIMIT_MIB,
                "seconds": {str(posts): peak["seconds"] for posts, peak in peaks.items()},
            }
        )
    )


def _peak(posts: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serve(folder, channels=CHANNELS, posts=posts // CHANNELS) as place:
            began = time.monotonic()
            with running(folder, place, channels=CHANNELS) as bot:
                until(folder, "SELECT count(*) FROM posts", lambda count: count >= posts)
                until(folder, "SELECT sum(is_joined) FROM channel_access", lambda count: count >= CHANNELS)
                spent = time.monotonic() - began
                status = Path(f"/proc/{bot.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return {"mib": round(int(found[1]) / 1024), "seconds": round(spent)}


if __name__ == "__main__":
    main()
