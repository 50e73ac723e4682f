"""One page of a list operation: page size, opaque tokens."""

from __future__ import annotations

from typing import Any, TypeVar

from cognito_emulator.aws.call import Call, Params
from cognito_emulator.store.interface import Key, Table
from cognito_emulator.user_pools import errors

R = TypeVar("R")


def page(
    call: Call,
    params: Params,
    table: Table[R],
    index: str | None,
    prefix: Key,
    *,
    size: str = "Limit",
    token: str = "NextToken",
    starts_with: str = "",
    query: Any = None,
    reverse: bool = False,
) -> tuple[list[R], dict[str, str]]:
    """Records of one page, and the answer's token for the next (empty after the last page).

    `size` and `token` are the operation's names for page size and token; `query` is whatever else the token is
    bound to. The default size, also for a size of 0, is 60. Source: reference user-pools.md §6.
    """
    bound = [call.operation, table.name, index, list(prefix), starts_with, query]
    after = None
    if params.get(token):
        after = call.emulator.page_tokens.place(bound, params[token], call.now)
        if after is None:
            raise errors.invalid_pagination_token()
    found = call.reader.page(
        table, index, prefix, starts_with=starts_with, after=after, limit=params.get(size) or 60, reverse=reverse
    )
    if found.next is None:
        return found.records, {}
    return found.records, {token: call.emulator.page_tokens.make(bound, found.next, call.now)}
