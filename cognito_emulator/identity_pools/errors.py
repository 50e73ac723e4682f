"""Every error text of cognito-identity, one function each.

Sources: the recordings that each function names; where it names none, reference identity-pools.md §5 to §7. Texts
marked *unverified* are this emulator's own words: AWS refuses the same with the same type, but no answer of it with
the text is known.
"""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError


def _invalid_parameter(text: str) -> AwsError:
    return AwsError("InvalidParameterException", text)


def _not_authorized(text: str) -> AwsError:
    return AwsError("NotAuthorizedException", text)


def _invalid_login(text: str) -> AwsError:
    return _not_authorized(f"Invalid login token. {text}")


# ── pools and identities ─────────────────────────────────────────────────────────────────────────────────────


def pool_not_found(pool_id: str) -> AwsError:
    """Recording github-issue-logs/identity-pool-missing/1."""
    return AwsError("ResourceNotFoundException", f"IdentityPool '{pool_id}' not found.")


def identity_not_found(identity_id: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"Identity '{identity_id}' not found.")


def identity_forbidden(identity_id: str) -> AwsError:
    """Recording github-issue-logs/identity-forbidden-headers/1."""
    return _not_authorized(f"Access to Identity '{identity_id}' is forbidden.")


def guests_not_allowed() -> AwsError:
    """Recording github-issue-logs/unauthenticated-not-allowed/1."""
    return _not_authorized("Unauthenticated access is not supported for this identity pool.")


def no_providers(pool_id: str) -> AwsError:
    """GetId with logins, of a pool that has no provider at all.

    Sources: github.com/aws-amplify/aws-sdk-ios/issues/3034, github.com/jonsaw/amazon-cognito-identity-dart/issues/80.
    """
    return _not_authorized(f"Identity pool - {pool_id} does not have identity providers configured.")


def too_many_pools() -> AwsError:
    """Unverified."""
    return AwsError("LimitExceededException", "The maximum number of identity pools for this account is reached.")


def unknown_login_provider(name: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"{name} is not a supported login provider.")


def invalid_provider_arn(arn: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"{arn} is not the ARN of an identity provider.")


def invalid_user_pool_provider(name: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"{name} is not the provider name of a user pool.")


def user_pool_provider_incomplete() -> AwsError:
    """Unverified."""
    return _invalid_parameter("ProviderName and ClientId are required for a Cognito identity provider.")


def too_many_user_pools() -> AwsError:
    """Unverified."""
    return AwsError("LimitExceededException", "An identity pool can have at most 50 user pool providers.")


def developer_provider_fixed() -> AwsError:
    """Unverified."""
    return _invalid_parameter("The developer provider name cannot be changed.")


def invalid_resource_arn(arn: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"{arn} is not the ARN of an identity pool.")


def too_many_tags() -> AwsError:
    """Unverified."""
    return _invalid_parameter("An identity pool can have at most 50 tags.")


def reserved_tag_key(key: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"Tag keys that begin with aws: are reserved: {key}")


def invalid_pagination_token() -> AwsError:
    """Unverified."""
    return _invalid_parameter("Invalid pagination token.")


# ── logins ───────────────────────────────────────────────────────────────────────────────────────────────────


def logins_do_not_match() -> AwsError:
    """Recordings github-issue-logs/logins-do-not-match/1, …/developer-login-missing-public-login/1."""
    return _not_authorized(
        "Logins don't match. Please include at least one valid login for this identity or identity pool."
    )


def unsupported_provider() -> AwsError:
    """Recording github-issue-logs/client-not-a-provider/1."""
    return _not_authorized("Token is not from a supported provider of this identity pool.")


def issuer_mismatch() -> AwsError:
    """Recording github-issue-logs/issuer-mismatch/1."""
    return _invalid_login("Issuer doesn't match providerName")


def missing_claim(name: str) -> AwsError:
    return _invalid_login(f"Missing a required claim: {name}")


def token_expired(now: float, expires: float) -> AwsError:
    """Recording github-issue-logs/token-expired/1."""
    return _invalid_login(f"Token expired: {int(now)} >= {int(expires)}")


def unverified_signature() -> AwsError:
    return _invalid_login("Couldn't verify signed token.")


def no_cognito_token() -> AwsError:
    return _invalid_login("Not a Cognito token.")


def cognito_token() -> AwsError:
    """One of the service's own tokens where none is taken.

    Sources: github.com/aws/aws-sdk-net/issues/420; several public clients that branch before GetId because of it.
    """
    return _invalid_login("Can't pass in a Cognito token.")


def no_public_provider() -> AwsError:
    """The developer provider in a public operation.

    Sources: github.com/aws-amplify/aws-sdk-ios/issues/218, github.com/amazon-archives/aws-sdk-react-native/issues/17.
    """
    return _invalid_parameter("Please provide a valid public provider")


def wrong_audience() -> AwsError:
    return _invalid_login("Incorrect token audience.")


def no_open_id_token() -> AwsError:
    return _invalid_login("Not a valid OpenId Connect identity token.")


def access_token_expired() -> AwsError:
    """Facebook's. Source: apps for React Native (2016) that quote the answers of GetId and GetOpenIdToken."""
    return _invalid_login("Token is expired.")


def invalid_token() -> AwsError:
    """What a provider does not know, or a user who signed out or is gone. Text: unverified."""
    return _not_authorized("Invalid login token.")


def invalid_saml_response() -> AwsError:
    return _not_authorized("Invalid base64 SAMLResponse")


