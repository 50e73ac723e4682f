"""Errors of the domain: JSON for apps, redirects to apps, pages for people. Every text and code is here.

AWS does not promise its descriptions; those without a source are left out.
Sources: reference oauth-and-hosted-ui.md §2.3, §3.3, §6.3, §8, §9, §12; recording
`github-issue-logs/redirect-mismatch/1`.
"""

from __future__ import annotations


class OAuthError(Exception):
    """An error that an app reads as JSON."""

    def __init__(self, error: str, description: str | None = None, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status

    def as_json(self) -> dict[str, str]:
        shown = {"error": self.error}
        if self.description is not None:
            shown["error_description"] = self.description
        return shown


class BearerError(OAuthError):
    """An error of userInfo, which is also in the header `WWW-Authenticate`."""


class RedirectError(Exception):
    """An error that goes to the app's callback: only raised once the callback is known to be the app's."""

    def __init__(self, error: str, description: str | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


class PageError(Exception):
    """An error that the browser sees on the domain's own error page."""

    def __init__(self, error: str, client_id: str | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.client_id = client_id


class SignInError(PageError):
    """An error that the browser sees on the sign-in page, where the user has another choice."""


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────


def parameter_missing(name: str, client_id: str | None = None) -> PageError:
    return PageError(f"Required String parameter '{name}' is not present", client_id)


def client_id_missing() -> PageError:
    return PageError("Missing required parameter client_id in request URL")


def client_does_not_exist(client_id: str) -> PageError:
    return PageError("Client does not exist", client_id)


def parameters_missing() -> PageError:
    """The authorize endpoint without a client. Source: its answers on 2026-07-03 in the notes of github.com/agentmuxai/
    agentmux on a sign-in that fails on Windows.
    """
    return PageError("Required parameters missing")


def redirect_mismatch(client_id: str) -> PageError:
    return PageError("redirect_mismatch", client_id)


def invalid_page_request(client_id: str | None = None) -> PageError:
    return PageError("invalid_request", client_id)


LOGIN_OPTION = "Login option is not available. Please try another one"


def login_option_not_available(client_id: str) -> PageError:
    return PageError(LOGIN_OPTION, client_id)


def provider_not_available() -> SignInError:
    """Sources: the address of the page in the guide of github.com/jrdalino/demo-omp-web-react; that its status is 401,
    the notes on sign-in troubles of github.com/otomatty/zedi.
    """
    return SignInError(LOGIN_OPTION)


def sign_in_cancelled() -> PageError:
    return PageError("Something went wrong")


def no_domain() -> PageError:
    """Only here: on AWS the host of a pool without a domain does not exist."""
    return PageError("The user pool of this request has no domain: CreateUserPoolDomain gives it one.")


# ── redirects ────────────────────────────────────────────────────────────────────────────────────────────────


def invalid_request(description: str | None = None) -> RedirectError:
    return RedirectError("invalid_request", description)


def client_not_enabled_for_oauth() -> RedirectError:
    return RedirectError("invalid_request", "Client is not enabled for OAuth2.0 flows ")


def flow_not_allowed() -> RedirectError:
    return RedirectError("unauthorized_client")


def scope_not_allowed() -> RedirectError:
    """Source: reference oauth-and-hosted-ui.md §2.3 and the guide's list of errors of the authorize endpoint.

    Apps report `error=invalid_request&error_description=invalid_scope`: github.com/aws-samples/
    cloudfront-authorization-at-edge/issues/82, github.com/mlops-club/awscdk-minecraft/issues/40.
    """
    return RedirectError("invalid_scope")


def login_required() -> RedirectError:
    return RedirectError("login_required")


def server_error() -> RedirectError:
    return RedirectError("server_error")


# ── redirects after a sign-in with a provider. Source: reference federation.md §6; recording
#    github-issue-logs/idp-token-endpoint-fails/1 ────────────────────────────────────────────────────────────────


def federation_refused(text: str, *, saml: bool) -> RedirectError:
    """What the user pool says, as the domain passes it on: with a blank at the end after a stop or a line end."""
    if saml:
        return saml_refused(text)
    return RedirectError("invalid_request", f"{text} " if text.endswith((".", "\n")) else text)


def saml_refused(text: str) -> RedirectError:
    return RedirectError("server_error", f"Invalid SAML response received: {text} ")


def invalid_relay_state() -> PageError:
    return PageError("Invalid relayState from identity provider")


def invalid_saml_response() -> PageError:
    return PageError("Invalid samlResponse or relayState from identity provider")


def code_processing_failed() -> RedirectError:
    return RedirectError("server_error", "Exception processing authorization code")


def bad_token_response(status: int, reason: str, body: str) -> RedirectError:
    return RedirectError("invalid_request", f"Bad token response: HTTP/1.1 {status} {reason}, entity: {body}")


def provider_error(name: str, status: int, error: object, description: object) -> RedirectError:
    text = f"{error} {description}" if error and description else str(error or "error getting token")
    return RedirectError("invalid_request", f"{name} Error - {status} {text}")


def token_endpoint_timed_out() -> RedirectError:
    return RedirectError("invalid_request", "Timeout occurred in calling IdP token endpoint")


def keys_unreachable() -> RedirectError:
    """The doubled beginning is the service's. Source: developer guide, "Authorize endpoint", error examples."""
    return RedirectError("invalid_request", "error_description=Timeout in calling jwks uri")


def read_timed_out() -> RedirectError:
    return RedirectError("invalid_request", "Read timed out")


def provider_unreachable() -> RedirectError:
    return RedirectError("invalid_request", "Connection reset")


def bad_id_token(what: str) -> RedirectError:
    return RedirectError("invalid_request", f"Bad id_token {what}")


def user_info_of_somebody_else() -> RedirectError:
    return RedirectError("invalid_request", "Bad userInfo response: sub is not the one of the id_token")


def username_mapping_required() -> RedirectError:
    return RedirectError("invalid_request", "username attribute mapping required")


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────────


def bad_request(description: str | None = None) -> OAuthError:
    return OAuthError("invalid_request", description)


def invalid_client(description: str | None = None) -> OAuthError:
    return OAuthError("invalid_client", description)


def wrong_client_secret() -> OAuthError:
    """A secret that is wrong, or is not there: a refresh without it in SECURITY.md of github.com/lstod/BizData."""
    return OAuthError("invalid_client", "invalid_client_secret")


def invalid_grant() -> OAuthError:
    return OAuthError("invalid_grant")


def unauthorized_client() -> OAuthError:
    return OAuthError("unauthorized_client")


def invalid_scope() -> OAuthError:
    return OAuthError("invalid_scope")


def invalid_target() -> OAuthError:
    """Source: RFC 8693, section 2.2.2."""
    return OAuthError("invalid_target")


def unsupported_grant_type() -> OAuthError:
    return OAuthError("unsupported_grant_type")


def unsupported_token_type() -> OAuthError:
    return OAuthError("unsupported_token_type")


def revocation_by_unknown_client() -> OAuthError:
    return OAuthError("invalid_client", status=401)


def bad_user_info_request() -> BearerError:
    return BearerError("invalid_request", "Bad OAuth2 request at UserInfo Endpoint")


def invalid_token() -> BearerError:
    return BearerError(
        "invalid_token",
        "Access token is expired, disabled, or deleted, or the user has globally signed out.",
        status=401,
    )


def token_without_openid() -> BearerError:
    return BearerError("invalid_token", "Access token does not contain openid scope", status=401)


# ── registration of app clients. Codes: RFC 7591, section 3.2.2, and RFC 6750, section 3.1. The service documents
#    none of its descriptions; these say what is wrong ─────────────────────────────────────────────────────────────


def registration_is_off() -> OAuthError:
    return OAuthError("invalid_request", "Dynamic client registration is not enabled for the user pool")


def initial_access_token_required() -> BearerError:
    return BearerError("invalid_token", "An initial access token is required", status=401)


def registration_scope_missing() -> BearerError:
    return BearerError("insufficient_scope", "Access token does not contain aws.cognito/dcr/register scope", status=403)


def invalid_client_metadata(description: str | None) -> OAuthError:
    return OAuthError("invalid_client_metadata", description)


def bad_redirect_uris(description: str | None) -> OAuthError:
    return OAuthError("invalid_redirect_uri", description)
