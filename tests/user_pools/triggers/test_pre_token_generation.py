"""PreTokenGeneration: versions, events, and which claims an answer changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import App, Idp, User, app, claims, confirmed_user, refresh, refused, sign_in
from tests.user_pools.triggers.functions import Recorder

ROLE = "arn:aws:iam::123456789012:role/"
Json = dict[str, Any]


def config(function: str, version: str) -> Json:
    return {"PreTokenGenerationConfig": {"LambdaArn": function, "LambdaVersion": version}}


def tokens(idp: Idp, functions: Recorder, version: str, **details: Any) -> tuple[Json, Json]:
    """Claims of ID and access token of a user in two groups, with what the function answers."""
    member = "claimsOverrideDetails" if version == "V1_0" else "claimsAndScopeOverrideDetails"
    made = app(idp, LambdaConfig=config(functions.answer("tokens", **{member: details}), version))
    result = sign_in(idp, member_of_two_groups(idp, made))
    return claims(result["IdToken"]), claims(result["AccessToken"])


def member_of_two_groups(idp: Idp, made: App) -> User:
    user = confirmed_user(idp, made, email="alice@example.com", email_verified="true", name="Alice")
    for precedence, name in ((1, "admins"), (2, "users")):
        idp.create_group(UserPoolId=made.pool_id, GroupName=name, RoleArn=ROLE + name, Precedence=precedence)
        idp.admin_add_user_to_group(**user.key, GroupName=name)
    return user


@pytest.mark.parametrize(("setting", "version"), [("V1_0", "1"), ("V2_0", "2"), ("V3_0", "3")])
def test_event(idp: Idp, functions: Recorder, setting: str, version: str) -> None:
    made = app(idp, LambdaConfig=config(functions.answer("tokens"), setting))
    sign_in(idp, member_of_two_groups(idp, made))
    (event,) = functions.events
    assert event["version"] == version
    assert event["triggerSource"] == "TokenGeneration_Authentication"
    assert event["request"]["groupConfiguration"] == {
        "groupsToOverride": ["admins", "users"],
        "iamRolesToOverride": [ROLE + "admins", ROLE + "users"],
        "preferredRole": ROLE + "admins",
    }
    scopes = {} if version == "1" else {"scopes": ["aws.cognito.signin.user.admin"]}
    assert {name: value for name, value in event["request"].items() if name == "scopes"} == scopes
    member = "claimsOverrideDetails" if version == "1" else "claimsAndScopeOverrideDetails"
    assert event["response"] == {member: None}


def test_plain_setting_is_version_one(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config("PreTokenGeneration"))
    sign_in(idp, confirmed_user(idp, made))
    assert functions.event("TokenGeneration_Authentication")["version"] == "1"


def test_version_one_changes_the_id_token(idp: Idp, functions: Recorder) -> None:
    identity, access = tokens(
        idp,
        functions,
        "V1_0",
        claimsToAddOrOverride={"tenant": "acme", "email": "other@example.com"},
        claimsToSuppress=["name", "nothing"],
    )
    assert (identity["tenant"], identity["email"]) == ("acme", "other@example.com")
    assert "name" not in identity
    assert "tenant" not in access


@pytest.mark.parametrize("value", [1, True, ["a"], {"a": "b"}])
def test_version_one_takes_texts_only(idp: Idp, functions: Recorder, value: Any) -> None:
    with refused("InvalidLambdaResponseException", "Unrecognizable lambda output"):
        tokens(idp, functions, "V1_0", claimsToAddOrOverride={"tenant": value})


@pytest.mark.parametrize("value", ["text", 1, 1.5, True, ["a", 1], {"a": {"b": ["c"]}}])
@pytest.mark.parametrize("version", ["V2_0", "V3_0"])
def test_later_versions_take_any_json(idp: Idp, functions: Recorder, version: str, value: Any) -> None:
    changes = {"claimsToAddOrOverride": {"tenant": value}}
    identity, access = tokens(idp, functions, version, idTokenGeneration=changes, accessTokenGeneration=changes)
    assert identity["tenant"] == value
    assert access["tenant"] == value


def test_each_token_has_its_own_changes(idp: Idp, functions: Recorder) -> None:
    identity, access = tokens(
        idp,
        functions,
        "V2_0",
        idTokenGeneration={"claimsToAddOrOverride": {"a": "1"}, "claimsToSuppress": ["email"]},
        accessTokenGeneration={"claimsToAddOrOverride": {"b": "2"}},
    )
    assert ("a" in identity, "b" in identity, "email" in identity) == (True, False, False)
    assert ("a" in access, "b" in access) == (False, True)


OF_THE_SERVICE = """
    acr amr at_hash auth_time azp client_id device_key event_id exp iat identities iss jti nbf nonce origin_jti sub
    token_use username version cognito:username cognito:user_status cognito:anything dev:custom:x scope
