"""The visitor: submits documents that lie around on this machine, and checks that what comes back is right."""

from __future__ import annotations

import glob
import json
import logging
import os
import random
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from process import Lifetime, address, start_log

EVERY = float(os.environ.get("VISIT_EVERY", "2"))  # seconds between visits
PATIENCE = 30.0  # seconds until a result counts as missing
LONGEST = 64 * 1024  # bytes read from a document
SHELVES = os.environ.get(
    "SHELVES", "/usr/share/common-licenses/*:/usr/share/doc/*/copyright:/usr/share/doc/*/README:*.md:daemons/*.py"
)
WEB = "http://%s:%d" % address("WEB_ADDRESS", "127.0.0.1:8472")
browser = build_opener(ProxyHandler({}))  # what is on this machine is not asked through a proxy
log = logging.getLogger("visitor")


def choose(visit: int, shelf: list[str]) -> tuple[str, str]:
    """A title and a text for this visit."""
    if visit % 40 == 10:  # something unusual: figures from the kernel, or where there are none, a clock reading
        figures = Path("/proc/loadavg")
        return str(figures), figures.read_text() if figures.exists() else f"{time.monotonic()}\n"
    path = random.choice(shelf)
    with open(path, "rb") as file:
        return path[-200:], file.read(LONGEST).decode(errors="replace")


def ask(path: str, body: bytes | None = None) -> Any:
    request = Request(WEB + path, data=body, headers={"Content-Type": "text/plain"})
    with browser.open(request, timeout=5) as answer:
        return json.load(answer)


def faults(text: str, result: dict[str, Any]) -> list[str]:
    """What is wrong with a result, found out in another way than the worker's."""
    words = "".join(character if character.isalpha() else " " for character in text).split()
    found = []
    for key, expected in {"characters": len(text), "words": len(words)}.items():
        if result[key] != expected:
            found.append(f"{key} is {result[key]} instead of {expected}")
    for word, count in result["common"]:
        expected = sum(word == candidate.casefold() for candidate in words)
        if count != expected:
            found.append(f"{word!r} is counted {count} times instead of {expected}")
    return found


def visit(title: str, text: str, lifetime: Lifetime) -> None:
    started = time.monotonic()
    document = ask("/documents?" + urlencode({"title": title}), text.encode())["id"]
    pause = 0.01
    while True:
        result = ask(f"/documents/{document}")["result"]
        waited = time.monotonic() - started
        if result:
            break
        if waited > PATIENCE:
            log.error("no result document=%d after %.0f s", document, waited)
            return
        lifetime.sleep(pause)
        pause = min(pause * 2, 0.5)
    wrong = faults(text, result)
    for fault in wrong:
        log.error("wrong result document=%d: %s", document, fault)
    if not wrong:
        log.info("read document=%d words=%d latency=%.0fms title=%r", document, result["words"], waited * 1000, title)


def main() -> None:
    start_log(log)
    lifetime = Lifetime(log)
    found = [path for pattern in SHELVES.split(":") for path in glob.glob(pattern)]
    shelf = [path for path in found if os.path.isfile(path) and os.path.getsize(path) > 0]
    if not shelf:
        raise SystemExit(f"there is nothing to read in {SHELVES}")
    log.info("visits url=%s documents=%d", WEB, len(shelf))
    number = 0
    while True:
        number += 1
        try:
            visit(*choose(number, shelf), lifetime)
        except (OSError, ValueError) as error:
            log.warning("visit %d failed: %s", number, error)
        lifetime.sleep(EVERY)


if __name__ == "__main__":
    main()
