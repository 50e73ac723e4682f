"""Every error text of cognito-idp, one function each, by area.

Texts are the service's own, full stops, capitals and line ends included. Sources: the recordings named in
`conformance/`, and reference user-pools.md §2 (the confidence of each text is stated there).
"""

from cognito_emulator.user_pools.errors.client_tokens import *
from cognito_emulator.user_pools.errors.clients import *
from cognito_emulator.user_pools.errors.domains import *
from cognito_emulator.user_pools.errors.factors import *
from cognito_emulator.user_pools.errors.federation import *
from cognito_emulator.user_pools.errors.imports import *
from cognito_emulator.user_pools.errors.kinds import *
from cognito_emulator.user_pools.errors.levels import *
from cognito_emulator.user_pools.errors.limits import *
from cognito_emulator.user_pools.errors.logs import *
from cognito_emulator.user_pools.errors.pools import *
from cognito_emulator.user_pools.errors.replicas import *
from cognito_emulator.user_pools.errors.risk import *
from cognito_emulator.user_pools.errors.sessions import *
from cognito_emulator.user_pools.errors.sign_in import *
from cognito_emulator.user_pools.errors.tokens import *
from cognito_emulator.user_pools.errors.triggers import *
from cognito_emulator.user_pools.errors.users import *
