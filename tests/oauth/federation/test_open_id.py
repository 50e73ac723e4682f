"""Sign-in with an OpenID Connect provider: the way there and back, the user that comes of it, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from cognito_emulator.randomness import KeySupply
from tests.builders import Idp, as_dict, claims, confirmed_user, pool, refused
from tests.oauth.browser import Browser
from tests.oauth.conftest import CALLBACK, HOST, relying
from tests.oauth.federation.conftest import CORP, Federation, federation
from tests.oauth.federation.provider import Provider


def users(corp: Federation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = corp.app.idp.list_users(UserPoolId=corp.pool_id)["Users"]
    return found


# ── the way ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_provider_is_asked_for_a_code(corp: Federation) -> None:
    asked = corp.leave(login_hint="ann@example.com")
    state, nonce = asked.pop("state"), asked.pop("nonce")
    assert asked == {
        "client_id": "an-id",
        "redirect_uri": f"{HOST}/oauth2/idpresponse",
        "scope": "openid email",
        "response_type": "code",
        "login_hint": "ann@example.com",
    }
    assert len(state) > 80
    assert nonce


def test_cookies_bind_the_way_to_the_browser(corp: Federation) -> None:
    page = corp.app.authorize(corp.browser, identity_provider=CORP)
    state = page.query["state"]
    assert [line for line in page.set_cookies if "csrf-state" in line] == [
        f"csrf-state={state}; Path=/; Max-Age=300; Secure; HttpOnly; SameSite=None",
        f"csrf-state-legacy={state}; Path=/; Max-Age=300; Secure; HttpOnly",
    ]
    plain = Browser(corp.app.emulator, "http://acme.auth.us-east-1.localhost:9229")
    page = corp.app.authorize(plain, identity_provider=CORP)
    assert f"csrf-state={page.query['state']}; Path=/; Max-Age=300; HttpOnly; SameSite=Lax" in page.set_cookies


@pytest.mark.parametrize("kept", ["csrf-state", "csrf-state-legacy"])
def test_either_cookie_is_enough(corp: Federation, kept: str) -> None:
    asked = corp.leave()
    corp.says(asked)
    jar = corp.browser.cookies[HOST.removeprefix("https://")]
    jar.pop(({"csrf-state", "csrf-state-legacy"} - {kept}).pop())
    assert corp.come_back(asked).location.startswith(f"{CALLBACK}?code=")
    assert not [name for name in jar if name.startswith("csrf-state")]


def test_the_code_is_exchanged_with_the_secret_in_the_body(corp: Federation) -> None:
    page = corp.sign_in()
    assert page.location.startswith(f"{CALLBACK}?code=")
    assert page.query["state"] == "xyz"
    exchange = corp.provider.to("/token")
    assert exchange.method == "POST"
    assert "authorization" not in exchange.headers
    assert exchange.form == {
        "grant_type": "authorization_code",
        "code": "their-code",
        "redirect_uri": f"{HOST}/oauth2/idpresponse",
        "client_id": "an-id",
        "client_secret": "a-secret",
    }
    assert corp.provider.to("/userinfo").headers["authorization"] == "Bearer their-token"


def test_the_tokens_are_those_of_a_federated_user(corp: Federation) -> None:
    tokens = corp.tokens(email="ann@example.com", email_verified=True)
    found = claims(tokens["id_token"])
    assert found["cognito:username"] == "Corp_10158"
    assert found["cognito:groups"] == [f"{corp.pool_id}_Corp"]
    assert found["email"] == "ann@example.com"
    assert found["email_verified"] is False
    assert found["identities"] == [
        {
            "userId": "10158",
            "providerName": "Corp",
            "providerType": "OIDC",
            "issuer": None,
            "primary": "true",
            "dateCreated": "1767225600123",
        }
    ]
    assert found["nonce"] == corp.provider.claims["nonce"]
    assert claims(tokens["access_token"])["username"] == "Corp_10158"
    again = corp.app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert claims(again.json["id_token"])["sub"] == found["sub"]


def test_the_user_shows_where_they_are_from(corp: Federation, idp: Idp) -> None:
    corp.sign_in(email="ann@example.com")
    user = idp.admin_get_user(UserPoolId=corp.pool_id, Username="Corp_10158")
    assert user["UserStatus"] == "EXTERNAL_PROVIDER"
    assert [one["Name"] for one in user["UserAttributes"]][:2] == ["sub", "identities"]
    shown = as_dict(user["UserAttributes"])
    assert shown["email_verified"] == "false"
    identity = json.loads(shown["identities"])[0]
    assert (identity["userId"], identity["primary"], identity["dateCreated"]) == ("10158", True, 1767225600123)


def test_usernames_are_in_lower_case_where_case_does_not_matter(
    idp: Idp, emulator: Emulator, provider: Provider
) -> None:
    corp = federation(idp, emulator, provider, UsernameConfiguration={"CaseSensitive": False})
    corp.sign_in("Ann")
    assert users(corp)[0]["Username"] == "corp_ann"


def test_a_second_sign_in_is_the_same_user_with_new_attributes(corp: Federation) -> None:
    first = claims(corp.tokens(email="ann@example.com", name="Ann")["id_token"])
    corp.browser = corp.app.browser()
    second = claims(corp.tokens(email="ann@example.org")["id_token"])
    assert second["sub"] == first["sub"]
    assert second["email"] == "ann@example.org"
    assert second["name"] == "Ann"  # what the provider no longer says stays
    corp.browser = corp.app.browser()
    assert "name" not in claims(corp.tokens(name="")["id_token"])  # an empty value removes it
    assert len(users(corp)) == 1


def test_the_id_token_counts_more_than_user_info(corp: Federation) -> None:
    corp.provider.info = {"sub": "10158", "email": "other@example.com", "name": "Ann"}
    found = claims(corp.tokens(email="ann@example.com")["id_token"])
    assert (found["email"], found["name"]) == ("ann@example.com", "Ann")


def test_several_values_become_one_text(idp: Idp, emulator: Emulator, provider: Provider) -> None:
    schema = [{"Name": "groups", "AttributeDataType": "String", "Mutable": True}]
    mapping = {"custom:groups": "groups"}
    client = {"WriteAttributes": ["custom:groups"]}
    corp = federation(idp, emulator, provider, mapping, client, Schema=schema)
    corp.sign_in(groups=["a b", "c/d", "e-f.g_h*"])
    assert as_dict(users(corp)[0]["Attributes"])["custom:groups"] == "[a+b,c%2Fd,e-f.g_h*]"


def test_the_browser_stays_signed_in_with_the_provider(corp: Federation) -> None:
    corp.sign_in()
    page = corp.app.authorize(corp.browser, identity_provider=CORP)
    assert page.location.startswith(f"{CALLBACK}?code=")


def test_a_provider_is_found_by_its_identifier(corp: Federation) -> None:
    assert corp.leave(identity_provider=None, idp_identifier="corp.example.com")["client_id"] == "an-id"
    page = corp.app.authorize(corp.browser, idp_identifier="CORP.example.com")
    assert page.query["errorMessage"] == "Login option is not available. Please try another one"


def test_the_sign_in_page_has_a_button_for_the_provider(corp: Federation) -> None:
    page = corp.app.authorize(corp.browser, follow=True)
    form = next(form for form in page.forms if "identity_provider" in form.buttons)
    left = corp.browser.submit(page, page.forms.index(form), button="identity_provider")
    assert left.location.startswith(f"{corp.provider.url}/authorize?")


def test_the_answer_can_be_posted(corp: Federation) -> None:
    asked = corp.leave()
    corp.says(asked)
    page = corp.browser.post("/oauth2/idpresponse", {"code": "their-code", "state": asked["state"]})
    assert page.location.startswith(f"{CALLBACK}?code=")


def test_the_implicit_grant_has_tokens_in_the_fragment(corp: Federation) -> None:
    asked = corp.leave(response_type="token", nonce="n-1")
    assert asked["nonce"] == "n-1"
    corp.says(asked)
    page = corp.come_back(asked)
    assert claims(page.fragment["id_token"])["nonce"] == "n-1"


def test_the_plain_host_knows_the_pool_by_the_state(corp: Federation) -> None:
    corp.browser.host = "http://localhost:9229"
    asked = corp.leave()
    assert asked["redirect_uri"] == "http://localhost:9229/oauth2/idpresponse"
    corp.says(asked)
    assert corp.come_back(asked).location.startswith(f"{CALLBACK}?code=")


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────


def refused_with(corp: Federation, page: Any, error: str, description: str | None) -> None:
    """The app hears of it, and nobody was made."""
    assert page.location.startswith(f"{CALLBACK}?"), page.location
    assert page.query["error"] == error
    assert page.query.get("error_description") == description
    assert page.query["state"] == "xyz"
    assert users(corp) == []


def test_a_token_endpoint_that_fails(corp: Federation) -> None:
    corp.provider.answers["/token"] = (400, b"no such code")
    description = "Bad token response: HTTP/1.1 400 Bad Request, entity: no such code"
    refused_with(corp, corp.sign_in(), "invalid_request", description)


def test_an_error_of_the_provider_is_passed_on(corp: Federation) -> None:
    page = corp.come_back(corp.leave(), error="access_denied", error_description="No")
    refused_with(corp, page, "access_denied", "No")


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"iss": "https://evil.example.com"}, "issuer https://evil.example.com"),
        ({"aud": "another"}, "audience"),
        ({"exp": 1_700_000_000}, "expiration"),
        ({"nonce": "another"}, "nonce"),
    ],
)
def test_wrong_claims_are_refused(corp: Federation, wrong: dict[str, Any], what: str) -> None:
    refused_with(corp, corp.sign_in(**wrong), "invalid_request", f"Bad id_token {what}")


def test_a_signature_by_somebody_else_is_refused(corp: Federation, key_supply: KeySupply) -> None:
    corp.provider.signed_by = key_supply.take()
    refused_with(corp, corp.sign_in(), "invalid_request", "Bad id_token signature")
    key_supply.recycle([corp.provider.signed_by])


def test_an_unsigned_token_is_refused(corp: Federation) -> None:
    import jwt

    asked = corp.leave()
    corp.says(asked)
    corp.provider.more_tokens = {"id_token": jwt.encode(corp.provider.claims, None, algorithm="none")}
    corp.provider.claims = {}
    refused_with(corp, corp.come_back(asked), "invalid_request", "Bad id_token signature")


def test_user_info_about_somebody_else_is_refused(corp: Federation) -> None:
    corp.provider.info = {"sub": "somebody-else"}
    description = "Bad userInfo response: sub is not the one of the id_token"
    refused_with(corp, corp.sign_in(), "invalid_request", description)


def test_required_attributes_have_to_come(idp: Idp, emulator: Emulator, provider: Provider) -> None:
    schema = [{"Name": "family_name", "Required": True, "Mutable": True}]
    corp = federation(idp, emulator, provider, Schema=schema)
    refused_with(corp, corp.sign_in(), "invalid_request", "attributes required: [family_name]")


def test_a_taken_name_is_refused(corp: Federation, idp: Idp) -> None:
    confirmed_user(idp, corp.app.app, "Corp_10158")
    page = corp.sign_in()
    assert page.query["error_description"] == "Already found an entry for username Corp_10158"


def test_a_disabled_user_does_not_get_in(corp: Federation, idp: Idp) -> None:
    corp.sign_in()
    idp.admin_disable_user(UserPoolId=corp.pool_id, Username="Corp_10158")
    corp.browser = corp.app.browser()
    assert corp.sign_in().query["error_description"] == "User is not enabled"


def test_a_state_works_once(corp: Federation) -> None:
    asked = corp.leave()
    corp.says(asked)
    assert "code" in corp.come_back(asked).query
    assert corp.come_back(asked).location.startswith(f"{HOST}/error?error=invalid_request")


def test_a_state_works_for_five_minutes(corp: Federation, clock: Clock) -> None:
    asked = corp.leave()
    corp.says(asked)
    clock.advance(301)
    assert corp.come_back(asked).query["error"] == "Something went wrong"
    assert users(corp) == []


def test_a_state_is_bound_to_the_browser(corp: Federation) -> None:
    asked = corp.leave()
    corp.says(asked)
    corp.browser = corp.app.browser()
    assert corp.come_back(asked).query["error"] == "invalid_request"
    assert users(corp) == []


def test_a_made_up_state_is_refused(corp: Federation) -> None:
    corp.leave()
    assert corp.come_back({"state": "made-up"}).location.startswith(f"{HOST}/error")


def test_a_provider_that_the_client_does_not_support_is_refused(
    idp: Idp, emulator: Emulator, provider: Provider
) -> None:
    corp = federation(idp, emulator, provider, supported=["COGNITO"])
    page = corp.app.authorize(corp.browser, identity_provider=CORP)
    assert page.query["errorMessage"] == "Login option is not available. Please try another one"


def test_a_federated_user_has_no_password(corp: Federation, idp: Idp) -> None:
    corp.sign_in()
    with refused("NotAuthorizedException", "User is not authorized to get auth details."):
        idp.initiate_auth(
            ClientId=corp.app.app.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "Corp_10158", "PASSWORD": "x"},
        )


# ── linked users ─────────────────────────────────────────────────────────────────────────────────────────────


def link(corp: Federation, value: str = "10158", attribute: str = "Cognito_Subject", to: str = "alice") -> None:
    corp.app.idp.admin_link_provider_for_user(
        UserPoolId=corp.pool_id,
        DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": to},
        SourceUser={"ProviderName": CORP, "ProviderAttributeName": attribute, "ProviderAttributeValue": value},
    )


def test_a_linked_person_is_the_local_user(corp: Federation, idp: Idp) -> None:
    confirmed_user(idp, corp.app.app, "alice", email="alice@example.com")
    link(corp)
    found = claims(corp.tokens(email="ann@example.com")["id_token"])
    assert found["cognito:username"] == "alice"
    assert "cognito:groups" not in found
    assert found["identities"][0]["primary"] == "false"
    assert found["email"] == "ann@example.com"
    assert [user["Username"] for user in users(corp)] == ["alice"]


def test_a_person_linked_by_an_attribute_is_known_by_the_subject_afterwards(corp: Federation, idp: Idp) -> None:
    confirmed_user(idp, corp.app.app, "alice")
    link(corp, "ann@example.com", "email")
    assert claims(corp.tokens(email="ann@example.com")["id_token"])["cognito:username"] == "alice"
    corp.browser = corp.app.browser()
    found = claims(corp.tokens(email="moved@example.com")["id_token"])
    assert found["cognito:username"] == "alice"
    assert found["identities"][0]["userId"] == "10158"


def test_who_signed_up_already_cannot_be_linked(corp: Federation, idp: Idp) -> None:
    confirmed_user(idp, corp.app.app, "alice")
    corp.sign_in()
    text = "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"
    with refused("InvalidParameterException", text):
        link(corp)


def test_an_unlinked_person_is_a_user_of_their_own(corp: Federation, idp: Idp) -> None:
    confirmed_user(idp, corp.app.app, "alice")
    link(corp)
    idp.admin_disable_provider_for_user(
        UserPoolId=corp.pool_id,
        User={"ProviderName": CORP, "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "10158"},
    )
    assert claims(corp.tokens()["id_token"])["cognito:username"] == "Corp_10158"


# ── triggers ─────────────────────────────────────────────────────────────────────────────────────────────────

ARN = "arn:aws:lambda:us-east-1:123456789012:function:triggers"
TRIGGERS = ("PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication", "PreTokenGeneration")
CONFIG = {"LambdaConfig": dict.fromkeys(TRIGGERS, ARN)}


class Functions:
    """The pool's function: remembers its events; `then` may change one or raise."""

    def __init__(self, emulator: Emulator) -> None:
        self.events: list[dict[str, Any]] = []
        self.then: Any = None
        emulator.functions.register(ARN, self)

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        self.events.append(json.loads(json.dumps(event)))
        if self.then is not None:
            self.then(event)
        return event

    @property
    def sources(self) -> list[str]:
        return [event["triggerSource"] for event in self.events]


