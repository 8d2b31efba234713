"""Flagging aside: processes that flag, so that whoever reads and writes need not.

Flagging takes most of the time of an import. Such a process is a fork: it has the flagger already, shares
its memory with us, and knows nothing of the archive, which must not be open when it is made. It is given
texts and details as the archive keeps them, and gives back flags. It ends when its pipe does, so by whatever
its parent dies. What it fails on, or dies of, is flagged by its parent in the end.
"""

from __future__ import annotations

import gc
import multiprocessing
import queue
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

from archiver.domain.flag import Flag
from archiver.domain.kept_content import kept_content
from archiver.services.flagging import Flagging, flags_of

Kept = tuple[str, str, str | None]
"""A content as the archive keeps it: text, details, and the handle of a forward. Tuples travel fastest."""

Told = list[tuple[Flag, ...]] | None
"""The flags of some contents; ``None`` where they are still to be flagged."""


class Aside:
    """Processes that flag; make them with `flagging_aside`."""

    def __init__(self, pipes: Sequence[Connection]) -> None:
        """Use `flagging_aside`."""
        self.count = len(pipes)
        self._idle: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        for pipe in pipes:
            self._idle.put(pipe)
        self._threads = ThreadPoolExecutor(max_workers=self.count, thread_name_prefix="flagging")

    def flag(self, kept: Sequence[Kept]) -> Future[Told]:
        """Have contents flagged by whichever process is idle first."""
        return self._threads.submit(self._ask, list(kept))

    def close(self) -> None:
        """Give up what was not begun; safe to call twice."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _ask(self, kept: list[Kept]) -> Told:
        pipe = self._idle.get()
        try:
            pipe.send(kept)
            told: Told = pipe.recv()
        except (EOFError, OSError):  # it has died
            return None
        finally:
            self._idle.put(pipe)
        return told


@contextmanager
def flagging_aside(flagging: Flagging, count: int) -> Iterator[Aside]:
    """Give so many processes that flag; no archive must be open, and no thread of ours run."""
    fork = multiprocessing.get_context("fork")
    gc.collect()
    gc.freeze()  # the collector would write into memory that is shared
    pipes: list[Connection] = []
    processes = []
    for _ in range(count):
        ours, theirs = fork.Pipe()
        pipes.append(ours)
        process = fork.Process(target=_serve, args=(theirs, tuple(pipes), flagging), daemon=True)
        process.start()
        theirs.close()
        processes.append(process)
    aside = Aside(pipes)
    try:
        yield aside
    finally:
        for process in processes:
            process.terminate()
        aside.close()
        for process, pipe in zip(processes, pipes, strict=True):
            process.join()
            pipe.close()
        gc.unfreeze()


def _serve(pipe: Connection, others: Sequence[Connection], flagging: Flagging) -> None:
    # Ctrl-C is for our parent, which ends us; and its ends of pipes must be its own to end with it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in others:
        other.close()
    with suppress(EOFError, OSError):
        while True:
            pipe.send(_flagged(flagging, pipe.recv()))


def _flagged(flagging: Flagging, kept: Sequence[Kept]) -> Told:
    try:
        contents = [
            kept_content(text, details, forwarded_from_handle=handle) for text, details, handle in kept
        ]
        return list(flags_of(flagging, contents))
    except Exception:  # noqa: BLE001 - our parent meets it again, and tells
        return None
