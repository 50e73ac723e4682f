"""What every test has: a store (`--store`), and PostgreSQL where a test wants it."""

from __future__ import annotations

pytest_plugins = ["tests.stores", "tests.store.postgres"]
