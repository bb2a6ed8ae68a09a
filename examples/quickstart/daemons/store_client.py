"""Asks the store: one connection, one line of JSON each way."""

from __future__ import annotations

import json
import socket
from typing import Any

from process import address

MAX_LINE = 4 * 1024 * 1024  # bytes of a request or an answer


class StoreUnavailable(Exception):
    """The store did not answer; it may be restarting."""


class StoreRefused(Exception):
    """The store answered that it will not do this."""


class StoreClient:
    """The operations of the store; see `store.py`."""

    def __init__(self) -> None:
        self._address = address("STORE_ADDRESS", "127.0.0.1:8471")

    def ask(self, operation: str, *, patience: float = 5, **arguments: Any) -> Any:
        """Carries out one operation; `patience` is how many seconds the store may be silent."""
        request = json.dumps({"operation": operation, **arguments}).encode() + b"\n"
        try:
            with socket.create_connection(self._address, timeout=patience) as connection:
                connection.sendall(request)
                with connection.makefile("rb") as answers:
                    line = answers.readline(MAX_LINE)
        except OSError as error:
            raise StoreUnavailable(f"{operation}: {error}") from error
        if not line.endswith(b"\n"):
            raise StoreUnavailable(f"{operation}: the answer ended early")
        answer = json.loads(line)
        if "error" in answer:
            raise StoreRefused(answer["error"])
        return answer["value"]
