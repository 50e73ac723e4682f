"""Logins: pairs of a provider and what proves a user of it, checked one by one.

`verify` is the one way in. `user_pools` and `open_id` know ID tokens, `social` access tokens (which only their
provider can read), `saml` assertions, `service_tokens` the service's own tokens.
"""

from cognito_emulator.identity_pools.logins.check import Proof, is_public, verify
from cognito_emulator.identity_pools.logins.verified import Verified

__all__ = ["Proof", "Verified", "is_public", "verify"]
