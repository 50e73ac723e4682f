"""Where the suite's data is: in the package once installed, in the repository beside it otherwise."""

from __future__ import annotations

from pathlib import Path

_PACKAGED = Path(__file__).parent / "data"
_REPOSITORY = Path(__file__).parents[2] / "conformance"


def data_folder(name: str) -> Path:
    """The folder (or file) of that name among the suite's data. Raises `FileNotFoundError`."""
    for parent in (_PACKAGED, _REPOSITORY):
        if (parent / name).exists():
            return parent / name
    raise FileNotFoundError(f"the conformance suite's {name} is not installed")
