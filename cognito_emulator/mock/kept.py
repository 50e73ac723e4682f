"""What botocore works out anew for every client, kept for the next one.

A test makes a client, makes a few calls and throws it away. Of these calls botocore spends half on reading the
service's model shape by shape and on translating names of events, which come out the same for the next client. Nothing
of it depends on a client, nothing in botocore or boto3 changes it, and outside of `mock_cognito` all is as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

Method = Callable[..., Any]


class Kept:
    """The models of each loader of models, and the names of events."""

    def __init__(self) -> None:
        self._models: WeakKeyDictionary[Any, dict[tuple[str, str | None], Any]] = WeakKeyDictionary()
        self._names: dict[str, str] = {}

    def load_service_model(self, _: Any, original: Method) -> Method:
        """`ClientCreator._load_service_model`: clients of one loader share what has been read of a model."""

        def _load_service_model(creator: Any, service_name: str, api_version: str | None = None) -> Any:
            models = self._models.setdefault(creator._loader, {})
            key = service_name, api_version
            if key not in models:
                models[key] = original(creator, service_name, api_version)
            return models[key]

        return _load_service_model

    def alias_event_name(self, _: Any, original: Method) -> Method:
        """`EventAliaser._alias_event_name`: a name is translated once, unless somebody has other translations."""

        def _alias_event_name(aliaser: Any, event_name: str) -> str:
            own: dict[str, str] = aliaser._alias_name_cache
            name = own.get(event_name)
            if name is not None:
                return name
            from botocore.hooks import EVENT_ALIASES

            if aliaser._event_aliases != EVENT_ALIASES:
                return str(original(aliaser, event_name))
            name = self._names.get(event_name)
            if name is None:
                name = self._names[event_name] = original(aliaser, event_name)
            own[event_name] = name
            return name

        return _alias_event_name
