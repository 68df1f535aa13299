"""A stand-in of X's API v2 over HTTP: every endpoint that `bots.x` uses, answering as X does.

What it imitates is documented at docs.x.com; the sentences of its 403s were seen in the wild.
"""

import re
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import Body, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from sandbox.faults import FaultMiddleware, Faults, add_fault_routes
from sandbox.x_json import Json, answer, post, user, wanted
from sandbox.x_world import NotAllowed, XWorld, time_of

MENTIONS_DEPTH = 800
SEARCH_DAYS = timedelta(days=7)
WINDOW_SECONDS = 900
LIMITS = {"me": 75, "mentions": 300, "search": 300, "lookup": 900, "timeline": 900, "post": 100}
"""Requests in 15 minutes for one user (docs.x.com, "Rate limits")."""

FIELDS = {"expansions", "tweet.fields", "post.fields", "user.fields", "media.fields"}
FIELDS |= {"place.fields", "poll.fields"}
PAGING = {"max_results", "pagination_token", "since_id", "until_id", "start_time", "end_time"}
PROBLEMS = "https://api.x.com/2/problems/"


class Problem(Exception):
    """An error answer of X."""

    def __init__(self, status: int, title: str, detail: str, kind: str = "about:blank") -> None:
        super().__init__(detail)
        self.status = status
        self.body = {"title": title, "detail": detail, "type": kind, "status": status}


def invalid(detail: str) -> Problem:
    """X's 400 for a parameter that it does not understand."""
    return Problem(400, "Invalid Request", detail, f"{PROBLEMS}invalid-request")


class RateLimits:
    """Counts requests per endpoint in windows of 15 minutes."""

    def __init__(self, limits: Mapping[str, int], clock: Callable[[], datetime]) -> None:
        self._limits = limits
        self._clock = clock
        self._used: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def use(self, endpoint: str) -> dict[str, str]:
        """Count one request; returns X's headers, of which "remaining" is negative if too many."""
        with self._lock:
            now = self._clock().timestamp()
            used, until = self._used.get(endpoint, (0, 0.0))
            if now >= until:
                used, until = 0, now + WINDOW_SECONDS
            self._used[endpoint] = (used + 1, until)
            limit = self._limits[endpoint]
        return {
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-remaining": str(limit - used - 1),
            "x-rate-limit-reset": str(int(until) + 1),
        }


