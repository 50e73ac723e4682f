"""Which second factors a pool has, and how its passkeys are checked.

`Pool.mfa` keeps them: `sms` (text messages are a factor), `software_token` (None unless the latest call gave it),
`email` and `web_authn` (as they were given). The mode itself is the pool setting `MfaConfiguration`.

Sources: recording `aws-cli-examples/cli-example-get-user-pool-mfa-config/1`; AWS CLI example
set-user-pool-mfa-config; reference user-pools.md §2.7, §4 and §8; for what is left out, the tests that
terraform-provider-aws runs on AWS (TestAccCognitoIDPUserPool_MFA_* in user_pool_test.go); for e-mail settings with
MFA off, which are refused before anything else is looked at: github.com/go-to-k/cdkd/issues/1923 (AWS, August 2026).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.schema import sms_settings, tiers

Json = dict[str, Any]
_MEMBERS = ("SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration")


def with_mfa(pool: Pool, params: Json) -> Pool:
    """The pool as SetUserPoolMfaConfig leaves it.

    A factor that is left out is switched off; the way text messages are sent stays. A call that names neither mode
    nor factor changes the passkey settings only.
    """
    if not any(name in params for name in (*_MEMBERS, "MfaConfiguration")):
        return replace(pool, mfa=_with_web_authn(pool, pool.mfa, params))
    mode = params.get("MfaConfiguration", pool.mfa_mode)
    sms, email = params.get("SmsMfaConfiguration"), params.get("EmailMfaConfiguration")
    token = params.get("SoftwareTokenMfaConfiguration", {}).get("Enabled", False)
    _check(pool, mode, sms, token, email)
    settings = {**pool.settings, "MfaConfiguration": mode}
    if sms is not None:
        settings["SmsConfiguration"] = sms["SmsConfiguration"]
        settings.pop("SmsAuthenticationMessage", None)
        if sms.get("SmsAuthenticationMessage"):
            settings["SmsAuthenticationMessage"] = sms["SmsAuthenticationMessage"]
    given = "SoftwareTokenMfaConfiguration" in params
    mfa = {"sms": sms is not None, "software_token": token if given else None, "email": email}
    return replace(pool, settings=settings, mfa=_with_web_authn(pool, mfa, params))


def _check(pool: Pool, mode: str, sms: Json | None, token: bool, email: Json | None) -> None:
    if mode == "OFF" and (sms is not None or token or email is not None):
        raise errors.mfa_off_with_factors()
    if mode != "OFF" and sms is None and not token and email is None:
        raise errors.no_mfa_factor()
    if sms is not None and not sms.get("SmsConfiguration"):
        raise errors.sms_mfa_without_configuration()
    if sms is not None:
        sms_settings.check(sms["SmsConfiguration"], pool.region)
    if email is None:
        return
    tiers.require(pool.settings, [tiers.EMAIL_MFA])
    if pool.settings["EmailConfiguration"].get("EmailSendingAccount") != "DEVELOPER":
        raise errors.email_mfa_needs_ses()


def _with_web_authn(pool: Pool, mfa: Json, params: Json) -> Json:
    given = params.get("WebAuthnConfiguration")
    if given is not None:
        tiers.require(pool.settings, [tiers.PASSWORDLESS])
    kept = {name: value for name, value in mfa.items() if name != "web_authn"}
    return {**kept, "web_authn": {"UserVerification": "preferred", **given} if given else None}


def shown(pool: Pool) -> Json:
    """The answer of GetUserPoolMfaConfig and SetUserPoolMfaConfig."""
    answer: Json = {"MfaConfiguration": pool.mfa_mode}
    if pool.mfa.get("sms"):
        names = ("SmsAuthenticationMessage", "SmsConfiguration")
        answer["SmsMfaConfiguration"] = {name: pool.settings[name] for name in names if name in pool.settings}
    if pool.mfa.get("software_token") is not None:
        answer["SoftwareTokenMfaConfiguration"] = {"Enabled": pool.mfa["software_token"]}
    if pool.mfa.get("email") is not None:
        answer["EmailMfaConfiguration"] = pool.mfa["email"]
    if pool.mfa.get("web_authn"):
        answer["WebAuthnConfiguration"] = pool.mfa["web_authn"]
    return answer


def of_new_pool(settings: Json) -> Json:
    """The factors of a pool that CreateUserPool makes: it knows text messages only."""
    return {"sms": settings["MfaConfiguration"] != "OFF"}


def mode_after_update(pool: Pool, params: Json) -> str:
    """The mode that UpdateUserPool sets. Left out, it stays as long as the pool has a factor, and is OFF otherwise."""
    if "MfaConfiguration" in params:
        return str(params["MfaConfiguration"])
    has_factor = needs_no_sms(pool) or (pool.mfa.get("sms") and params.get("SmsConfiguration"))
    return pool.mfa_mode if has_factor else "OFF"


def after_update(pool: Pool, settings: Json) -> Json:
    """The factors of a pool that UpdateUserPool gives these settings.

    Raises `FeatureUnavailableInTierException` for a tier that lacks what the pool has.
    """
    tiers.require(settings, [tiers.EMAIL_MFA] if pool.mfa.get("email") is not None else [])
    tiers.require(settings, [tiers.PASSWORDLESS] if pool.mfa.get("web_authn") else [])
    if settings["MfaConfiguration"] == "OFF":
        return {**pool.mfa, "sms": False, "software_token": None}
    if not settings.get("SmsConfiguration"):
        return {**pool.mfa, "sms": False}
    turned_on = pool.mfa_mode == "OFF" or not needs_no_sms(pool)
    return {**pool.mfa, "sms": bool(pool.mfa.get("sms")) or turned_on}


def needs_no_sms(pool: Pool) -> bool:
    """Whether the pool has a factor besides text messages."""
    return bool(pool.mfa.get("software_token")) or pool.mfa.get("email") is not None
