"""What the resources have in common: keys, calls, reading, and the difference between a configuration and the world."""

from __future__ import annotations

from typing import Any, ClassVar

from botocore.exceptions import ClientError

from .values import Json, children, differences, expand, flatten, member_of

Changes = dict[str, tuple[Any, Any]]


class Api:
    """The two services, called by the names of their operations."""

    def __init__(self, idp: Any, identity: Any) -> None:
        self._clients = {"idp": idp, "identity": identity}
        self.calls: list[str] = []

    def client(self, service: str) -> Any:
        return self._clients[service]

    def shape(self, service: str, operation: str, side: str = "input") -> Any:
        model = self._clients[service].meta.service_model.operation_model(operation)
        return model.input_shape if side == "input" else model.output_shape

    def not_found(self, service: str) -> type[Exception]:
        error: type[Exception] = self._clients[service].exceptions.ResourceNotFoundException
        return error

    def call(self, service: str, operation: str, params: Json) -> Json:
        client = self._clients[service]
        method = next(name for name, one in client.meta.method_to_api_mapping.items() if one == operation)
        self.calls.append(operation)
        answer: Json = getattr(client, method)(**params)
        return answer


class Resource:
    """One type of resource. Subclasses say what differs; everything here is what most of them do.

    Arguments are named by their path, as in `password_policy.minimum_length`.
    """

    service: ClassVar[str] = "idp"
    type: ClassVar[str]
    # The members that name the resource in calls, and the arguments that they are.
    key: ClassVar[dict[str, str]]
    # What `terraform import` is given.
    import_id: ClassVar[str] = "{id}"
    members: ClassVar[dict[str, str]] = {}
    read_operation: ClassVar[str]
    read_members: ClassVar[dict[str, str]] = {}
    # The member of the answer that holds the arguments; nothing for the answer itself.
    answer: ClassVar[str]
    # What may be there without being configured, and what is assumed where nothing is configured.
    computed: ClassVar[set[str]] = set()
    defaults: ClassVar[Json] = {}
    # What no call answers: the state keeps what was configured.
    unread: ClassVar[set[str]] = set()
    # Where the order of a list counts.
    ordered: ClassVar[set[str]] = set()
    # What a new value of makes a new resource.
    replaces: ClassVar[set[str]] = set()
    gone: ClassVar[tuple[str, ...]] = ("ResourceNotFoundException",)

    def __init__(self, api: Api, arguments: set[str]) -> None:
        self.api = api
        self.arguments = arguments - {"region"}

    def parts(self, state: Json) -> Json:
        """The members that name the resource."""
        return {member: state[argument] for member, argument in self.key.items() if state.get(argument) is not None}

    def call(self, operation: str, params: Json) -> Json:
        return self.api.call(self.service, operation, params)

    def params(self, operation: str, config: Json, only: set[str] | None = None) -> Json:
        """The arguments that an operation has members for, as those members."""
        shape = self.api.shape(self.service, operation)
        sent = {name: value for name, value in config.items() if only is None or name in only}
        known = {name: value for name, value in sent.items() if member_of(shape, name, name, self.members) is not None}
        found: Json = expand(known, shape, "", self.members)
        return found

    def params_of(self, operation: str, member: str, config: Json) -> Json:
        """Arguments that are inside one member of an operation."""
        found: Json = expand(config, self.api.shape(self.service, operation).members[member], "", self.members)
        return found

    def flat_of(self, operation: str, found: Json, steps: list[str], name: str) -> Any:
        """One argument, from a member of a member of an answer; `["answer"]` is the answer itself."""
        shape = self.api.shape(self.service, operation, "output")
        value: Any = found
        for step in steps:
            shape = shape if step == "answer" else shape.members[step]
            value = value.get(step) or {}
        member = "SchemaAttributes" if name == "schema" else member_of(shape, name, name, self.members)
        assert member is not None, name
        return flatten(value.get(member), shape.members[member], name, self.arguments, self.members)

    def create(self, config: Json) -> Json:
        """Make it; the answer is what the state needs to name it."""
        raise NotImplementedError

    def read(self, state: Json) -> Json | None:
        """Every argument as the world has it, or None where the resource is gone."""
        try:
            found = self.call(self.read_operation, self.parts(state))
        except ClientError as error:
            if error.response["Error"]["Code"] in self.gone:
                return None
            raise
        return self.flat(self.read_operation, found, state)

    def flat(self, operation: str, found: Json, state: Json) -> Json:
        """The arguments in one member of an answer."""
        shape = self.api.shape(self.service, operation, "output")
        names = {**self.members, **self.read_members}
        arguments = self.arguments - self.unread
        inner = (found[self.answer], shape.members[self.answer]) if self.answer else (found, shape)
        values: Json = flatten(*inner, "", arguments, names) or {}
        return {**{name: state.get(name) for name in self.key.values()}, **values}

    def update(self, old: Json, config: Json) -> None:
        raise NotImplementedError

    def delete(self, state: Json) -> None:
        raise NotImplementedError

    def remove(self, operation: str, params: Json) -> None:
        """Delete what may be gone already."""
        try:
            self.call(operation, params)
        except ClientError as error:
            if error.response["Error"]["Code"] not in self.gone:
                raise

    def retag(self, arn: str, old: Json, config: Json) -> None:
        """Take away the tags that are not configured, and set those that differ."""
        before, after = old.get("tags") or {}, config.get("tags") or {}
        if removed := sorted(set(before) - set(after)):
            self.call("UntagResource", {"ResourceArn": arn, "TagKeys": removed})
        if added := {name: value for name, value in after.items() if before.get(name) != value}:
            self.call("TagResource", {"ResourceArn": arn, "Tags": added})

    def not_found(self) -> type[Exception]:
        """What the service raises for what is not there."""
        return self.api.not_found(self.service)

    def plan(self, config: Json, found: Json) -> Changes:
        """What Terraform would change: empty if the world is as configured."""
        wanted = {**self.defaults, **{name: value for name, value in config.items() if name != "region"}}
        shown: Changes = {}
        for name in children("", self.arguments - self.unread):
            if name in wanted or name not in self.computed:
                value = found.get(name)
                shown.update(differences(wanted.get(name), value, name, self.arguments, self.computed, self.ordered))
        return shown

    def wanted(self, config: Json, found: Json) -> Json:
        """What an update works from: the configuration, and for computed arguments that it leaves out what there is."""
        kept = {
            name: found[name] for name in self.computed if found.get(name) not in (None, {}, []) and "." not in name
        }
        return {**kept, **self.defaults, **config}
