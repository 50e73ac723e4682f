"""Devices: keys that sign-ins get, confirmation, device authentication in place of MFA, bound refresh tokens."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from tests.builders import ALL_FLOWS, App, Idp, User, app, as_dict, begin, claims, confirmed_user, refresh, refused
from tests.builders import sign_in as sign_in_of
from tests.factors import TOTP_FACTOR, code_at, register_totp, respond
from tests.srp_client import N, SrpClient, pad, sha, srp_begin

ALWAYS = {"DeviceOnlyRememberedOnUserPrompt": False, "ChallengeRequiredOnNewDevice": True}
OPT_IN = {"DeviceOnlyRememberedOnUserPrompt": True, "ChallengeRequiredOnNewDevice": True}
GONE = ("ResourceNotFoundException", "Device does not exist.")
INVALID_TOKEN = ("NotAuthorizedException", "Invalid Refresh Token.")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")


@dataclass
class Device:
    """A client's device: its key, its group, and the password that it made for itself."""

    key: str
    group: str
    password: str = "made-by-the-device"

    @classmethod
    def of(cls, result: dict[str, Any]) -> Device:
        metadata = result["NewDeviceMetadata"]
        return cls(metadata["DeviceKey"], metadata["DeviceGroupKey"])

    def verifier(self) -> dict[str, str]:
        salt = 0xF00D_CAFE_1234
        inner = sha(self.group.encode(), self.key.encode(), b":", self.password.encode())
        verifier = pow(2, int.from_bytes(sha(pad(salt), inner), "big"), N)
        encoded = (base64.b64encode(pad(number)).decode() for number in (verifier, salt))
        return dict(zip(("PasswordVerifier", "Salt"), encoded, strict=True))

    def confirm(self, idp: Idp, result: dict[str, Any], name: str | None = "laptop") -> bool:
        answer = idp.confirm_device(
            AccessToken=result["AccessToken"],
            DeviceKey=self.key,
            DeviceSecretVerifierConfig=self.verifier(),
            **({"DeviceName": name} if name else {}),
        )
        return bool(answer["UserConfirmationNecessary"])

    def prove(
        self, idp: Idp, user: User, challenge: dict[str, Any], *, sessions: bool = True, **instead: str
    ) -> dict[str, Any]:
        """Answer both device challenges, with their sessions or without."""
        client = SrpClient(self.group, self.password)
        first = {**challenge} if sessions else {"ChallengeName": challenge["ChallengeName"]}
        second = respond(idp, user, first, DEVICE_KEY=self.key, SRP_A=client.srp_a)
        assert second["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"
        given = second["ChallengeParameters"]
        assert set(given) == {"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "DEVICE_KEY"}
        responses = client.responses({**given, "USER_ID_FOR_SRP": self.key})
        responses |= {"USERNAME": user.username, "DEVICE_KEY": self.key, **instead}
        answered = second if sessions else {"ChallengeName": second["ChallengeName"]}
        return respond(idp, user, answered, **responses)


def tracking(idp: Idp, configuration: dict[str, bool], *, totp: bool = False) -> App:
    made = app(idp, DeviceConfiguration=configuration)
    if totp:
        idp.set_user_pool_mfa_config(UserPoolId=made.pool_id, MfaConfiguration="OPTIONAL", **TOTP_FACTOR)
    return made


@pytest.fixture
def user(idp: Idp) -> User:
    """A user of a pool that remembers every device."""
    return confirmed_user(idp, tracking(idp, ALWAYS))


def test_no_tracking_no_keys(idp: Idp) -> None:
    user = confirmed_user(idp, app(idp))
    result = sign_in_of(idp, user)
    assert "NewDeviceMetadata" not in result
    assert "device_key" not in claims(result["AccessToken"])
    # A key means nothing here.
    key = "us-east-1_a1b2c3d4-5678-90ab-cdef-000000000000"
    assert "AccessToken" in sign_in_of(idp, user, DEVICE_KEY=key)
    with refused("InvalidParameterException", "Invalid device key given."):
        idp.confirm_device(
            AccessToken=result["AccessToken"],
            DeviceKey=key,
            DeviceSecretVerifierConfig={"PasswordVerifier": "AA==", "Salt": "AA=="},
        )


def test_a_new_device_is_confirmed(idp: Idp, user: User) -> None:
    result = sign_in_of(idp, user)
    device = Device.of(result)
    assert device.key.startswith("us-east-1_")
    assert (device.group[0], len(device.group)) == ("-", 9)
    assert claims(result["AccessToken"])["device_key"] == device.key
    assert "device_key" not in claims(result["IdToken"])
    with refused(*GONE):
        idp.get_device(AccessToken=result["AccessToken"], DeviceKey=device.key)
    assert device.confirm(idp, result) is False
    with refused("DeviceKeyExistsException", "Device already exists."):
        device.confirm(idp, result)
    # The next new device of the pool is in the same group.
    assert Device.of(sign_in_of(idp, user)).group == device.group


def test_a_key_is_confirmed_with_its_own_token(idp: Idp, user: User) -> None:
    """Source: recording github-issue-logs/invalid-device-key/1."""
    first, second = sign_in_of(idp, user), sign_in_of(idp, user)
    with refused("InvalidParameterException", "Invalid device key given."):
        Device.of(first).confirm(idp, second)


@pytest.mark.parametrize("verifier", [{}, {"PasswordVerifier": "AA=="}, {"PasswordVerifier": "*", "Salt": "AA=="}])
def test_bad_verifiers(idp: Idp, user: User, verifier: dict[str, str]) -> None:
    result = sign_in_of(idp, user)
    with refused("InvalidParameterException", "Invalid device secret verifier config given."):
        idp.confirm_device(
            AccessToken=result["AccessToken"],
            DeviceKey=Device.of(result).key,
            DeviceSecretVerifierConfig=verifier,
        )
    assert idp.list_devices(AccessToken=result["AccessToken"])["Devices"] == []


def test_what_user_and_administrator_see(idp: Idp, emulator: Emulator, user: User) -> None:
    result = sign_in_of(idp, user)
    device = Device.of(result)
    emulator.clock.advance(seconds=10)
    device.confirm(idp, result)
    shown = idp.get_device(AccessToken=result["AccessToken"], DeviceKey=device.key)["Device"]
    assert shown["DeviceKey"] == device.key
    assert as_dict(shown["DeviceAttributes"]) == {
        "device_status": "valid",
        "device_name": "laptop",
        "last_ip_used": "127.0.0.1",
    }
    assert shown["DeviceCreateDate"].timestamp() == emulator.clock.now()
    assert shown["DeviceLastAuthenticatedDate"].timestamp() == int(emulator.clock.now()) - 10
    by_admin = idp.admin_get_device(**user.key, DeviceKey=device.key)["Device"]
    owner = f"alice.{user.app.pool_id}"
    assert as_dict(by_admin["DeviceAttributes"]) == {
        **as_dict(shown["DeviceAttributes"]),
        "dev:device_arn": f"arn:aws:cognito-idp:us-east-1:123456789012:owner/{owner}/device/{device.key}",
        "dev:device_owner": owner,
        "dev:device_remembered_status": "remembered",
        "dev:device_sdk": "aws-sdk",
    }


def test_lists_come_in_pages(idp: Idp, user: User) -> None:
    keys = set()
    for _ in range(3):
        result = sign_in_of(idp, user)
        Device.of(result).confirm(idp, result, name=None)
        keys.add(Device.of(result).key)
    token = result["AccessToken"]
    first = idp.list_devices(AccessToken=token, Limit=2)
    second = idp.list_devices(AccessToken=token, Limit=2, PaginationToken=first["PaginationToken"])
    assert "PaginationToken" not in second
    assert {device["DeviceKey"] for device in first["Devices"] + second["Devices"]} == keys
    assert len(idp.admin_list_devices(**user.key)["Devices"]) == 3
    with refused("InvalidParameterException", "Invalid pagination token."):
        idp.admin_list_devices(**user.key, Limit=2, PaginationToken=first["PaginationToken"])


def test_a_remembered_device_is_asked_to_prove_itself(idp: Idp, emulator: Emulator, user: User) -> None:
    result = sign_in_of(idp, user)
    device = Device.of(result)
    device.confirm(idp, result)
    emulator.clock.advance(hours=1)
    challenge = begin(idp, user, DEVICE_KEY=device.key)
    assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
    assert challenge["ChallengeParameters"] == {}
    answer = device.prove(idp, user, challenge)["AuthenticationResult"]
    assert "NewDeviceMetadata" not in answer
    assert claims(answer["AccessToken"])["device_key"] == device.key
    shown = idp.get_device(AccessToken=answer["AccessToken"], DeviceKey=device.key)["Device"]
    assert shown["DeviceLastAuthenticatedDate"].timestamp() == int(emulator.clock.now())


def test_with_srp_and_without_sessions(idp: Idp, user: User) -> None:
    """As pycognito does it: the key in both steps of the password, no session in those of the device."""
    result = sign_in_of(idp, user)
    device = Device.of(result)
    device.confirm(idp, result)
    client, verifier = srp_begin(idp, user, DEVICE_KEY=device.key)
    responses = client.responses(verifier["ChallengeParameters"])
    challenge = respond(idp, user, verifier, **responses, DEVICE_KEY=device.key)
    assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
    assert "AuthenticationResult" in device.prove(idp, user, challenge, sessions=False)
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        device.prove(idp, user, challenge, sessions=False)


def test_the_wrong_device_password(idp: Idp, user: User) -> None:
    result = sign_in_of(idp, user)
    device = Device.of(result)
    device.confirm(idp, result)
    challenge = begin(idp, user, DEVICE_KEY=device.key)
    with refused(*WRONG):
        Device(device.key, device.group, "guessed").prove(idp, user, challenge)
    challenge = begin(idp, user, DEVICE_KEY=device.key)
    with refused(*WRONG):
        device.prove(idp, user, challenge, TIMESTAMP="Fri Jan 2 00:00:00 UTC 2026")


def test_a_wrong_session_in_the_device_steps(idp: Idp, user: User) -> None:
    result = sign_in_of(idp, user)
    device = Device.of(result)
    device.confirm(idp, result)
    challenge = begin(idp, user, DEVICE_KEY=device.key)
    with refused("NotAuthorizedException", "Invalid session for the user."):
        device.prove(idp, user, {**challenge, "Session": "x" * 40})
    with refused("NotAuthorizedException", "Invalid session for the user."):
        respond(idp, user, {"ChallengeName": "DEVICE_SRP_AUTH"}, DEVICE_KEY="us-east-1_00000000-0000", SRP_A="ab")
    with refused("InvalidParameterException", "Missing required parameter DEVICE_KEY"):
        respond(idp, user, challenge, SRP_A="ab")
    with refused("InvalidParameterException", "Missing required parameter SRP_A"):
        respond(idp, user, challenge, DEVICE_KEY=device.key)
    assert "AuthenticationResult" in device.prove(idp, user, challenge)


def test_unknown_and_unconfirmed_keys(idp: Idp, user: User) -> None:
    """Clients drop their key when they hear this, and sign in without."""
    unconfirmed = Device.of(sign_in_of(idp, user))
    for key in (unconfirmed.key, "us-east-1_a1b2c3d4-5678-90ab-cdef-000000000000"):
        with refused(*GONE):
            begin(idp, user, DEVICE_KEY=key)
    client, verifier = srp_begin(idp, user)
    responses = client.responses(verifier["ChallengeParameters"])
    with refused(*GONE):
        respond(idp, user, verifier, **responses, DEVICE_KEY=unconfirmed.key)
    # What was refused left the session as it was.
    assert "AuthenticationResult" in respond(idp, user, verifier, **responses)
    with refused(*WRONG):
        idp.initiate_auth(
            ClientId=user.app.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "alice", "PASSWORD": "Wrong-1234", "DEVICE_KEY": unconfirmed.key},
        )


def test_devices_of_others_do_not_count(idp: Idp, user: User) -> None:
    result = sign_in_of(idp, user)
    device = Device.of(result)
    device.confirm(idp, result)
    with refused(*GONE):
        begin(idp, confirmed_user(idp, user.app, "bob"), DEVICE_KEY=device.key)


def test_opt_in(idp: Idp) -> None:
    user = confirmed_user(idp, tracking(idp, OPT_IN))
    result = sign_in_of(idp, user)
    device = Device.of(result)
    assert device.confirm(idp, result) is True
    # Not remembered: the user does not even see it. Administrators do.
    with refused(*GONE):
        idp.get_device(AccessToken=result["AccessToken"], DeviceKey=device.key)
    assert idp.list_devices(AccessToken=result["AccessToken"])["Devices"] == []
    [shown] = idp.admin_list_devices(**user.key)["Devices"]
    assert as_dict(shown["DeviceAttributes"])["dev:device_remembered_status"] == "not_remembered"
    # It is known, and need not prove itself.
    known = sign_in_of(idp, user, DEVICE_KEY=device.key)
    assert "NewDeviceMetadata" not in known
    assert claims(known["AccessToken"])["device_key"] == device.key
    token = known["AccessToken"]
    idp.update_device_status(AccessToken=token, DeviceKey=device.key, DeviceRememberedStatus="remembered")
    [listed] = idp.list_devices(AccessToken=token)["Devices"]
    assert listed["DeviceKey"] == device.key
    assert begin(idp, user, DEVICE_KEY=device.key)["ChallengeName"] == "DEVICE_SRP_AUTH"
    idp.admin_update_device_status(**user.key, DeviceKey=device.key, DeviceRememberedStatus="not_remembered")
    assert "AuthenticationResult" in begin(idp, user, DEVICE_KEY=device.key)
    with refused(*GONE):
        idp.update_device_status(AccessToken=token, DeviceKey="us-east-1_0", DeviceRememberedStatus="remembered")


def test_a_remembered_device_stands_in_for_mfa(idp: Idp, emulator: Emulator) -> None:
    user = confirmed_user(idp, tracking(idp, ALWAYS, totp=True))
    result = sign_in_of(idp, user)
    secret = register_totp(idp, emulator, result["AccessToken"])
    challenge = begin(idp, user)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    result = respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator))["AuthenticationResult"]
    device = Device.of(result)
    device.confirm(idp, result)
    challenge = begin(idp, user, DEVICE_KEY=device.key)
    assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
    assert "AuthenticationResult" in device.prove(idp, user, challenge)
    # Without the key, or once it is forgotten, the code is asked for.
    assert begin(idp, user)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    idp.forget_device(AccessToken=result["AccessToken"], DeviceKey=device.key)
    assert begin(idp, user)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_mfa_comes_first_where_devices_do_not_stand_in(idp: Idp, emulator: Emulator) -> None:
    """Source: `ChallengeRequiredOnNewDevice` in botocore's model."""
    configuration = {"DeviceOnlyRememberedOnUserPrompt": False, "ChallengeRequiredOnNewDevice": False}
    user = confirmed_user(idp, tracking(idp, configuration, totp=True))
    result = sign_in_of(idp, user)
    device = Device.of(result)
    device.confirm(idp, result)
    secret = register_totp(idp, emulator, result["AccessToken"])
    mfa = begin(idp, user, DEVICE_KEY=device.key)
    assert mfa["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    challenge = respond(idp, user, mfa, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator))
    assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
    assert "AuthenticationResult" in device.prove(idp, user, challenge)


def test_forgetting(idp: Idp, user: User) -> None:
    result = sign_in_of(idp, user)
    device = Device.of(result)
    device.confirm(idp, result)
    idp.admin_forget_device(**user.key, DeviceKey=device.key)
    with refused(*GONE):
        idp.forget_device(AccessToken=result["AccessToken"], DeviceKey=device.key)
    with refused(*GONE):
        idp.admin_get_device(**user.key, DeviceKey=device.key)
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_forget_device(UserPoolId=user.app.pool_id, Username="nobody", DeviceKey=device.key)
    with refused("ResourceNotFoundException", "User does not exist."):
        idp.admin_get_device(UserPoolId=user.app.pool_id, Username="nobody", DeviceKey=device.key)
    with refused("ResourceNotFoundException", "User does not exist."):
        idp.admin_list_devices(UserPoolId=user.app.pool_id, Username="nobody")


def test_operations_without_a_token(idp: Idp) -> None:
    """The model leaves the token out of their required members; they need it all the same."""
    for call in (idp.get_device, idp.forget_device):
        with refused("NotAuthorizedException", "Invalid Access Token"):
            call(DeviceKey="us-east-1_0")


def test_refresh_tokens_belong_to_the_device(idp: Idp, user: User) -> None:
    result = sign_in_of(idp, user)
    device, token = Device.of(result), result["RefreshToken"]
    with refused(*INVALID_TOKEN):
        refresh(idp, user.app, token)
    with refused(*INVALID_TOKEN):
        # Not confirmed yet.
        refresh(idp, user.app, token, DEVICE_KEY=device.key)
    device.confirm(idp, result)
    with refused(*INVALID_TOKEN):
        refresh(idp, user.app, token)
    with refused(*INVALID_TOKEN):
        refresh(idp, user.app, token, DEVICE_KEY=Device.of(sign_in_of(idp, user)).key)
    renewed = refresh(idp, user.app, token, DEVICE_KEY=device.key)
    assert claims(renewed["AccessToken"])["device_key"] == device.key
    with refused(*INVALID_TOKEN):
        idp.get_tokens_from_refresh_token(ClientId=user.app.client_id, RefreshToken=token)
    assert idp.get_tokens_from_refresh_token(ClientId=user.app.client_id, RefreshToken=token, DeviceKey=device.key)[
        "AuthenticationResult"
    ]["AccessToken"]
    idp.admin_forget_device(**user.key, DeviceKey=device.key)
    with refused(*INVALID_TOKEN):
        refresh(idp, user.app, token, DEVICE_KEY=device.key)


def test_tracking_that_was_switched_off_frees_the_tokens(idp: Idp, user: User) -> None:
    token = sign_in_of(idp, user)["RefreshToken"]
    idp.update_user_pool(UserPoolId=user.app.pool_id)
    assert refresh(idp, user.app, token)["AccessToken"]


def test_confidential_client(idp: Idp) -> None:
    made = app(idp, {"GenerateSecret": True, "ExplicitAuthFlows": ALL_FLOWS}, DeviceConfiguration=ALWAYS)
    user = confirmed_user(idp, made)
    result = sign_in_of(idp, user)
    device = Device.of(result)
    device.confirm(idp, result)
    challenge = begin(idp, user, DEVICE_KEY=device.key)
    answer = device.prove(idp, user, challenge)
    assert "AuthenticationResult" in answer


def test_deleted_users_take_their_devices_along(idp: Idp, user: User) -> None:
    result = sign_in_of(idp, user)
    Device.of(result).confirm(idp, result)
    idp.admin_delete_user(**user.key)
    again = confirmed_user(idp, user.app)
    assert idp.admin_list_devices(**again.key)["Devices"] == []


def test_the_verifier_is_what_the_client_says(idp: Idp, user: User) -> None:
    """A verifier whose padding the client left out is understood as well."""
    result = sign_in_of(idp, user)
    device = Device.of(result)
    bare = {name: value.rstrip("=") for name, value in device.verifier().items()}
    idp.confirm_device(AccessToken=result["AccessToken"], DeviceKey=device.key, DeviceSecretVerifierConfig=bare)
    assert "AuthenticationResult" in device.prove(idp, user, begin(idp, user, DEVICE_KEY=device.key))


def test_administrators_who_name_nobody(idp: Idp, user: User) -> None:
    """Two of the operations do not declare UserNotFoundException. Source: botocore's model."""
    nobody = {"UserPoolId": user.app.pool_id, "Username": "nobody"}
    key = {"DeviceKey": "us-east-1_a1b2c3d4-5678-90ab-cdef-000000000000"}
    with refused("ResourceNotFoundException", "User does not exist."):
        idp.admin_get_device(**nobody, **key)
    with refused("ResourceNotFoundException", "User does not exist."):
        idp.admin_list_devices(**nobody)
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_forget_device(**nobody, **key)
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_update_device_status(**nobody, **key)
