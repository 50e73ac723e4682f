"""A user's second factors: which are on, which one is preferred, and what answers show of that.

`User.mfa` keeps `enabled` (names of challenges), `preferred`, `options` (text messages were chosen the old way, by
SetUserSettings) and `web_authn` (a passkey with user verification counts as two factors).

Sources: recordings `github-issue-logs/totp-preference-without-setup/1`,
`aws-cli-examples/cli-example-get-user-auth-factors/1`; reference user-pools.md §2.3, §5.3 and §8.
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import errors, repository
from cognito_emulator.user_pools.factor_records import PASSKEYS, SOFTWARE_TOKENS
from cognito_emulator.user_pools.records import Pool, User

Json = dict[str, Any]
SMS, SOFTWARE_TOKEN, EMAIL = "SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"
# In the order in which lists name them.
FACTORS = (SMS, SOFTWARE_TOKEN, EMAIL)
ADDRESSES = {SMS: "phone_number", EMAIL: "email"}
_SETTINGS = {"SMSMfaSettings": SMS, "SoftwareTokenMfaSettings": SOFTWARE_TOKEN, "EmailMfaSettings": EMAIL}
_POOL_NAMES = {SMS: "sms", SOFTWARE_TOKEN: "software_token"}


def pool_has(pool: Pool, factor: str) -> bool:
    """Whether users of the pool may turn a factor on."""
    if factor == EMAIL:
        return pool.mfa.get("email") is not None
    return bool(pool.mfa.get(_POOL_NAMES[factor]))


def user_has(reader: Reader, user: User, factor: str) -> bool:
    """Whether a user has what a factor needs: an address, or a verified software token."""
    if factor in ADDRESSES:
        return bool(user.attributes.get(ADDRESSES[factor]))
    token = reader.get(SOFTWARE_TOKENS, user.pool_id, user.key)
    return token is not None and token.secret is not None


def set_preference(call: Call, pool: Pool, user: User, params: Json) -> None:
    """SetUserMFAPreference and AdminSetUserMFAPreference: factors that are left out stay as they are."""
    given = {factor: params[name] for name, factor in _SETTINGS.items() if name in params}
    preferred = [factor for factor, settings in given.items() if settings.get("PreferredMfa")]
    if len(preferred) > 1:
        raise errors.one_preferred_factor()
    if preferred and not given[preferred[0]].get("Enabled"):
        raise errors.preferred_factor_not_enabled()
    for factor, settings in given.items():
        if settings.get("Enabled") and not (pool_has(pool, factor) and user_has(call.reader, user, factor)):
            raise errors.no_delivery_config(factor)
    web_authn = params.get("WebAuthnMfaSettings", {}).get("Enabled")

    def step(tx: Transaction) -> None:
        current = repository.reload(tx, user)
        enabled = set(current.mfa.get("enabled", ()))
        chosen = current.mfa.get("preferred")
        for factor, settings in given.items():
            enabled = enabled | {factor} if settings.get("Enabled") else enabled - {factor}
            if chosen == factor and not (settings.get("Enabled") and settings.get("PreferredMfa")):
                chosen = None
        mfa = {**current.mfa, "enabled": _ordered(enabled), "preferred": preferred[0] if preferred else chosen}
        if "SMSMfaSettings" in params:
            mfa["options"] = False
        if web_authn is not None:
            _require_passkey_mfa(tx, pool, current, enabled, web_authn)
            mfa["web_authn"] = web_authn
        repository.save_user(tx, pool, current.with_(call.now, mfa=mfa))

    call.transact(step)


def _require_passkey_mfa(reader: Reader, pool: Pool, user: User, enabled: set[str], wanted: bool) -> None:
    """Passkey MFA needs the pool's leave, a passkey, and another factor to fall back on."""
    if not wanted:
        return
    has_passkey = reader.count(PASSKEYS, None, (pool.id, user.key)) > 0
    if not (passkey_counts_twice(pool) and has_passkey and enabled):
        raise errors.no_delivery_config("WEB_AUTHN")


def passkey_counts_twice(pool: Pool) -> bool:
    """Whether a passkey with user verification may satisfy MFA in this pool."""
    configuration = pool.mfa.get("web_authn") or {}
    return configuration.get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION"


def set_options(call: Call, pool: Pool, user: User, options: list[Json]) -> None:
    """SetUserSettings and AdminSetUserSettings: text messages on (by an option) or off (by none)."""
    for option in options:
        if option.get("DeliveryMedium") != "SMS" or option.get("AttributeName") != "phone_number":
            raise errors.only_sms_mfa_options()
    if options and not user_has(call.reader, user, SMS):
        raise errors.no_delivery_config(SMS)

    def step(tx: Transaction) -> None:
        current = repository.reload(tx, user)
        enabled = set(current.mfa.get("enabled", ()))
        enabled = enabled | {SMS} if options else enabled - {SMS}
        preferred = current.mfa.get("preferred")
        mfa = {
            **current.mfa,
            "enabled": _ordered(enabled),
            "preferred": preferred if preferred in enabled else None,
            "options": bool(options),
        }
        repository.save_user(tx, pool, current.with_(call.now, mfa=mfa))

    call.transact(step)


def enabled_at_set_up(user: User, factor: str) -> Json:
    """`User.mfa` after a factor was set up during a sign-in that demanded one."""
    enabled = {*user.mfa.get("enabled", ()), factor}
    return {**user.mfa, "enabled": _ordered(enabled), "preferred": user.mfa.get("preferred") or factor}


def without(user: User, factor: str) -> Json:
    """`User.mfa` after a factor was taken away."""
    enabled = set(user.mfa.get("enabled", ())) - {factor}
    preferred = user.mfa.get("preferred")
    return {**user.mfa, "enabled": _ordered(enabled), "preferred": preferred if preferred in enabled else None}


def addresses_in_use(user: User) -> set[str]:
    """The attributes to which codes of the user's second factors go."""
    return {ADDRESSES[factor] for factor in user.mfa.get("enabled", ()) if factor in ADDRESSES}


def shown(user: User) -> Json:
    """What GetUser, AdminGetUser and the lists of factors show; nothing of what was never set."""
    answer = legacy_options(user)
    if user.mfa.get("preferred"):
        answer["PreferredMfaSetting"] = user.mfa["preferred"]
    if user.mfa.get("enabled"):
        answer["UserMFASettingList"] = user.mfa["enabled"]
    return answer


def legacy_options(user: User) -> Json:
    """`MFAOptions`, for users who chose text messages through SetUserSettings."""
    if not user.mfa.get("options"):
        return {}
    return {"MFAOptions": [{"AttributeName": "phone_number", "DeliveryMedium": "SMS"}]}


def _ordered(factors: set[str]) -> list[str]:
    return [factor for factor in FACTORS if factor in factors]
