"""Flows: what a sign-in begins with, and what it goes on with.

Each checks its parameters and names the first challenge, if there is one; a flow of its own mind also says what
comes when the policy has nothing left to ask.

Sources: recordings `github-issue-logs/missing-username/1`, `floci-aws-fixtures/…srp.unknown-user/1`,
`moto-aws-verified/jti-in-tokens/3` (legacy values leave SRP on); reference auth-flows.md §1 to §5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cognito_emulator.aws.models import service_model
from cognito_emulator.aws.validation import validate_value
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, repository
from cognito_emulator.user_pools.authentication import custom_auth, standing
from cognito_emulator.user_pools.authentication.challenges.password_verifier import parse_srp_a
from cognito_emulator.user_pools.authentication.sign_in import SignIn, Write
from cognito_emulator.user_pools.credentials import limits, passwords
from cognito_emulator.user_pools.records import Client, User
from cognito_emulator.user_pools.risk import protection

Parameters = dict[str, str]
NextChallenge = tuple[str, Parameters] | None

_DEFAULT = frozenset({"USER_SRP_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH"})
# Old names of flows, and the names that the client's list has for them.
CANONICAL = {"REFRESH_TOKEN": "REFRESH_TOKEN_AUTH", "ADMIN_NO_SRP_AUTH": "ADMIN_USER_PASSWORD_AUTH"}


def enabled_flows(client: Client) -> frozenset[str]:
    """The flows that a client allows, by canonical name.

    Without a list: SRP, custom and refresh. A list of legacy values never turns refresh off, and leaves SRP and
    custom on unless it says CUSTOM_AUTH_FLOW_ONLY.
    """
    listed = client.settings.get("ExplicitAuthFlows") or []
    if not listed:
        return _DEFAULT
    if any(flow.startswith("ALLOW_") for flow in listed):
        return frozenset(flow.removeprefix("ALLOW_") for flow in listed)
    flows = {"CUSTOM_AUTH", "REFRESH_TOKEN_AUTH"} if "CUSTOM_AUTH_FLOW_ONLY" in listed else _DEFAULT
    return frozenset({*flows} | {CANONICAL.get(flow, flow) for flow in listed})


def require(parameters: Parameters, *names: str) -> None:
    """Refuse a request that lacks a parameter."""
    for name in names:
        if not parameters.get(name):
            raise errors.missing_parameter(name)


def check_name(name: str) -> None:
    """Refuse a USERNAME that nobody can have, such as one with a blank. Raises `InvalidParameterException`.

    The service finds that out where it looks for the user, by alias and by name, and says so of both. Sources: apps on
    Amplify that translate the text, one of Amazon's own ("Error messages returned by AWS Cognito"); reference
    user-pools.md §1.4.
    """
    shape = service_model("cognito-idp").shape("UsernameType")
    validate_value(shape, name, ("userAlias", "userName"), "InvalidParameterException")


def check_password_parameters(parameters: Parameters) -> None:
    require(parameters, "PASSWORD")


def check_srp_parameters(parameters: Parameters) -> None:
    require(parameters, "SRP_A")
    parse_srp_a(parameters["SRP_A"])


def start_with_password(sign_in: SignIn, parameters: Parameters) -> NextChallenge:
    """USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH: the password comes with the request."""
    if sign_in.user is None:
        raise standing.unknown_user(sign_in.client)
    prove_password(sign_in, parameters["PASSWORD"])
    return None


def prove_password(sign_in: SignIn, password: str) -> None:
    """Check the password of a user who sent it; a wrong one counts towards the lockout."""
    user = sign_in.known_user
    limits.check_lockout(sign_in.call, user)
    standing.check_before_password(sign_in.client, user)
    if not passwords.matches(user.password, password):
        limits.count_failure(sign_in.call, user)
        raise errors.incorrect_username_or_password()
    standing.check_after_password(sign_in.pool, user, sign_in.call.now)
    protection.note_password(sign_in, password)
    sign_in.writes.append(lambda tx: limits.forgive(tx, user))
    if user.password is not None and passwords.is_imported(user.password):
        sign_in.writes.append(_keep_as_own(sign_in, user, password))
    sign_in.passed.append("PASSWORD")


def _keep_as_own(sign_in: SignIn, user: User, password: str) -> Write:
    """The write that keeps a password, which came as a hash of another system, as one that SRP can prove."""
    call, pool = sign_in.call, sign_in.pool
    kept = passwords.make(pool, user.username, password, call.emulator.randomness, call.now)

    def write(tx: Transaction) -> None:
        current = repository.reload(tx, user)
        if current.password == user.password:
            repository.save_user(tx, pool, replace(current, password=kept))

    return write


def start_with_srp(sign_in: SignIn, parameters: Parameters) -> NextChallenge:
    """USER_SRP_AUTH: the client proves the password without sending it."""
    if sign_in.user is None and not sign_in.client.hides_unknown_users:
        raise errors.user_does_not_exist()
    if sign_in.user is not None:
        limits.check_lockout(sign_in.call, sign_in.user)
    return "PASSWORD_VERIFIER", parameters


def nothing_more(sign_in: SignIn, parameters: Parameters) -> NextChallenge:
    """Most flows leave what follows the first factor to the policy."""
    return None


def always(sign_in: SignIn) -> bool:
    return True


@dataclass(frozen=True)
class Flow:
    """A flow: which pair of operations has it, and how it starts.

    `check` refuses parameters before anything is done with them, `start` names the first challenge. `follow` is
    asked after each challenge that the policy adds nothing to: None means tokens. `has_policy` tells whether the
    policy has a say at all, `migrates` whether a user migration function is asked about a name that nobody has.
    """

    name: str
    public: bool
    admin: bool
    check: Callable[[Parameters], None]
    start: Callable[[SignIn, Parameters], NextChallenge]
    follow: Callable[[SignIn, Parameters], NextChallenge] = nothing_more
    has_policy: Callable[[SignIn], bool] = always
    migrates: bool = False


FLOWS: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        Flow("USER_SRP_AUTH", True, True, check_srp_parameters, start_with_srp),
        Flow("USER_PASSWORD_AUTH", True, False, check_password_parameters, start_with_password, migrates=True),
        Flow("ADMIN_USER_PASSWORD_AUTH", False, True, check_password_parameters, start_with_password, migrates=True),
        Flow(
            custom_auth.NAME,
            True,
            True,
            custom_auth.check,
            custom_auth.start,
            follow=custom_auth.follow,
            has_policy=custom_auth.has_policy,
        ),
    )
}
