"""The stores: one contract (`contract.py`), every store; and what only databases can do wrong."""

import pytest

pytest.register_assert_rewrite("tests.store.contract", "tests.store.model")