@pytest.fixture
def watched(idp: Idp, emulator: Emulator, provider: Provider) -> tuple[Federation, Functions]:
    return federation(idp, emulator, provider, **CONFIG), Functions(emulator)


def test_triggers_of_the_first_and_the_second_sign_in(watched: tuple[Federation, Functions]) -> None:
    corp, functions = watched
    corp.tokens(email="ann@example.com")
    assert functions.sources == [
        "PreSignUp_ExternalProvider",
        "PostConfirmation_ConfirmSignUp",
        "TokenGeneration_HostedAuth",
    ]
    first = functions.events[0]
    assert first["userName"] == "Corp_10158"
    assert first["request"]["userAttributes"] == {
        "cognito:email_alias": "",
        "cognito:phone_number_alias": "",
        "email": "ann@example.com",
        "email_verified": "false",
    }
    functions.events.clear()
    corp.browser = corp.app.browser()
    corp.tokens(email="ann@example.com")
    assert functions.sources == [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_HostedAuth",
    ]


def test_a_function_that_throws_keeps_people_out(watched: tuple[Federation, Functions]) -> None:
    corp, functions = watched

    def throw(event: dict[str, Any]) -> None:
        raise ValueError("not you")

    functions.then = throw
    page = corp.sign_in()
    assert "error_description=PreSignUp+failed+with+error+not+you.+&" in page.location
    assert page.query["error"] == "invalid_request"
    assert users(corp) == []


