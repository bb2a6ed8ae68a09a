"""The store: keeps documents and results, behind a small TCP protocol.

A request is a line of JSON, {"operation": NAME, ...arguments}; the answer is {"value": ...} or {"error": TEXT}.
The operations are methods of `Documents`.
"""

from __future__ import annotations

import json
import logging
import os
import socketserver
import sqlite3
import threading
from pathlib import Path
from typing import Any

from documents import Documents
from process import address, hold_ending_signals, start_log, wait_for_end
from store_client import MAX_LINE

OPERATIONS = frozenset({"submit", "claim", "finish", "dispatch", "document", "recent", "count"})
DATA = Path(os.environ.get("DATA", "data"))
log = logging.getLogger("store")


class Connection(socketserver.StreamRequestHandler):
    """One request and its answer."""

    timeout = 5  # seconds without a byte
    server: Server

    def handle(self) -> None:
        try:
            line = self.rfile.readline(MAX_LINE + 1)
            if line:  # who only looks whether somebody is there, such as a readiness probe, sends nothing
                self.wfile.write(json.dumps(self.answer(line)).encode() + b"\n")
        except OSError as error:
            log.debug("connection lost: %s", error)

    def answer(self, line: bytes) -> dict[str, Any]:
        if len(line) > MAX_LINE:
            return {"error": f"a request has at most {MAX_LINE} bytes"}
        try:
            request = json.loads(line)
            operation = request.pop("operation")
            if operation not in OPERATIONS:
                return {"error": f"there is no operation {operation!r}"}
            return {"value": getattr(self.server.documents, operation)(**request)}
        except (ValueError, KeyError, TypeError, AttributeError, sqlite3.Error) as error:
            log.warning("refused a request: %s", error)
            return {"error": str(error)}


class Server(socketserver.ThreadingTCPServer):
    """A thread for each connection; closing it waits for them."""

    allow_reuse_address = True
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, documents: Documents) -> None:
        super().__init__(address("STORE_ADDRESS", "127.0.0.1:8471"), Connection)
        self.documents = documents


def main() -> None:
    start_log(log)
    hold_ending_signals()
    documents = Documents(DATA / "store.sqlite", log)
    with Server(documents) as server:
        threading.Thread(target=server.serve_forever).start()
        log.info("listens address=%s:%d documents=%d", *server.server_address, documents.count()["documents"])
        log.info("ends signal=%s", wait_for_end())
        server.shutdown()
        documents.stop_waiting()
    documents.close()


if __name__ == "__main__":
    main()
