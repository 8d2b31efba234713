"""The pages of ``archiver serve`` as a lead gets them over HTTP, signed in, from a large archive."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from httpx import Client

TIMES = 15
PASSWORD = "correct horse battery staple"  # noqa: S105 - of a benchmark's own archive
PAGES = {
    "page_queue": "/queue",
    "page_queue_filtered": "/queue?severity=1&category=sextortion&language=fa",
    "page_disputes": "/disputes",
    "page_case": "/cases/{case_id}",
    "page_why": "/cases/{case_id}/why",
    "page_channel": "/channels/7",
    "page_rules": "/rules",
    "page_statistics": "/statistics",
}


def measure_pages(path: Path) -> dict[str, float]:
    """Return the milliseconds that each page takes, the median and the longest of some turns."""
    environment = {**os.environ, "ARCHIVER_DATABASE": str(path)}
    subprocess.run(
        [sys.executable, "-m", "archiver", "reviewers", "add", "lead", "--role", "lead"],
        input=f"{PASSWORD}\n", text=True, env=environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    found: dict[str, float] = {}
    with _served(environment) as address, Client(base_url=address, timeout=60) as client:
        client.headers["Sec-Fetch-Site"] = "same-origin"
        entered = client.post("/sign-in", data={"name": "lead", "password": PASSWORD, "code": ""})
        assert entered.status_code == 303, entered.status_code
        case_ids = re.findall(r"/cases/(\d+)", client.get("/queue").text)
        for name, page in PAGES.items():
            spent = [
                _timed(client, page.format(case_id=case_ids[turn % len(case_ids)])) for turn in range(TIMES)
            ]
            found |= {name: statistics.median(spent), f"{name}_longest": max(spent)}
    return found


def _timed(client: Client, page: str) -> float:
    began = time.perf_counter()
    answer = client.get(page)
    assert answer.status_code == 200, (page, answer.status_code)
    return (time.perf_counter() - began) * 1e3


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[str]:
    words = [sys.executable, "-m", "archiver", "serve", "--port", "0"]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().rpartition(" ")[2].strip()
        process.terminate()
