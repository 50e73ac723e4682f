"""PASSWORD_VERIFIER: the client proves that it knows the password (SRP).

The state travels in SECRET_BLOCK, not in a session. A user who does not exist gets a made-up challenge where the
client hides unknown users: salt and user id are the same every time, and every answer is wrong.
Sources: recordings `moto-aws-verified/srp-force-change-password/2-3`; reference auth-flows.md §3 and §5.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.authentication import sessions, standing
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn
from cognito_emulator.user_pools.credentials import limits, passwords, srp, srp_timestamps
from cognito_emulator.user_pools.records import Pool, User

NAME = "PASSWORD_VERIFIER"


def parse_srp_a(text: str) -> int:
    """The client's public value. Raises `InvalidParameterException` for one that proves nothing."""
    if not re.fullmatch(r"[0-9a-fA-F]{1,1024}", text):
        raise errors.invalid_srp_a()
    value = int(text, 16)
    if value % srp.N == 0:
        raise errors.invalid_srp_a()
    return value


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    """Salt and public value of the server. `parameters` has SRP_A."""
    call = sign_in.call
    user_id, salt, verifier = _credentials(sign_in, parameters["USERNAME"])
    state = {**public_keys(call, parameters["SRP_A"], verifier), "salt": salt}
    block = sessions.new_handle(call)
    return Question(
        {
            "SALT": salt,
            "SECRET_BLOCK": block,
            "SRP_B": state["b_public"],
            "USERNAME": user_id,
            "USER_ID_FOR_SRP": user_id,
        },
        state,
        handle=block,
        with_session=sign_in.flow != "USER_SRP_AUTH",
    )


def public_keys(call: Call, client_public: str, verifier: str) -> dict[str, str]:
    """What both sides' public values and the verifier (hexadecimal) leave for checking the claim."""
    private = call.emulator.randomness.integer(256)
    keys = srp.server_keys(int(verifier, 16), private)
    return {"a": client_public, "b": f"{private:x}", "b_public": f"{keys.public:x}", "verifier": verifier}


def handle(responses: dict[str, str], session: str | None) -> str | None:
    return secret_block(responses, session)


def secret_block(responses: dict[str, str], session: str | None) -> str:
    """The handle of an SRP step. Where the answer had a `Session` too, it has to be the same."""
    block = responses.get("PASSWORD_CLAIM_SECRET_BLOCK")
    if not block:
        raise errors.missing_parameter("PASSWORD_CLAIM_SECRET_BLOCK")
    if session is not None and session != block:
        raise errors.invalid_session()
    return block


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    """Check the signature; a wrong one counts towards the lockout."""
    for name in ("PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"):
        if not responses.get(name):
            raise errors.missing_parameter(name)
    timestamp(responses)
    user = sign_in.user
    if user is None:
        raise errors.incorrect_username_or_password()
    limits.check_lockout(sign_in.call, user)
    standing.check_before_password(sign_in.client, user)
    if not _proves(sign_in, user, responses):
        limits.count_failure(sign_in.call, user)
        raise errors.incorrect_username_or_password()
    standing.check_after_password(sign_in.pool, user, sign_in.call.now)
    sign_in.writes.append(lambda tx: limits.forgive(tx, user))


def _proves(sign_in: SignIn, user: User, responses: dict[str, str]) -> bool:
    state = sign_in.state
    if user.password is None or user.password.get("srp_salt") != state["salt"]:
        return False
    return claim_of(state, responses, sign_in.pool.short_id, user.username)


def timestamp(responses: dict[str, str]) -> str:
    """The time of a proof as it is signed. Raises `InvalidParameterException` for what is no time."""
    found = srp_timestamps.rewritten(responses["TIMESTAMP"])
    if found is None:
        raise errors.invalid_timestamp()
    return found


def claim_of(state: dict[str, str], responses: dict[str, str], group: str, name: str) -> bool:
    """Whether a signature claims, rightly, to know the password of that name in that group."""
    try:
        claimed = base64.b64decode(responses["PASSWORD_CLAIM_SIGNATURE"], validate=True)
        block = base64.b64decode(responses["PASSWORD_CLAIM_SECRET_BLOCK"], validate=True)
    except (binascii.Error, ValueError):
        return False
    server = srp.ServerKeys(int(state["b"], 16), int(state["b_public"], 16))
    key = srp.session_key(int(state["a"], 16), server, int(state["verifier"], 16))
    wanted = srp.signature(key, group, name, block, timestamp(responses))
    return hmac.compare_digest(wanted, claimed)


def _credentials(sign_in: SignIn, name: str) -> tuple[str, str, str]:
    """User id, salt and verifier, the numbers in hexadecimal."""
    user = sign_in.user
    if user is not None and user.password is not None and not passwords.is_imported(user.password):
        return user.username, user.password["srp_salt"], user.password["verifier"]
    user_id = user.username if user is not None else _made_up_id(sign_in.pool, name)
    salt = _derived(sign_in.pool, "salt", name)[:32]
    return user_id, salt, f"{int(_derived(sign_in.pool, 'verifier', name) * 12, 16) % srp.N:x}"


def _derived(pool: Pool, what: str, name: str) -> str:
    message = f"{what}:{pool.fold(name)}".encode("utf-8", "surrogatepass")
    return hmac.new(bytes.fromhex(pool.secret), message, hashlib.sha256).hexdigest()


def _made_up_id(pool: Pool, name: str) -> str:
    text = _derived(pool, "user", name)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:32]}"
