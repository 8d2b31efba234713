"""The log, in a process of its own: every line of it is an event."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import logging
from archiver import log
log.set_up("json", "info")
logging.getLogger("asyncio").info("too quiet")
logging.getLogger("asyncio").warning("slow by %s s", 3)
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("asyncio").exception("it broke")
"""


def test_what_libraries_warn_of_are_events_too() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    warned, broke = (json.loads(line) for line in ended.stderr.splitlines())
    assert (warned.pop("at")[-1], ended.stdout) == ("Z", "")
    assert warned == {
        "event": "library.warned", "level": "warning", "library": "asyncio", "said": "slow by 3 s",
    }  # fmt: skip
    assert (broke["said"], broke["exception"][0]["exc_type"]) == ("it broke", "ZeroDivisionError")


FAILING = """
import structlog
from archiver import log
log.set_up({log_format!r}, "info")
def work(post):
    raise ValueError("no")
try:
    work("a text of " + "a post")
except ValueError:
    structlog.get_logger().exception("work.failed")
"""


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_what_a_failing_function_held_is_not_told(log_format: str) -> None:
    program = FAILING.format(log_format=log_format)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "ValueError" in ended.stderr
    assert "a text of a post" not in ended.stderr
