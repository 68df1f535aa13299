"""The faults, over real HTTP: what a client sees, and whether the request was applied."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
import uvicorn
from fastapi import FastAPI

from sandbox.faults import Fault, FaultMiddleware, Faults, add_fault_routes


@dataclass
class Server:
    url: str
    faults: Faults
    applied: list[int]

    def post(self) -> requests.Response:
        return requests.post(f"{self.url}/thing", json={"n": 1}, timeout=3)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    app, faults, applied = FastAPI(), Faults(), []

    @app.post("/thing")
    def thing() -> dict[str, str]:
        applied.append(1)
        return {"answer": "applied"}

    add_fault_routes(app, faults)
    app.add_middleware(FaultMiddleware, faults=faults)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield Server(f"http://127.0.0.1:{listener.getsockname()[1]}", faults, applied)
    server.should_exit = True
    thread.join(5)


@pytest.fixture
def server(running: Server) -> Server:
    running.faults.clear()
    running.applied.clear()
    return running


@pytest.mark.parametrize(
    ("fault", "status", "applied"),
    [
        (Fault.ERROR_500, 500, 0),
        (Fault.UNAUTHORIZED, 401, 0),
        (Fault.PAYMENT, 402, 0),
        (Fault.RATE_LIMITED, 429, 0),
        (Fault.HTML_200, 200, 1),
        (Fault.TRUNCATED_JSON, 200, 1),
    ],
)
def test_a_fault_answers_and_applies_as_it_says(
    server: Server, fault: Fault, status: int, applied: int
) -> None:
    server.faults.inject("/thing", fault)

    assert server.post().status_code == status
    assert len(server.applied) == applied


@pytest.mark.parametrize("fault", [Fault.HTML_200, Fault.TRUNCATED_JSON])
def test_a_spoilt_answer_is_not_json(server: Server, fault: Fault) -> None:
    server.faults.inject("/thing", fault)

    with pytest.raises(requests.JSONDecodeError):
        server.post().json()


@pytest.mark.parametrize(("fault", "applied"), [(Fault.DROP, 0), (Fault.DROP_AFTER_APPLY, 1)])
def test_a_broken_connection_gives_no_answer_at_all(
    server: Server, fault: Fault, applied: int
) -> None:
    server.faults.inject("/thing", fault)

    with pytest.raises(requests.ConnectionError, match=r"aborted|reset"):
        server.post()

    assert len(server.applied) == applied


def test_a_hanging_request_ends_with_a_gateway_timeout(server: Server) -> None:
    server.faults.inject("/thing", Fault.HANG, seconds=0.2)

    started = time.monotonic()

    assert server.post().status_code == 504
    assert time.monotonic() - started >= 0.2
    assert server.applied == []


def test_a_rate_limit_tells_both_platforms_when_to_come_back(server: Server) -> None:
    server.faults.inject("/thing", Fault.RATE_LIMITED, seconds=60)

    answer = server.post()

    assert int(answer.headers["x-rate-limit-reset"]) == pytest.approx(time.time() + 60, abs=3)
    assert answer.headers["retry-after"] == "60"
    assert answer.json()["parameters"] == {"retry_after": 60}


def test_a_rate_limit_may_keep_silent_about_the_time(server: Server) -> None:
    server.faults.inject("/thing", Fault.RATE_LIMITED)

    assert "x-rate-limit-reset" not in server.post().headers


def test_faults_are_suffered_in_order_as_often_as_asked(server: Server) -> None:
    server.faults.inject("POST /thing", Fault.ERROR_500, times=2)
    server.faults.inject("/thing", Fault.PAYMENT)

    assert [server.post().status_code for _ in range(4)] == [500, 500, 402, 200]


def test_a_fault_waits_for_its_own_path_and_method(server: Server) -> None:
    server.faults.inject("GET /thing", Fault.ERROR_500)
    server.faults.inject("/other", Fault.ERROR_500)

    assert server.post().status_code == 200


def test_faults_are_ordered_and_forgotten_over_http(server: Server) -> None:
    order = {"path_part": "/thing", "fault": "error_500", "times": 2}

    assert requests.post(f"{server.url}/sandbox/faults", json=order, timeout=3).status_code == 204
    assert server.post().status_code == 500
    assert requests.delete(f"{server.url}/sandbox/faults", timeout=3).status_code == 204
    assert server.post().status_code == 200


def test_an_unknown_fault_is_refused(server: Server) -> None:
    order = {"path_part": "/thing", "fault": "earthquake"}

    assert requests.post(f"{server.url}/sandbox/faults", json=order, timeout=3).status_code == 422
