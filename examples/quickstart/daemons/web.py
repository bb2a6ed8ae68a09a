"""The web application: a page on which one submits a text and sees what the worker found out about it.

GET /health, GET /, GET /documents/ID (JSON), POST /documents (the form, or text/plain with ?title=TITLE).
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from page import render
from process import address, hold_ending_signals, start_log, wait_for_end
from store_client import StoreClient, StoreRefused, StoreUnavailable

MAX_BODY = 1024 * 1024  # bytes
SHOWN = 30  # documents on the page
log = logging.getLogger("web")


@dataclass
class Answer:
    status: HTTPStatus
    body: str
    kind: str = "text/plain"
    location: str = ""


def as_json(value: object, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(status, json.dumps(value) + "\n", "application/json")


class Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5  # seconds without a byte
    store = StoreClient()

    def do_GET(self) -> None:
        self.answer(self.read)

    def do_POST(self) -> None:
        self.answer(self.submit)

    def read(self) -> Answer:
        path = urlsplit(self.path).path
        if path == "/health":
            return as_json({"status": "ok", **self.store.ask("count", patience=1)})
        if path == "/":
            return Answer(HTTPStatus.OK, render(self.store.ask("recent", limit=SHOWN)), "text/html")
        number = re.fullmatch(r"/documents/([0-9]{1,15})", path)
        document = self.store.ask("document", document=int(number[1])) if number else None
        if document:
            return as_json(document)
        return Answer(HTTPStatus.NOT_FOUND, "there is nothing here\n")

    def submit(self) -> Answer:
        url = urlsplit(self.path)
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 10) or int(length) > MAX_BODY:
            return Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"send at most {MAX_BODY} bytes and say how many\n")
        body = self.rfile.read(int(length)).decode(errors="replace")
        if url.path != "/documents":
            return Answer(HTTPStatus.NOT_FOUND, "there is nothing here\n")
        is_form = self.headers.get_content_type() == "application/x-www-form-urlencoded"
        fields = parse_qs(body if is_form else url.query)
        title = fields.get("title", ["untitled"])[0]
        document = self.store.ask("submit", title=title, text=fields.get("text", [""])[0] if is_form else body)
        if is_form:
            return Answer(HTTPStatus.SEE_OTHER, "", location="/")
        return as_json({"id": document}, HTTPStatus.CREATED)

    def answer(self, handle: Callable[[], Answer]) -> None:
        started = time.perf_counter()
        try:
            result = handle()
        except StoreRefused as error:
            result = Answer(HTTPStatus.BAD_REQUEST, f"{error}\n")
        except StoreUnavailable as error:
            log.error("the store does not answer: %s", error)
            result = Answer(HTTPStatus.SERVICE_UNAVAILABLE, "the store does not answer\n")
        body = result.body.encode()
        self.send_response(result.status)
        self.send_header("Content-Type", f"{result.kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if result.location:
            self.send_header("Location", result.location)
        self.send_header("Connection", "close")  # so that the end of the server need not wait for idle connections
        try:
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError as error:
            log.debug("connection lost: %s", error)
        if self.command == "POST" or result.status >= 400:
            milliseconds = (time.perf_counter() - started) * 1000
            log.info("%s %r status=%d duration=%.1fms", self.command, self.path, result.status, milliseconds)

    def log_message(self, format: str, *arguments: object) -> None:
        log.debug(format, *arguments)


class Server(ThreadingHTTPServer):
    """A thread for each connection; closing it waits for them."""

    daemon_threads = False
    request_queue_size = 64


def main() -> None:
    start_log(log)
    hold_ending_signals()
    with Server(address("WEB_ADDRESS", "127.0.0.1:8472"), Request) as server:
        threading.Thread(target=server.serve_forever).start()
        log.info("listens url=http://%s:%d/", *server.server_address)
        log.info("ends signal=%s", wait_for_end())
        server.shutdown()


if __name__ == "__main__":
    main()
