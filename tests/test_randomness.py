"""What is random is fetched in pieces: no piece is used twice, in no process."""

from __future__ import annotations

import os
import string
from collections import Counter

import pytest

from cognito_emulator.randomness import ALPHANUMERIC, Randomness


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 512, 513, 5000])
def test_as_many_bytes_as_asked_for(count: int) -> None:
    assert len(Randomness().bytes(count)) == count


def test_nothing_comes_twice() -> None:
    randomness = Randomness()
    made = [randomness.uuid() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert len({randomness.integer(128) for _ in range(2000)}) == 2000


@pytest.mark.parametrize("alphabet", [string.digits, ALPHANUMERIC, "ab", "a"])
def test_texts_use_all_of_their_alphabet(alphabet: str) -> None:
    seen = Counter(Randomness().text(20_000, alphabet))
    assert set(seen) == set(alphabet)
    fair = 20_000 / len(alphabet)
    assert all(0.5 * fair < number < 1.5 * fair for number in seen.values())


def test_the_same_seed_gives_the_same_texts() -> None:
    first, second = Randomness(7), Randomness(7)
    assert [first.uuid(), first.text(8, string.digits)] == [second.uuid(), second.text(8, string.digits)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_does_not_repeat_its_parent() -> None:
    randomness = Randomness()
    randomness.uuid()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, randomness.uuid().encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 100).decode() != randomness.uuid()