def test_a_function_may_link_the_person_to_a_user(watched: tuple[Federation, Functions], idp: Idp) -> None:
    corp, functions = watched
    confirmed_user(idp, corp.app.app, "alice")
    functions.events.clear()
    functions.then = lambda event: link(corp) if event["triggerSource"] == "PreSignUp_ExternalProvider" else None
    assert claims(corp.tokens()["id_token"])["cognito:username"] == "alice"
    assert [user["Username"] for user in users(corp)] == ["alice"]


def test_inbound_federation_decides_what_is_mapped(idp: Idp, emulator: Emulator, provider: Provider) -> None:
    config = {"InboundFederation": {"LambdaArn": ARN, "LambdaVersion": "V1_0"}}
    corp = federation(idp, emulator, provider, LambdaConfig=config)
    functions = Functions(emulator)
    functions.then = lambda event: event["response"].update(userAttributesToMap={"email": "new@example.com"})
    corp.tokens(email="ann@example.com", name="Ann")
    assert functions.sources == ["InboundFederation_ExternalProvider"]
    request = functions.events[0]["request"]
    assert (request["providerName"], request["providerType"]) == ("Corp", "OIDC")
    assert request["attributes"]["tokenResponse"]["expires_in"] == "3600"
    assert request["attributes"]["idToken"]["email"] == "ann@example.com"
    shown = as_dict(users(corp)[0]["Attributes"])
    assert shown["email"] == "new@example.com"
    assert "name" not in shown


