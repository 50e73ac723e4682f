"""Texts of messages: the pool's templates, or the service's defaults, with placeholders filled in.

Sources: reference user-pools.md §5.4 (default texts); `VerificationMessageTemplate` and
`AdminCreateUserConfig.InviteMessageTemplate` in botocore's model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cognito_emulator.user_pools.records import Pool

CODE = "{####}"
USERNAME = "{username}"
_LINK = re.compile(r"\{##(.*?)##\}", re.DOTALL)

_VERIFICATION = "Your verification code is {####}. "
_VERIFICATION_SUBJECT = "Your verification code"
_LINK_MESSAGE = "Please click the link below to verify your email address. {##Verify Email##} "
_LINK_SUBJECT = "Your verification link"
_AUTHENTICATION = "Your authentication code is {####}. "
_AUTHENTICATION_SUBJECT = "Your authentication code"
_INVITATION = "Your username is {username} and temporary password is {####}. "
_INVITATION_SUBJECT = "Your temporary password"


@dataclass(frozen=True)
class Template:
    """Subject and body with placeholders."""

    subject: str
    body: str


def template(pool: Pool, purpose: str, medium: str) -> Template:
    """The template for a purpose (a trigger source such as `CustomMessage_SignUp`) and a medium."""
    if purpose == "CustomMessage_AdminCreateUser":
        invite = pool.settings["AdminCreateUserConfig"].get("InviteMessageTemplate", {})
        if medium == "SMS":
            return Template("", invite.get("SMSMessage", _INVITATION))
        return Template(invite.get("EmailSubject", _INVITATION_SUBJECT), invite.get("EmailMessage", _INVITATION))
    if purpose == "CustomMessage_Authentication":
        return _authentication(pool, medium)
    verification: dict[str, Any] = pool.settings["VerificationMessageTemplate"]
    if medium == "SMS":
        return Template("", verification.get("SmsMessage", _VERIFICATION))
    if uses_link(pool, purpose, medium):
        return Template(
            verification.get("EmailSubjectByLink", _LINK_SUBJECT),
            verification.get("EmailMessageByLink", _LINK_MESSAGE),
        )
    return Template(
        verification.get("EmailSubject", _VERIFICATION_SUBJECT), verification.get("EmailMessage", _VERIFICATION)
    )


def _authentication(pool: Pool, medium: str) -> Template:
    """The template of codes for sign-in, first factor or second."""
    if medium == "SMS":
        return Template("", pool.settings.get("SmsAuthenticationMessage", _AUTHENTICATION))
    email = pool.mfa.get("email") or {}
    return Template(email.get("Subject", _AUTHENTICATION_SUBJECT), email.get("Message", _AUTHENTICATION))


def uses_link(pool: Pool, purpose: str, medium: str) -> bool:
    """Whether the message confirms an address by a link: sign-up e-mails of pools set to CONFIRM_WITH_LINK."""
    option = pool.settings["VerificationMessageTemplate"].get("DefaultEmailOption")
    by_link = purpose in ("CustomMessage_SignUp", "CustomMessage_ResendCode")
    return medium == "EMAIL" and by_link and option == "CONFIRM_WITH_LINK"


def fill(text: str, *, code: str, username: str, link: str | None = None) -> str:
    """A template with its placeholders replaced; a link placeholder becomes an anchor with its own text."""
    filled = text.replace(CODE, code).replace(USERNAME, username)
    if link is not None:
        filled = _LINK.sub(lambda found: f'<a href="{link}">{found.group(1)}</a>', filled)
    return filled
