"""Passkeys: registered with a software authenticator, listed, used to sign in, refused when anything is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cognito_emulator.conformance.authenticator import Authenticator, base64url
from cognito_emulator.emulator import Emulator
from tests.builders import PASSWORD, App, Idp, User, app_client, confirmed_user, refused
from tests.builders import sign_in as sign_in_of
from tests.factors import CHOICE, TOTP_FACTOR, choice_app, choose, register_totp, respond

RELYING_PARTY = "example.com"
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
NOT_VALID = ("InvalidParameterException", "Credential data is not valid")


def passkey_app(idp: Idp, **web_authn: str) -> App:
    made = choice_app(idp, "WEB_AUTHN", client={"AuthSessionValidity": 5})
    configure(idp, made, **web_authn)
    return made


def configure(idp: Idp, app: App, mode: str | None = None, **web_authn: str) -> None:
    mfa: dict[str, Any] = {"MfaConfiguration": mode, **TOTP_FACTOR} if mode else {}
    settings = {"RelyingPartyId": RELYING_PARTY, **web_authn}
    idp.set_user_pool_mfa_config(UserPoolId=app.pool_id, WebAuthnConfiguration=settings, **mfa)


def options_of(idp: Idp, token: str) -> dict[str, Any]:
    options: dict[str, Any] = idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    return options


def register(idp: Idp, user: User, authenticator: Authenticator | None = None) -> Authenticator:
    """Register a passkey."""
    authenticator = authenticator or Authenticator()
    token = sign_in_of(idp, user)["AccessToken"]
    complete(idp, token, authenticator.create(options_of(idp, token)))
    return authenticator


def complete(idp: Idp, token: str, credential: dict[str, Any]) -> None:
    idp.complete_web_authn_registration(AccessToken=token, Credential=credential)


def request_of(challenge: dict[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = json.loads(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    return options


def answer(idp: Idp, user: User, challenge: dict[str, Any], credential: Any) -> dict[str, Any]:
    return respond(idp, user, challenge, CREDENTIAL=json.dumps(credential))


@pytest.fixture
def user(idp: Idp) -> User:
    return confirmed_user(idp, passkey_app(idp))


@pytest.fixture
def token(idp: Idp, user: User) -> str:
    return str(sign_in_of(idp, user)["AccessToken"])


# ── registration ─────────────────────────────────────────────────────────────────────────────────────────────


def test_options(idp: Idp, user: User, token: str) -> None:
    """Source: AWS CLI example start-web-authn-registration."""
    options = options_of(idp, token)
    sub = idp.get_user(AccessToken=token)["UserAttributes"][0]["Value"]
    assert len(options.pop("challenge")) == 43
    assert options == {
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": "preferred",
        },
        "excludeCredentials": [],
        "pubKeyCredParams": [{"alg": -7, "type": "public-key"}, {"alg": -257, "type": "public-key"}],
        "rp": {"id": RELYING_PARTY, "name": RELYING_PARTY},
        "timeout": 60000,
        "user": {"displayName": "alice", "id": base64url(sub.encode()), "name": "alice"},
    }


@pytest.mark.parametrize("algorithm", [-7, -257])
def test_registration(idp: Idp, emulator: Emulator, user: User, token: str, algorithm: int) -> None:
    authenticator = register(idp, user, Authenticator(algorithm=algorithm))
    [passkey] = idp.list_web_authn_credentials(AccessToken=token)["Credentials"]
    assert passkey.pop("CreatedAt").timestamp() == emulator.clock.now()
    assert passkey == {
        "AuthenticatorAttachment": "cross-platform",
        "AuthenticatorTransports": ["usb", "nfc"],
        "CredentialId": base64url(authenticator.credential_id),
        "FriendlyCredentialName": "Roaming passkey",
        "RelyingPartyId": RELYING_PARTY,
    }
    assert options_of(idp, token)["excludeCredentials"] == [{"id": passkey["CredentialId"], "type": "public-key"}]
    assert idp.get_user_auth_factors(AccessToken=token)["ConfiguredUserAuthFactors"] == ["PASSWORD", "WEB_AUTHN"]


@pytest.mark.parametrize(
    "origin", ["https://example.com", "https://login.example.com:8443", "android:apk-key-hash:abc"]
)
def test_origins_of_the_relying_party(idp: Idp, user: User, token: str, origin: str) -> None:
    register(idp, user, Authenticator(origin=origin))
    assert len(idp.list_web_authn_credentials(AccessToken=token)["Credentials"]) == 1


def test_localhost_over_http(idp: Idp) -> None:
    user = confirmed_user(idp, passkey_app(idp, RelyingPartyId="localhost"))
    authenticator = register(idp, user, Authenticator(origin="http://localhost:3000"))
    challenge = choose(idp, user, PREFERRED_CHALLENGE="WEB_AUTHN")
    assert "AuthenticationResult" in answer(idp, user, challenge, authenticator.get(request_of(challenge)))


@pytest.mark.parametrize(
    "origin", ["http://example.com", "https://example.org", "https://evilexample.com", "https://example.com.evil.org"]
)
def test_foreign_origins(idp: Idp, token: str, origin: str) -> None:
    with refused(
        "WebAuthnOriginNotAllowedException", "The origin of the credential does not match the relying party ID."
    ):
        complete(idp, token, Authenticator(origin=origin).create(options_of(idp, token)))
    assert idp.list_web_authn_credentials(AccessToken=token)["Credentials"] == []


def test_another_relying_party(idp: Idp, user: User, token: str) -> None:
    error = (
        "WebAuthnRelyingPartyMismatchException",
        "The credential is associated with a different relying party ID.",
    )
    options = options_of(idp, token)
    with refused(*error):
        complete(idp, token, Authenticator().create({**options, "rp": {"id": "example.org"}}))
    configure(idp, user.app, RelyingPartyId="login.example.com")
    with refused(*error):
        complete(idp, token, Authenticator(origin="https://login.example.com").create(options))


def test_another_challenge(idp: Idp, emulator: Emulator, user: User, token: str) -> None:
    error = ("WebAuthnChallengeNotFoundException", "The registration challenge was not found or has expired.")
    credential = Authenticator().create(
        {"challenge": base64url(b"x" * 32), "rp": {"id": RELYING_PARTY}, "user": {"id": "AA"}}
    )
    with refused(*error):
        complete(idp, token, credential)
    options = options_of(idp, token)
    with refused(*error):
        complete(idp, token, credential)
    emulator.clock.advance(minutes=3)
    with refused(*error):
        complete(idp, token, Authenticator().create(options))
    # A registration is good once.
    credential = Authenticator().create(options_of(idp, token))
    complete(idp, token, credential)
    with refused(*error):
        complete(idp, token, credential)


def test_another_client(idp: Idp, user: User, token: str) -> None:
    other = User(App(user.app.pool_id, app_client(idp, user.app.pool_id, ExplicitAuthFlows=CHOICE)), "alice")
    result = choose(idp, other, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"]
    with refused("WebAuthnClientMismatchException", "The access token is for a different client."):
        complete(idp, result["AccessToken"], Authenticator().create(options_of(idp, token)))


def test_another_algorithm(idp: Idp, token: str) -> None:
    with refused("WebAuthnCredentialNotSupportedException", "The credential is not supported."):
        complete(idp, token, Authenticator(algorithm=-8).create(options_of(idp, token)))


def test_what_is_no_credential(idp: Idp, token: str) -> None:
    """Source: recording github-issue-logs/credential-invalid/1."""
    good = Authenticator().create(options_of(idp, token))
    for broken in (
        {},
        {**good, "response": {}},
        {**good, "response": {**good["response"], "attestationObject": "AAAA"}},
        {**good, "response": {**good["response"], "clientDataJSON": "AAAA"}},
        {**good, "id": "AAAA"},
        {**good, "type": "password"},
    ):
        with refused(*NOT_VALID):
            complete(idp, token, broken)
    complete(idp, token, good)


def test_user_verification(idp: Idp) -> None:
    user = confirmed_user(idp, passkey_app(idp, UserVerification="required"))
    token = sign_in_of(idp, user)["AccessToken"]
    options = options_of(idp, token)
    assert options["authenticatorSelection"]["userVerification"] == "required"
    with refused(*NOT_VALID):
        complete(idp, token, Authenticator(verifies_user=False).create(options))
    authenticator = register(idp, user)
    challenge = choose(idp, user, PREFERRED_CHALLENGE="WEB_AUTHN")
    assert request_of(challenge)["userVerification"] == "required"
    authenticator.verifies_user = False
    with refused(*WRONG):
        answer(idp, user, challenge, authenticator.get(request_of(challenge)))
    authenticator.verifies_user = True
    assert "AuthenticationResult" in answer(idp, user, challenge, authenticator.get(request_of(challenge)))


def test_pools_that_are_not_ready(idp: Idp) -> None:
    no_factor = confirmed_user(idp, choice_app(idp))
    with refused("WebAuthnNotEnabledException", "WebAuthn is not enabled for this user pool."):
        options_of(idp, sign_in_of(idp, no_factor)["AccessToken"])
    no_relying_party = confirmed_user(idp, choice_app(idp, "WEB_AUTHN"))
    with refused(
        "WebAuthnConfigurationMissingException", "The user pool has no relying party ID and no user pool domain."
    ):
        options_of(idp, sign_in_of(idp, no_relying_party)["AccessToken"])


def test_the_domain_is_the_default_relying_party(idp: Idp) -> None:
    user = confirmed_user(idp, choice_app(idp, "WEB_AUTHN"))
    idp.create_user_pool_domain(UserPoolId=user.app.pool_id, Domain="passkeys")
    host = "passkeys.auth.us-east-1.amazoncognito.com"
    token = sign_in_of(idp, user)["AccessToken"]
    assert options_of(idp, token)["rp"] == {"id": host, "name": host}
    authenticator = register(idp, user, Authenticator(origin=f"https://{host}"))
    challenge = choose(idp, user, PREFERRED_CHALLENGE="WEB_AUTHN")
    assert "AuthenticationResult" in answer(idp, user, challenge, authenticator.get(request_of(challenge)))


def test_at_most_twenty(idp: Idp, user: User, token: str) -> None:
    pending = Authenticator().create(options_of(idp, token))
    for _ in range(20):
        complete(idp, token, Authenticator().create(options_of(idp, token)))
    error = ("LimitExceededException", "Maximum number of passkeys exceeded for the user.")
    with refused(*error):
        options_of(idp, token)
    assert pending["id"]
    first = idp.list_web_authn_credentials(AccessToken=token, MaxResults=12)
    second = idp.list_web_authn_credentials(AccessToken=token, MaxResults=12, NextToken=first["NextToken"])
    assert (len(first["Credentials"]), len(second["Credentials"])) == (12, 8)
    assert "NextToken" not in second


def test_deletion(idp: Idp, user: User, token: str) -> None:
    credential_id = base64url(register(idp, user).credential_id)
    other = sign_in_of(idp, confirmed_user(idp, user.app, "bob"))["AccessToken"]
    gone = ("ResourceNotFoundException", "Credential does not exist.")
    with refused(*gone):
        idp.delete_web_authn_credential(AccessToken=other, CredentialId=credential_id)
    idp.delete_web_authn_credential(AccessToken=token, CredentialId=credential_id)
    assert idp.list_web_authn_credentials(AccessToken=token)["Credentials"] == []
    with refused(*gone):
        idp.delete_web_authn_credential(AccessToken=token, CredentialId=credential_id)
    assert choose(idp, user, PREFERRED_CHALLENGE="WEB_AUTHN")["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]


def test_a_credential_has_one_owner(idp: Idp, user: User, token: str) -> None:
    """Two registrations of the same credential: the second is refused, whoever makes it."""
    authenticator = Authenticator()
    register(idp, user, authenticator)
    bob = sign_in_of(idp, confirmed_user(idp, user.app, "bob"))["AccessToken"]

    class SameKey(Authenticator):
        def _new_key(self) -> Any:
            return authenticator._key

    with refused(*NOT_VALID):
        complete(idp, bob, SameKey().create(options_of(idp, bob)))


# ── sign-in ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_sign_in(idp: Idp, user: User) -> None:
    authenticator = register(idp, user)
    challenge = choose(idp, user, PREFERRED_CHALLENGE="WEB_AUTHN")
    assert challenge["ChallengeName"] == "WEB_AUTHN"
    assert challenge["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "WEB_AUTHN"]
    options = request_of(challenge)
    assert len(options.pop("challenge")) == 43
    assert options == {
        "timeout": 180000,
        "rpId": RELYING_PARTY,
        "allowCredentials": [
            {
                "type": "public-key",
                "id": base64url(authenticator.credential_id),
                "transports": ["usb", "nfc"],
            }
        ],
        "userVerification": "preferred",
    }
    with refused("InvalidParameterException", "Missing required parameter CREDENTIAL"):
        respond(idp, user, challenge)
    result = answer(idp, user, challenge, authenticator.get(request_of(challenge)))["AuthenticationResult"]
    assert idp.get_user(AccessToken=result["AccessToken"])["Username"] == "alice"
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        answer(idp, user, challenge, authenticator.get(request_of(challenge)))


@pytest.mark.parametrize("at_once", [True, False])
def test_after_the_choice(idp: Idp, user: User, at_once: bool) -> None:
    authenticator = register(idp, user)
    choice = choose(idp, user)
    assert choice["ChallengeName"] == "SELECT_CHALLENGE"
    if at_once:
        credential = json.dumps(authenticator.get(request_of(choice)))
        result = respond(idp, user, choice, ANSWER="WEB_AUTHN", CREDENTIAL=credential)
    else:
        challenge = respond(idp, user, choice, ANSWER="WEB_AUTHN")
        assert challenge["ChallengeName"] == "WEB_AUTHN"
        assert request_of(challenge)["challenge"] != request_of(choice)["challenge"]
        result = answer(idp, user, challenge, authenticator.get(request_of(challenge)))
    assert "AuthenticationResult" in result


def test_wrong_signatures(idp: Idp, user: User) -> None:
    authenticator = register(idp, user)
    challenge = choose(idp, user, PREFERRED_CHALLENGE="WEB_AUTHN")
    options = request_of(challenge)
    good = authenticator.get(options)
    stranger = Authenticator(credential_id=authenticator.credential_id, user_handle=authenticator.user_handle)
    stranger._key = stranger._new_key()
    for broken in (
        "no json",
        {},
        [],
        {**good, "id": "AAAA", "rawId": "AAAA"},
        {**good, "response": {**good["response"], "signature": base64url(b"x" * 70)}},
        {**good, "response": {**good["response"], "userHandle": base64url(b"somebody else")}},
        {**good, "response": {**good["response"], "authenticatorData": ""}},
        authenticator.get({**options, "challenge": base64url(b"x" * 32)}),
        authenticator.get({**options, "rpId": "example.org"}),
        stranger.get(options),
    ):
        with refused(*WRONG):
            answer(idp, user, challenge, broken)
    authenticator.origin = "https://example.org"
    with refused(*WRONG):
        answer(idp, user, challenge, authenticator.get(options))
    authenticator.origin = "https://example.com"
    assert "AuthenticationResult" in answer(idp, user, challenge, authenticator.get(options))


def test_the_count_of_signatures_grows(idp: Idp, user: User) -> None:
    authenticator = register(idp, user)
    authenticator.count = 10
    for _ in range(2):
        challenge = choose(idp, user, PREFERRED_CHALLENGE="WEB_AUTHN")
        answer(idp, user, challenge, authenticator.get(request_of(challenge)))
    authenticator.count = 5
    challenge = choose(idp, user, PREFERRED_CHALLENGE="WEB_AUTHN")
    with refused(*WRONG):
        answer(idp, user, challenge, authenticator.get(request_of(challenge)))


def test_passkeys_of_others(idp: Idp, user: User) -> None:
    register(idp, user)
    bob = confirmed_user(idp, user.app, "bob")
    hers = register(idp, bob)
    challenge = choose(idp, user, PREFERRED_CHALLENGE="WEB_AUTHN")
    with refused(*WRONG):
        answer(idp, user, challenge, hers.get(request_of(challenge)))


def test_without_passkey_it_is_not_offered(idp: Idp, user: User) -> None:
    choice = choose(idp, user, PREFERRED_CHALLENGE="WEB_AUTHN")
    assert choice["ChallengeName"] == "SELECT_CHALLENGE"
    assert choice["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]


# ── as two factors ───────────────────────────────────────────────────────────────────────────────────────────


def test_required_mfa_needs_a_passkey_that_counts_twice(idp: Idp, emulator: Emulator) -> None:
    """Source: `FactorConfiguration` and `WebAuthnMfaSettings` in botocore's model."""
    user = confirmed_user(idp, passkey_app(idp))
    twice = "MULTI_FACTOR_WITH_USER_VERIFICATION"
    configure(idp, user.app, "OPTIONAL", FactorConfiguration=twice)
    with refused("InvalidParameterException", "User does not have delivery config set to turn on WEB_AUTHN"):
        idp.admin_set_user_mfa_preference(**user.key, WebAuthnMfaSettings={"Enabled": True})
    token = sign_in_of(idp, user)["AccessToken"]
    authenticator = register(idp, user)
    register_totp(idp, emulator, token)
    configure(idp, user.app, "ON", FactorConfiguration=twice)
    assert "WEB_AUTHN" not in choose(idp, user)["AvailableChallenges"]
    idp.set_user_mfa_preference(AccessToken=token, WebAuthnMfaSettings={"Enabled": True})
    challenge = choose(idp, user, PREFERRED_CHALLENGE="WEB_AUTHN")
    assert request_of(challenge)["userVerification"] == "required"
    assert "AuthenticationResult" in answer(idp, user, challenge, authenticator.get(request_of(challenge)))
    configure(idp, user.app, "ON", FactorConfiguration="SINGLE_FACTOR")
    assert "WEB_AUTHN" not in choose(idp, user)["AvailableChallenges"]
