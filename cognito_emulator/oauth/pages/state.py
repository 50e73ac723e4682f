"""What the pages remember of one browser between two requests, behind the cookie `page-data`.

It belongs to one authorization request (the URL's query): another tab with another request does not see it.
Source: reference oauth-and-hosted-ui.md §3.2 and §4 (a sign-in that is not finished in five minutes is cancelled).
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.oauth.site import hashed
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.randomness import ALPHANUMERIC
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools.domain_records import PAGE_STATES, PageState
from cognito_emulator.user_pools.expiry import purge

COOKIE = "page-data"
SIGN_IN_SECONDS = 300
# Codes that come by e-mail take longer than a sign-in may.
CODE_SECONDS = 3600

Data = dict[str, Any]


def load(visit: Visit) -> Data:
    """What is remembered for this authorization request; empty if nothing is."""
    value = visit.cookies.get(COOKIE)
    found = visit.call.reader.get(PAGE_STATES, hashed(value)) if value else None
    if found is None or found.pool_id != visit.pool.id or found.expires <= visit.call.now:
        return {}
    return found.data if found.data.get("query") == visit.request.query else {}


def save(visit: Visit, data: Data) -> None:
    """Remember this instead of what was remembered before, for as long as its `seconds` say."""
    earlier = visit.cookies.get(COOKIE)
    value = visit.cookies[COOKIE] = visit.call.emulator.randomness.text(43, ALPHANUMERIC)
    visit.set_cookie(COOKIE, value)
    client_id = visit.query.get("client_id", "")
    kept = {**data, "query": visit.request.query}
    expires = visit.call.now + data.get("seconds", SIGN_IN_SECONDS)
    state = PageState(hashed(value), visit.pool.id, client_id, expires, kept)

    def step(tx: Transaction) -> None:
        purge(tx, PAGE_STATES, visit.call.now)
        if earlier:
            tx.delete(PAGE_STATES, hashed(earlier))
        tx.insert(PAGE_STATES, state)

    visit.call.transact(step)


def clear(visit: Visit) -> None:
    """Forget it."""
    value = visit.cookies.pop(COOKIE, None)
    if value:
        visit.call.transact(lambda tx: tx.delete(PAGE_STATES, hashed(value)))
        visit.set_cookie(COOKIE, "", seconds=0)


def take_messages(visit: Visit, data: Data) -> dict[str, Any]:
    """Error and notice for the page that is shown now; they are shown once."""
    shown = {name: data[name] for name in ("error", "notice") if data.get(name)}
    if shown:
        save(visit, {name: value for name, value in data.items() if name not in shown})
    return shown
