"""The server with a certificate: https at its one address, and what is said of files that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from cognito_emulator.http.live import LiveServer
from tests.tls import Certificate, certificate_in


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate_in(tmp_path_factory.mktemp("tls"))


def test_everything_is_https(certificate: Certificate) -> None:
    with LiveServer(region="eu-west-1", **certificate.options) as server:
        assert server.endpoint_url.startswith("https://127.0.0.1:")
        idp = server.client(verify=certificate.certificate)
        pool = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
        found = requests.get(
            f"{server.endpoint_url}/{pool}/.well-known/openid-configuration",
            verify=certificate.certificate,
            timeout=30,
        ).json()
        assert found["issuer"] == f"{server.endpoint_url}/{pool}"
        assert server.messages() == []
        server.reset()
        assert idp.list_user_pools(MaxResults=1)["UserPools"] == []


@pytest.mark.parametrize("missing", ["tls_certificate", "tls_key"])
def test_a_certificate_needs_its_key(certificate: Certificate, missing: str) -> None:
    given = {name: value for name, value in certificate.options.items() if name != missing}
    with pytest.raises(RuntimeError, match="--tls-certificate and --tls-key are given together, or not at all"):
        LiveServer(**given)


def test_files_that_are_no_certificate_are_said_in_one_line(certificate: Certificate, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("")
    with pytest.raises(RuntimeError, match=r"--tls-certificate .*nothing\.pem --tls-key "):
        LiveServer(tls_certificate=str(nothing), tls_key=certificate.key)
    with pytest.raises(RuntimeError, match="No such file"):
        LiveServer(tls_certificate=certificate.certificate, tls_key=str(tmp_path / "missing.pem"))
