"""The documents, the queue of those to be analysed, and the results, in one SQLite file."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LEASE = 15.0  # seconds after which a document whose worker fell silent is given to another
KEEP = 500  # documents; the oldest go first
MAX_TEXT = 256 * 1024  # characters of a document
MAX_TITLE = 200  # characters
LONGEST_WAIT = 20.0  # seconds that `claim` and `dispatch` wait for something to do

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, text TEXT NOT NULL,
    claimed_until REAL NOT NULL DEFAULT 0, result TEXT, dispatched INTEGER NOT NULL DEFAULT 0
);
"""

Document = dict[str, Any]


class Documents:
    """What the store can do; several threads may ask at once."""

    def __init__(self, path: Path, log: logging.Logger) -> None:
        self._log = log
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.executescript("PRAGMA journal_mode=WAL;" + SCHEMA)
        self._changed = threading.Condition()  # also guards the connection
        self._closed = False

    def submit(self, title: str, text: str) -> int:
        if not 0 < len(text) <= MAX_TEXT or not 0 < len(title) <= MAX_TITLE:
            raise ValueError(f"a document has 1 to {MAX_TEXT} characters and a title of 1 to {MAX_TITLE}")
        with self._changed:
            row = self._database.execute("INSERT INTO documents (title, text) VALUES (?, ?)", (title, text))
            self._database.execute("DELETE FROM documents WHERE id <= ?", (row.lastrowid - KEEP,))
            self._changed.notify_all()
            self._log.info("submitted document=%d characters=%d title=%r", row.lastrowid, len(text), title)
            return row.lastrowid

    def claim(self, wait: float) -> Document | None:
        """The oldest document without a result that nobody works on; nobody else gets it while the lease lasts."""
        return self._wait_for(wait, lambda now: self._database.execute(
            "UPDATE documents SET claimed_until = ? WHERE id = (SELECT id FROM documents"
            " WHERE result IS NULL AND claimed_until < ? ORDER BY id LIMIT 1) RETURNING id, title, text",
            (now + LEASE, now)).fetchall())

    def finish(self, document: int, result: Document) -> None:
        with self._changed:
            self._database.execute("UPDATE documents SET result = ? WHERE id = ?", (json.dumps(result), document))
            self._changed.notify_all()
            self._log.info("finished document=%d words=%s", document, result.get("words"))

    def dispatch(self, wait: float) -> Document | None:
        """The oldest result that was not handed out before."""
        return self._wait_for(wait, lambda now: self._database.execute(
            "UPDATE documents SET dispatched = 1 WHERE id = (SELECT id FROM documents"
            " WHERE result IS NOT NULL AND NOT dispatched ORDER BY id LIMIT 1) RETURNING id, title, result").fetchall())

    def document(self, document: int) -> Document | None:
        query = "SELECT id, title, result FROM documents WHERE id = ?"
        with self._changed:
            return self._decoded(self._database.execute(query, (document,)).fetchall())

    def recent(self, limit: int) -> list[Document | None]:
        query = "SELECT id, title, result FROM documents ORDER BY id DESC LIMIT ?"
        with self._changed:
            return [self._decoded([row]) for row in self._database.execute(query, (min(limit, KEEP),)).fetchall()]

    def count(self) -> dict[str, int]:
        with self._changed:
            query = "SELECT COUNT(*) AS documents, COUNT(*) - COUNT(result) AS waiting FROM documents"
            return dict(self._database.execute(query).fetchone())

    def _wait_for(self, wait: float, take: Callable[[float], list[sqlite3.Row]]) -> Document | None:
        """Tries `take` with the present time until it finds something or `wait` seconds are over."""
        deadline = time.monotonic() + min(wait, LONGEST_WAIT)
        with self._changed:
            while not self._closed:
                taken = self._decoded(take(time.time()))
                remaining = deadline - time.monotonic()
                if taken or remaining <= 0:
                    return taken
                self._changed.wait(min(remaining, 1))  # a lease may end without a change
        return None

    @staticmethod
    def _decoded(rows: list[sqlite3.Row]) -> Document | None:
        if not rows:
            return None
        values = dict(rows[0])
        return {**values, "result": json.loads(values["result"])} if values.get("result") else values

    def stop_waiting(self) -> None:
        """Answers everyone who waits, so that their threads can end."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def close(self) -> None:
        self._database.close()