def saml_not_installed() -> AwsError:
    """This emulator's own: AWS never answers it."""
    return AwsError(
        "NotImplementedException", "SAML needs the extra: pip install 'cognito-emulator[saml]'.", status=501
    )


def provider_unreachable(provider: str) -> AwsError:
    """Unverified."""
    return AwsError("ExternalServiceException", f"{provider} is not responding.")


# ── linking ──────────────────────────────────────────────────────────────────────────────────────────────────


def already_linked() -> AwsError:
    """Two logins of one provider that would meet in one identity. Text: unverified."""
    return AwsError("ResourceConflictException", "Logins are already linked to another account.")


def too_many_logins() -> AwsError:
    """Unverified. The model of these operations has no LimitExceededException, save GetId."""
    return _invalid_parameter("An identity can have at most 20 linked logins.")


def developer_user_registered() -> AwsError:
    """The text is the one of the model's documentation."""
    return AwsError(
        "DeveloperUserAlreadyRegisteredException", "This developer user identifier is already registered with Cognito."
    )


def developer_provider_required() -> AwsError:
    """Unverified."""
    return _invalid_parameter("Please provide a login of the developer provider of this identity pool.")


def unknown_developer_provider() -> AwsError:
    """Source of the text: github.com/danilop/LambdAuth/issues/32; the type is unverified."""
    return _invalid_parameter("This identity pool does not support the specified developer provider")


def developer_user_not_found(user: str) -> AwsError:
    """Unverified."""
    return AwsError("ResourceNotFoundException", f"Developer user identifier '{user}' not found.")


def developer_user_mismatch() -> AwsError:
    """LookupDeveloperIdentity with two values that do not belong together. Text: unverified."""
    return AwsError("ResourceConflictException", "The developer user identifier belongs to another identity.")


def identity_or_developer_user_required() -> AwsError:
    """Unverified."""
    return _invalid_parameter("Either IdentityId or DeveloperUserIdentifier is required.")


# ── roles and credentials ────────────────────────────────────────────────────────────────────────────────────


def classic_flow_disabled() -> AwsError:
    return _invalid_parameter("Basic (classic) flow is not enabled, please use enhanced flow.")


def classic_flow_with_mappings() -> AwsError:
    return _invalid_parameter("Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.")


def invalid_configuration() -> AwsError:
    """Recording github-issue-logs/role-cannot-be-assumed/1."""
    return AwsError(
        "InvalidIdentityPoolConfigurationException",
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
    )


def role_forbidden(arn: str) -> AwsError:
    """Recording github-issue-logs/pass-role-denied/1; names instead of ARNs: github.com/aws/aws-sdk-js/issues/908."""
    return _not_authorized(f"Access to Role '{arn}' is forbidden.")


def ambiguous_role(provider: str) -> AwsError:
    """Source: github.com/aws-amplify/amplify-js/issues/3621."""
    return _not_authorized(f"The ambiguous role mapping rules for: {provider} denied this request.")


def role_not_customizable() -> AwsError:
    """CustomRoleArn where the provider has no role mapping. Text: unverified."""
    return _invalid_parameter("CustomRoleArn is not supported for the provider of this login.")


def unknown_mapping_provider(name: str) -> AwsError:
    """Sources: github.com/aws/aws-cdk/issues/22951, …/7670."""
    return _invalid_parameter(f"({name}) is not a valid RoleMapping ProviderName or is not a configured provider.")


def rules_required(name: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"({name}) RulesConfiguration is required for the role mapping type Rules.")


def rules_not_allowed(name: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"({name}) RulesConfiguration is not allowed for the role mapping type Token.")


def resolution_required(name: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"({name}) AmbiguousRoleResolution is required.")


def too_many_rules() -> AwsError:
    """Source: github.com/badmintoncryer/cdk-preflight, rules/cognito/pf-cognito-role-mapping-rules-max."""
    return _invalid_parameter("The number of rules in the request exceeded 25.")


def unknown_tag_provider(name: str) -> AwsError:
    """Unverified."""
    return _invalid_parameter(f"{name} is not a configured provider of this identity pool.")


def principal_tags_too_long() -> AwsError:
    """Unverified."""
    return _invalid_parameter("The attribute names of a principal tag map can have at most 460 bytes together.")


def defaults_with_tags() -> AwsError:
    """Unverified."""
    return _invalid_parameter("PrincipalTags cannot be set with UseDefaults.")


def access_denied(caller_arn: str, action: str, resource: str) -> AwsError:
    """What IAM says of a call that no policy allows.

    Sources: for cognito-sync issue 1912 of aws/aws-sdk-java; the reason in the others' texts as IAM has it since
    2021 (IAM user guide, "Troubleshoot access denied error messages").
    """
    text = f"User: {caller_arn} is not authorized to perform: {action} on resource: {resource}"
    if action.startswith("cognito-sync:"):
        return AwsError("AccessDeniedException", text, status=403)
    reason = f"because no identity-based policy allows the {action} action"
    return AwsError("AccessDeniedException", f"{text} {reason}", message_key="Message")


def developers_only(operation: str) -> AwsError:
    """Source of the rule: API reference ("You must use AWS developer credentials"). Text: unverified."""
    return _not_authorized(f"{operation} can only be called with developer credentials.")


def expired_credentials() -> AwsError:
    """Any service's answer to temporary credentials whose time is over."""
    return AwsError("ExpiredTokenException", "The security token included in the request is expired")
