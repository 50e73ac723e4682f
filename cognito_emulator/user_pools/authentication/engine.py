"""The engine: start a sign-in, take an answer, pose the next challenge, or finish with tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from cognito_emulator.aws.call import Answer, Call
from cognito_emulator.aws.errors import not_implemented
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, migration, repository
from cognito_emulator.user_pools.authentication import (
    choice,
    factors,
    flows,
    methods,
    secret_hash,
    sessions,
    standing,
    step_up,
)
from cognito_emulator.user_pools.authentication.challenges import (
    custom_challenge,
    device_password_verifier,
    device_srp_auth,
    email_otp,
    mfa_setup,
    new_password_required,
    password,
    password_srp,
    password_verifier,
    select_challenge,
    select_mfa_type,
    sms_mfa,
    sms_otp,
    software_token_mfa,
    web_authn,
)
from cognito_emulator.user_pools.authentication.flows import CANONICAL, Flow, check_name, enabled_flows, require
from cognito_emulator.user_pools.authentication.sign_in import Finish, Finished, Question, SignIn
from cognito_emulator.user_pools.records import SESSIONS, Client, Pool, User
from cognito_emulator.user_pools.risk import protection
from cognito_emulator.user_pools.tokens import issue, refresh
from cognito_emulator.user_pools.triggers import invoke, post_authentication, pre_authentication, pre_token_generation
from cognito_emulator.user_pools.triggers.events import Origin, Subject
from cognito_emulator.user_pools.triggers.pre_token_generation import Occasion

Parameters = dict[str, str]
REFRESH = "REFRESH_TOKEN_AUTH"


class Challenge(Protocol):
    """A challenge module."""

    NAME: str

    def pose(self, sign_in: SignIn, parameters: Parameters) -> Question:
        """The question. `parameters` are those of the request that led to it."""
        ...

    def check(self, sign_in: SignIn, responses: Parameters) -> None:
        """Accept the answer (adding to `sign_in.writes`), or raise."""
        ...

    def handle(self, responses: Parameters, session: str | None) -> str | None:
        """The session string that an answer belongs to, wherever the challenge's protocol carries it."""
        ...


CHALLENGES: dict[str, Challenge] = {
    module.NAME: module
    for module in (
        custom_challenge,
        device_password_verifier,
        device_srp_auth,
        email_otp,
        mfa_setup,
        new_password_required,
        password,
        password_srp,
        password_verifier,
        select_challenge,
        select_mfa_type,
        sms_mfa,
        sms_otp,
        software_token_mfa,
        web_authn,
    )
}

FLOWS: dict[str, Flow] = {**flows.FLOWS, choice.FLOW.name: choice.FLOW}

# What is still asked of a user who has proved the first factor, in this order: each names a challenge, or nothing.
POLICY: tuple[Callable[[SignIn], str | None], ...] = (new_password_required.due, factors.due, factors.device_due)


def start(
    call: Call,
    pool: Pool,
    client: Client,
    flow_name: str,
    parameters: Parameters,
    *,
    admin: bool,
    metadata: dict[str, str] | None = None,
    session: str | None = None,
) -> Answer:
    """InitiateAuth and AdminInitiateAuth. `session` is one that ConfirmSignUp gave.

    Order of checks: the flow belongs to this operation → USERNAME → secret hash → the client allows the flow →
    its other parameters → the name can be one → the user. Source: reference user-pools.md §1.3.
    """
    name = CANONICAL.get(flow_name, flow_name)
    if name == REFRESH:
        return refresh_tokens(call, pool, client, parameters)
    flow = FLOWS.get(name)
    if flow is None:
        raise not_implemented("cognito-idp", f"{call.operation} with {flow_name}")
    if not (flow.admin if admin else flow.public):
        raise errors.flow_not_supported()
    require(parameters, "USERNAME")
    secret_hash.check(client, parameters["USERNAME"], parameters.get("SECRET_HASH"))
    if flow.name not in enabled_flows(client):
        raise errors.flow_not_enabled(flow.name)
    flow.check(parameters)
    check_name(parameters["USERNAME"])
    user = repository.find_user(call.reader, pool, parameters["USERNAME"])
    sign_in = SignIn(call, pool, client, user, flow.name, admin, validation_data=metadata, entry_session=session)
    return _begin(sign_in, flow, parameters)


