"""What an app asks the authorize endpoint for, checked in AWS's order.

The pages check the same parameters again: each can be reached by a direct link.
Source: reference oauth-and-hosted-ui.md §2.1 and §2.3; developer guide, "Step-up authentication request" of the
authorize and login endpoints (`acr_values` and `max_age` mean what they mean in InitiateAuth).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.oauth import errors, pkce, responses
from cognito_emulator.oauth.errors import RedirectError
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools import assurance, domains
from cognito_emulator.user_pools.records import Client
from cognito_emulator.user_pools.schema import tiers
from cognito_emulator.user_pools.tokens import scopes

# The flow that each response type needs in the client's AllowedOAuthFlows.
FLOWS = {"code": "code", "token": "implicit"}
PROMPTS = frozenset({"none", "login", "select_account", "consent"})
_RESOURCE = re.compile(r"https://\S+|http://localhost(?:[:/?]\S*)?|(?!http:)[a-zA-Z][a-zA-Z0-9+.-]*://\S*")
_ONCE = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "resource",
)


@dataclass
class AuthorizationRequest:
    """The parameters of a request as far as they are checked; `errors_to_app` once the callback can be trusted."""

    visit: Visit
    client: Client
    redirect_uri: str = ""
    response_type: str = ""
    scopes: list[str] = field(default_factory=list)
    challenge: str | None = None
    errors_to_app: bool = False

    @property
    def state(self) -> str | None:
        return self.visit.query.get("state")

    @property
    def nonce(self) -> str | None:
        return self.visit.query.get("nonce") or None

    @property
    def resource(self) -> str | None:
        """What the access token is to be for, which classic pages and pools of a lower feature plan ignore.

        Source: the announcement "Amazon Cognito now supports resource indicators" (2025).
        """
        visit = self.visit
        if not visit.site.managed_login or not tiers.RESOURCE_BINDING.is_in(visit.pool.settings["UserPoolTier"]):
            return None
        return visit.query.get("resource") or None

    @property
    def prompts(self) -> list[str]:
        """The values of `prompt`, which the classic pages ignore."""
        return self.visit.query.get("prompt", "").split() if self.visit.site.managed_login else []

    @property
    def provider(self) -> str | None:
        """The identity provider that is asked for by name."""
        return self.visit.query.get("identity_provider") or None

    @property
    def levels(self) -> list[int]:
        """The authentication levels of `acr_values`, which pools of a lower feature plan ignore."""
        settings = self.visit.pool.settings
        if not tiers.STEP_UP.is_in(settings["UserPoolTier"]):
            return []
        return assurance.levels(settings, self.visit.query.get("acr_values", ""))

    @property
    def oldest(self) -> int | None:
        """How many seconds ago the user may have signed in at most (`max_age`)."""
        text = self.visit.query.get("max_age")
        return assurance.age(text) if text else None

    @property
    def implicit(self) -> bool:
        return self.response_type == "token"

    def to_app(self, parameters: dict[str, str]) -> HttpResponse:
        """302 to the app's callback."""
        return responses.to_app(self.redirect_uri, parameters, fragment=self.implicit)

    def refused(self, failure: RedirectError) -> HttpResponse:
        """302 to the app's callback with an error, in AWS's order of parameters."""
        parameters = {}
        if failure.description is not None:
            parameters["error_description"] = failure.description
        if self.state is not None:
            parameters["state"] = self.state
        return self.to_app({**parameters, "error": failure.error})


def known_client(visit: Visit) -> AuthorizationRequest:
    """The beginning of every request to a page: an app client of this pool. Raises `PageError`."""
    return AuthorizationRequest(visit, visit.client_of_page())


def begin(visit: Visit) -> AuthorizationRequest:
    """The beginning of a request to the authorize endpoint, which has words of its own for a missing client.

    Raises `PageError`.
    """
    if not visit.query.get("client_id"):
        raise errors.parameters_missing()
    return known_client(visit)


def redirect_uri_is_registered(request: AuthorizationRequest) -> None:
    """A callback has to be one of the client's, character by character; the only one may be left out.

    So may the default one, where the client has one identity provider. Source: API reference, CreateUserPoolClient,
    `DefaultRedirectURI`.
    """
    settings = request.client.settings
    urls, given = settings.get("CallbackURLs", []), request.visit.query.get("redirect_uri")
    if not given:
        default = urls[0] if len(urls) == 1 else None
        if len(settings.get("SupportedIdentityProviders", [])) == 1:
            default = settings.get("DefaultRedirectURI") or default
        if default is None:
            raise errors.parameter_missing("redirect_uri", request.client.id)
        given = default
    if given not in urls:
        raise errors.redirect_mismatch(request.client.id)
    request.redirect_uri = given
    request.response_type = request.visit.query.get("response_type", "")


