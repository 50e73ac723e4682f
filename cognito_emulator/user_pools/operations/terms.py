"""Terms documents: links to terms of use and privacy policy on a client's sign-up page."""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.store.interface import AlreadyExists, Reader, Transaction
from cognito_emulator.user_pools import domains, errors, paging, repository
from cognito_emulator.user_pools.domain_records import TERMS, Terms
from cognito_emulator.user_pools.service import operation


@operation
def create_terms(call: Call, params: Params) -> Answer:
    """Give a client one kind of terms document. Source: API reference, CreateTerms."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    client = repository.client_of_pool(call.reader, pool, params["ClientId"])
    _check_links(params.get("Links", {}))
    terms = Terms(
        pool_id=pool.id,
        id=call.emulator.randomness.uuid(),
        client_id=client.id,
        name=params["TermsName"],
        source=params["TermsSource"],
        enforcement=params["Enforcement"],
        links=params["Links"],
        created=call.now,
        modified=call.now,
    )

    def step(tx: Transaction) -> None:
        repository.client_of_pool(tx, pool, client.id)
        try:
            tx.insert(TERMS, terms)
        except AlreadyExists:
            raise errors.terms_exist(terms.name, client.id) from None

    call.transact(step)
    return {"Terms": _shown(terms)}


@operation
def describe_terms(call: Call, params: Params) -> Answer:
    """Show a terms document. Source: API reference, DescribeTerms."""
    return {"Terms": _shown(_terms(call, params, call.reader))}


@operation
def describe_terms_by_client(call: Call, params: Params) -> Answer:
    """Show the terms document of a client with that name. Source: API reference, DescribeTermsByClient."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    client = repository.client_of_pool(call.reader, pool, params["ClientId"])
    terms = domains.terms_of(call.reader, pool, client.id, params["TermsName"])
    if terms is None:
        raise errors.terms_do_not_exist()
    return {"Terms": _shown(terms)}


@operation
def update_terms(call: Call, params: Params) -> Answer:
    """Change what is given of a terms document. Source: API reference, UpdateTerms."""
    if "Links" in params:
        _check_links(params["Links"])

    def step(tx: Transaction) -> Terms:
        terms = _terms(call, params, tx)
        updated = replace(
            terms,
            name=params.get("TermsName", terms.name),
            source=params.get("TermsSource", terms.source),
            enforcement=params.get("Enforcement", terms.enforcement),
            links=params.get("Links", terms.links),
            modified=call.now,
        )
        try:
            tx.put(TERMS, updated)
        except AlreadyExists:
            raise errors.terms_exist(updated.name, terms.client_id) from None
        return updated

    return {"Terms": _shown(call.transact(step))}


@operation
def delete_terms(call: Call, params: Params) -> Answer:
    """Remove a terms document. Source: API reference, DeleteTerms."""

    def step(tx: Transaction) -> None:
        terms = _terms(call, params, tx)
        tx.delete(TERMS, terms.pool_id, terms.id)

    call.transact(step)
    return {}


@operation
def list_terms(call: Call, params: Params) -> Answer:
    """The terms documents of a pool. Source: API reference, ListTerms."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    found, token = paging.page(call, params, TERMS, None, (pool.id,), size="MaxResults")
    shown = [
        {
            "CreationDate": Timestamp(terms.created),
            "Enforcement": terms.enforcement,
            "LastModifiedDate": Timestamp(terms.modified),
            "TermsId": terms.id,
            "TermsName": terms.name,
        }
        for terms in found
    ]
    return {"Terms": shown, **token}


def _terms(call: Call, params: Params, reader: Reader) -> Terms:
    pool = repository.pool_of_caller(call, params["UserPoolId"], reader)
    terms = reader.get(TERMS, pool.id, params["TermsId"])
    if terms is None:
        raise errors.terms_do_not_exist()
    return terms


def _check_links(links: dict[str, str]) -> None:
    if "cognito:default" not in links:
        raise errors.terms_without_default_link()
    for name, link in links.items():
        if not link.startswith(("https://", "http://")):
            raise errors.invalid_terms_link(name)


def _shown(terms: Terms) -> Answer:
    return {
        "ClientId": terms.client_id,
        "CreationDate": Timestamp(terms.created),
        "Enforcement": terms.enforcement,
        "LastModifiedDate": Timestamp(terms.modified),
        "Links": terms.links,
        "TermsId": terms.id,
        "TermsName": terms.name,
        "TermsSource": terms.source,
        "UserPoolId": terms.pool_id,
    }
