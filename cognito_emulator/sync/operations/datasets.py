"""Datasets of identities."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Transaction
from cognito_emulator.sync import access, answers, inheritance, repository, streams
from cognito_emulator.sync.records import Dataset
from cognito_emulator.sync.service import operation

MOST = 64


@operation
def list_datasets(call: Call, params: Params) -> Answer:
    """The datasets of an identity, by name. Source: API reference, ListDatasets."""
    place = access.place_of(call, params)
    inheritance.take_over(call, place)
    query: list[object] = [place.identity_id]
    limit = repository.max_results(params, MOST)
    after = repository.place_in(call, params, query)
    page = repository.datasets_page(call.reader, place.identity_id, after, limit)
    shown = [answers.dataset(dataset) for dataset in page.records]
    return {"Datasets": shown, "Count": len(shown), **repository.next_token(call, page.next, query)}


@operation
def describe_dataset(call: Call, params: Params) -> Answer:
    """A dataset without its records. Source: API reference, DescribeDataset."""
    place = access.place_of(call, params)
    inheritance.take_over(call, place)
    return {"Dataset": answers.dataset(repository.dataset(call.reader, place.identity_id, params["DatasetName"]))}


@operation
def delete_dataset(call: Call, params: Params) -> Answer:
    """Remove a dataset; datasets that it was merged with no longer report it. Source: API reference, DeleteDataset."""
    place = access.place_of(call, params)
    inheritance.take_over(call, place)

    def step(tx: Transaction) -> Dataset:
        dataset = repository.dataset(tx, place.identity_id, params["DatasetName"])
        repository.delete_dataset(tx, dataset, call.now, place.caller)
        return dataset

    dataset = call.transact(step)
    streams.tell_deleted(call, dataset)
    return {"Dataset": answers.dataset(dataset)}
