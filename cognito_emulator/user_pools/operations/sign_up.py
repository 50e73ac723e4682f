"""Sign-up and its confirmation."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.user_pools import analytics, repository
from cognito_emulator.user_pools import sign_up as domain
from cognito_emulator.user_pools.authentication import secret_hash, sign_up_sessions
from cognito_emulator.user_pools.schema import attributes
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.triggers import pre_sign_up


@operation
def sign_up(call: Call, params: Params) -> Answer:
    """Register a user. Source: API reference, SignUp; reference user-pools.md §2.2 and §5."""
    client, pool = repository.client_and_pool(call, params["ClientId"])
    username = params["Username"]
    secret_hash.check(client, username, params.get("SecretHash"))
    given = attributes.given(params.get("UserAttributes", []))
    signed_up = domain.sign_up(
        call,
        pool,
        client,
        username,
        params.get("Password"),
        given,
        validation_data=pre_sign_up.validation_data(params),
        metadata=params.get("ClientMetadata"),
    )
    answer: Answer = {"UserConfirmed": signed_up.user.status == "CONFIRMED", "UserSub": signed_up.user.sub}
    if signed_up.delivery is not None:
        answer["CodeDeliveryDetails"] = signed_up.delivery
    analytics.tell(call, pool, client, signed_up.user, analytics.SIGN_UP)
    session = sign_up_sessions.after_sign_up(call, pool, client, signed_up.user)
    return {**answer, "Session": session} if session else answer


@operation
def confirm_sign_up(call: Call, params: Params) -> Answer:
    """Confirm a sign-up with the code that was sent.

    Source: API reference, ConfirmSignUp; recording floci-aws-fixtures/aws-cognito.confirm-sign-up.error.code-mismatch.
    """
    client, pool = repository.client_and_pool(call, params["ClientId"])
    secret_hash.check(client, params["Username"], params.get("SecretHash"))
    begun = sign_up_sessions.begun(call, pool, client, params["Username"], params.get("Session"))
    user = domain.confirm(
        call,
        pool,
        client,
        params["Username"],
        params["ConfirmationCode"],
        force=params.get("ForceAliasCreation", False),
        metadata=params.get("ClientMetadata"),
    )
    analytics.tell(call, pool, client, user, None)
    session = sign_up_sessions.after_confirmation(call, pool, client, user, begun)
    return {"Session": session} if session else {}


@operation
def admin_confirm_sign_up(call: Call, params: Params) -> Answer:
    """Confirm a sign-up without a code; no address becomes verified. Source: API reference, AdminConfirmSignUp."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    user = repository.user_for_admin(call.reader, pool, params["Username"])
    domain.confirm_by_admin(call, pool, user, params.get("ClientMetadata"))
    return {}


@operation
def resend_confirmation_code(call: Call, params: Params) -> Answer:
    """Send the code of a sign-up again. Source: API reference, ResendConfirmationCode."""
    client, pool = repository.client_and_pool(call, params["ClientId"])
    secret_hash.check(client, params["Username"], params.get("SecretHash"))
    delivery = domain.resend(call, pool, client, params["Username"], metadata=params.get("ClientMetadata"))
    analytics.met(call, pool, client, params["Username"])
    return {"CodeDeliveryDetails": delivery}