def create_app(
    world: XWorld,
    faults: Faults,
    limits: Mapping[str, int] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FastAPI:
    """The stand-in as an ASGI application, faults included; `limits` overrides some of LIMITS.

    `clock` is the server's own, by which it counts requests; the world's may run otherwise.
    """
    app = FastAPI(title="X, a stand-in", docs_url=None, redoc_url=None, openapi_url=None)
    used = RateLimits({**LIMITS, **(limits or {})}, clock)
    _Endpoints(world).add_to(app, used)
    app.add_exception_handler(Problem, _show_problem)
    app.add_exception_handler(RequestValidationError, _show_bad_body)
    add_fault_routes(app, faults)
    app.add_middleware(FaultMiddleware, faults=faults)
    return app


def _gate(endpoint: str, used: RateLimits) -> Callable[[Request, Response], Awaitable[None]]:
    """Before every endpoint: the signature, then the rate limit."""

    async def gate(request: Request, response: Response) -> None:
        header = request.headers.get("authorization", "")
        parts = ("oauth_consumer_key=", "oauth_token=", "oauth_signature=")
        if not header.startswith("OAuth ") or not all(part in header for part in parts):
            raise Problem(401, "Unauthorized", "Unauthorized")
        headers = used.use(endpoint)
        request.state.rate_headers = headers
        if int(headers["x-rate-limit-remaining"]) < 0:
            headers["x-rate-limit-remaining"] = "0"
            raise Problem(429, "Too Many Requests", "Too Many Requests")
        response.headers.update(headers)

    return gate


async def _show_problem(request: Request, problem: Exception) -> JSONResponse:
    if not isinstance(problem, Problem):
        raise problem
    headers = getattr(request.state, "rate_headers", {})
    return JSONResponse(problem.body, problem.status, headers)


async def _show_bad_body(request: Request, _: Exception) -> JSONResponse:
    return await _show_problem(request, invalid("The body is not what was expected."))


class _Endpoints:
    """One method for each endpoint; none waits for anything, so none needs a thread of its own."""

    def __init__(self, world: XWorld) -> None:
        self._world = world

    def add_to(self, app: FastAPI, used: RateLimits) -> None:
        routes: list[tuple[str, str, str, Callable[..., Awaitable[Json]]]] = [
            ("GET", "/2/users/me", "me", self.me),
            ("GET", "/2/users/{user_id}/mentions", "mentions", self.mentions),
            ("GET", "/2/users/{user_id}/tweets", "timeline", self.timeline),
            ("GET", "/2/tweets/search/recent", "search", self.search),
            ("GET", "/2/tweets", "lookup", self.lookup),
            ("POST", "/2/tweets", "post", self.create),
        ]
        for method, path, endpoint, call in routes:
            app.add_api_route(
                path,
                call,
                methods=[method],
                status_code=201 if method == "POST" else 200,
                dependencies=[Depends(_gate(endpoint, used))],
            )

    async def me(self, request: Request) -> Json:
        _only(request, FIELDS)
        row = self._world.rows("SELECT * FROM x_people WHERE id = ?", self._world.account_id)[0]
        return {"data": user(row, wanted(request.query_params).user_fields)}

    async def mentions(self, user_id: str, request: Request) -> Json:
        _only(request, FIELDS | PAGING)
        self._only_own(user_id)
        rows = self._world.naming(self._world.account)[:MENTIONS_DEPTH]
        return self._page(request, rows, least=5)

    async def timeline(self, user_id: str, request: Request) -> Json:
        _only(request, FIELDS | PAGING | {"exclude"})
        self._only_own(user_id)
        return self._page(request, self._world.written_by(user_id), least=5)

    async def search(self, request: Request) -> Json:
        _only(request, FIELDS | PAGING | {"query", "next_token", "sort_order"})
        oldest = self._world.clock() - SEARCH_DAYS
        for name in ("since_id", "until_id"):
            if name in request.query_params and time_of(_number(request, name)) < oldest:
                raise invalid(f"'{name}' must be a tweet id created within the last 7 days.")
        rows = self._found(request.query_params.get("query", ""))
        return self._page(request, [row for row in rows if time_of(row["id"]) >= oldest], least=10)

    async def lookup(self, request: Request) -> Json:
        _only(request, FIELDS | {"ids"})
        ids = request.query_params.get("ids", "").split(",")
        if not 1 <= len(ids) <= 100 or not all(one.isdigit() for one in ids):
            raise invalid("The `ids` query parameter takes 1 to 100 post ids.")
        found = {one: self._world.find(one) for one in ids}
        rows = [row for row in found.values() if row is not None]
        body = answer(self._world, rows, wanted(request.query_params))
        missing = [self._missing(one) for one, row in found.items() if row is None]
        return body | ({"errors": missing} if missing else {})

    async def create(self, body: dict[str, Any] = Body()) -> Json:  # noqa: B008 - FastAPI's way
        text, reply = body.get("text"), body.get("reply", {})
        parent = reply.get("in_reply_to_tweet_id") if isinstance(reply, dict) else None
        if set(body) - {"text", "reply"} or not isinstance(text, str):
            raise invalid("The stand-in takes a text and a reply.")
        if parent is not None and not (isinstance(parent, str) and parent.isdigit()):
            raise invalid("The `in_reply_to_tweet_id` is not a post id.")
        try:
            posted = self._world.publish(text, parent)
        except NotAllowed as refused:
            raise Problem(403, "Forbidden", str(refused.refusal)) from None
        row = self._world.rows("SELECT * FROM x_posts WHERE id = ?", int(posted))[0]
        return {"data": post(self._world, row, wanted({}))}

    def _found(self, query: str) -> list[sqlite3.Row]:
        """The two operators of search that the bot uses, and no other."""
        match = re.fullmatch(r"@(\w+)( -is:retweet)?", query)
        if match is None:
            raise invalid("The stand-in searches for '@handle' and '@handle -is:retweet' only.")
        rows = self._world.naming(match.group(1))
        return [row for row in rows if not (match.group(2) and row["repost_of"])]

    def _page(self, request: Request, rows: list[sqlite3.Row], least: int) -> Json:
        """Newest first; `since_id` and `until_id` are exclusive, a token goes on below a post."""
        query = request.query_params
        size = _number(request, "max_results") if "max_results" in query else 10
        if not least <= size <= 100:
            raise invalid(f"The `max_results` query parameter is not between {least} and 100.")
        since = _number(request, "since_id") if "since_id" in query else 0
        until = _number(request, "until_id") if "until_id" in query else 2**63
        token = query.get("next_token") or query.get("pagination_token")
        below = self._below(token) if token else until
        rows = [row for row in rows if since < row["id"] < min(until, below)]
        page = [row for row in rows[:size] if not row["protected"]]
        meta: Json = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": str(page[0]["id"]), "oldest_id": str(page[-1]["id"])}
        if len(rows) > size:
            meta["next_token"] = f"{self._world.token_age}z{rows[size - 1]['id']}"
        return answer(self._world, page, wanted(query)) | {"meta": meta}

    def _below(self, token: str) -> int:
        age, _, post_id = token.partition("z")
        if age != str(self._world.token_age) or not post_id.isdigit():
            raise invalid("The `pagination_token` query parameter value is not valid.")
        return int(post_id)

    def _missing(self, post_id: str) -> Json:
        exists = self._world.rows(
            "SELECT 1 FROM x_posts WHERE id = ? AND NOT deleted", int(post_id)
        )
        title = "Authorization Error" if exists else "Not Found Error"
        kind = "not-authorized-for-resource" if exists else "resource-not-found"
        return {
            "value": post_id,
            "resource_id": post_id,
            "parameter": "ids",
            "resource_type": "tweet",
            "title": title,
            "detail": f"Could not show tweet with ids: [{post_id}].",
            "type": f"{PROBLEMS}{kind}",
        }

    def _only_own(self, user_id: str) -> None:
        if user_id != str(self._world.account_id):
            raise Problem(404, "Not Found Error", "The stand-in shows its own account only.")


def _only(request: Request, allowed: set[str]) -> None:
    for name in request.query_params:
        if name not in allowed:
            raise invalid(f"The query parameter [{name}] is not one of {sorted(allowed)}.")


def _number(request: Request, name: str) -> int:
    text = request.query_params[name]
    if not text.isdigit() or not 0 <= int(text) < 2**63:
        raise invalid(f"The `{name}` query parameter value is not valid.")
    return int(text)
