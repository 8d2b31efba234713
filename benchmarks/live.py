"""From push to commit: 500 joined channels that publish 60 posts a second in total, for a minute."""

from __future__ import annotations

import json
import re
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks._bot import running, until
from benchmarks._loopback import serve

_NEW = "SELECT revision_id, text FROM revisions WHERE revision_id > ? ORDER BY revision_id"

CHANNELS, PER_SECOND, SECONDS, LIMIT = 500, 60, 60, 1.0


def main() -> None:
    """Measure, and print one JSON line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            serve(folder, channels=CHANNELS, posts=20) as place,
            running(folder, place, channels=CHANNELS) as bot,
        ):
            until(folder, "SELECT sum(is_joined) FROM channel_access", lambda count: count >= CHANNELS)
            until(folder, "SELECT count(*) FROM posts", lambda count: count >= CHANNELS * 20)
            before = _memory(bot.pid)
            place.publish(per_second=PER_SECOND, seconds=SECONDS)
            waits = _waits(folder, PER_SECOND * SECONDS)
            after = _memory(bot.pid)
    ordered = sorted(waits)
    print(
        json.dumps(
            {
                "benchmark": "live",
                "channels": CHANNELS,
                "posts": len(waits),
                "seconds_p50": round(statistics.median(ordered), 3),
                "seconds_p99": round(ordered[len(ordered) * 99 // 100], 3),
                "seconds_max": round(ordered[-1], 3),
                "limit_p99": LIMIT,
                "mib_before": before,
                "mib_after": after,
            }
        )
    )


def _waits(folder: Path, posts: int) -> list[float]:
    """Return for each post the seconds from its publication until a reader can see it committed."""
    waits: list[float] = []
    deadline = time.monotonic() + SECONDS + 60
    with sqlite3.connect(f"file:{folder}/archive.db?mode=ro", uri=True, timeout=10) as db:
        last = int(db.execute("SELECT max(revision_id) FROM revisions").fetchone()[0])
        while len(waits) < posts and time.monotonic() < deadline:
            for revision_id, text in db.execute(_NEW, (last,)).fetchall():
                waits.append(time.time() - float(text.split()[0]))  # noqa: TID251 - the server's clock is ours
                last = revision_id
            time.sleep(0.005)
    assert len(waits) == posts, f"{len(waits)} of {posts} posts arrived"
    return waits


def _memory(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return round(int(found[1]) / 1024)


if __name__ == "__main__":
    main()
