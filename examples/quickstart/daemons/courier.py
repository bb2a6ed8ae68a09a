"""The courier: writes a short report about every finished document and delivers it to a mailbox in data/reports.

It has a bug: one kind of document makes it crash. The README next to `ghost.yaml` shows how to find out which.
"""

from __future__ import annotations

import logging
import mailbox
import os
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from process import Lifetime, start_log
from store_client import StoreClient, StoreUnavailable

WAIT = 20.0  # seconds that the store may let the courier wait for a result
RETRY = 1.0  # seconds
KEEP = 100  # reports; the oldest are thrown away
DATA = Path(os.environ.get("DATA", "data"))
log = logging.getLogger("courier")


def report(title: str, result: dict[str, Any]) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Report: " + " ".join(title.split())
    message["From"] = "courier@quickstart.invalid"
    message["To"] = "reader@quickstart.invalid"
    message.set_content(
        f"{result['words']} words in {result['sentences']} sentences.\n"
        f"A word has {result['letters'] / result['words']:.1f} letters on average.\n"
        f"Reading ease: {result['reading_ease']}.\n"
        "Most common: " + ", ".join(f"{word} ({count})" for word, count in result["common"]) + "\n"
    )
    return message


def discard_oldest(reports: mailbox.Maildir) -> None:
    # The keys of a Maildir start with the second of delivery.
    for key in sorted(reports.keys())[:-KEEP]:
        reports.discard(key)


def main() -> None:
    start_log(log)
    lifetime = Lifetime(log)
    store = StoreClient()
    DATA.mkdir(parents=True, exist_ok=True)
    reports = mailbox.Maildir(DATA / "reports")
    while True:
        try:
            with lifetime.waiting():
                document = store.ask("dispatch", wait=WAIT, patience=WAIT + 5)
        except StoreUnavailable as error:
            log.warning("the store does not answer, next try in %.0f s: %s", RETRY, error)
            lifetime.sleep(RETRY)
            continue
        if document is None:
            continue
        log.info("delivers document=%d title=%r", document["id"], document["title"])
        reports.add(report(document["title"], document["result"]))
        discard_oldest(reports)
        log.info("delivered document=%d", document["id"])


if __name__ == "__main__":
    main()
