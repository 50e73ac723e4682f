"""The three services, mounted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_emulator.aws.dispatch import Dispatcher
from cognito_emulator.aws.registry import Service
from cognito_emulator.identity_pools import authorise, keeps_data_of_identities, session_account
from cognito_emulator.identity_pools.service import service as identity_pools
from cognito_emulator.sync import deletion
from cognito_emulator.sync.service import service as sync
from cognito_emulator.user_pools.service import service as user_pools

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

SERVICES: tuple[Service, ...] = (user_pools, identity_pools, sync)


class AwsApis:
    """The AWS APIs of one emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self.dispatcher = Dispatcher(emulator, SERVICES, session_account, authorise)
        keeps_data_of_identities(emulator, deletion.of_pool, deletion.of_identity)