def start_on_pages(
    call: Call,
    pool: Pool,
    client: Client,
    flow_name: str,
    parameters: Parameters,
    finish: Finish,
    aims: step_up.Aims = step_up.NO_AIMS,
) -> Answer:
    """Begin a sign-in on the pages of the pool's domain: the flows that the client allows the API do not count."""
    flow = FLOWS[flow_name]
    user = repository.find_user(call.reader, pool, parameters["USERNAME"])
    sign_in = SignIn(call, pool, client, user, flow.name, admin=False, finish=finish, memory=aims.memory)
    return _begin(sign_in, flow, parameters)


def start_confirmed(
    call: Call, pool: Pool, client: Client, user: User, finish: Finish, aims: step_up.Aims = step_up.NO_AIMS
) -> Answer:
    """Sign in who has just signed up on the pages, with a password, and proved their address."""
    sign_in = SignIn(call, pool, client, user, "USER_PASSWORD_AUTH", admin=False, passed=["PASSWORD"], finish=finish)
    sign_in.memory = aims.memory
    protection.begin(sign_in)
    return _proceed(sign_in, {"USERNAME": user.username})


def answer(
    call: Call,
    pool: Pool,
    client: Client,
    challenge_name: str,
    responses: Parameters,
    session: str | None,
    *,
    admin: bool,
    metadata: dict[str, str] | None = None,
    finish: Finish | None = None,
) -> Answer:
    """RespondToAuthChallenge and AdminRespondToAuthChallenge; with `finish`, an answer on the pages.

    Order of checks: USERNAME → secret hash → session → user → the answer itself. What is refused leaves the
    session as it was.
    """
    challenge = CHALLENGES.get(challenge_name)
    if challenge is None:
        raise errors.challenge_not_supported(challenge_name)
    require(responses, "USERNAME")
    if finish is None:
        secret_hash.check(client, responses["USERNAME"], responses.get("SECRET_HASH"))
    handle = challenge.handle(responses, session)
    if handle is None:
        raise errors.missing_parameter("Session")
    sign_in = sessions.resume(call, pool, client, handle, challenge_name, admin, finish)
    sign_in.metadata = metadata
    if sign_in.user is not None:
        sessions.require_user(sign_in, responses["USERNAME"])
    with protection.watching(sign_in, challenge_name):
        challenge.check(sign_in, responses)
    sign_in.passed.append(challenge_name)
    return _proceed(sign_in, responses)


def refresh_tokens(call: Call, pool: Pool, client: Client, parameters: Parameters) -> Answer:
    """REFRESH_TOKEN_AUTH. The hash is over the user's real name, which the token knows."""
    require(parameters, "REFRESH_TOKEN")
    secret_hash.require(client, parameters.get("SECRET_HASH"))
    if REFRESH not in enabled_flows(client) or client.rotation is not None:
        raise errors.flow_not_enabled(REFRESH)
    refreshable = refresh.find(call, client, parameters["REFRESH_TOKEN"])
    refresh.check_device(call, pool, refreshable, parameters.get("DEVICE_KEY"))
    secret_hash.check(client, refreshable.user.username, parameters.get("SECRET_HASH"))
    result = refresh.exchange(call, pool, client, refreshable)
    return {"AuthenticationResult": result, "ChallengeParameters": {}}


def _begin(sign_in: SignIn, flow: Flow, parameters: Parameters) -> Answer:
    """Migration and pre authentication functions have their say before anything is proved."""
    call, pool, client, name = sign_in.call, sign_in.pool, sign_in.client, parameters["USERNAME"]
    if sign_in.user is None and flow.migrates:
        sign_in.user = migration.at_sign_in(call, pool, client, name, parameters["PASSWORD"], sign_in.validation_data)
    protection.begin(sign_in)
    subject = Subject.of(client, sign_in.user, name)
    if pre_authentication.run(call, pool, client.id, subject, sign_in.validation_data):
        sign_in.user = repository.find_user(call.reader, pool, name)
    with protection.watching(sign_in, "PASSWORD"):
        first = flow.start(sign_in, parameters)
    if first is not None:
        return _pose(sign_in, first[0], {**parameters, **first[1]})
    return _proceed(sign_in, parameters)


