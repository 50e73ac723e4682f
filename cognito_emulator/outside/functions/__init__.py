"""Lambda functions, whoever runs them: a Python callable, a local file, or any Lambda API.

`Functions.invoke(arn, event)` is all that the services know. It looks for a callable or a file that was registered
for the function, and asks the Lambda API (through boto3) for every other one.
"""

from cognito_emulator.outside.functions.functions import Functions, Given, functions_of
from cognito_emulator.outside.functions.kinds import CannotInvoke, FunctionFailed, Limits, TimedOut

__all__ = ["CannotInvoke", "FunctionFailed", "Functions", "Given", "Limits", "TimedOut", "functions_of"]
