"""An emulator of Amazon Cognito: user pools, identity pools and Cognito Sync.

`Emulator` is the emulator itself, `mock_cognito` puts it in place of AWS inside a test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Emulator", "__version__", "mock_cognito"]

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator
    from cognito_emulator.mock import mock_cognito


def __getattr__(name: str) -> Any:
    # Loaded on first use: `cognito-emulator serve` needs no mock, and a test collected but not run needs neither.
    if name == "Emulator":
        from cognito_emulator.emulator import Emulator

        return Emulator
    if name == "mock_cognito":
        from cognito_emulator.mock import mock_cognito

        return mock_cognito
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