def _proceed(sign_in: SignIn, parameters: Parameters) -> Answer:
    """What comes next: a challenge of the policy, one of the flow, or tokens."""
    if sign_in.next_challenge is not None:
        return _pose(sign_in, sign_in.next_challenge, parameters)
    protection.proved(sign_in)
    factors.note_device(sign_in, parameters)
    step_up.settle(sign_in)
    flow = FLOWS[sign_in.flow]
    if flow.has_policy(sign_in):
        standing.check_going_on(sign_in.known_user, with_password=factors.proved_password(sign_in))
        for due in POLICY:
            challenge_name = due(sign_in)
            if challenge_name is not None and challenge_name not in sign_in.passed:
                return _pose(sign_in, challenge_name, parameters)
    following = flow.follow(sign_in, parameters)
    if following is not None:
        return _pose(sign_in, following[0], {**parameters, **following[1]})
    return _finish(sign_in)


def _pose(sign_in: SignIn, challenge_name: str, parameters: Parameters) -> Answer:
    factors.note_device(sign_in, parameters)
    protection.going_on(sign_in)
    question = CHALLENGES[challenge_name].pose(sign_in, parameters)
    handle = question.handle or sessions.new_handle(sign_in.call)
    session = sessions.opened(sign_in, challenge_name, question, handle)

    def step(tx: Transaction) -> None:
        _take_step(tx, sign_in)
        sessions.keep(tx, session)
        if question.alias is not None:
            tx.put(SESSIONS, sessions.alias_of(session, question.alias))

    sign_in.call.transact(step)
    result: Answer = {"ChallengeName": challenge_name, "ChallengeParameters": question.parameters}
    if question.handle is None or question.with_session:
        result["Session"] = handle
    if sign_in.available:
        result["AvailableChallenges"] = sign_in.available
    return result


def _finish(sign_in: SignIn) -> Answer:
    """Nothing is left to ask. Functions that run now see what the last step changed, and run once per session."""
    protection.proved(sign_in, at_end=True)
    call, pool = sign_in.call, sign_in.pool
    if invoke.any_set(pool, (post_authentication.TRIGGER, pre_token_generation.TRIGGER)):
        call.transact(lambda tx: _take_step(tx, sign_in))
        sign_in.session, sign_in.writes = None, []
        origin = Origin(sign_in.client.id, sign_in.metadata)
        new_device = pool.device_configuration is not None and factors.device_of(sign_in) is None
        post_authentication.run(call, pool, origin, sign_in.known_user, new_device_used=new_device)
        sign_in.user = repository.reload(call.reader, sign_in.known_user)
    finished = (sign_in.finish or _with_tokens)(sign_in)
    protection.finished(sign_in)

    def step(tx: Transaction) -> None:
        if not repository.reload(tx, sign_in.known_user).enabled:
            raise errors.user_is_disabled()
        _take_step(tx, sign_in)
        finished.keep(tx)

    sign_in.call.transact(step)
    return finished.answer


def _with_tokens(sign_in: SignIn) -> Finished:
    """The end of a sign-in through the API."""
    device = factors.device_at_end(sign_in)
    occasion = Occasion(_source(sign_in), sign_in.metadata)
    signed_in = issue.sign_in(
        sign_in.call,
        sign_in.pool,
        sign_in.client,
        sign_in.known_user,
        occasion=occasion,
        device_key=device.key if device else "",
        event_id=protection.event_id(sign_in),
        assurance=methods.claims(sign_in),
    )
    if device is None:
        return Finished({"AuthenticationResult": signed_in.result, "ChallengeParameters": {}}, signed_in.keep)
    result = {**signed_in.result, **device.metadata}

    def keep(tx: Transaction) -> None:
        signed_in.keep(tx)
        device.keep(tx)

    return Finished({"AuthenticationResult": result, "ChallengeParameters": {}}, keep)


def _source(sign_in: SignIn) -> str:
    """What a pre token generation function is told of the occasion."""
    if new_password_required.NAME in sign_in.passed:
        return pre_token_generation.NEW_PASSWORD_CHALLENGE
    if device_password_verifier.NAME in sign_in.passed:
        return pre_token_generation.AUTHENTICATE_DEVICE
    return pre_token_generation.AUTHENTICATION


def _take_step(tx: Transaction, sign_in: SignIn) -> None:
    """The writes of the step under way: the session is spent, and what the answer changed is written."""
    if sign_in.session is not None:
        sessions.spend(tx, sign_in.session)
    for write in sign_in.writes:
        write(tx)
