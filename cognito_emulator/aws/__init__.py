"""What the three services share: botocore's models, the wire protocols, validation, errors.

Knows nothing of Cognito. A request enters through `dispatch.Dispatcher`, which identifies the operation,
parses and validates its input from the model, finds the caller in the signature, runs the operation function
and serialises what it returns.
"""
