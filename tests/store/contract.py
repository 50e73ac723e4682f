"""What every store does. A test module subclasses `StoreContract` and gives it a fixture `store`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cognito_emulator.store.interface import (
    LONGEST,
    AlreadyExists,
    Key,
    ReadBesideStep,
    Reader,
    Store,
    Transaction,
    encode,
)
from tests.store.model import check_against_model
from tests.store.samples import COUNTERS, PEOPLE, Counter, Person, people

THREADS = 16
WEIRD = [
    "",
    " ",
    "\x00",
    "\x01",
    "a\x00b",
    "a\x01b",
    "\ud800",
    "\udfff",
    "\U0010ffff",
    "\ufffd",
    "ß",
    "İ",
    "e\u0301",
    "é",
]
WEIRD += [
    "'",
    '"',
    "%",
    "%(key)s",
    ":key",
    "\\",
    "\n",
    "\u2028",
    "😀",
    "\ufeff",
    "x" * 300,
    "日" * 2048,
    "x" * 299 + "y",
]


def save(store: Store, *records: Person) -> None:
    def step(tx: Transaction) -> None:
        for record in records:
            tx.put(PEOPLE, record)

    store.transact(step)


def names(reader: Reader, index: str | None, prefix: Key, starts_with: str = "", reverse: bool = False) -> list[str]:
    page = reader.page(PEOPLE, index, prefix, starts_with=starts_with, reverse=reverse)
    assert page.next is None
    return [record.name for record in page.records]


def in_parallel(work: Callable[[int], object], threads: int = THREADS) -> list[object]:
    """Run `work(0)`, … at the same time; what each returned, or the AlreadyExists it raised."""
    barrier = threading.Barrier(threads)

    def one(number: int) -> object:
        barrier.wait()
        try:
            return work(number)
        except AlreadyExists as error:
            return error

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


# A loaded machine is no failure.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patient
@given(st.lists(st.tuples(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])), st.integers(0, 10**15))))
def test_encoded_keys_sort_as_tuples(keys: list[tuple[str, int]]) -> None:
    assert sorted(keys, key=encode) == sorted(keys)


# Long text of one character, which differs where it is cut: drawing each character of it takes long.
LONG = st.builds(lambda one, end: one * (LONGEST - 1) + end, st.characters(), st.text(max_size=3))


@patient
@given(st.lists(st.one_of(st.text(max_size=3), LONG), unique=True))
def test_different_keys_stay_different(texts: list[str]) -> None:
    assert len({encode((text,)) for text in texts}) == len(texts)
    for text in texts:
        encode((text,)).encode()


class ReadContract:
    """Reads see what was written, in the order of keys."""

    def test_get(self, store: Store) -> None:
        person = Person("a", "ann", "ann@example.com", 30, data={"x": [1, None, {"y": True}], "z": 1.5})
        assert store.reader.get(PEOPLE, "a", "ann") is None
        save(store, person)
        assert store.reader.get(PEOPLE, "a", "ann").data == person.data  # type: ignore[union-attr]
        assert store.reader.get(PEOPLE, "a", "an") is None
        assert store.reader.get(PEOPLE, "a") is None

    def test_find_is_exact(self, store: Store) -> None:
        save(store, Person("a", "1", "x@y", 5, ["p", "q"]), Person("a", "2", "x", 5, ["p"]), Person("a", "3"))
        found = store.reader.find(PEOPLE, "custom:path", "p")
        assert found is not None
        assert found.name == "2"
        assert store.reader.find(PEOPLE, "custom:path", "q") is None
        assert store.reader.find(PEOPLE, "email", "a") is None
        assert store.reader.find(PEOPLE, "age", "a", 5).name == "1"  # type: ignore[union-attr]

    def test_order_is_that_of_code_points(self, store: Store) -> None:
        expected = sorted(["b", "a", "B", "_", "ä", "z", "Z", "aa", "a b", "a-b", "\uffee", "😀", "10", "9", "İ", "ı"])
        save(store, *people(*reversed(expected)))
        assert names(store.reader, None, ("a",)) == expected
        assert names(store.reader, None, ("a",), reverse=True) == expected[::-1]

    def test_index_orders_numbers_then_keys(self, store: Store) -> None:
        save(store, *[Person("a", name, age=age) for name, age in [("x", 10), ("b", 9), ("a", 10), ("y", 0)]])
        assert names(store.reader, "age", ("a",)) == ["y", "b", "a", "x"]
        assert names(store.reader, "age", ("a", 10)) == ["a", "x"]
        assert names(store.reader, "age", ("a", 1)) == []

    def test_short_entries_come_before_those_they_begin(self, store: Store) -> None:
        paths = [["a"], ["a", ""], ["a", "b"], ["a", "b", "c"], ["ab"], ["b"]]
        save(store, *[Person("t", str(9 - at), path=path) for at, path in enumerate(paths)])
        assert [record.path for record in store.reader.page(PEOPLE, "custom:path", ()).records] == paths
        assert names(store.reader, "custom:path", ("a", "b")) == ["7", "6"]

    def test_prefix_is_of_whole_parts(self, store: Store) -> None:
        save(store, *people("x"), *people("y", team="ab"), *people("z", team=""))
        assert names(store.reader, None, ("a",)) == ["x"]
        assert names(store.reader, None, ()) == ["z", "x", "y"]

    def test_starts_with(self, store: Store) -> None:
        save(store, *people("a", "ab", "abc", "b", "ab%", "ab_"), *people("ab", team="other"))
        assert names(store.reader, None, ("a",), "ab") == ["ab", "ab%", "ab_", "abc"]
        assert names(store.reader, None, ("a",), "ab%") == ["ab%"]
        assert names(store.reader, None, (), "o") == ["ab"]
        assert store.reader.count(PEOPLE, None, ("a",)) == 6

    def test_an_estimate_of_few_is_exact(self, store: Store) -> None:
        save(store, *people("a", "b"), *people("c", team="b"))
        assert store.estimate(PEOPLE, ("a",)) == 2
        save(store, *people("d"))
        assert store.estimate(PEOPLE, ("a",)) == 3
        store.clear()
        assert store.estimate(PEOPLE, ("a",)) == 0

    def test_records_without_an_entry_are_not_in_the_index(self, store: Store) -> None:
        save(store, Person("a", "1", "x"), Person("a", "2"))
        assert names(store.reader, "email", ("a",)) == ["1"]
        assert store.reader.count(PEOPLE, "email", ("a",)) == 1
        save(store, Person("a", "1"), Person("a", "2", "x"))
        assert names(store.reader, "email", ()) == ["2"]

    @pytest.mark.parametrize("text", WEIRD, ids=lambda text: ascii(text[:8]))
    def test_any_text_is_a_key_and_a_value(self, store: Store, text: str) -> None:
        save(store, *[Person("w", other, other, path=[other], data={other: other}) for other in WEIRD])
        person = store.reader.get(PEOPLE, "w", text)
        assert person is not None
        assert (person.name, person.email, person.data) == (text, text, {text: text})
        assert store.reader.find(PEOPLE, "email", "w", text) == person
        assert text in names(store.reader, None, ("w",), text)
        assert store.reader.count(PEOPLE, None, ("w",)) == len(WEIRD)

    def test_large_numbers(self, store: Store) -> None:
        data = {"n": 2**70, "m": -(2**63), "f": 0.1}
        save(store, Person("a", "x", data=data))
        assert store.reader.get(PEOPLE, "a", "x").data == data  # type: ignore[union-attr]


class PagingContract:
    """Pages hold every record once, whatever is written between them."""

    @pytest.mark.parametrize("index", [None, "age", "email"])
    @pytest.mark.parametrize("reverse", [False, True])
    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
    def test_pages_make_the_whole(self, store: Store, index: str | None, reverse: bool, limit: int) -> None:
        save(store, *[Person("a", str(at), f"{at}@x", at // 3) for at in range(7)], *people("0", team="b"))
        whole = names(store.reader, index, ("a",), reverse=reverse)
        assert len(whole) == 7
        seen: list[str] = []
        after = None
        while True:
            page = store.reader.page(PEOPLE, index, ("a",), after=after, limit=limit, reverse=reverse)
            assert 1 <= len(page.records) <= limit
            seen += [record.name for record in page.records]
            after = page.next
            if after is None:
                break
        assert seen == whole

    @pytest.mark.parametrize("reverse", [False, True])
    def test_writes_between_pages(self, store: Store, reverse: bool) -> None:
        save(store, *[Person("a", f"{at:02}", age=1) for at in range(10)])
        first = store.reader.page(PEOPLE, "age", ("a",), limit=5, reverse=reverse)
        at = first.records[-1].name
        store.transact(lambda tx: tx.delete(PEOPLE, "a", at))
        save(store, *[Person("a", name, age=1) for name in ("001", "041", "051", "091", "99")])
        rest = store.reader.page(PEOPLE, "age", ("a",), after=first.next, reverse=reverse)
        everyone = names(store.reader, "age", ("a",), reverse=reverse)
        ahead = [name for name in everyone if (name < at if reverse else name > at)]
        assert [record.name for record in rest.records] == ahead

    def test_last_page_may_be_full(self, store: Store) -> None:
        save(store, *people("1", "2"))
        assert store.reader.page(PEOPLE, None, ("a",), limit=2).next is None
        assert store.reader.page(PEOPLE, None, ("none",), limit=2).records == []

    def test_pages_of_a_text(self, store: Store) -> None:
        save(store, *people("a", "b1", "b2", "b3", "c"))
        page = store.reader.page(PEOPLE, None, ("a",), starts_with="b", limit=2)
        assert [record.name for record in page.records] == ["b1", "b2"]
        page = store.reader.page(PEOPLE, None, ("a",), starts_with="b", limit=2, after=page.next)
        assert [record.name for record in page.records] == ["b3"]
        assert page.next is None


class WriteContract:
    """Writes of one transaction take effect together, or not at all."""

    def test_insert_refuses_a_key_that_is_taken(self, store: Store) -> None:
        save(store, Person("a", "x", "x@y"))
        with pytest.raises(AlreadyExists) as raised:
            store.transact(lambda tx: tx.insert(PEOPLE, Person("a", "x", "x@y", 7)))
        assert raised.value.args == ("order",)
        assert store.reader.get(PEOPLE, "a", "x").age == 0  # type: ignore[union-attr]

    @pytest.mark.parametrize("how", ["insert", "put"])
    def test_unique_entries_are_held_by_one(self, store: Store, how: str) -> None:
        save(store, Person("a", "x", "x@y"), Person("a", "z", "z@y"))
        with pytest.raises(AlreadyExists) as raised:
            store.transact(lambda tx: getattr(tx, how)(PEOPLE, Person("a", "new", "x@y")))
        assert raised.value.args == ("order", "email")
        with pytest.raises(AlreadyExists):
            save(store, Person("a", "z", "x@y"))
        save(store, Person("a", "x", "x@y", 1), Person("b", "x", "x@y"))
        store.transact(lambda tx: tx.delete(PEOPLE, "a", "x"))
        save(store, Person("a", "z", "x@y"))

    def test_a_transaction_goes_on_after_already_exists(self, store: Store) -> None:
        save(store, Person("a", "x", "x@y"))

        def step(tx: Transaction) -> list[tuple[str, ...]]:
            tx.insert(PEOPLE, Person("a", "before"))
            refused = []
            for record, how in [(Person("a", "x"), tx.insert), (Person("a", "q", "x@y"), tx.put)]:
                try:
                    how(PEOPLE, record)
                except AlreadyExists as error:
                    refused.append(error.args)
            tx.insert(PEOPLE, Person("a", "after"))
            return refused

        assert store.transact(step) == [("order",), ("order", "email")]
        assert names(store.reader, None, ("a",)) == ["after", "before", "x"]

    def test_a_step_that_raises_changes_nothing(self, store: Store) -> None:
        save(store, *people("1", "2"), Person("a", "3", "e@x", 3))
        before = store.reader.page(PEOPLE, "age", ())

        def step(tx: Transaction) -> None:
            tx.insert(PEOPLE, Person("a", "4", "f@x"))
            tx.put(PEOPLE, Person("a", "3", "g@x", 9))
            tx.put(PEOPLE, Person("a", "1", "e@x"))
            tx.delete(PEOPLE, "a", "2")
            tx.delete_all(PEOPLE, None, ("a",))
            tx.insert(PEOPLE, Person("a", "3", "g@x"))
            raise LookupError("no")

        with pytest.raises(LookupError):
            store.transact(step)
        assert store.reader.page(PEOPLE, "age", ()) == before
        assert names(store.reader, "email", ("a",)) == ["3"]
        save(store, Person("a", "5", "g@x"), Person("a", "6", "f@x"))

    def test_a_transaction_sees_its_own_writes(self, store: Store) -> None:
        save(store, *people("1", "2"))

        def step(tx: Transaction) -> tuple[list[str], int, bool]:
            tx.delete(PEOPLE, "a", "1")
            tx.insert(PEOPLE, Person("a", "3", "e@x"))
            found = tx.find(PEOPLE, "email", "a", "e@x") == tx.get(PEOPLE, "a", "3")
            return names(tx, None, ("a",)), tx.count(PEOPLE, None, ("a",)), found

        assert store.transact(step) == (["2", "3"], 2, True)

    def test_delete_of_nothing(self, store: Store) -> None:
        store.transact(lambda tx: tx.delete(PEOPLE, "a", "nobody"))

    def test_delete_all(self, store: Store) -> None:
        save(store, *[Person("a", str(at), age=at % 3) for at in range(9)], *people("b", team="ab"))
        store.transact(lambda tx: tx.delete_all(PEOPLE, "age", ("a", 1)))
        assert names(store.reader, None, ("a",)) == ["0", "2", "3", "5", "6", "8"]
        store.transact(lambda tx: tx.delete_all(PEOPLE, None, ("a",)))
        assert names(store.reader, None, ()) == ["b"]
        assert store.reader.count(PEOPLE, None, ("a",)) == 0

    def test_clear(self, store: Store) -> None:
        save(store, *people("1", "2"))
        store.transact(lambda tx: tx.put(COUNTERS, Counter("c")))
        store.clear()
        assert store.reader.count(PEOPLE, None, ()) == store.reader.count(COUNTERS, None, ()) == 0
        save(store, *people("1"))

    def test_no_transaction_in_a_transaction(self, store: Store) -> None:
        with pytest.raises(RuntimeError):
            store.transact(lambda tx: store.transact(lambda inner: None))
        save(store, *people("1"))

    def test_a_step_reads_through_its_transaction(self, store: Store) -> None:
        with pytest.raises(ReadBesideStep):
            store.transact(lambda tx: store.reader.get(COUNTERS, "a"))
        assert store.reader.get(COUNTERS, "a") is None

    def test_reader_in_a_transaction(self, store: Store) -> None:
        """No way to do it, but one from before must not hang, also when it is the first to ask for a table."""
        reader = store.reader
        assert store.transact(lambda tx: reader.get(PEOPLE, "a", "x")) is None

    def test_store_and_model_agree(self, store: Store) -> None:
        check_against_model(store)


class ConcurrencyContract:
    """Transactions are serialisable."""

    def test_no_lost_update(self, store: Store) -> None:
        def add(tx: Transaction) -> None:
            counter = tx.get(COUNTERS, "c") or Counter("c")
            tx.put(COUNTERS, replace(counter, value=counter.value + 1))

        in_parallel(lambda _: [store.transact(add) for _ in range(10)])
        assert store.reader.get(COUNTERS, "c") == Counter("c", THREADS * 10)

    def test_one_of_many_inserts_of_a_key_wins(self, store: Store) -> None:
        def sign_up(at: int) -> None:
            store.transact(lambda tx: tx.insert(PEOPLE, Person("a", "x", age=at)))

        results = in_parallel(sign_up)
        assert results.count(None) == 1
        assert store.reader.get(PEOPLE, "a", "x").age == results.index(None)  # type: ignore[union-attr]

    @pytest.mark.parametrize("how", ["insert", "put"])
    def test_one_of_many_holds_a_unique_entry(self, store: Store, how: str) -> None:
        def sign_up(at: int) -> None:
            store.transact(lambda tx: getattr(tx, how)(PEOPLE, Person("a", str(at), "x@y")))

        results = in_parallel(sign_up)
        assert results.count(None) == 1
        assert {error.args for error in results if isinstance(error, AlreadyExists)} == {("order", "email")}
        assert names(store.reader, None, ()) == [str(results.index(None))]

    def test_what_a_step_read_still_holds_when_it_writes(self, store: Store) -> None:
        """Write skew: each writes a row of its own, because it saw no row of another's."""

        def take_duty(tx: Transaction, at: int) -> bool:
            if tx.count(PEOPLE, "age", ("a", 1)):
                return False
            tx.insert(PEOPLE, Person("a", str(at), age=1))
            return True

        results = in_parallel(lambda at: store.transact(lambda tx: take_duty(tx, at)))
        assert results.count(True) == 1
        assert store.reader.count(PEOPLE, None, ("a",)) == 1

    def test_no_deadlock(self, store: Store) -> None:
        """Amounts go to and fro between a few accounts, locked in every order."""
        accounts = 4
        store.transact(lambda tx: [tx.put(COUNTERS, Counter(str(at), 100)) for at in range(accounts)])

        def move(tx: Transaction, source: str, target: str) -> None:
            for name, amount in ((source, -1), (target, 1)):
                counter = tx.get(COUNTERS, name)
                assert counter is not None
                tx.put(COUNTERS, replace(counter, value=counter.value + amount))

        def work(at: int) -> None:
            for turn in range(10):
                source, target = str((at + turn) % accounts), str((at * 3 + turn * 2 + 1) % accounts)
                store.transact(partial(move, source=source, target=target))

        assert set(in_parallel(work)) == {None}
        counters = store.reader.page(COUNTERS, None, ()).records
        assert sum(counter.value for counter in counters) == 100 * accounts

    def test_readers_see_whole_transactions(self, store: Store) -> None:
        store.transact(lambda tx: [tx.put(COUNTERS, Counter(name)) for name in ("x", "y")])

        def write(value: int) -> None:
            store.transact(lambda tx: [tx.put(COUNTERS, Counter(name, value)) for name in ("x", "y")])

        def work(at: int) -> None:
            for turn in range(10):
                if at % 2:
                    write(at * 100 + turn)
                else:
                    values = {counter.value for counter in store.reader.page(COUNTERS, None, ()).records}
                    assert len(values) == 1

        assert set(in_parallel(work)) == {None}


class StoreContract(ReadContract, PagingContract, WriteContract, ConcurrencyContract):
    """All of it."""
