"""Second factors: registered, preferred, listed, taken away."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.user_pools import errors, mfa, repository, software_tokens
from cognito_emulator.user_pools.authentication import choice, sessions, token_set_up
from cognito_emulator.user_pools.authentication.challenges import mfa_setup
from cognito_emulator.user_pools.authentication.sign_in import SignIn
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens.verify import bearer


@operation
def associate_software_token(call: Call, params: Params) -> Answer:
    """Make a secret for an authenticator app, for a user with a token or one within a sign-in.

    Source: API reference, AssociateSoftwareToken; recording moto-aws-verified/mfa-on-totp-setup-and-login/2.
    """
    sign_in = _sign_in(call, params)
    if sign_in is None:
        who = bearer(call, params["AccessToken"])
        secret, write = software_tokens.associate(call, who.pool, who.user)
        call.transact(write)
        return {"SecretCode": secret}
    secret, session = token_set_up.associate(sign_in)
    return {"SecretCode": secret, "Session": session}


@operation
def verify_software_token(call: Call, params: Params) -> Answer:
    """Put an authenticator app in force with its first code; within a sign-in, that also turns the factor on.

    Source: API reference, VerifySoftwareToken; recordings moto-aws-verified/mfa-on-totp-setup-and-login/3-4,
    github-issue-logs/totp-wrong-code/1.
    """
    sign_in = _sign_in(call, params)
    code, name = params["UserCode"], params.get("FriendlyDeviceName", "")
    if sign_in is None:
        who = bearer(call, params["AccessToken"])
        call.transact(software_tokens.verify(call, who.pool, who.user, code, name))
        return {"Status": "SUCCESS"}
    return {"Status": "SUCCESS", "Session": token_set_up.verify(sign_in, code, name)}


def _sign_in(call: Call, params: Params) -> SignIn | None:
    """The sign-in under way that the call belongs to; None if it has an access token."""
    if ("Session" in params) == ("AccessToken" in params):
        raise errors.token_or_session()
    return sessions.resume_alone(call, params["Session"], mfa_setup.NAME) if "Session" in params else None


@operation
def admin_delete_software_token(call: Call, params: Params) -> Answer:
    """Take a user's authenticator app away. Source: API reference, AdminDeleteSoftwareToken."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    software_tokens.delete(call, pool, repository.user_for_admin(call.reader, pool, params["Username"]))
    return {}


@operation
def set_user_mfa_preference(call: Call, params: Params) -> Answer:
    """Say which factors the user who asks wants. Source: API reference, SetUserMFAPreference."""
    who = bearer(call, params["AccessToken"])
    mfa.set_preference(call, who.pool, who.user, params)
    return {}


@operation
def admin_set_user_mfa_preference(call: Call, params: Params) -> Answer:
    """Say which factors a user wants.

    Source: API reference, AdminSetUserMFAPreference; recording github-issue-logs/totp-preference-without-setup/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    mfa.set_preference(call, pool, repository.user_for_admin(call.reader, pool, params["Username"]), params)
    return {}


@operation
def set_user_settings(call: Call, params: Params) -> Answer:
    """Turn text messages on or off for the user who asks, the old way. Source: API reference, SetUserSettings."""
    who = bearer(call, params["AccessToken"])
    mfa.set_options(call, who.pool, who.user, params["MFAOptions"])
    return {}


@operation
def admin_set_user_settings(call: Call, params: Params) -> Answer:
    """Turn text messages on or off for a user, the old way. Source: API reference, AdminSetUserSettings."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    user = repository.user_for_admin(call.reader, pool, params["Username"])
    mfa.set_options(call, pool, user, params["MFAOptions"])
    return {}


@operation
def get_user_auth_factors(call: Call, params: Params) -> Answer:
    """How the user who asks can sign in.

    Source: API reference, GetUserAuthFactors; recording aws-cli-examples/cli-example-get-user-auth-factors/1.
    """
    who = bearer(call, params["AccessToken"])
    return _factors(call, who.pool, who.user)


@operation
def admin_get_user_auth_factors(call: Call, params: Params) -> Answer:
    """How a user can sign in. Source: API reference, AdminGetUserAuthFactors."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    return _factors(call, pool, repository.user_for_admin(call.reader, pool, params["Username"]))


def _factors(call: Call, pool: Pool, user: User) -> Answer:
    shown = {name: value for name, value in mfa.shown(user).items() if name != "MFAOptions"}
    return {"ConfiguredUserAuthFactors": choice.configured(call, pool, user), "Username": user.username, **shown}
