"""Functions in local files: each in a process of its own, under the Lambda Runtime API."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from cognito_emulator.outside.functions import FunctionFailed, Functions, Limits, TimedOut

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:"
Json = dict[str, Any]
Write = Callable[[str, str], Path]

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a source file."""
    times = count(1)

    def write(name: str, text: str) -> Path:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(textwrap.dedent(text))
        moment = 1_700_000_000 + next(times)  # a file system's clock may be coarser than a test is fast
        os.utime(file, (moment, moment))
        return file

    return write


@pytest.fixture
def functions() -> Iterator[Functions]:
    numbers = count(1)
    functions = Functions(new_id=lambda: f"request-{next(numbers)}")
    yield functions
    functions.close()


def ask(functions: Functions, name: str, **event: Any) -> Any:
    return json.loads(functions.invoke(ARN + name, event))


PYTHON = """
    import os

    def handler(event, context):
        if event.get("fail"):
            raise ValueError("No!")
        print("in", context.function_name, event["word"])
        return {
            "word": event["word"],
            "pid": os.getpid(),
            "arn": context.invoked_function_arn,
            "id": context.aws_request_id,
            "left": context.get_remaining_time_in_millis(),
            "region": os.environ["AWS_REGION"],
            "here": os.getcwd() == os.environ["LAMBDA_TASK_ROOT"] == os.path.dirname(__file__),
        }
"""
NODE = """
    export const handler = async (event, context) => {
      if (event.fail) throw new Error('No!');
      console.log('in', context.functionName, event.word);
      return {
        word: event.word,
        pid: process.pid,
        arn: context.invokedFunctionArn,
        id: context.awsRequestId,
        left: context.getRemainingTimeInMillis(),
        region: process.env.AWS_REGION,
        here: process.cwd() === process.env.LAMBDA_TASK_ROOT,
      };
    };
"""
BOTH = pytest.mark.parametrize(
    ("name", "text"), [("handler.py", PYTHON), pytest.param("index.mjs", NODE, marks=needs_node)]
)


@BOTH
def test_handler(functions: Functions, write: Write, caplog: pytest.LogCaptureFixture, name: str, text: str) -> None:
    caplog.set_level(logging.INFO)
    functions.register("greet", f"{write(name, text)}:handler")
    answer = ask(functions, "greet", word="grüß dich")
    assert answer["word"] == "grüß dich"
    assert answer["arn"] == ARN + "greet"
    assert answer["id"] == "request-1"
    assert 0 < answer["left"] <= 5000
    assert answer["region"] == "eu-west-1"
    assert answer["here"] is True
    assert _logged(caplog, "[greet] in greet grüß dich"), "what a function prints is in the log"
    assert ask(functions, "greet", word="x")["pid"] == answer["pid"], "the process is kept for the next call"


def _logged(caplog: pytest.LogCaptureFixture, line: str) -> bool:
    """Whether a line came; output has its own way to the log."""
    for _ in range(200):
        if line in caplog.text:
            return True
        time.sleep(0.01)
    return False


@BOTH
def test_handler_that_throws(
    functions: Functions, write: Write, caplog: pytest.LogCaptureFixture, name: str, text: str
) -> None:
    caplog.set_level(logging.INFO)
    functions.register("greet", str(write(name, text)))
    before = ask(functions, "greet", word="x")["pid"]
    with pytest.raises(FunctionFailed) as caught:
        ask(functions, "greet", fail=True)
    assert caught.value.message == "No!"
    assert _logged(caplog, "[greet] [ERROR] ValueError: No!" if name.endswith("py") else "[greet] Error: No!")
    assert ask(functions, "greet", word="x")["pid"] == before


@BOTH
def test_edited_file(functions: Functions, write: Write, name: str, text: str) -> None:
    functions.register("greet", str(write(name, text)))
    before = ask(functions, "greet", word="old")
    write(name, text.replace("word: event.word", "word: 'new'").replace('"word": event["word"]', '"word": "new"'))
    after = ask(functions, "greet", word="old")
    assert (before["word"], after["word"]) == ("old", "new")
    assert before["pid"] != after["pid"]
    assert not _is_running(before["pid"])


def test_edited_neighbour(functions: Functions, write: Write) -> None:
    write("lib/words.py", "WORD = 'old'")
    handler = write("handler.py", "from lib.words import WORD\ndef handler(event, context): return WORD")
    functions.register("greet", str(handler))
    assert ask(functions, "greet") == "old"
    write("lib/words.py", "WORD = 'newer'")
    assert ask(functions, "greet") == "newer"


@needs_node
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("index.js", "exports.greet = (event, context, callback) => callback(null, event.word);"),
        ("index.cjs", "exports.greet = async (event) => event.word;"),
        ("index.cjs", "exports.greet = (event, context) => context.succeed(event.word);"),
        ("index.mjs", "export default { greet: async (event) => event.word };"),
    ],
)
def test_forms_of_node_handlers(functions: Functions, write: Write, name: str, text: str) -> None:
    functions.register("greet", f"{write(name, text)}:greet")
    assert ask(functions, "greet", word="hello") == "hello"


