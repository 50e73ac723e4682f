"""User import jobs with hashes of passwords: users sign in with the password that they had elsewhere."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import bcrypt
import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from cognito_emulator.emulator import Emulator
from cognito_emulator.user_pools.credentials import imported_hashes
from cognito_emulator.user_pools.imports.worker import WRONG_HEADER
from tests import builders
from tests.builders import App, Idp, User, refused
from tests.srp_client import srp_sign_in
from tests.user_pools.test_user_import_jobs import VERIFIED, counts, csv, job, over, put

PASSWORD = "From-elsewhere-1"
SALT = b"0123456789abcdef"
WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def plain(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def scrypt() -> str:
    digest = hashlib.scrypt(PASSWORD.encode(), salt=SALT, n=2**10, r=8, p=1, dklen=32)
    return f"$scrypt$ln=10,r=8,p=1${plain(SALT)}${plain(digest)}"


def argon2id() -> str:
    digest = Argon2id(salt=SALT, length=32, iterations=2, lanes=2, memory_cost=1024).derive(PASSWORD.encode())
    return f"$argon2id$v=19$m=1024,t=2,p=2${plain(SALT)}${plain(digest)}"


def pbkdf2() -> str:
    digest = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), SALT, 1000)
    return f"$pbkdf2-sha256$i=1000,l=32${plain(SALT)}${plain(digest)}"


HASHES = {
    "BCRYPT": bcrypt.hashpw(PASSWORD.encode(), b"$2b$04$abcdefghijklmnopqrstuu").decode(),
    "SCRYPT": scrypt(),
    "ARGON2ID": argon2id(),
    "PBKDF2_SHA256": pbkdf2(),
}


def import_file(idp: Idp, emulator: Emulator, app: App, algorithm: str | None, file: str) -> dict[str, Any]:
    given = {"PasswordHashingAlgorithm": algorithm} if algorithm else {}
    made = job(idp, app.pool_id, **given)
    assert put(emulator, made["PreSignedUrl"], file).status == 200
    idp.start_user_import_job(UserPoolId=app.pool_id, JobId=made["JobId"])
    return over(idp, app.pool_id, made["JobId"])


def with_hashes(file: str, *hashes: str) -> str:
    """The file with one more column."""
    values = ["password_hash", *(text.replace(",", "\\,") for text in hashes)]
    return "".join(f"{line},{value}\n" for line, value in zip(file.splitlines(), values, strict=True))


def user(name: str) -> dict[str, str]:
    return {"cognito:username": name, **VERIFIED, "email": f"{name}@example.com"}


@pytest.fixture
def app(idp: Idp) -> App:
    return builders.app(idp, AutoVerifiedAttributes=["email"])


@pytest.mark.parametrize("algorithm", list(HASHES))
def test_the_password_is_good(idp: Idp, emulator: Emulator, app: App, algorithm: str) -> None:
    file = with_hashes(csv(idp, app.pool_id, user("alice")), HASHES[algorithm])
    shown = import_file(idp, emulator, app, algorithm, file)
    assert (shown["Status"], counts(shown), shown["PasswordHashingAlgorithm"]) == ("Succeeded", (1, 0, 0), algorithm)
    alice = User(app, "alice", PASSWORD)
    assert idp.admin_get_user(**alice.key)["UserStatus"] == "CONFIRMED"
    with refused(*WRONG):
        builders.begin(idp, User(app, "alice", "Another-1"))
    assert "AccessToken" in builders.sign_in(idp, alice)
    assert "AccessToken" in builders.sign_in(idp, alice), "also now that the password is kept as one of ours"


def test_srp_after_the_password_was_sent_once(idp: Idp, emulator: Emulator, app: App) -> None:
    import_file(idp, emulator, app, "BCRYPT", with_hashes(csv(idp, app.pool_id, user("alice")), HASHES["BCRYPT"]))
    alice = User(app, "alice", PASSWORD)
    changed = idp.admin_get_user(**alice.key)["UserLastModifiedDate"]
    with refused(*WRONG):
        srp_sign_in(idp, alice)
    emulator.clock.advance(seconds=60)
    builders.sign_in(idp, alice)
    assert "AuthenticationResult" in srp_sign_in(idp, alice)
    assert idp.admin_get_user(**alice.key)["UserLastModifiedDate"] == changed, "nothing about the user has changed"


def test_who_has_no_hash_chooses_a_password(idp: Idp, emulator: Emulator, app: App) -> None:
    file = with_hashes(csv(idp, app.pool_id, user("alice"), user("bob")), HASHES["SCRYPT"], "")
    assert counts(import_file(idp, emulator, app, "SCRYPT", file)) == (2, 0, 0)
    assert idp.admin_get_user(UserPoolId=app.pool_id, Username="bob")["UserStatus"] == "RESET_REQUIRED"
    assert counts(import_file(idp, emulator, app, "SCRYPT", csv(idp, app.pool_id, user("carol")))) == (1, 0, 0)
    assert idp.admin_get_user(UserPoolId=app.pool_id, Username="carol")["UserStatus"] == "RESET_REQUIRED"


@pytest.mark.parametrize(
    "hashed",
    [
        "no hash",
        PASSWORD,
        HASHES["SCRYPT"],
        HASHES["BCRYPT"][:-1],
        HASHES["BCRYPT"].replace("$04$", "$31$"),
    ],
)
def test_a_row_with_another_hash_fails(idp: Idp, emulator: Emulator, app: App, hashed: str) -> None:
    file = with_hashes(csv(idp, app.pool_id, user("alice")), hashed)
    shown = import_file(idp, emulator, app, "BCRYPT", file)
    assert (shown["Status"], counts(shown)) == ("Failed", (0, 0, 1))
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_get_user(UserPoolId=app.pool_id, Username="alice")


def test_a_job_without_an_algorithm_has_no_such_column(idp: Idp, emulator: Emulator, app: App) -> None:
    file = with_hashes(csv(idp, app.pool_id, user("alice")), HASHES["BCRYPT"])
    shown = import_file(idp, emulator, app, None, file)
    assert (shown["Status"], shown["CompletionMessage"]) == ("Failed", WRONG_HEADER)


def test_an_imported_password_is_in_the_history(idp: Idp, emulator: Emulator) -> None:
    policy = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}}
    app = builders.app(idp, AutoVerifiedAttributes=["email"], Policies=policy, UserPoolTier="ESSENTIALS")
    import_file(idp, emulator, app, "BCRYPT", with_hashes(csv(idp, app.pool_id, user("alice")), HASHES["BCRYPT"]))
    idp.admin_set_user_password(UserPoolId=app.pool_id, Username="alice", Password="Another-word-2", Permanent=True)
    token = builders.sign_in(idp, User(app, "alice", "Another-word-2"))["AccessToken"]
    with pytest.raises(idp.exceptions.PasswordHistoryPolicyViolationException):
        idp.change_password(AccessToken=token, PreviousPassword="Another-word-2", ProposedPassword=PASSWORD)


@pytest.mark.parametrize(
    ("algorithm", "hashed", "password"),
    [
        ("BCRYPT", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"),
        (
            "SCRYPT",
            "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
            "password",
        ),
        (
            "ARGON2ID",
            "$argon2id$v=19$m=65536,t=3,p=4$MIIRqgvgQbgj220jfp0MPA$YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg",
            "correct horse battery staple",
        ),
        (
            "PBKDF2_SHA256",
            "$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M",
            "password",
        ),
    ],
)
def test_published_hashes(algorithm: str, hashed: str, password: str) -> None:
    """Examples of crypt_blowfish, passlib and argon2-cffi."""
    assert imported_hashes.is_valid(algorithm, hashed)
    assert imported_hashes.matches(algorithm, hashed, password)
    assert not imported_hashes.matches(algorithm, hashed, password + "x")
    for other in set(HASHES) - {algorithm}:
        assert not imported_hashes.is_valid(other, hashed)


@pytest.mark.parametrize(
    ("algorithm", "hashed"),
    [
        ("SCRYPT", "$scrypt$ln=30,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"),
        ("SCRYPT", "$scrypt$ln=10,r=8$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"),
        ("ARGON2ID", "$argon2id$v=19$m=999999999,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"),
        ("ARGON2ID", "$argon2id$v=19$m=1,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"),
        ("ARGON2ID", "$argon2i$v=19$m=1024,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"),
        ("PBKDF2_SHA256", "$pbkdf2-sha256$i=0$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"),
        ("PBKDF2_SHA256", "$pbkdf2-sha256$i=1000,l=3$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"),
        ("PBKDF2_SHA256", "$pbkdf2-sha256$i=1000$M$MDEyMzQ1Njc4OWFiY2RlZg"),
    ],
)
def test_hashes_that_cannot_be(algorithm: str, hashed: str) -> None:
    assert not imported_hashes.is_valid(algorithm, hashed)
    assert not imported_hashes.matches(algorithm, hashed, PASSWORD)