# ── social providers ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "subject"), [("Google", "sub"), ("Facebook", "id"), ("LoginWithAmazon", "user_id")])
def test_social_providers(idp: Idp, emulator: Emulator, provider: Provider, name: str, subject: str) -> None:
    pool_id = pool(idp)
    details = {
        "client_id": "an-id",
        "client_secret": "a-secret",
        "authorize_scopes": "email",
        "authorize_url": f"{provider.url}/authorize",
        "token_url": f"{provider.url}/token",
        "attributes_url": f"{provider.url}/userinfo" + ("?fields=" if name != "LoginWithAmazon" else ""),
    }
    if name == "Google":
        details |= {"oidc_issuer": provider.url, "jwks_uri": f"{provider.url}/jwks"}
    idp.create_identity_provider(
        UserPoolId=pool_id,
        ProviderName=name,
        ProviderType=name,
        ProviderDetails=details,
        AttributeMapping={"email": "email"},
    )
    app = relying(idp, emulator, client={"SupportedIdentityProviders": [name]}, pool_id=pool_id)
    social = Federation(app, provider, name)
    asked = social.leave()
    assert ("nonce" in asked) == (name == "Google")
    if name == "Google":
        social.says(asked, "77")
    provider.info = {subject: "77", "email": "ann@example.com"}
    found = claims(app.exchange(social.come_back(asked).query["code"]).json["id_token"])
    assert found["cognito:username"] == f"{name}_77"
    assert found["email"] == "ann@example.com"
    assert provider.to("/token").method == ("GET" if name == "Facebook" else "POST")
    fields = {"Facebook": "email,id", "Google": "email,sub"}.get(name)
    assert provider.to("/userinfo").query == ({"fields": fields} if fields else {})
    provider.answers["/token"] = (400, b'{"error": "invalid_request", "error_description": "a word is missing"}')
    social.browser = app.browser()
    page = social.come_back(social.leave())
    assert page.query["error_description"] == f"{name} Error - 400 invalid_request a word is missing"


