"""Passwords that others know: a list that the user supplies, or a few that everybody knows.

The list is a text file with one password in each line (`--compromised-passwords`), read once. AWS compares with what
is known to have leaked, and says nothing of where from.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

# Such as satisfy the default policy, and a few that satisfy no policy but the weakest.
WELL_KNOWN = frozenset(
    {
        "123456",
        "12345678",
        "123456789",
        "password",
        "qwerty123",
        "Aa123456.",
        "Aa123456!",
        "Aa@123456",
        "Abc123456!",
        "Abcd1234!",
        "Abcd@1234",
        "Admin123!",
        "Admin@123",
        "Changeme1!",
        "Hello123!",
        "Iloveyou1!",
        "Letmein1!",
        "P@ssw0rd",
        "P@ssw0rd1",
        "P@ssword1",
        "Pa$$w0rd",
        "Passw0rd!",
        "Password!1",
        "Password1!",
        "Password12!",
        "Password123!",
        "Password@1",
        "Password@123",
        "Qwerty1!",
        "Qwerty123!",
        "Qwerty@123",
        "Summer2024!",
        "Test1234!",
        "Test@1234",
        "Welcome1!",
        "Welcome123!",
        "Welcome@123",
        "Winter2024!",
    }
)


class CompromisedPasswords:
    """The passwords that one emulator takes for compromised."""

    def __init__(self, emulator: Emulator) -> None:
        path = emulator.config.compromised_passwords
        self._known = WELL_KNOWN if path is None else _read(Path(path))

    def knows(self, password: str) -> bool:
        return password in self._known


def _read(path: Path) -> frozenset[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line)