"""


@pytest.mark.parametrize("name", OF_THE_SERVICE.split())
def test_fixed_claims_stay(idp: Idp, functions: Recorder, name: str) -> None:
    changes = {"claimsToAddOrOverride": {name: "changed"}}
    both = tokens(idp, functions, "V2_0", idTokenGeneration=changes, accessTokenGeneration=changes)
    assert all(token.get(name) != "changed" for token in both)


@pytest.mark.parametrize("name", ["sub", "iss", "exp", "token_use", "jti", "origin_jti", "cognito:username"])
def test_fixed_claims_cannot_be_suppressed(idp: Idp, functions: Recorder, name: str) -> None:
    changes = {"claimsToSuppress": [name, "username", "client_id", "scope"]}
    identity, access = tokens(idp, functions, "V2_0", idTokenGeneration=changes, accessTokenGeneration=changes)
    assert name in identity
    assert {"username", "client_id", "scope"} <= access.keys()


def test_what_is_added_and_suppressed_is_suppressed(idp: Idp, functions: Recorder) -> None:
    changes = {"claimsToAddOrOverride": {"tenant": "acme"}, "claimsToSuppress": ["tenant"]}
    identity, _ = tokens(idp, functions, "V2_0", idTokenGeneration=changes)
    assert "tenant" not in identity


def test_audience_of_an_access_token_may_be_the_client(idp: Idp, functions: Recorder) -> None:
    made = app(idp)
    user = confirmed_user(idp, made)
    for audience, wanted in ((made.client_id, made.client_id), ("somebody", None)):
        details = {"accessTokenGeneration": {"claimsToAddOrOverride": {"aud": audience}}}
        function = functions.answer("tokens", claimsAndScopeOverrideDetails=details)
        idp.update_user_pool(UserPoolId=made.pool_id, LambdaConfig=config(function, "V2_0"))
        result = sign_in(idp, user)
        assert claims(result["AccessToken"]).get("aud") == wanted
        assert claims(result["IdToken"])["aud"] == made.client_id


@pytest.mark.parametrize("name", ["email_verified", "phone_number_verified", "updated_at", "address"])
def test_claims_that_take_no_complex_values(idp: Idp, functions: Recorder, name: str) -> None:
    identity, _ = tokens(
        idp, functions, "V2_0", idTokenGeneration={"claimsToAddOrOverride": {name: {"formatted": ["x"]}}}
    )
    assert identity.get(name) in (True, None)


def test_group_override_changes_both_tokens(idp: Idp, functions: Recorder) -> None:
    override = {
        "groupsToOverride": ["auditors"],
        "iamRolesToOverride": [ROLE + "auditors"],
        "preferredRole": ROLE + "auditors",
    }
    identity, access = tokens(idp, functions, "V1_0", groupOverrideDetails=override)
    assert identity["cognito:groups"] == access["cognito:groups"] == ["auditors"]
    assert identity["cognito:roles"] == [ROLE + "auditors"]
    assert identity["cognito:preferred_role"] == ROLE + "auditors"
    assert "cognito:roles" not in access


def test_empty_group_override_empties_the_groups(idp: Idp, functions: Recorder) -> None:
    override: Json = {"groupsToOverride": [], "iamRolesToOverride": []}
    identity, access = tokens(idp, functions, "V2_0", groupOverrideDetails=override)
    assert "cognito:groups" not in identity
    assert "cognito:groups" not in access
    assert "cognito:roles" not in identity


def test_no_group_override_leaves_the_groups(idp: Idp, functions: Recorder) -> None:
    identity, access = tokens(idp, functions, "V2_0", groupOverrideDetails=None)
    assert identity["cognito:groups"] == access["cognito:groups"] == ["admins", "users"]


def test_groups_change_only_by_override_but_may_be_suppressed(idp: Idp, functions: Recorder) -> None:
    identity, _ = tokens(
        idp, functions, "V2_0", idTokenGeneration={"claimsToAddOrOverride": {"cognito:groups": ["root"]}}
    )
    assert identity["cognito:groups"] == ["admins", "users"]
    identity, access = tokens(idp, functions, "V2_0", idTokenGeneration={"claimsToSuppress": ["cognito:groups"]})
    assert not {"cognito:groups", "cognito:roles", "cognito:preferred_role"} & identity.keys()
    assert access["cognito:groups"] == ["admins", "users"]


def test_scopes(idp: Idp, functions: Recorder) -> None:
    _, access = tokens(
        idp, functions, "V2_0", accessTokenGeneration={"scopesToAdd": ["api/read", "api/write", "api/read"]}
    )
    assert access["scope"] == "aws.cognito.signin.user.admin api/read api/write"


def test_a_token_without_the_admin_scope_is_no_use_to_the_api(idp: Idp, functions: Recorder) -> None:
    details = {
        "accessTokenGeneration": {"scopesToAdd": ["api/read"], "scopesToSuppress": ["aws.cognito.signin.user.admin"]}
    }
    function = functions.answer("tokens", claimsAndScopeOverrideDetails=details)
    made = app(idp, LambdaConfig=config(function, "V2_0"))
    token = sign_in(idp, confirmed_user(idp, made))["AccessToken"]
    assert claims(token)["scope"] == "api/read"
    with refused("NotAuthorizedException", "Access Token does not have required scopes"):
        idp.get_user(AccessToken=token)


def test_no_scope_at_all(idp: Idp, functions: Recorder) -> None:
    changes = {"scopesToSuppress": ["aws.cognito.signin.user.admin"]}
    details = {"accessTokenGeneration": changes}
    function = functions.answer("tokens", claimsAndScopeOverrideDetails=details)
    made = app(idp, LambdaConfig=config(function, "V2_0"))
    token = sign_in(idp, confirmed_user(idp, made))["AccessToken"]
    with refused("NotAuthorizedException", "Access Token does not have required scopes"):
        idp.get_user(AccessToken=token)


@pytest.mark.parametrize("scope", ["two words", "", "line\nend"])
def test_scope_with_white_space(idp: Idp, functions: Recorder, scope: str) -> None:
    with refused("InvalidLambdaResponseException", "Unrecognizable lambda output"):
        tokens(idp, functions, "V2_0", accessTokenGeneration={"scopesToAdd": [scope]})


@pytest.mark.parametrize("version", ["V1_0", "V2_0"])
def test_answer_of_the_other_version_is_not_read(idp: Idp, functions: Recorder, version: str) -> None:
    other = {
        "claimsOverrideDetails": {"claimsToAddOrOverride": {"tenant": "acme"}},
        "claimsAndScopeOverrideDetails": {"idTokenGeneration": {"claimsToAddOrOverride": {"tenant": "acme"}}},
    }
    other.pop("claimsOverrideDetails" if version == "V1_0" else "claimsAndScopeOverrideDetails")
    function = functions.returns("tokens", {"response": other})
    made = app(idp, LambdaConfig=config(function, version))
    assert "tenant" not in claims(sign_in(idp, confirmed_user(idp, made))["IdToken"])


def test_refresh_asks_again(idp: Idp, functions: Recorder) -> None:
    seen: list[str] = []

    def number(event: Json) -> Json:
        seen.append(event["triggerSource"])
        details = {"claimsToAddOrOverride": {"number": str(len(seen))}}
        return {"response": {"claimsOverrideDetails": details}}

    made = app(idp, LambdaConfig=config(functions.set("tokens", number), "V1_0"))
    first = sign_in(idp, confirmed_user(idp, made))
    second = refresh(idp, made, first["RefreshToken"])
    assert [claims(result["IdToken"])["number"] for result in (first, second)] == ["1", "2"]
    assert seen == ["TokenGeneration_Authentication", "TokenGeneration_RefreshTokens"]


def test_get_user_does_not_change(idp: Idp, functions: Recorder) -> None:
    details = {"idTokenGeneration": {"claimsToSuppress": ["email"]}}
    function = functions.answer("tokens", claimsAndScopeOverrideDetails=details)
    made = app(idp, LambdaConfig=config(function, "V2_0"))
    user = confirmed_user(idp, made, email="alice@example.com")
    shown = idp.get_user(AccessToken=sign_in(idp, user)["AccessToken"])
    assert {"Name": "email", "Value": "alice@example.com"} in shown["UserAttributes"]


@pytest.mark.parametrize(
    "details",
    [
        {"claimsToAddOrOverride": []},
        {"claimsToSuppress": "email"},
        {"claimsToSuppress": [1]},
        {"groupOverrideDetails": []},
        {"groupOverrideDetails": {"groupsToOverride": "admins"}},
        {"groupOverrideDetails": {"preferredRole": ["a"]}},
    ],
    ids=repr,
)
def test_details_of_another_shape(idp: Idp, functions: Recorder, details: Json) -> None:
    with refused("InvalidLambdaResponseException", "Unrecognizable lambda output"):
        tokens(idp, functions, "V1_0", **details)


def test_lite_tier_has_version_one_only(idp: Idp, functions: Recorder) -> None:
    with refused(
        "FeatureUnavailableInTierException",
        "The following features need to be disabled for the LITE pricing tier configured: "
        "Token Customization with Pre-Token Generation Lambda V2_0",
    ):
        app(idp, LambdaConfig=config(functions.answer("tokens"), "V2_0"), UserPoolTier="LITE")
