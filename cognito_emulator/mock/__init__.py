"""The emulator in place of AWS, inside one process: no server, no socket, nothing left behind.

`mock_cognito` (block.py) is what a test uses, as a decorator or in a `with` statement. Entering it puts an emulator
on the stage (stage.py) and, for the first one, replaces a handful of methods of the libraries by which programs
reach AWS (patches.py, libraries.py). A request on its way out is then looked at: if its host is one of Cognito's
(hosts.py), it is handed to the innermost emulator (exchange.py) as the same `HttpRequest` that the server makes of
bytes; any other request goes on untouched, to moto or to the network. classes.py knows how unittest and pytest
run classes.

Owned here: which requests are ours, and how each library wants its answer. Not owned: anything Cognito does.
"""

from __future__ import annotations

from cognito_emulator.mock.block import MockCognito, mock_cognito

__all__ = ["MockCognito", "mock_cognito"]
