"""`/signup`: a new account. Source: reference oauth-and-hosted-ui.md §3.1 and §14 (terms)."""

from __future__ import annotations

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth import errors
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.pages import door, fields, languages, render, state
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools import domains
from cognito_emulator.user_pools import sign_up as domain
from cognito_emulator.user_pools.messages import render as messages

# Languages of terms documents, by the code of the page's language.
_TERMS_LANGUAGES = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "id": "bahasa-indonesia",
    "it": "italian",
    "ja": "japanese",
    "ko": "korean",
    "nl": "dutch",
    "pt-BR": "portuguese-brazil",
    "zh-CN": "chinese-simplified",
    "zh-TW": "chinese-traditional",
}


def page(visit: Visit) -> HttpResponse:
    if not fields.may_sign_up(visit.pool):
        raise errors.invalid_page_request(visit.query.get("client_id"))
    return door.enter(visit, _show, _submit)


def _show(request: AuthorizationRequest) -> HttpResponse:
    visit = request.visit
    data = state.load(visit)
    return render.page(
        visit,
        "sign_up.html",
        **state.take_messages(visit, data),
        username=data.get("username", ""),
        given=data.get("given", {}),
        username_label=fields.username_label(visit.pool),
        username_type=fields.username_type(visit.pool),
        fields=fields.of_sign_up(visit.pool),
        rules=fields.password_rules(visit.pool),
        terms=terms(request),
    )


def _submit(request: AuthorizationRequest) -> HttpResponse:
    visit, form = request.visit, request.visit.form
    username = form.get("username", "").strip()
    given = fields.given(form, [field.name for field in fields.of_sign_up(visit.pool)])
    try:
        signed_up = domain.sign_up(visit.call, visit.pool, request.client, username, form.get("password"), given)
    except AwsError as failure:
        state.save(visit, {"error": door.text_of(failure), "username": username, "given": given})
        return door.go(visit, "/signup")
    remembered = {
        "username": username,
        "signed_up": signed_up.user.key,
        "delivery": signed_up.delivery,
        "seconds": state.CODE_SECONDS,
    }
    if signed_up.user.status == "CONFIRMED":
        state.save(visit, {**remembered, "notice": "notice.signed_up"})
        return door.go(visit, "/login")
    if signed_up.delivery is None:
        # Nothing proves an address here: an administrator confirms. People get to see that they cannot go on.
        state.save(visit, {"error": "User is not confirmed.", "username": username})
        return door.go(visit, "/login")
    if messages.uses_link(visit.pool, "CustomMessage_SignUp", signed_up.delivery["DeliveryMedium"]):
        state.save(visit, {**remembered, "notice": "notice.link_sent"})
        return door.go(visit, "/login")
    state.save(visit, remembered)
    return door.go(visit, "/confirm")


def terms(request: AuthorizationRequest) -> dict[str, str] | None:
    """Links to terms of use and privacy policy; None unless the client has both, in managed login."""
    visit = request.visit
    reader, client_id = visit.call.reader, request.client.id
    use = domains.terms_of(reader, visit.pool, client_id, domains.TERMS_OF_USE)
    privacy = domains.terms_of(reader, visit.pool, client_id, domains.PRIVACY_POLICY)
    if use is None or privacy is None or not visit.site.managed_login:
        return None
    key = f"cognito:{_TERMS_LANGUAGES.get(languages.of_visit(visit).code, 'default')}"
    return {
        "use": use.links.get(key, use.links["cognito:default"]),
        "privacy": privacy.links.get(key, privacy.links["cognito:default"]),
    }
