"""Logs and error lines of public issues: pools, clients, domains, groups and their settings."""

from __future__ import annotations

from cognito_emulator.conformance.preconditions import Given, precondition
from cognito_emulator.conformance.world import PASSWORD, World

_SOURCE = "github-issue-logs/"


@precondition(
    _SOURCE + "client-id-empty-two-errors",
    _SOURCE + "explicit-flows-without-refresh",
    _SOURCE + "attribute-data-type-missing",
)
def a_pool(w: World) -> Given:
    w.make_pool()
    return None


@precondition(_SOURCE + "user-pool-id-pattern", _SOURCE + "required-custom-attribute")
def nothing(w: World) -> Given:
    """The request is refused whatever there is."""
    return None


@precondition(_SOURCE + "domain-taken")
def taken_domain(w: World) -> Given:
    prefix = w.unique("taken")
    w.bind("<prefix in use anywhere in the region>", prefix)
    owner = w.make_pool()
    w.call("CreateUserPoolDomain", UserPoolId=owner, Domain=prefix)
    w.delete_later("DeleteUserPoolDomain", UserPoolId=owner, Domain=prefix)
    w.make_pool()
    return None


@precondition(_SOURCE + "pool-has-domain")
def pool_with_domain(w: World) -> Given:
    prefix = w.unique("kept")
    pool = w.make_pool()
    w.call("CreateUserPoolDomain", UserPoolId=pool, Domain=prefix)
    w.delete_later("DeleteUserPoolDomain", UserPoolId=pool, Domain=prefix)
    return None


@precondition(_SOURCE + "link-verification-without-domain")
def link_without_domain(w: World) -> Given:
    w.make_pool(
        UsernameAttributes=["email"],
        AutoVerifiedAttributes=["email"],
        VerificationMessageTemplate={"DefaultEmailOption": "CONFIRM_WITH_LINK"},
    )
    w.make_client()
    return None


@precondition(_SOURCE + "create-pool-raw-wire")
def create_pool(w: World) -> Given:
    """The log is cut: the schema begins with these, each from 0 to 255 characters."""
    w.region = "ap-southeast-1"
    names = ("address", "family_name", "given_name", "middle_name", "nickname")
    bounds = {"MinLength": "0", "MaxLength": "255"}
    schema = [
        {"Name": name, "AttributeDataType": "String", "Mutable": True, "StringAttributeConstraints": bounds}
        for name in names
    ]
    return {"Schema": schema}


@precondition(_SOURCE + "account-recovery-absent-by-default")
def pool_of_defaults(w: World) -> Given:
    return {"UserPoolId": w.make_pool()}


@precondition(_SOURCE + "group-exists-case-insensitive")
def group_in_capitals(w: World) -> Given:
    w.make_pool()
    w.call("CreateGroup", UserPoolId=w.pool, GroupName="ADMINS")
    return None


@precondition(_SOURCE + "sms-role-trust")
def untrusting_role(w: World) -> Given:
    """The role does not exist, or does not trust Cognito; only an endpoint with IAM behind it can know."""
    role = "arn:aws:iam::123456789012:role/nobody-may-assume-this"
    w.make_pool(
        AutoVerifiedAttributes=["phone_number"],
        SmsConfiguration={"SnsCallerArn": role, "ExternalId": "conformance"},
    )
    w.make_client()
    numbers = [{"Name": "phone_number", "Value": "+15555550100"}]
    return {"ClientId": w.client, "Username": "user", "Password": PASSWORD, "UserAttributes": numbers}
