"""The worker: takes documents from the store's queue, analyses them and hands the results back."""

from __future__ import annotations

import logging
import time

from analysis import analyse
from process import Lifetime, start_log
from store_client import StoreClient, StoreUnavailable

WAIT = 20.0  # seconds that the store may let the worker wait for a document
RETRY = 1.0  # seconds
log = logging.getLogger("worker")


def main() -> None:
    start_log(log)
    lifetime = Lifetime(log)
    store = StoreClient()
    while True:
        try:
            with lifetime.waiting():
                document = store.ask("claim", wait=WAIT, patience=WAIT + 5)
            if document is None:
                continue
            started = time.perf_counter()
            result = analyse(document["text"])
            milliseconds = (time.perf_counter() - started) * 1000
            store.ask("finish", document=document["id"], result=result)
            log.info(
                "analysed document=%d words=%d sentences=%d reading_ease=%s duration=%.1fms",
                document["id"], result["words"], result["sentences"], result["reading_ease"], milliseconds,
            )
        except StoreUnavailable as error:
            log.warning("the store does not answer, next try in %.0f s: %s", RETRY, error)
            lifetime.sleep(RETRY)


if __name__ == "__main__":
    main()
