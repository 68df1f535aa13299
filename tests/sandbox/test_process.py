"""The sandbox as a process: it starts, answers over HTTP, and never outlives whoever began it."""

import fcntl
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.process import SandboxFailed, SandboxHandle, start_sandbox

# Each test starts processes; the default run sees the same in tests/end_to_end.
pytestmark = pytest.mark.slow

SMALL = """
[[people]]
id = "a"
platform = "telegram"
handle = "a_contoh"
name = "A Contoh"

[[posts]]
id = "t1"
person = "a"
at = 0.1
text = "selokan mampet"

[[posts]]
id = "t2"
person = "a"
after = { post = "t1" }
text = "/status"
"""
STARTER = """
import sys
from pathlib import Path
from sandbox.process import start_sandbox

handle = start_sandbox(Path(sys.argv[1]), script=None)
print(handle.telegram_url, flush=True)
input()
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, "utf-8")
    return path


@pytest.fixture
def sandbox(tmp_path: Path, small: Path) -> Iterator[SandboxHandle]:
    handle = start_sandbox(tmp_path / "sandbox.db", script=small)
    yield handle
    handle.stop()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    """A sandbox without a script."""
    handle = start_sandbox(tmp_path_factory.mktemp("empty") / "sandbox.db", script=None)
    yield handle
    handle.stop()


def call(sandbox: SandboxHandle, method: str, **parameters: object) -> httpx.Response:
    url = f"{sandbox.telegram_url}/bot{sandbox.token}/{method}"
    return httpx.post(url, json=parameters, timeout=5)


def eventually(true: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not (now := true()) and time.monotonic() < end:
        time.sleep(0.02)
    return now


def unreachable(url: str) -> bool:
    try:
        httpx.get(url, timeout=1)
    except httpx.TransportError:
        return True
    return False


def test_both_platforms_answer_on_this_machine_only(empty: SandboxHandle) -> None:
    bot = call(empty, "getMe").json()
    unsigned = httpx.get(f"{empty.x_url}/2/users/me", timeout=5)

    assert bot["result"]["username"] == "lapor1708_bot"
    assert unsigned.status_code == 401
    assert empty.x_url.startswith("http://127.0.0.1:")
    assert empty.telegram_url.startswith("http://127.0.0.1:")


def test_without_a_script_nobody_writes(empty: SandboxHandle) -> None:
    assert empty.status().finished
    assert call(empty, "getUpdates").json()["result"] == []


def test_citizens_play_and_the_status_tells_how_far(sandbox: SandboxHandle) -> None:
    [update] = call(sandbox, "getUpdates", timeout=5).json()["result"]
    waiting = sandbox.status()
    chat = update["message"]["chat"]["id"]
    reply = {"message_id": update["message"]["message_id"]}
    call(sandbox, "sendMessage", chat_id=chat, text="Tercatat.", reply_parameters=reply)

    assert eventually(lambda: sandbox.status().finished)

    done = sandbox.status()
    assert not waiting.finished
    assert waiting.left == 1
    assert waiting.posts == {"t1": f"{chat}:1"}
    assert done.left == 0
    assert done.expired == ()
    assert [*done.posts] == ["t1", "t2"]


def test_a_step_that_waits_in_vain_is_listed(tmp_path: Path, small: Path) -> None:
    sandbox = start_sandbox(tmp_path / "sandbox.db", script=small, speed=10, patience=0.1)

    assert eventually(lambda: sandbox.status().finished)

    assert sandbox.status().expired == ("t2",)
    sandbox.stop()


def test_a_restart_after_kill_9_goes_on(tmp_path: Path, small: Path) -> None:
    state = tmp_path / "sandbox.db"
    first = start_sandbox(state, script=small)
    assert eventually(lambda: bool(first.status().posts))
    before = first.status().posts
    first.process.kill()

    second = start_sandbox(state, script=small)

    assert second.status().posts == before
    assert len(call(second, "getUpdates").json()["result"]) == 1
    first.stop()
    second.stop()


def test_two_sandboxes_never_use_one_state_at_a_time(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    started: list[SandboxHandle] = []
    second = threading.Thread(
        target=lambda: started.append(start_sandbox(state, script=None)), daemon=True
    )

    with state.with_name("sandbox.db.lock").open("w") as held_by_the_first:
        fcntl.flock(held_by_the_first, fcntl.LOCK_EX)
        second.start()
        second.join(0.8)
        assert second.is_alive()
    second.join(10)

    assert started[0].status().finished
    started[0].stop()


def test_it_ends_when_its_standard_input_closes(sandbox: SandboxHandle) -> None:
    assert sandbox.process.stdin is not None
    sandbox.process.stdin.close()

    assert sandbox.process.wait(5) == 0


def test_it_ends_on_sigterm_even_in_a_long_poll(tmp_path: Path) -> None:
    sandbox = start_sandbox(tmp_path / "sandbox.db", script=None)
    with socket.create_connection(("127.0.0.1", httpx.URL(sandbox.telegram_url).port or 0)) as poll:
        path = f"/bot{sandbox.token}/getUpdates?timeout=30"
        poll.sendall(f"GET {path} HTTP/1.1\r\nHost: sandbox\r\n\r\n".encode())
        poll.settimeout(0.3)
        with pytest.raises(TimeoutError):
            poll.recv(1)

        sandbox.process.send_signal(signal.SIGTERM)

        assert sandbox.process.wait(5) == 0
    sandbox.stop()


def test_it_ends_when_whoever_started_it_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTER, str(tmp_path / "sandbox.db")]
    starter = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    url = starter.stdout.readline().strip()
    assert not unreachable(url)

    starter.kill()
    starter.communicate()

    assert eventually(lambda: unreachable(url))


def test_the_ready_line_is_one_json_object(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox.process", "--state", str(tmp_path / "sandbox.db")]

    ended = subprocess.run(
        command, input="", capture_output=True, text=True, timeout=10, check=True
    )

    ready = json.loads(ended.stdout)
    assert {*ready} == {"x_url", "telegram_url", "status_url", "token", "script"}
    assert ready["script"]["posts"] >= 40


def test_a_sandbox_that_cannot_start_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SandboxFailed):
        start_sandbox(tmp_path / "sandbox.db", script=tmp_path / "missing.toml")


def test_a_script_that_cannot_be_played_is_told_in_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(SMALL.replace('person = "a"', 'person = "b"'), "utf-8")
    state = str(tmp_path / "sandbox.db")
    command = [sys.executable, "-m", "sandbox.process", "--state", state, "--script", str(broken)]

    ended = subprocess.run(command, input="", capture_output=True, text=True, timeout=10)

    assert ended.returncode == 1
    assert "t1: no such person" in ended.stderr
    assert "Traceback" not in ended.stderr
