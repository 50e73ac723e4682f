"""A process that writes to a store, for the tests: `python writer.py <url> <what> <name>`.

`endless`: several threads insert pairs of records and print each pair's name once it is committed.
`count`: several threads add to one counter, a fixed number of times.
"""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from itertools import count

from cognito_emulator.store import open_store
from cognito_emulator.store.interface import Store, Transaction
from tests.store.samples import COUNTERS, PEOPLE, Counter, Person

THREADS, TIMES = 4, 25


def write_for_ever(store: Store, name: str) -> None:
    for at in count():
        key = f"{name}-{at}"

        def step(tx: Transaction, key: str = key) -> None:
            tx.insert(PEOPLE, Person("pairs", key, key))
            tx.insert(COUNTERS, Counter(key))

        store.transact(step)
        os.write(1, f"{key}\n".encode())


def add(tx: Transaction) -> None:
    counter = tx.get(COUNTERS, "sum") or Counter("sum")
    tx.put(COUNTERS, replace(counter, value=counter.value + 1))


def add_some(store: Store, name: str) -> None:
    for _ in range(TIMES):
        store.transact(add)


def main(url: str, what: str, name: str) -> None:
    store = open_store(url)
    work = write_for_ever if what == "endless" else add_some
    threads = [threading.Thread(target=work, args=(store, f"{name}-{at}")) for at in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
