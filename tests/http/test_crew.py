"""Threads of the server that rest while requests are quick."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cognito_emulator.http.app import Application
from cognito_emulator.http.crew import Crew
from cognito_emulator.http.live import LiveServer
from cognito_emulator.http_messages import HttpRequest

PATIENCE = 30


class Held(Application):
    """An application whose requests for /held go on when they are let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Semaphore(0)

    def respond(self, request: HttpRequest, start_response: Callable[..., Any]) -> list[bytes]:
        if request.path == "/held":
            self.begun.release()
            assert self.go.wait(PATIENCE)
        start_response("200 OK", [])
        return [b"answer"]


def ask(crew: Crew, path: str = "/") -> Iterable[bytes]:
    """An answer that is not closed yet."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    answer = crew(environ, lambda *_: None)
    assert list(answer) == [b"answer"]
    return answer


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def pool(held: Held) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool
        held.go.set()


def test_nobody_rests_while_few_are_at_work(held: Held, pool: ThreadPoolExecutor) -> None:
    crew = Crew(held, at_work=2)
    other = pool.submit(ask, crew, "/held")
    held.begun.acquire()
    assert not hasattr(ask(crew), "close")
    held.go.set()
    assert not hasattr(other.result(PATIENCE), "close")


def test_who_is_superfluous_rests_after_the_answer(held: Held, pool: ThreadPoolExecutor) -> None:
    crew = Crew(held, at_work=2)
    for _ in range(2):
        pool.submit(ask, crew, "/held")
        held.begun.acquire()
    assert hasattr(ask(crew), "close")
    assert crew.resting == 0  # not before the server is done with the answer


def test_those_who_rest_come_back_when_a_request_waits(held: Held, pool: ThreadPoolExecutor) -> None:
    crew = Crew(held, at_work=2)
    for _ in range(2):
        pool.submit(ask, crew, "/held")
        held.begun.acquire()
    answer: Any = ask(crew)
    pool.submit(answer.close).result(PATIENCE)  # returns although both requests still wait
    assert not held.go.is_set()
    assert crew.resting == 0
    assert not hasattr(ask(crew), "close")  # requests that wait are nobody's work


def test_those_who_rest_come_back_when_there_is_nothing_to_do(held: Held, pool: ThreadPoolExecutor) -> None:
    crew = Crew(held, at_work=1)
    other = pool.submit(ask, crew, "/held")
    held.begun.acquire()
    answer: Any = ask(crew)
    held.go.set()
    other.result(PATIENCE)
    pool.submit(answer.close).result(PATIENCE)
    assert crew.resting == 0


def test_every_thread_of_a_server_serves_when_requests_wait() -> None:
    with LiveServer(threads=4) as server, ThreadPoolExecutor(16) as clients:
        list(clients.map(lambda _: server.control("GET", "health"), range(400)))  # some of the threads rest by now
        waiting = [clients.submit(server.messages, wait=PATIENCE, destination="ann@example.com") for _ in range(3)]
        cognito = server.client()
        pool_id = cognito.create_user_pool(PoolName="pool", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
        client_id = cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="c")["UserPoolClient"]["ClientId"]
        email = [{"Name": "email", "Value": "ann@example.com"}]
        cognito.sign_up(ClientId=client_id, Username="ann", Password="Passw0rd!", UserAttributes=email)
        for messages in waiting:
            assert [message["username"] for message in messages.result(PATIENCE)] == ["ann"]
