"""The action `authenticate-cognito` of an application load balancer.

A request with a session goes on, with what is known of the user in headers. Without one it is sent to the user pool's
domain and comes back to `/oauth2/idpresponse`, or goes on as it is, or is refused, as the action says. A session whose
access token has expired is renewed with its refresh token; where that fails it is over.

Sources: user guide of application load balancers, "Authenticate users using an Application Load Balancer" and
"Troubleshoot your Application Load Balancers". That the nonce is checked before the code is used: public client code.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from cognito_emulator.gateway.login import answers
from cognito_emulator.gateway.login import domain as there
from cognito_emulator.gateway.login.domain import Domain, Tokens
from cognito_emulator.gateway.login.headers import Signer
from cognito_emulator.gateway.login.session import LOGIN_SECONDS, Session, Sessions, TooLarge
from cognito_emulator.gateway.messages import Answer, Decision, Forward, Request

if TYPE_CHECKING:
    from cognito_emulator.gateway.cognito import Cognito
    from cognito_emulator.gateway.configuration import Configuration, LoginAction
    from cognito_emulator.randomness import Randomness

logger = logging.getLogger(__name__)
CALLBACK = "/oauth2/idpresponse"
MOST_CLAIMS = 11 * 1024
"""How many bytes of claims a user may have."""


class LoadBalancer:
    """Decides about requests to routes with `authenticate-cognito`, and finishes sign-ins."""

    def __init__(self, configuration: Configuration, cognito: Cognito, randomness: Randomness) -> None:
        self._cognito = cognito
        self._actions = {action.name: action for action in configuration.logins}
        self._domains = {name: Domain(action, configuration.endpoint) for name, action in self._actions.items()}
        self._sessions = Sessions(randomness)
        self.signer = Signer(randomness, configuration.load_balancer)

    @property
    def is_used(self) -> bool:
        """Whether any route has such an action."""
        return bool(self._actions)

    def decide(self, request: Request, action: LoginAction) -> Decision:
        """What becomes of a request."""
        now = self._cognito.now()
        session = self._sessions.read(request, action)
        if session is not None and now < session.expires:
            if now < session.access_expires:
                return Forward(self.signer.headers(session, action, now))
            renewed = self._renewed(request, action, session, now)
            if renewed is not None:
                return renewed
        if action.on_unauthenticated == "allow":
            return Forward()
        if action.on_unauthenticated == "deny":
            return answers.unauthorized("not signed in")
        state, cookie = self._sessions.begin(request, action, now)
        location = self._domains[action.name].authorize_url(f"{request.base_url}{CALLBACK}", state)
        return answers.redirect(location, [cookie], "not signed in")

    def finish(self, request: Request) -> Answer:
        """A browser comes back from the domain."""
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        login = self._sessions.finish(request, query.get("state", ""))
        action = self._actions.get(login.action) if login is not None else None
        now = self._cognito.now()
        if login is None or action is None:
            return answers.unauthorized("the sign-in was not begun by this browser")
        if not 0 <= now - login.began <= LOGIN_SECONDS:
            return answers.unauthorized("the sign-in took more than 15 minutes")
        if "error" in query:
            return _refused_by_provider(query)
        if "code" not in query:
            return answers.unauthorized("there is no code")
        domain = self._domains[action.name]
        try:
            tokens = domain.exchange(query["code"], f"{request.base_url}{CALLBACK}")
            session = self._session(domain, tokens, now, now + action.session_seconds)
            cookies = self._sessions.write(request, action, session, now)
        except there.Failed as error:
            return answers.provider_failed(str(error))
        except there.Unreachable as error:
            logger.warning("%s: %s", action.name, error)
            return answers.provider_unreachable(str(error))
        except TooLarge as error:
            return answers.unauthorized(str(error))
        # The whole address: a target such as //elsewhere/ alone would lead to another host.
        back = f"{request.base_url}{login.target}"
        return answers.redirect(back, [*cookies, self._sessions.drop_nonce(request)], "signed in")

    def _renewed(self, request: Request, action: LoginAction, session: Session, now: float) -> Forward | None:
        """Leave to go on with new tokens; None if there are none."""
        if session.refresh_token is None:
            return None
        domain = self._domains[action.name]
        try:
            tokens = domain.refresh(session.refresh_token)
            new = self._session(domain, tokens, now, session.expires, session.refresh_token)
            cookies = self._sessions.write(request, action, new, now)
        except (there.Failed, there.Unreachable, TooLarge) as error:
            logger.warning("%s: a session cannot be renewed: %s", action.name, error)
            return None
        return Forward(self.signer.headers(new, action, now), tuple(cookies))

    def _session(
        self, domain: Domain, tokens: Tokens, now: float, expires: float, refresh_token: str | None = None
    ) -> Session:
        claims = domain.user_info(tokens.access_token)
        if sum(len(name) + len(str(value).encode()) for name, value in claims.items()) > MOST_CLAIMS:
            raise TooLarge("the claims of the user are larger than 11 KB")
        return Session(
            claims=claims,
            issuer=tokens.issuer,
            access_token=tokens.access_token,
            access_expires=now + tokens.seconds,
            refresh_token=tokens.refresh_token or refresh_token,
            expires=expires,
        )


def _refused_by_provider(query: dict[str, str]) -> Answer:
    """The domain sent an error: the user was denied, or something is wrong."""
    reason = f"{query['error']}: {query.get('error_description', '')}".rstrip(": ")
    if query["error"] == "access_denied":
        return answers.unauthorized(reason)
    return answers.provider_failed(reason)