@needs_node
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("exports.handler = (event, context, callback) => callback(new Error('No!'));", "No!"),
        ("exports.handler = (event, context, callback) => callback('No!');", "No!"),
        ("exports.handler = (event, context) => context.fail(new Error('No!'));", "No!"),
        ("exports.handler = async () => { throw 'No!'; };", "No!"),
        ("exports.handler = async () => null.member;", "Cannot read properties of null (reading 'member')"),
    ],
)
def test_failures_of_node_handlers(functions: Functions, write: Write, text: str, message: str) -> None:
    functions.register("greet", str(write("index.cjs", text)))
    with pytest.raises(FunctionFailed) as caught:
        ask(functions, "greet")
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("handler.py", "import nothing_of_that_name", "Unable to import module 'handler': No module named"),
        ("handler.py", "def handler(event, context", "Syntax error in module 'handler'"),
        ("handler.py", "other = 1", "Handler 'handler' missing on module 'handler'"),
        pytest.param(
            "index.mjs", "export const other = 1;", "index.handler is undefined or not exported", marks=needs_node
        ),
        pytest.param("index.mjs", "import 'nothing-of-that-name';", "Cannot find package", marks=needs_node),
    ],
)
def test_file_that_cannot_be_loaded(functions: Functions, write: Write, name: str, text: str, message: str) -> None:
    file = write(name, text)
    functions.register("greet", str(file))
    with pytest.raises(FunctionFailed, match=message):
        ask(functions, "greet")
    good = "def handler(event, context): return 1" if name.endswith("py") else "export const handler = () => 1;"
    write(name, good if name.endswith("py") else "export const handler = async () => 1;")
    assert ask(functions, "greet") == 1, "mended without a restart"


def test_process_that_ends(functions: Functions, write: Write) -> None:
    file = write("handler.py", "import os\ndef handler(event, context): return os._exit(3) if event else 1")
    functions.register("greet", str(file))
    with pytest.raises(FunctionFailed) as caught:
        ask(functions, "greet", end=True)
    assert caught.value.message == "RequestId: request-1 Error: Runtime exited with error: exit status 3"
    assert ask(functions, "greet") == 1


def test_slow_handler(functions: Functions, write: Write, tmp_path: Path) -> None:
    text = """
        import os, time

        def handler(event, context):
            with open("tries", "a") as tries:
                print(os.getpid(), file=tries)
            time.sleep(60)
    """
    functions.register("greet", str(write("handler.py", text)))
    functions.limits = Limits(seconds=1.5, tries=2)
    with pytest.raises(TimedOut):
        ask(functions, "greet")
    tries = [int(line) for line in (tmp_path / "tries").read_text().split()]
    assert len(tries) == 2
    assert not any(_is_running(pid) for pid in tries)


def test_calls_at_the_same_time_have_processes_of_their_own(functions: Functions, write: Write) -> None:
    text = """
        import os, pathlib, time

        def handler(event, context):
            pathlib.Path(event["mine"]).touch()
            while not pathlib.Path(event["other"]).exists():
                time.sleep(0.01)
            return os.getpid()
    """
    functions.register("greet", str(write("handler.py", text)))
    with ThreadPoolExecutor(2) as threads:
        both = [("a", "b"), ("b", "a")]
        pids = list(threads.map(lambda names: ask(functions, "greet", mine=names[0], other=names[1]), both))
    assert len(set(pids)) == 2


def test_close_ends_the_processes(functions: Functions, write: Write) -> None:
    functions.register("greet", str(write("handler.py", PYTHON)))
    pid = ask(functions, "greet", word="x")["pid"]
    functions.close()
    assert not _is_running(pid)


@BOTH
def test_processes_die_with_us(write: Write, name: str, text: str) -> None:
    script = """
        import json, sys
        from cognito_emulator.outside.functions import Functions

        functions = Functions({"greet": sys.argv[1]}, new_id=lambda: "1")
        print(json.loads(functions.invoke("greet", {"word": "x"}))["pid"], flush=True)
        sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(write(name, text.replace("AWS_REGION", "PATH")))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert _is_running(pid)
        process.kill()
    assert _ends(pid)


def _ends(pid: int) -> bool:
    for _ in range(500):
        if not _is_running(pid):
            return True
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    return False


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat")
        return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_aws_clients_of_a_function_are_pointed_at_us(
    functions: Functions, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"AWS_ENDPOINT_URL_{service}" for service in ("COGNITO_IDENTITY_PROVIDER", "COGNITO_IDENTITY", "LAMBDA")]
    for name in names:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY", "http://elsewhere")
    text = "import os\ndef handler(event, context): return [os.environ.get(name) for name in event['names']]"
    functions.register("greet", str(write("handler.py", text)))
    functions.endpoint_url = "http://127.0.0.1:9229"
    assert ask(functions, "greet", names=names) == ["http://127.0.0.1:9229", "http://elsewhere", None]


@pytest.mark.parametrize(
    ("file", "complaint"),
    [
        ("handler.rb", "handler.rb: a function's file ends in .py, .js, .mjs or .cjs"),
        ("/nowhere/handler.py:f", "/nowhere/handler.py:f: there is no file /nowhere/handler.py"),
        ("/nowhere/handler.py", "/nowhere/handler.py: there is no file /nowhere/handler.py"),
    ],
)
def test_file_that_cannot_be(functions: Functions, file: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        functions.register("greet", file)


@needs_node
def test_awss_own_client_where_the_project_has_it(
    functions: Functions, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stands in for npm's aws-lambda-ric, which has to be compiled: what counts here is that it is found and asked."""
    package = tmp_path / "node_modules" / "aws-lambda-ric"
    (package / "dist").mkdir(parents=True)
    (package / "dist" / "rapid-client.node").touch()
    (package / "bin").mkdir()
    (package / "bin" / "index.mjs").write_text(
        """
        const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;
        const next = await fetch(`${api}/next`);
        const id = next.headers.get('lambda-runtime-aws-request-id');
        await fetch(`${api}/${id}/response`, { method: 'POST', body: JSON.stringify(process.argv[2]) });
        """
    )
    functions.register("greet", f"{write('src/index.mjs', NODE)}:handler")
    assert ask(functions, "greet") == "index.handler"
