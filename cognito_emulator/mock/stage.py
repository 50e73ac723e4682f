"""The emulators that stand in for AWS at the moment."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cognito_emulator.emulator import Emulator
from cognito_emulator.identity_pools import is_allowed
from cognito_emulator.mock import sts_calls
from cognito_emulator.mock.hosts import is_ours, is_sts
from cognito_emulator.mock.libraries import all_patches
from cognito_emulator.mock.patches import Patches
from cognito_emulator.randomness import KeySupply

if TYPE_CHECKING:
    from cognito_emulator.outside.moto_iam import Access

INJECTED = frozenset({"config", "clock", "randomness", "store", "key_supply", "functions"})


class Scene:
    """One emulator, played to one block or to several that share it."""

    def __init__(self, emulator: Emulator, fake_credentials: bool) -> None:
        self.emulator = emulator
        self.fake_credentials = fake_credentials
        self.blocks = 1
        self.used = False  # somebody called it, or was handed it
        self.of_class = False  # made for a class of tests, whose set-up is over

    @property
    def shared(self) -> bool:
        """Whether a nested block shares this emulator.

        The tests of a class share what the class's set-up made in Cognito; if it made nothing, each has its own.
        """
        return self.used or not self.of_class


class Stage:
    """Scenes, innermost last: it answers. The patches are in place as long as there is one.

    botocore's classes are the process's, so there can be one stage in a process, for all its threads.
    """

    def __init__(self) -> None:
        self._scenes: list[Scene] = []
        self._lock = threading.Lock()
        self._patches = Patches(all_patches(self))
        self._keys = KeySupply()

    def enter(self, options: Mapping[str, Any], *, isolated: bool, fake_credentials: bool) -> Scene:
        """The scene of a new block: that of the block around it, or a new one."""
        with self._lock:
            scene = self._scenes[-1] if self._scenes else None
            if scene is not None and scene.shared and not isolated:
                _refuse_other_options(scene.emulator, options)
                scene.blocks += 1
                return scene
            scene = Scene(self._new_emulator(options), fake_credentials)
            self._scenes.append(scene)
            if len(self._scenes) == 1:
                self._patches.install()
            return scene

    def leave(self, scene: Scene) -> None:
        """End a block; the last one of a scene takes the emulator's state with it."""
        with self._lock:
            scene.blocks -= 1
            if scene.blocks:
                return
            self._scenes.remove(scene)
            if not self._scenes:
                self._patches.remove()
        scene.emulator.close()

    def emulator_for(self, url: str) -> Emulator | None:
        """The emulator that answers this URL; None if the request is to go out."""
        scene = self._innermost()
        host = urlsplit(url).hostname
        if scene is None or host is None or not is_ours(host, scene.emulator):
            return None
        scene.used = True
        return scene.emulator

    def emulator_for_call(self, request: Any) -> Emulator | None:
        """The same for a call that botocore is about to send: some calls of STS are for the emulator too."""
        emulator = self.emulator_for(request.url)
        scene = self._innermost()
        if emulator is None and scene is not None and is_sts(urlsplit(request.url).hostname or ""):
            return scene.emulator if sts_calls.is_for(scene.emulator, request) else None
        return emulator

    def is_allowed(self, access_key: str, access: Access) -> bool | None:
        """Whether moto's IAM is to let credentials do something; None if they are not from the emulator."""
        scene = self._innermost()
        return is_allowed(scene.emulator, access_key, access) if scene is not None else None

    @property
    def fakes_credentials(self) -> bool:
        """Whether clients without credentials are given some."""
        scene = self._innermost()
        return scene is not None and scene.fake_credentials

    def _innermost(self) -> Scene | None:
        try:
            return self._scenes[-1]
        except IndexError:
            return None

    def _new_emulator(self, options: Mapping[str, Any]) -> Emulator:
        settings: dict[str, Any] = {"key_supply": self._keys, **options}
        if "config" not in settings:
            settings.setdefault("issuer", "aws")
        return Emulator(**settings)


def _refuse_other_options(emulator: Emulator, options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        active = getattr(emulator if name in INJECTED else emulator.config, name)
        active = active.given if name == "functions" else active
        if active is not value and active != value:
            raise RuntimeError(
                f"mock_cognito({name}={value!r}) inside a mock_cognito with {name}={active!r}: nested blocks share "
                "one emulator. Pass isolated=True for an emulator of its own."
            )
