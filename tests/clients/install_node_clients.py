"""Installs what the JavaScript clients need, ahead of the tests: `python -m tests.clients.install_node_clients`."""

from __future__ import annotations

from tests.clients.support import installed_node_clients, missing_for_node

if __name__ == "__main__":
    missing = missing_for_node()
    if missing is None:
        with installed_node_clients():
            pass
    else:
        print(f"not installed: {missing}")