def parameters_are_unambiguous(request: AuthorizationRequest) -> None:
    """Parameters come once, and `state` is not JSON: such requests are malformed as a whole."""
    query = request.visit.query
    if any(name in query.repeated for name in _ONCE) or _is_json(query.get("state", "")):
        raise errors.invalid_page_request(request.client.id)
    request.errors_to_app = True


def client_may_use_oauth(request: AuthorizationRequest) -> None:
    if not request.client.settings["AllowedOAuthFlowsUserPoolClient"]:
        raise errors.client_not_enabled_for_oauth()


def response_type_is_known(request: AuthorizationRequest) -> None:
    if request.response_type not in FLOWS:
        raise errors.invalid_request()


def flow_is_allowed(request: AuthorizationRequest) -> None:
    if FLOWS[request.response_type] not in request.client.settings.get("AllowedOAuthFlows", []):
        raise errors.flow_not_allowed()


def pkce_is_s256(request: AuthorizationRequest) -> None:
    """A challenge needs the method S256, and the method a challenge."""
    challenge = request.visit.query.get("code_challenge")
    method = request.visit.query.get("code_challenge_method")
    if challenge is None and method is None:
        return
    if method != pkce.METHOD or not pkce.is_challenge(challenge or ""):
        raise errors.invalid_request()
    request.challenge = challenge


def scopes_are_allowed(request: AuthorizationRequest) -> None:
    """Scopes are among the client's; without any, all of them are meant.

    Those that no resource server has any more are left out in silence.
    """
    allowed = request.client.settings.get("AllowedOAuthScopes", [])
    asked = list(dict.fromkeys(request.visit.query.get("scope", "").split()))
    if any(scope not in allowed for scope in asked):
        raise errors.scope_not_allowed()
    if scopes.NEED_OPENID & set(asked) and scopes.OPENID not in asked:
        raise errors.scope_not_allowed()
    existing = scopes.STANDARD | domains.custom_scopes(request.visit.call.reader, request.visit.pool)
    # Tokens have the scopes in the client's order, not the request's.
    request.scopes = [scope for scope in allowed if scope in existing and (not asked or scope in asked)]
    if not request.scopes:
        raise errors.scope_not_allowed()


def prompt_makes_sense(request: AuthorizationRequest) -> None:
    """`none` goes with nothing else."""
    prompts = request.prompts
    if any(prompt not in PROMPTS for prompt in prompts) or ("none" in prompts and len(prompts) > 1):
        raise errors.invalid_request()


def resource_is_a_url(request: AuthorizationRequest) -> None:
    if request.resource is not None and not _RESOURCE.fullmatch(request.resource):
        raise errors.invalid_request()


def levels_are_known(request: AuthorizationRequest) -> None:
    """Of the values of `acr_values` one at least is a level of the pool, as in InitiateAuth."""
    tier = request.visit.pool.settings["UserPoolTier"]
    if request.visit.query.get("acr_values", "").strip() and not request.levels and tiers.STEP_UP.is_in(tier):
        raise errors.invalid_request()


def age_is_a_number(request: AuthorizationRequest) -> None:
    if request.visit.query.get("max_age") and request.oldest is None:
        raise errors.invalid_request()


CHECKS: tuple[Callable[[AuthorizationRequest], None], ...] = (
    redirect_uri_is_registered,
    parameters_are_unambiguous,
    client_may_use_oauth,
    response_type_is_known,
    flow_is_allowed,
    pkce_is_s256,
    scopes_are_allowed,
    prompt_makes_sense,
    resource_is_a_url,
    levels_are_known,
    age_is_a_number,
)


def check(request: AuthorizationRequest) -> None:
    """Run all checks in order. Raises `PageError`, or `RedirectError` once errors may go to the app."""
    for step in CHECKS:
        step(request)


def _is_json(state: str) -> bool:
    if not state.lstrip().startswith("{"):
        return False
    try:
        orjson.loads(state)
    except orjson.JSONDecodeError:
        return False
    return True
