"""What every daemon of the example does as a process: write a log, find its addresses, end when it is asked to."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator

ENDING = {signal.SIGTERM, signal.SIGINT}


def start_log(log: logging.Logger) -> None:
    """Sends a log to standard output: a UTC time, a level, a text with fields. Each line is written at once."""
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    log.addHandler(handler)
    log.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
    log.info("%s starts pid=%d", log.name, os.getpid())


def address(variable: str, default: str) -> tuple[str, int]:
    """Reads HOST:PORT from the environment."""
    text = os.environ.get(variable, default)
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        sys.exit(f"{variable} must be HOST:PORT, for example {default}; it is {text!r}")
    return host, int(port)


def hold_ending_signals() -> None:
    """For a server: keeps the signals that end it for `wait_for_end`. Must come before the first thread."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


def wait_for_end() -> str:
    """For a server whose threads do the work: waits in the main thread for a held signal and returns its name."""
    return signal.Signals(signal.sigwait(ENDING)).name


class Lifetime:
    """For a loop: an end that is asked for while it waits comes at once, otherwise after the work in hand."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._asked_by = ""
        self._waiting = False
        for number in ENDING:
            signal.signal(number, self._end)

    def _end(self, number: int, _frame: object) -> None:
        self._asked_by = signal.Signals(number).name
        if self._waiting:
            sys.exit(0)

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Marks code that may be left at any point."""
        self._waiting = True
        try:
            if self._asked_by:
                sys.exit(0)
            yield
        except SystemExit:
            self._log.info("ends signal=%s", self._asked_by)
            raise
        finally:
            self._waiting = False

    def sleep(self, seconds: float) -> None:
        """Sleeps, unless the end comes first."""
        with self.waiting():
            time.sleep(seconds)
