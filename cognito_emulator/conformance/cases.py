"""The case format: YAML files of cases, each a list of steps with what is expected and how that is known.

    - name: sign-up, then confirmation with the code
      evidence: reference URL, recording id or documentation page
      given: {pool: {AutoVerifiedAttributes: [email]}, client: {}}
      steps:
        - SignUp: {ClientId: $client, Username: alice, Password: $password}
          gives: {UserConfirmed: false, UserSub: ~uuid, CodeDeliveryDetails: ~absent}
        - SignUp: {ClientId: $client, Username: alice, Password: $password}
          fails: UsernameExistsException
          text: User already exists

`docs/conformance.md` describes it in full. Files are `conformance/cases/<service>/<resource>.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cognito_emulator.aws.models import service_model
from cognito_emulator.conformance.data import data_folder

Json = dict[str, Any]
SERVICES = ("cognito-idp", "cognito-identity", "cognito-sync")
SPECIAL = {
    "advance",
    "aws",
    "code",
    "control",
    "device",
    "extract",
    "function",
    "get",
    "login_page",
    "message",
    "passkey",
    "post",
    "put",
    "remember",
    "role",
    "sign_in",
    "srp",
}
_STEP_KEYS = {
    "gives",
    "exactly",
    "fails",
    "text",
    "status",
    "headers",
    "claims",
    "as",
    "evidence",
    "signed",
    "request_headers",
    "raw",
    "region",
    "note",
    "host",
    "credentials",
    "within",
}


class BadCase(ValueError):
    """A case file that cannot be understood; the text says where and why."""


@dataclass(frozen=True)
class Step:
    """One step: an operation (or a special step), its parameters, and what is expected."""

    operation: str
    service: str
    params: Any
    expect: Json
    evidence: str
    number: int

    @property
    def checks(self) -> bool:
        """Whether the step expects something (otherwise it prepares)."""
        return any(name in self.expect for name in ("gives", "exactly", "fails", "status", "headers", "claims"))


@dataclass(frozen=True)
class Case:
    """One scenario: the state it starts from and its steps. `id` is `<service>/<resource>/<name>`."""

    id: str
    given: Json
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = field(default=())


def load_cases(folder: Path | None = None) -> dict[str, Case]:
    """All cases by id. Raises `BadCase`."""
    folder = folder or data_folder("cases")
    cases: dict[str, Case] = {}
    for file in sorted(folder.glob("*/*.yaml")):
        for case in read(file):
            if case.id in cases:
                raise BadCase(f"{file}: {case.id} twice")
            cases[case.id] = case
    return cases


def read(file: Path) -> Iterator[Case]:
    """The cases of one file. Raises `BadCase`."""
    try:
        import yaml
    except ImportError:
        raise BadCase("cases are YAML: pip install 'cognito-emulator[conformance]'") from None
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as problem:
        raise BadCase(f"{file}: {problem}") from None
    resource = f"{file.parent.name}/{file.stem}"
    for entry in content:
        yield _case(entry, resource, file.parent.name)


def _case(entry: Json, resource: str, folder: str) -> Case:
    name = f"{resource}/{entry.get('name', '?')}"
    unknown = entry.keys() - {"name", "evidence", "given", "steps", "needs"}
    if unknown or "name" not in entry or "steps" not in entry:
        raise BadCase(f"{name}: a case has name, evidence, given, needs and steps, not {sorted(unknown)}")
    default = folder if folder in SERVICES else "cognito-idp"
    evidence = str(entry.get("evidence", ""))
    steps = tuple(_step(step, name, number, default, evidence) for number, step in enumerate(entry["steps"], 1))
    return Case(name, entry.get("given", {}), steps, tuple(entry.get("needs", ())))


def _step(entry: Json, case: str, number: int, default: str, evidence: str) -> Step:
    names = [name for name in entry if name not in _STEP_KEYS]
    if len(names) != 1:
        raise BadCase(f"{case}, step {number}: one operation is needed, there are {names}")
    operation, params = names[0], entry[names[0]]
    service = next((name for name in (default, *SERVICES) if service_model(name).operation(operation)), "oauth")
    if service == "oauth" and operation not in SPECIAL:
        raise BadCase(f"{case}, step {number}: no operation {operation}")
    expect = {name: value for name, value in entry.items() if name in _STEP_KEYS}
    step = Step(operation, service, params, expect, str(expect.pop("evidence", evidence)), number)
    if step.checks and not step.evidence:
        raise BadCase(f"{case}, step {number}: what is the evidence?")
    return step
