"""Which second factor a sign-in needs, asked of the engine's policy after the first.

Sources: reference auth-flows.md §4, §7, §8 and user-pools.md §8; recording
`moto-aws-verified/mfa-on-totp-setup-and-login/1-4`; `SetUserMFAPreference` and `DeviceConfigurationType` in
botocore's model.
"""

from __future__ import annotations

from dataclasses import dataclass

from cognito_emulator.store.interface import Reader
from cognito_emulator.user_pools import assurance, devices, errors, mfa
from cognito_emulator.user_pools.authentication import methods
from cognito_emulator.user_pools.authentication.sign_in import SignIn, Write
from cognito_emulator.user_pools.factor_records import Device
from cognito_emulator.user_pools.records import Pool, User

DEVICE_KEY = "device_key"
# What a sign-in remembers if threat protection demands a second factor.
DEMANDED = "mfa_demanded"


def proved_password(sign_in: SignIn) -> bool:
    """Only a password is followed by a second factor: codes and passkeys are none the weaker alone."""
    return assurance.PASSWORD in methods.of(sign_in)


def usable(reader: Reader, pool: Pool, user: User, *, demanded: bool = False) -> list[str]:
    """The factors that a user can be asked for.

    Those that are turned on; where the pool (or, `demanded`, the risk) demands a factor and the user chose none,
    those that would work.
    A factor that the pool has turned off since stays in force for who has it.
    """
    if pool.mfa_mode == "OFF":
        return []
    chosen = [factor for factor in user.mfa.get("enabled", ()) if mfa.user_has(reader, user, factor)]
    if chosen or (pool.mfa_mode == "OPTIONAL" and not demanded):
        return chosen
    return [
        factor
        for factor in mfa.FACTORS
        if (factor == mfa.SOFTWARE_TOKEN or mfa.pool_has(pool, factor)) and mfa.user_has(reader, user, factor)
    ]


def configured(reader: Reader, pool: Pool, user: User) -> list[str]:
    """The factors that a user could step up with: those that are turned on, and those that would work."""
    if pool.mfa_mode == "OFF":
        return []
    chosen = user.mfa.get("enabled", ())
    return [
        factor
        for factor in mfa.FACTORS
        if (factor in chosen or factor == mfa.SOFTWARE_TOKEN or mfa.pool_has(pool, factor))
        and mfa.user_has(reader, user, factor)
    ]


def choices(sign_in: SignIn) -> list[str]:
    """The factors that this sign-in can ask for: where it aims at a level, those that lead there.

    Raises `InvalidParameterException` if the user has lost them since the sign-in began.
    """
    reader, pool, user = sign_in.call.reader, sign_in.pool, sign_in.known_user
    aimed = methods.second_factors(sign_in)
    if not aimed:
        return usable(reader, pool, user, demanded=bool(sign_in.memory.get(DEMANDED)))
    found = [factor for factor in configured(reader, pool, user) if factor in aimed]
    if not found:
        raise errors.levels_out_of_reach()
    return found


def due(sign_in: SignIn) -> str | None:
    """The challenge for the second factor, if one is still needed."""
    if not proved_password(sign_in) or not _needs_second(sign_in):
        return None
    factors = choices(sign_in)
    if not factors:
        return "MFA_SETUP" if sign_in.pool.mfa_mode == "ON" else None
    if len(factors) == 1:
        return factors[0]
    preferred: str | None = sign_in.known_user.mfa.get("preferred")
    return preferred if preferred in factors else "SELECT_MFA_TYPE"


def _needs_second(sign_in: SignIn) -> bool:
    """Not after another second factor, nor on a device that stands in for it; but always where a level takes one."""
    if methods.second_factors(sign_in):
        return True
    if sign_in.pool.mfa_mode == "OFF" or not assurance.CODES.isdisjoint(methods.of(sign_in)):
        return False
    configuration = sign_in.pool.device_configuration or {}
    remembers = bool(configuration.get("ChallengeRequiredOnNewDevice"))
    return bool(sign_in.memory.get(DEMANDED)) or not remembers or _remembered(sign_in) is None


def device_due(sign_in: SignIn) -> str | None:
    """DEVICE_SRP_AUTH, if the sign-in names a device that is remembered and has not proved itself yet."""
    if not proved_password(sign_in) or "DEVICE_PASSWORD_VERIFIER" in sign_in.passed:
        return None
    return "DEVICE_SRP_AUTH" if _remembered(sign_in) is not None else None


def note_device(sign_in: SignIn, parameters: dict[str, str]) -> None:
    """Remember the DEVICE_KEY that any request of a sign-in may bring."""
    if parameters.get("DEVICE_KEY"):
        sign_in.memory[DEVICE_KEY] = parameters["DEVICE_KEY"]


def device_of(sign_in: SignIn) -> Device | None:
    """The confirmed device that a sign-in names.

    Raises `ResourceNotFoundException` for a key that the user has not confirmed.
    """
    key = sign_in.memory.get(DEVICE_KEY)
    if key is None or sign_in.pool.device_configuration is None:
        return None
    device = devices.find(sign_in.call.reader, sign_in.known_user, key)
    if device is None:
        raise errors.device_does_not_exist()
    return device


def _remembered(sign_in: SignIn) -> Device | None:
    device = device_of(sign_in)
    return device if device is not None and device.remembered else None


@dataclass(frozen=True)
class DeviceAtEnd:
    """The device that tokens are issued for: a known one, or a new key for the client to confirm."""

    key: str
    metadata: dict[str, dict[str, str]]
    keep: Write


def device_at_end(sign_in: SignIn) -> DeviceAtEnd | None:
    """What a pool that tracks devices makes of a sign-in that has come to its end."""
    call, pool = sign_in.call, sign_in.pool
    if pool.device_configuration is None:
        return None
    device = device_of(sign_in)
    if device is not None:
        return DeviceAtEnd(device.key, {}, lambda tx: devices.seen(call, device, tx))
    key = devices.new_key(call, pool)
    metadata = {"DeviceKey": key, "DeviceGroupKey": devices.group_key(pool)}
    return DeviceAtEnd(key, {"NewDeviceMetadata": metadata}, lambda tx: None)
