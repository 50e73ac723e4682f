"""A store as a plain dictionary, and a machine that does the same things to both and compares."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from cognito_emulator.store.interface import AlreadyExists, Key, Store, Transaction, encode, encode_beginning
from tests.store.samples import PEOPLE, Person

QUICK = settings(
    max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)

texts = st.one_of(
    st.sampled_from(["", "a", "b", "ab", "aß", "😀", "\x00", "a\x01", "\ud800", "x" * 257]), st.text(max_size=2)
)
persons = st.builds(
    Person,
    team=st.sampled_from(["a", "ab", "b"]),
    name=texts,
    email=st.none() | texts,
    age=st.integers(0, 3),
    path=st.lists(texts, max_size=3),
    data=st.dictionaries(texts, texts, max_size=1),
)
prefixes = st.one_of(
    st.just(()),
    st.tuples(st.sampled_from(["a", "ab"])),
    st.tuples(st.sampled_from(["a", "ab"]), st.integers(0, 3) | texts),
)
indexes = st.sampled_from([None, "email", "age", "custom:path"])
changes = st.one_of(
    st.tuples(st.sampled_from(["insert", "put", "delete"]), persons),
    st.tuples(st.just("delete_all"), st.tuples(indexes, prefixes)),
)


class Model:
    """What a store should hold."""

    def __init__(self) -> None:
        self.records: dict[Key, Person] = {}

    def entries(self, index: str | None) -> list[tuple[str, str, Person]]:
        key_of = PEOPLE.key if index is None else PEOPLE.index(index).key
        keyed = [(key_of(record), encode(key), record) for key, record in self.records.items()]
        return sorted((encode(entry), key, record) for entry, key, record in keyed if entry is not None)

    def page(self, index: str | None, prefix: Key, starts_with: str = "") -> list[Person]:
        beginning = encode(prefix) + encode_beginning(starts_with)
        return [record for entry, _, record in self.entries(index) if entry.startswith(beginning)]

    def change(self, what: str, argument: Any) -> tuple[str, ...] | None:
        """Do it; returns what `AlreadyExists` says if it is refused."""
        if what == "delete_all":
            for record in self.page(*argument):
                del self.records[PEOPLE.key(record)]
            return None
        key = PEOPLE.key(argument)
        if what == "delete":
            self.records.pop(key, None)
            return None
        if what == "insert" and key in self.records:
            return (PEOPLE.name,)
        holders = [] if argument.email is None else self.page("email", (argument.team, argument.email))
        if any(PEOPLE.key(holder) != key for holder in holders):
            return (PEOPLE.name, "email")
        self.records[key] = argument
        return None


def change_store(tx: Transaction, what: str, argument: Any) -> tuple[str, ...] | None:
    try:
        if what == "delete_all":
            tx.delete_all(PEOPLE, *argument)
        elif what == "delete":
            tx.delete(PEOPLE, *PEOPLE.key(argument))
        else:
            getattr(tx, what)(PEOPLE, argument)
    except AlreadyExists as error:
        return error.args
    return None


class StoreMachine(RuleBasedStateMachine):
    """Random transactions, some of which fail, and random pages."""

    store: Store

    @initialize()
    def start(self) -> None:
        self.store.clear()
        self.model = Model()

    @rule(steps=st.lists(changes, min_size=1, max_size=4), fails=st.booleans())
    def transact(self, steps: list[tuple[str, Any]], fails: bool) -> None:
        before = dict(self.model.records)
        expected = [self.model.change(*step) for step in steps]

        def step(tx: Transaction) -> list[Any]:
            results = [change_store(tx, *step) for step in steps]
            assert tx.page(PEOPLE, None, ()).records == self.model.page(None, ())
            if fails:
                raise LookupError(results)
            return results

        try:
            results = self.store.transact(step)
        except LookupError as error:
            results = error.args[0]
            self.model.records = before
        assert results == expected

    @rule(index=indexes, prefix=prefixes, text=texts, limit=st.integers(1, 4), reverse=st.booleans())
    def page(self, index: str | None, prefix: Key, text: str, limit: int, reverse: bool) -> None:
        reader = self.store.reader
        expected = self.model.page(index, prefix, text)
        if reverse:
            expected.reverse()
        after = None
        while True:
            page = reader.page(PEOPLE, index, prefix, starts_with=text, after=after, limit=limit, reverse=reverse)
            assert page.records == expected[:limit]
            expected = expected[limit:]
            after = page.next
            if after is None:
                break
        assert not expected
        assert reader.count(PEOPLE, index, prefix) == len(self.model.page(index, prefix))

    @rule(person=persons)
    def look_up(self, person: Person) -> None:
        assert self.store.reader.get(PEOPLE, *PEOPLE.key(person)) == self.model.records.get(PEOPLE.key(person))
        for index in PEOPLE.indexes:
            entry = index.key(person)
            if entry is not None:
                held = [record for text, _, record in self.model.entries(index.name) if text == encode(entry)]
                assert self.store.reader.find(PEOPLE, index.name, *entry) == (held[0] if held else None)


def check_against_model(store: Store) -> None:
    """Quickly, unless a Hypothesis profile asks for more examples than its default."""

    class Machine(StoreMachine):
        pass

    Machine.store = store
    asked = settings()
    run_state_machine_as_test(Machine, settings=asked if asked.max_examples > 100 else QUICK)
