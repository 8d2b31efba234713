"""Logging: events with fields, one line a unit of work, to standard error.

``console`` lines are for people, ``json`` lines for machines: ``event``, ``level``, ``at`` (ISO 8601, UTC)
and the event's fields. Ids and digests are logged; texts, names, numbers and secrets never are.
"""

from __future__ import annotations

import logging
import sys

import structlog

# the variables of a function that failed may hold the text of a post
_WITHOUT_LOCALS = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def set_up(log_format: str, level: str) -> None:
    """Send the log to standard error; ``log_format`` is auto, console or json."""
    is_console = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    render: list[structlog.typing.Processor] = (
        [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
        if is_console
        else [
            structlog.processors.ExceptionRenderer(_WITHOUT_LOCALS),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            *render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Libraries()], level=logging.WARNING)


class _Libraries(logging.Handler):
    """Makes events of what libraries warn of, so that every line can be read by a machine."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        log.warning(
            "library.warned", library=record.name, said=record.getMessage(), exc_info=record.exc_info or None
        )
