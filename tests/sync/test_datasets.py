"""Datasets and records: sync counts, conflicts, session tokens, deletes, limits, merges."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests.builders import refused
from tests.identity_pools.builders import DEVELOPER, identity_pool
from tests.sync.builders import DATASET, Guest, as_identity, guest, put, remove
from tests.wire import Clients, send

BAD_TOKEN = "SyncSessionToken not valid for these inputs"
ELSEWHERE = "us-east-1:00000000-0000-4000-8000-000000000000"


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_stale_count_is_a_conflict_and_nothing_is_written(me: Guest) -> None:
    me.write(put("color"))
    me.write(put("color", "red", 1))
    with refused("ResourceConflictException", "Current SyncCount for: color is: 2 not: 1"):
        me.write(put("size", "big"), put("color", "green", 1))
    assert me.values() == {"color": "red"}
    assert me.listed()["DatasetSyncCount"] == 2


def test_a_conflict_on_the_wire(emulator: Emulator, me: Guest) -> None:
    """The status is 409, the type stands in the header only, and colons in the path may be encoded twice."""
    me.write(put("color"))
    token = me.listed()["SyncSessionToken"]
    pool, identity = (quote(quote(part, safe=""), safe="") for part in (me.pool_id, me.id))
    scope = "20260101/us-east-1/cognito-sync/aws4_request"
    signed = {
        "authorization": f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders=host, Signature=abc",
        "x-amz-date": "20260101T000000Z",
    }
    path = f"/identitypools/{pool}/identities/{identity}/datasets/{DATASET}"
    answer = send(emulator, "POST", path, {"SyncSessionToken": token, "RecordPatches": [put("color")]}, signed)
    assert answer.status == 409
    assert answer.headers["x-amzn-errortype"] == "ResourceConflictException:"
    assert answer.json == {"message": "Current SyncCount for: color is: 1 not: 0"}


@pytest.mark.parametrize("token", ["nonsense", "H4sIAAAAAAAA", ""])
def test_a_session_token_that_is_none(me: Guest, token: str) -> None:
    with refused("InvalidParameterException", BAD_TOKEN):
        me.write(put("color"), SyncSessionToken=token)


def test_a_session_token_of_another_dataset(me: Guest) -> None:
    token = me.listed("other")["SyncSessionToken"]
    with refused("InvalidParameterException", BAD_TOKEN):
        me.write(put("color"), SyncSessionToken=token)


def test_a_session_token_of_another_identity(me: Guest, clients: Clients, identity: Any) -> None:
    token = guest(clients, identity, me.pool_id).listed()["SyncSessionToken"]
    with refused("InvalidParameterException", BAD_TOKEN):
        me.write(put("color"), SyncSessionToken=token)


def test_a_session_token_ends(me: Guest, clock: Clock) -> None:
    token = me.listed()["SyncSessionToken"]
    clock.advance(seconds=901)
    with refused("InvalidParameterException", BAD_TOKEN):
        me.write(put("color"), SyncSessionToken=token)
    assert me.listed()["DatasetExists"] is False


def test_a_sync_count_that_never_was(me: Guest) -> None:
    me.write(put("color"))
    with refused("InvalidParameterException", "No such SyncCount: 2 exists for this Dataset"):
        me.listed(LastSyncCount=2)


def test_an_unknown_dataset(me: Guest) -> None:
    for operation in (me.client.describe_dataset, me.client.delete_dataset):
        with refused("ResourceNotFoundException", "Dataset 'prefs' not found."):
            operation(**me.place, DatasetName=DATASET)


def test_an_identity_reaches_nobody_else(me: Guest, clients: Clients, identity: Any) -> None:
    other = guest(clients, identity, me.pool_id)
    forbidden = ("NotAuthorizedException", "These credentials are not valid for accessing this resource")
    with refused(*forbidden):
        me.client.list_datasets(**other.place)
    with refused(*forbidden):
        other.listed(client=me.client)
    with refused(*forbidden):
        me.client.describe_identity_usage(**other.place)


@pytest.mark.parametrize(("name", "shown"), [("a/b", "a/b"), ("a%41", "a%41"), ("a b+c", "a b+c"), ("ä?x", "ä?x")])
def test_names_are_read_as_they_were_sent(me: Guest, name: str, shown: str) -> None:
    text = (
        f"1 validation error detected: Value '{shown}' at 'datasetName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]+"
    )
    with refused("InvalidParameterException", text):
        me.client.list_records(**me.place, DatasetName=name)
    with refused("InvalidParameterException", text):
        me.client.describe_dataset(**me.place, DatasetName=name)


def test_names_with_every_character_that_they_may_have(me: Guest) -> None:
    name = "Az09_.:-"
    me.write(put("color"), dataset=name)
    assert me.values(name) == {"color": "blue"}
    assert me.client.describe_dataset(**me.place, DatasetName=name)["Dataset"]["DatasetName"] == name


def test_unknown_identities_and_pools(me: Guest, sync: Any) -> None:
    with refused("ResourceNotFoundException", f"Identity '{ELSEWHERE}' not found."):
        sync.describe_identity_usage(IdentityPoolId=me.pool_id, IdentityId=ELSEWHERE)
    with refused("ResourceNotFoundException", f"IdentityPool '{ELSEWHERE}' not found."):
        sync.describe_identity_pool_usage(IdentityPoolId=ELSEWHERE)
    with refused("NotAuthorizedException", f"Access to Identity '{ELSEWHERE}' is forbidden."):
        sync.list_datasets(IdentityPoolId=me.pool_id, IdentityId=ELSEWHERE)


# ── counts ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_listing_makes_no_dataset(me: Guest) -> None:
    listed = me.listed()
    assert listed["Records"] == []
    assert (listed["DatasetExists"], listed["DatasetSyncCount"], listed["Count"]) == (False, 0, 0)
    assert listed["SyncSessionToken"].startswith("H4sI")
    assert me.client.list_datasets(**me.place)["Datasets"] == []


def test_records_of_one_update_share_its_count(me: Guest, clock: Clock) -> None:
    first = me.write(put("color"), put("size", "big"))
    assert [(record["Key"], record["SyncCount"]) for record in first] == [("color", 1), ("size", 1)]
    second = me.write(put("size", "small", 1))
    assert [(record["Key"], record["SyncCount"], record["Value"]) for record in second] == [("size", 2, "small")]
    changed = me.listed(LastSyncCount=1)
    assert [record["Key"] for record in changed["Records"]] == ["size"]
    assert (changed["DatasetSyncCount"], changed["Count"]) == (2, 1)
    assert me.listed(LastSyncCount=2)["Records"] == []


def test_what_a_record_tells(me: Guest, clock: Clock, sync: Any) -> None:
    (record,) = me.write(put("color", DeviceLastModifiedDate=1_700_000_000))
    assert record["LastModifiedBy"] == me.id
    assert record["LastModifiedDate"].timestamp() == pytest.approx(clock.now(), abs=0.01)
    assert record["DeviceLastModifiedDate"].timestamp() == 1_700_000_000
    (record,) = me.write(put("color", "red", 1), client=sync)
    assert record["LastModifiedBy"] == "arn:aws:iam::123456789012:root"
    assert me.listed()["LastModifiedBy"] == "arn:aws:iam::123456789012:root"


def test_removed_records_are_listed_without_value(me: Guest) -> None:
    me.write(put("color"), put("size", "big"))
    (removed,) = me.write(remove("color", 1))
    assert removed["SyncCount"] == 2
    assert "Value" not in removed
    (listed,) = me.listed(LastSyncCount=1)["Records"]
    assert (listed["Key"], listed["SyncCount"], "Value" in listed) == ("color", 2, False)
    dataset = me.client.describe_dataset(**me.place, DatasetName=DATASET)["Dataset"]
    assert (dataset["NumRecords"], dataset["DataStorage"]) == (1, len("sizebig"))
    me.write(put("color", "red", 2))
    assert me.values()["color"] == "red"


def test_two_sessions_at_once(me: Guest) -> None:
    """The second device's token is good, its count is not: it learns of the first one's write."""
    me.write(put("color"))
    tokens = [me.listed()["SyncSessionToken"] for _ in range(2)]
    me.write(put("color", "red", 1), SyncSessionToken=tokens[0])
    with refused("ResourceConflictException", "Current SyncCount for: color is: 2 not: 1"):
        me.write(put("color", "green", 1), SyncSessionToken=tokens[1])


def test_pages_of_records(me: Guest) -> None:
    me.write(*(put(f"key{number}") for number in range(5)))
    page = me.listed(MaxResults=2)
    assert (len(page["Records"]), page["Count"]) == (2, 5)
    keys = [record["Key"] for record in page["Records"]]
    while "NextToken" in page:
        page = me.listed(MaxResults=2, NextToken=page["NextToken"], SyncSessionToken=page["SyncSessionToken"])
        keys += [record["Key"] for record in page["Records"]]
    assert keys == [f"key{number}" for number in range(5)]
    with refused("InvalidParameterException", "Invalid NextToken."):
        me.listed(NextToken="x")


def test_a_page_has_at_least_one(me: Guest) -> None:
    for operation in (me.listed, lambda **given: me.client.list_datasets(**me.place, **given)):
        with refused("InvalidParameterException", "MaxResults must be greater than 0."):
            operation(MaxResults=0)


def test_pages_of_datasets(me: Guest) -> None:
    for name in ("a", "b:c", "d.e-f"):
        me.write(put("color"), dataset=name)
    page = me.client.list_datasets(**me.place, MaxResults=2)
    assert ([dataset["DatasetName"] for dataset in page["Datasets"]], page["Count"]) == (["a", "b:c"], 2)
    page = me.client.list_datasets(**me.place, MaxResults=2, NextToken=page["NextToken"])
    assert [dataset["DatasetName"] for dataset in page["Datasets"]] == ["d.e-f"]
    assert "NextToken" not in page


# ── deletes ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_other_devices_learn_that_a_dataset_was_deleted(me: Guest) -> None:
    me.write(put("color"))
    deleted = me.client.delete_dataset(**me.place, DatasetName=DATASET)["Dataset"]
    assert (deleted["DatasetName"], deleted["NumRecords"]) == (DATASET, 1)
    listed = me.listed(LastSyncCount=1)
    assert (listed["DatasetExists"], listed["DatasetDeletedAfterRequestedSyncCount"]) == (False, True)
    assert listed["Records"] == []
    assert me.listed()["DatasetDeletedAfterRequestedSyncCount"] is False
    assert me.client.list_datasets(**me.place)["Datasets"] == []
    me.write(put("size", "big"))
    again = me.listed(LastSyncCount=1)
    assert (again["DatasetExists"], again["DatasetDeletedAfterRequestedSyncCount"]) == (True, True)
    assert [record["Key"] for record in again["Records"]] == ["size"]


# ── limits and usage ─────────────────────────────────────────────────────────────────────────────────────────


def test_twenty_datasets(me: Guest) -> None:
    for number in range(20):
        me.write(put("color"), dataset=f"set{number}")
    with refused("LimitExceededException", "An identity can have at most 20 datasets."):
        me.write(put("color"), dataset="one-more")
    me.client.delete_dataset(**me.place, DatasetName="set0")
    me.write(put("color"), dataset="one-more")


def test_a_dataset_of_one_megabyte(me: Guest) -> None:
    me.write(put("k", "v" * 1_048_575))
    with refused("LimitExceededException", "A dataset can have at most 1048576 bytes."):
        me.write(put("l", ""))
    me.write(put("k", "v", 1))
    me.write(put("l", "v"))


def test_a_thousand_and_twenty_four_records(me: Guest) -> None:
    me.write(*(put(f"key{number}", "v") for number in range(1_024)))
    with refused("LimitExceededException", "A dataset can have at most 1024 records."):
        me.write(put("one-more"))
    me.write(remove("key0", 1), put("one-more"))


def test_usage(me: Guest, sync: Any, identity: Any, clock: Clock) -> None:
    usage = me.client.describe_identity_usage(**me.place)["IdentityUsage"]
    assert usage == {"IdentityId": me.id, "IdentityPoolId": me.pool_id, "DatasetCount": 0, "DataStorage": 0}
    me.write(put("color", "blau\u00e4"))
    me.write(put("k", "v"), dataset="other")
    usage = me.client.describe_identity_usage(**me.place)["IdentityUsage"]
    assert (usage["DatasetCount"], usage["DataStorage"]) == (2, 11 + 2)
    pool = sync.describe_identity_pool_usage(IdentityPoolId=me.pool_id)["IdentityPoolUsage"]
    assert (pool["SyncSessionsCount"], pool["DataStorage"]) == (2, 13)
    clock.advance(seconds=1)
    second = identity_pool(identity)
    listed = sync.list_identity_pool_usage(MaxResults=1)
    assert [one["IdentityPoolId"] for one in listed["IdentityPoolUsages"]] == [me.pool_id]
    assert (listed["MaxResults"], listed["Count"]) == (1, 1)
    listed = sync.list_identity_pool_usage(MaxResults=1, NextToken=listed["NextToken"])
    assert [one["IdentityPoolId"] for one in listed["IdentityPoolUsages"]] == [second]


def test_deleted_identities_use_nothing(me: Guest, sync: Any, identity: Any) -> None:
    me.write(put("color"))
    identity.delete_identities(IdentityIdsToDelete=[me.id])
    usage = sync.describe_identity_pool_usage(IdentityPoolId=me.pool_id)["IdentityPoolUsage"]
    assert usage["DataStorage"] == 0
    assert "LastModifiedDate" not in usage


# ── merged identities ────────────────────────────────────────────────────────────────────────────────────────


def test_datasets_of_a_merged_identity_lie_beside_its_own(identity: Any, sync: Any) -> None:
    pool_id = identity_pool(identity, DeveloperProviderName=DEVELOPER)
    ids = []
    for user in ("source", "destination"):
        got = identity.get_open_id_token_for_developer_identity(IdentityPoolId=pool_id, Logins={DEVELOPER: user})
        ids.append(got["IdentityId"])
    source, parent = (Guest(pool_id, identity_id, sync) for identity_id in ids)
    for value in ("1", "2"):
        source.write(put(f"score{value}", value))
    parent.write(put("score", "3"))
    identity.merge_developer_identities(
        IdentityPoolId=pool_id,
        DeveloperProviderName=DEVELOPER,
        SourceUserIdentifier="source",
        DestinationUserIdentifier="destination",
    )
    merged = f"{DATASET}.{source.id}"
    assert parent.listed()["MergedDatasetNames"] == [merged]
    assert parent.values(merged) == {"score1": "1", "score2": "2"}
    assert parent.listed(merged)["DatasetSyncCount"] == 1
    assert parent.values() == {"score": "3"}
    sync.delete_dataset(**parent.place, DatasetName=merged)
    assert parent.listed()["MergedDatasetNames"] == []
    with refused("NotAuthorizedException", f"Access to Identity '{source.id}' is forbidden."):
        source.listed()


def test_long_names_of_merged_datasets_stay_apart(identity: Any, sync: Any) -> None:
    pool_id = identity_pool(identity, DeveloperProviderName=DEVELOPER)
    ids = []
    for user in ("source", "destination"):
        got = identity.get_open_id_token_for_developer_identity(IdentityPoolId=pool_id, Logins={DEVELOPER: user})
        ids.append(got["IdentityId"])
    source, parent = (Guest(pool_id, identity_id, sync) for identity_id in ids)
    names = [f"{'n' * 127}{end}" for end in "ab"]
    for name in names:
        source.write(put("name", name), dataset=name)
    identity.merge_developer_identities(
        IdentityPoolId=pool_id,
        DeveloperProviderName=DEVELOPER,
        SourceUserIdentifier="source",
        DestinationUserIdentifier="destination",
    )
    for name in names:
        (merged,) = parent.listed(name)["MergedDatasetNames"]
        assert len(merged) == 128
        assert parent.values(merged) == {"name": name}


def test_credentials_of_an_identity_write_for_it(clients: Clients, identity: Any, me: Guest) -> None:
    again = as_identity(clients, identity, me.pool_id, me.id)
    (record,) = again.write(put("color"))
    assert record["LastModifiedBy"] == me.id
    assert me.values() == {"color": "blue"}
