"""Inside `mock_cognito`, HTTP libraries reach the issuers; botocore's own machinery works as always."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import textwrap
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import jwt
import pytest
import requests
import requests.adapters
import urllib3
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session
from botocore.stub import Stubber

from cognito_emulator import Emulator, mock_cognito

REGION = "eu-west-1"


@pytest.fixture(autouse=True)
def emulator(attempts: list[Any]) -> Iterator[Emulator]:
    with mock_cognito() as active:
        yield active


@pytest.fixture
def client() -> Any:
    return boto3.client("cognito-idp", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b")


@pytest.fixture
def issuer(client: Any) -> str:
    pool_id = client.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    return f"https://cognito-idp.{REGION}.amazonaws.com/{pool_id}"


@pytest.fixture
def jwks_url(issuer: str) -> str:
    return f"{issuer}/.well-known/jwks.json"


def id_token(client: Any, pool_id: str) -> tuple[str, str]:
    app = client.create_user_pool_client(
        UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    client.sign_up(ClientId=app, Username="ada", Password="Correct-horse1")
    client.admin_confirm_sign_up(UserPoolId=pool_id, Username="ada")
    result = client.initiate_auth(
        ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ada", "PASSWORD": "Correct-horse1"}
    )
    return result["AuthenticationResult"]["IdToken"], app


# --- requests ------------------------------------------------------------------------------------------------------


def test_requests(issuer: str, jwks_url: str) -> None:
    response = requests.get(jwks_url, timeout=5)
    assert response.status_code == 200
    assert response.ok
    assert response.url == jwks_url
    assert response.headers["content-type"].startswith("application/json")
    assert len(response.json()["keys"]) == 2
    configuration = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).json()
    assert configuration["issuer"] == issuer
    assert configuration["jwks_uri"] == jwks_url


def test_requests_to_the_updated_issuer(client: Any) -> None:
    pool_id = client.create_user_pool(PoolName="pool", IssuerConfiguration={"Type": "UPDATED"})["UserPool"]["Id"]
    issuer = f"https://issuer-cognito-idp.{REGION}.amazonaws.com/{pool_id}"
    configuration = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).json()
    assert configuration["issuer"] == issuer
    assert len(requests.get(configuration["jwks_uri"], timeout=5).json()["keys"]) == 2


def test_requests_session_with_its_own_adapters(jwks_url: str) -> None:
    with requests.Session() as session:
        session.mount("https://", requests.adapters.HTTPAdapter(max_retries=3))
        assert session.get(jwks_url, timeout=5).status_code == 200


def test_requests_behind_a_proxy(jwks_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    assert requests.get(jwks_url, timeout=5).status_code == 200
    with urllib.request.urlopen(jwks_url) as response:
        assert response.status == 200
    assert httpx.get(jwks_url).status_code == 200


def test_requests_stream(jwks_url: str) -> None:
    with requests.get(jwks_url, stream=True, timeout=5) as response:
        assert len(json.loads(b"".join(response.iter_content(16)))["keys"]) == 2


def test_requests_elsewhere_goes_out() -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get("https://example.com/", timeout=5)


def test_requests_calls_an_operation_directly() -> None:
    response = requests.post(
        f"https://cognito-idp.{REGION}.amazonaws.com/",
        headers={
            "X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp",
            "Content-Type": "application/x-amz-json-1.1",
        },
        data=json.dumps({"ClientId": "1example23456789", "Username": "ada", "Password": "Correct-horse1"}),
        timeout=5,
    )
    assert response.status_code == 400
    assert response.json()["__type"] == "ResourceNotFoundException"


# --- urllib, urllib3 -----------------------------------------------------------------------------------------------


def test_urllib(jwks_url: str) -> None:
    with urllib.request.urlopen(jwks_url, timeout=5) as response:
        assert response.status == 200
        assert response.geturl() == jwks_url
        assert response.headers["Content-Type"].startswith("application/json")
        assert len(json.load(response)["keys"]) == 2
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"https://cognito-idp.{REGION}.amazonaws.com/nothing")
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen("https://example.com/")


def test_pyjwt_verifies_a_token(client: Any, issuer: str, jwks_url: str) -> None:
    token, app = id_token(client, issuer.rpartition("/")[2])
    key = jwt.PyJWKClient(jwks_url).get_signing_key_from_jwt(token)
    claims = jwt.decode(token, key, algorithms=["RS256"], issuer=issuer, audience=app)
    assert claims["cognito:username"] == "ada"


def test_urllib3(jwks_url: str) -> None:
    with urllib3.PoolManager() as manager:
        response = manager.request("GET", jwks_url)
        assert response.status == 200
        assert len(json.loads(response.data)["keys"]) == 2
        streamed = manager.request("GET", jwks_url, preload_content=False)
        assert b"keys" in b"".join(streamed.stream(16))
        with pytest.raises(urllib3.exceptions.HTTPError):
            manager.request("GET", "https://example.com/", retries=False)


def test_botocore_session_without_a_client(jwks_url: str) -> None:
    request = AWSRequest("GET", jwks_url).prepare()
    assert URLLib3Session().send(request).status_code == 200


# --- httpx ---------------------------------------------------------------------------------------------------------


def test_httpx(jwks_url: str) -> None:
    with httpx.Client() as http:
        response = http.get(jwks_url)
        assert response.status_code == 200
        assert len(response.json()["keys"]) == 2
        assert response.elapsed.total_seconds() >= 0
        with http.stream("GET", jwks_url) as streamed:
            assert b"keys" in b"".join(streamed.iter_bytes())
        with pytest.raises(httpx.ConnectError):
            http.get("https://example.com/")


def test_httpx_async(jwks_url: str) -> None:
    async def run() -> None:
        async with httpx.AsyncClient() as http:
            response = await http.get(jwks_url)
            assert len(response.json()["keys"]) == 2
            posted = await http.post(f"https://cognito-idp.{REGION}.amazonaws.com/", content=b"{}")
            assert posted.status_code >= 400

    asyncio.run(run())


def test_httpx_transport_of_the_callers_choice(jwks_url: str) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(418))
    with httpx.Client(transport=transport) as http:
        assert http.get(jwks_url).status_code == 418


# --- user pool domains ---------------------------------------------------------------------------------------------


def test_domain_hosts_stay_inside() -> None:
    assert requests.get("https://nobody.auth.eu-west-1.amazoncognito.com/login", timeout=5).status_code >= 400


# --- botocore ------------------------------------------------------------------------------------------------------


def test_answer_is_parsed_as_always(client: Any) -> None:
    answer = client.list_user_pools(MaxResults=1)
    metadata = answer["ResponseMetadata"]
    assert metadata["HTTPStatusCode"] == 200
    assert metadata["RetryAttempts"] == 0
    assert metadata["RequestId"] == metadata["HTTPHeaders"]["x-amzn-requestid"]
    assert metadata["HTTPHeaders"]["content-length"] == str(len('{"UserPools":[]}'))
    assert metadata["HTTPHeaders"]["date"].endswith("GMT")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_user_pool(UserPoolId=f"{REGION}_aaaaaaaaa")


def test_events_are_emitted(client: Any) -> None:
    seen: list[str] = []
    for event in ("before-send", "before-parse", "response-received", "needs-retry", "after-call"):
        client.meta.events.register(
            f"{event}.cognito-identity-provider.ListUserPools", lambda event_name, **kw: seen.append(event_name)
        )
    client.list_user_pools(MaxResults=1)
    assert [name.partition(".")[0] for name in seen] == [
        "before-send", "before-parse", "response-received", "needs-retry", "after-call"
    ]  # fmt: skip


def test_a_before_send_handler_may_answer(client: Any) -> None:
    class Raw:
        def stream(self) -> Iterator[bytes]:
            yield b'{"UserPools": [{"Name": "theirs"}]}'

    headers: Any = {}
    client.meta.events.register("before-send", lambda request, **kw: AWSResponse(request.url, 200, headers, Raw()))
    assert client.list_user_pools(MaxResults=1)["UserPools"] == [{"Name": "theirs"}]


def test_stubber(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_response("list_user_pools", {"UserPools": []}, {"MaxResults": 7})
        assert client.list_user_pools(MaxResults=7)["UserPools"] == []


def test_throttling_is_retried(client: Any, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    from cognito_emulator.aws.call import HttpRequest, HttpResponse

    handle = emulator.wsgi_app.handle
    answers = iter([HttpResponse(400, {}, b'{"__type": "TooManyRequestsException"}')])
    monkeypatch.setattr("time.sleep", lambda seconds: None)

    def throttled(request: HttpRequest) -> HttpResponse:
        return next(answers, None) or handle(request)

    monkeypatch.setattr(emulator.wsgi_app, "handle", throttled)
    fresh = boto3.client(
        "cognito-idp", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b",
        config=Config(retries={"mode": "standard"}),
    )  # fmt: skip
    assert fresh.list_user_pools(MaxResults=1)["ResponseMetadata"]["RetryAttempts"] == 1


def test_a_failing_answer_check_reaches_the_caller(
    client: Any, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(request: Any) -> Any:
        raise AssertionError("wrong shape")

    monkeypatch.setattr(emulator.wsgi_app, "handle", wrong)
    with pytest.raises(AssertionError, match="wrong shape"):
        client.list_user_pools(MaxResults=1)


def test_presigned_and_unsigned_calls(client: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.sign_up(ClientId="1example23456789", Username="ada", Password="Correct-horse1")


# --- libraries that are not there yet ------------------------------------------------------------------------------


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_library_is_imported_because_of_us() -> None:
    run_python(
        """
        import sys
        from cognito_emulator import mock_cognito
        before = list(sys.meta_path)
        with mock_cognito():
            pass
        libraries = ("boto3", "botocore", "moto", "requests", "urllib3", "httpx", "aiohttp", "pytest", "unittest")
        assert not [name for name in libraries if name in sys.modules]
        assert sys.meta_path == before
        """
    )


def test_libraries_imported_inside() -> None:
    run_python(
        """
        import os
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        from cognito_emulator import mock_cognito
        with mock_cognito():
            import socket
            def connect(*args):
                raise AssertionError("connect")
            socket.socket.connect = connect
            import boto3, httpx, jwt, requests, urllib.request
            pool = boto3.client("cognito-idp", "eu-west-1").create_user_pool(PoolName="p")["UserPool"]["Id"]
            url = f"https://cognito-idp.eu-west-1.amazonaws.com/{pool}/.well-known/jwks.json"
            assert requests.get(url).json() == httpx.get(url).json()
            assert len(jwt.PyJWKClient(url).get_signing_keys()) == 2
            from moto import mock_aws
            with mock_aws():
                assert boto3.client("cognito-idp", "eu-west-1").describe_user_pool(UserPoolId=pool)
        import botocore.endpoint, httpx._transports.default as transports, requests.sessions as sessions
        for method in (botocore.endpoint.Endpoint._send, transports.HTTPTransport.handle_request,
                       sessions.Session.get_adapter):
            assert "cognito_emulator" not in method.__code__.co_filename, method
        for module in (botocore.endpoint, transports, sessions):
            assert "cognito_emulator" not in type(module.__loader__).__module__
            assert module.__spec__.loader is module.__loader__
        """
    )


def test_library_imported_after_the_block() -> None:
    run_python(
        """
        from cognito_emulator import mock_cognito
        with mock_cognito():
            pass
        import botocore.endpoint
        assert "cognito_emulator" not in botocore.endpoint.Endpoint._send.__code__.co_filename
        """
    )