def test_apple_posts_its_answer_and_gets_a_signed_secret(idp: Idp, emulator: Emulator, provider: Provider) -> None:
    import jwt
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    pool_id = pool(idp)
    idp.create_identity_provider(
        UserPoolId=pool_id,
        ProviderName="SignInWithApple",
        ProviderType="SignInWithApple",
        ProviderDetails={
            "client_id": "an-id",
            "team_id": "team",
            "key_id": "key",
            "private_key": "".join(pem.splitlines()[1:-1]),
            "authorize_scopes": "email name",
            "authorize_url": f"{provider.url}/authorize",
            "token_url": f"{provider.url}/token",
            "oidc_issuer": provider.url,
            "jwks_uri": f"{provider.url}/jwks",
        },
        AttributeMapping={"given_name": "firstName", "email": "email"},
    )
    app = relying(idp, emulator, client={"SupportedIdentityProviders": ["SignInWithApple"]}, pool_id=pool_id)
    apple = Federation(app, provider, "SignInWithApple")
    asked = apple.leave()
    assert asked["response_mode"] == "form_post"
    apple.says(asked, "001.abc", email="ann@example.com")
    user = json.dumps({"name": {"firstName": "Ann", "lastName": "A"}})
    elsewhere = app.browser()  # browsers do not send our cookie with a form of another site
    page = elsewhere.post("/oauth2/idpresponse", {"state": asked["state"], "code": "c", "user": user})
    found = claims(app.exchange(page.query["code"]).json["id_token"])
    assert (found["cognito:username"], found["given_name"]) == ("SignInWithApple_001.abc", "Ann")
    secret = provider.to("/token").form["client_secret"]
    signed = jwt.decode(
        secret,
        key.public_key(),
        ["ES256"],
        audience="https://appleid.apple.com",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert (signed["iss"], signed["sub"]) == ("team", "an-id")


def test_a_provider_may_be_elsewhere(idp: Idp, emulator: Emulator, provider: Provider) -> None:
    emulator.config = emulator.config.with_(identity_providers=f"Google={provider.url}/")
    pool_id = pool(idp)
    details = {"client_id": "an-id", "client_secret": "a-secret", "authorize_scopes": "openid email"}
    idp.create_identity_provider(
        UserPoolId=pool_id, ProviderName="Google", ProviderType="Google", ProviderDetails=details
    )
    app = relying(idp, emulator, client={"SupportedIdentityProviders": ["Google"]}, pool_id=pool_id)
    google = Federation(app, provider, "Google")
    assert claims(google.tokens("77")["id_token"])["cognito:username"] == "Google_77"
