"""The stand-in's HTTP side: `/bot<token>/<method>` as a bot library calls it.

Methods: getMe, getUpdates, sendMessage, answerCallbackQuery; any other gets 404, as there.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from sandbox.faults import FaultMiddleware, Faults, add_fault_routes
from sandbox.telegram_shapes import Json
from sandbox.telegram_world import ApiError, TelegramWorld

MAX_POLL_SECONDS = 50
"""Telegram shortens longer polls to this."""
_LOOK_EVERY = 0.03

Result = Json | list[Json] | bool


def _decoded(value: object) -> object:
    """Objects and lists come as JSON text in forms and as themselves in JSON bodies."""
    return json.loads(value) if isinstance(value, str) else value


class _ReplyParameters(BaseModel):
    message_id: int
    allow_sending_without_reply: bool = False


class _Key(BaseModel):
    text: str = Field(min_length=1)
    callback_data: str


class _Markup(BaseModel):
    inline_keyboard: list[list[_Key]]


class _SendMessage(BaseModel):
    chat_id: int
    text: str = ""
    reply_parameters: Annotated[_ReplyParameters | None, BeforeValidator(_decoded)] = None
    reply_markup: Annotated[_Markup | None, BeforeValidator(_decoded)] = None


class _GetUpdates(BaseModel):
    offset: int = 0
    limit: int = Field(default=100, ge=1, le=100)
    timeout: int = Field(default=0, ge=0)
    allowed_updates: Annotated[list[str] | None, BeforeValidator(_decoded)] = None


class _AnswerCallbackQuery(BaseModel):
    callback_query_id: str


class _Methods:
    """What a bot may ask for. The newest poll ends an older one with 409, as Telegram does."""

    def __init__(self, world: TelegramWorld) -> None:
        self._world = world
        self._polls = 0

    def table(self) -> dict[str, Callable[[Request, Json], Awaitable[Result]]]:
        """The methods by name in lower case: Telegram does not mind the case."""
        return {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "sendmessage": self._send_message,
            "answercallbackquery": self._answer_callback_query,
        }

    async def _get_me(self, _request: Request, _parameters: Json) -> Result:
        return self._world.bot_user()

    async def _get_updates(self, request: Request, parameters: Json) -> Result:
        order = _GetUpdates.model_validate(parameters)
        self._polls += 1
        mine = self._polls
        if order.allowed_updates is not None:
            self._world.allow(order.allowed_updates)
        if order.offset:
            self._world.confirm(order.offset)
        end = time.monotonic() + min(order.timeout, MAX_POLL_SECONDS)
        while not (updates := self._world.pending(order.limit)):
            if time.monotonic() >= end or await request.is_disconnected():
                return []
            await asyncio.sleep(_LOOK_EVERY)
            if self._polls != mine:
                raise ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one"
                    " bot instance is running",
                )
        return updates

    async def _send_message(self, _request: Request, parameters: Json) -> Result:
        order = _SendMessage.model_validate(parameters)
        reply, markup = order.reply_parameters, order.reply_markup
        return self._world.send(
            order.chat_id,
            order.text,
            reply_to=reply.message_id if reply else None,
            without_reply=reply.allow_sending_without_reply if reply else False,
            keyboard=markup.model_dump()["inline_keyboard"] if markup else None,
        )

    async def _answer_callback_query(self, _request: Request, parameters: Json) -> Result:
        order = _AnswerCallbackQuery.model_validate(parameters)
        self._world.answer_press(order.callback_query_id)
        return True


def create_app(world: TelegramWorld, faults: Faults, token: str) -> FastAPI:
    """The Bot API of `world` for the bot with `token`; every answer may suffer `faults`."""
    app = FastAPI(openapi_url=None)
    app.add_middleware(FaultMiddleware, faults=faults)
    add_fault_routes(app, faults)
    methods = _Methods(world).table()

    async def answer(request: Request, given_token: str, method: str) -> JSONResponse:
        try:
            if given_token != token:
                raise ApiError(401, "Unauthorized")
            if method.lower() not in methods:
                raise ApiError(404, "Not Found: method not found")
            result = await methods[method.lower()](request, await _parameters(request))
        except ApiError as error:
            return _refusal(error)
        except ValidationError as error:
            field = ".".join(str(part) for part in error.errors()[0]["loc"])
            return _refusal(ApiError(400, f"Bad Request: wrong parameter {field}"))
        return JSONResponse({"ok": True, "result": result})

    app.add_api_route("/bot{given_token}/{method}", answer, methods=["GET", "POST"])
    return app


async def _parameters(request: Request) -> Json:
    """The parameters of a call: query string, and a form or JSON body."""
    found: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            given = json.loads(body)
        except ValueError:
            given = None
        if not isinstance(given, dict):
            raise ApiError(400, "Bad Request: can't parse the request as a JSON object")
        return found | given
    return found | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _refusal(error: ApiError) -> JSONResponse:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return JSONResponse(body, status_code=error.code)
