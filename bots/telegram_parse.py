"""Telegram's updates as the events of `bots.platform`. Pure; `bots.telegram` calls it.

Only fields that the intake needs are read, so that a change elsewhere in the Bot API (10.1:
https://core.telegram.org/bots/api) hides no message. Types that are not known give no event.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from bots.platform import (
    Author,
    ButtonPressed,
    ChatChanged,
    Event,
    IncomingPost,
    Location,
    Media,
    MediaKind,
    PostSeen,
    Unreadable,
)

RECEIVED_AT = "lapor_received_at"
"""Our own key in a stored update: Telegram does not say when a button was pressed."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
_GONE_STATUSES = frozenset({"kicked", "left"})


@dataclass(frozen=True)
class Us:
    """Who we are on Telegram: the bot's username without @, and its id where known."""

    username: str
    user_id: int | None = None


# ---------------------------------------------------------------- what is read of an update


def _storable(value: object) -> object:
    # One unit for one unit: the offsets of entities stay right. Neither can be stored as UTF-8
    # in PostgreSQL.
    return _UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else value


def _moment(value: object) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("not a Unix time")
    try:
        return _EPOCH + timedelta(seconds=value)
    except OverflowError:
        raise ValueError("outside the calendar") from None


Text = Annotated[str, BeforeValidator(_storable)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Degrees = Annotated[float, Field(allow_inf_nan=False)]


class _User(BaseModel):
    id: int
    is_bot: bool = False
    first_name: Text = ""
    last_name: Text | None = None
    username: Text | None = None


class _Chat(BaseModel):
    id: int
    type: Text
    title: Text | None = None
    username: Text | None = None


class _Entity(BaseModel):
    type: Text
    offset: int
    length: int
    user: _User | None = None


class _File(BaseModel):
    file_id: Text


class _PhotoSize(_File):
    width: int = 0
    height: int = 0


class _Point(BaseModel):
    latitude: Degrees
    longitude: Degrees


class _Venue(BaseModel):
    location: _Point
    title: Text = ""
    address: Text = ""


class _Message(BaseModel):
    message_id: int
    date: Moment
    chat: _Chat
    from_: _User | None = Field(default=None, alias="from")
    sender_chat: _Chat | None = None
    is_automatic_forward: bool = False
    edit_date: Moment | None = None
    reply_to_message: "_Message | None" = None
    media_group_id: Text | None = None
    text: Text | None = None
    entities: list[_Entity] = []
    caption: Text | None = None
    caption_entities: list[_Entity] = []
    photo: list[_PhotoSize] = []
    video: _File | None = None
    video_note: _File | None = None
    animation: _File | None = None
    voice: _File | None = None
    audio: _File | None = None
    document: _File | None = None
    location: _Point | None = None
    venue: _Venue | None = None
    migrate_to_chat_id: int | None = None
    forum_topic_created: object = None


class _Pressed(BaseModel):
    """The message under a pressed button: too old a one has an id and a chat only."""

    message_id: int
    chat: _Chat


class _Callback(BaseModel):
    id: Text
    from_: _User = Field(alias="from")
    message: _Pressed | None = None
    data: Text | None = None


class _Member(BaseModel):
    status: Text


class _MemberChange(BaseModel):
    chat: _Chat
    from_: _User = Field(alias="from")
    date: Moment
    new_chat_member: _Member


class _Update(BaseModel):
    message: _Message | None = None
    edited_message: _Message | None = None
    callback_query: _Callback | None = None
    my_chat_member: _MemberChange | None = None
    received_at: datetime | None = Field(default=None, alias=RECEIVED_AT)


# ---------------------------------------------------------------- what it means


def parse_update(payload: str, us: Us) -> list[Event]:
    """The events of one stored update; `Unreadable` instead of an error, whatever is in it."""
    try:
        return _events(_Update.model_validate(json.loads(payload)), us)
    except ValidationError as error:
        return [Unreadable(_place_of(error))]
    except (ValueError, RecursionError):
        # json.loads: no JSON, an absurdly long number, or too deeply nested.
        return [Unreadable("the update is no JSON that can be read")]


def _place_of(error: ValidationError) -> str:
    # The path holds names of our models' fields and list positions, never content.
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ".".join(str(part) for part in first["loc"]) or "update"
    return f"{path}: {first['type']}"


def _events(update: _Update, us: Us) -> list[Event]:
    if update.message:
        return _message_events(update.message, us)
    if update.edited_message:
        # The only places that change are live ones: one version for each step helps nobody.
        return [] if update.edited_message.location else _message_events(update.edited_message, us)
    if update.callback_query:
        return _press_events(update.callback_query, update.received_at)
    if update.my_chat_member:
        return _membership_events(update.my_chat_member)
    return []


def _message_events(message: _Message, us: Us) -> list[Event]:
    if message.migrate_to_chat_id is not None:
        return [
            ChatChanged(
                conversation_id=str(message.chat.id),
                author=_author(message),
                changed_at=message.date,
                migrated_to=str(message.migrate_to_chat_id),
            )
        ]
    post = _post(message, us)
    if post is None or message.chat.type == "channel" or message.is_automatic_forward:
        return []
    return [PostSeen(post, _context(message, post, us))]


def _press_events(callback: _Callback, received_at: datetime | None) -> list[Event]:
    if callback.message is None or callback.data is None:
        return []
    if received_at is None or received_at.tzinfo is None:
        return [Unreadable(f"{RECEIVED_AT}: missing")]
    chat = callback.message.chat
    return [
        ButtonPressed(
            external_id=callback.id,
            conversation_id=str(chat.id),
            author=_person(callback.from_),
            notice_id=f"{chat.id}:{callback.message.message_id}",
            data=callback.data,
            callback_id=callback.id,
            pressed_at=received_at,
            public=chat.type != "private",
        )
    ]


def _membership_events(change: _MemberChange) -> list[Event]:
    return [
        ChatChanged(
            conversation_id=str(change.chat.id),
            author=_person(change.from_),
            changed_at=change.date,
            blocked=change.new_chat_member.status in _GONE_STATUSES,
        )
    ]


def _post(message: _Message, us: Us) -> IncomingPost | None:
    """The message as a post; None where it has no author or nothing in it for us."""
    author, text, media = _author(message), message.text or message.caption or "", _media(message)
    location = _location(message)
    if author is None or not (text or media or location):
        return None
    external_id = f"{message.chat.id}:{message.message_id}"
    edited = message.edit_date
    command, argument, for_us = _command(text, us)
    return IncomingPost(
        external_id=external_id,
        version_id=f"{external_id}:{int(edited.timestamp())}" if edited else external_id,
        conversation_id=str(message.chat.id),
        author=author,
        text=text,
        posted_at=message.date,
        public=message.chat.type != "private",
        addressed=message.chat.type == "private" or for_us or _speaks_to(message, us),
        own=_is_us(message.from_, us),
        reply_to=_reply_to(message),
        media=media,
        location=location,
        album_id=message.media_group_id,
        command=command,
        argument=argument,
    )


def _author(message: _Message) -> Author | None:
    chat = message.sender_chat
    if chat is not None:
        # An anonymous administrator or a channel speaks; `from` then holds a placeholder bot.
        return Author(str(chat.id), chat.username, chat.title)
    return _person(message.from_) if message.from_ else None


def _person(user: _User) -> Author:
    name = " ".join(part for part in (user.first_name, user.last_name) if part)
    return Author(str(user.id), user.username, name or None, user.is_bot)


def _is_us(user: _User | None, us: Us) -> bool:
    if user is None:
        return False
    return user.id == us.user_id or (user.username or "").casefold() == us.username.casefold()


def _context(message: _Message, post: IncomingPost, us: Us) -> tuple[IncomingPost, ...]:
    """Another person's message that this one replies to."""
    parent = _replied(message)
    context = _post(parent, us) if parent else None
    if context is None or context.own or context.author.external_id == post.author.external_id:
        return ()
    return (context,)


def _replied(message: _Message) -> _Message | None:
    parent = message.reply_to_message
    # In a forum every message "replies" to the one that opened its topic.
    return None if parent is None or parent.forum_topic_created is not None else parent


def _reply_to(message: _Message) -> str | None:
    parent = _replied(message)
    return f"{parent.chat.id}:{parent.message_id}" if parent else None


def _command(text: str, us: Us) -> tuple[str | None, str | None, bool]:
    """Name, argument, and whether there is a command for us (not for another bot)."""
    match = _COMMAND.fullmatch(text)
    if match is None:
        return None, None, False
    name, bot, argument = match.groups()
    if bot is not None and bot.casefold() != us.username.casefold():
        return None, None, False
    return name.lower(), (argument or "").strip() or None, True


def _speaks_to(message: _Message, us: Us) -> bool:
    parent = _replied(message)
    if parent is not None and _is_us(parent.from_, us):
        return True
    return _mentions(message.text, message.entities, us) or _mentions(
        message.caption, message.caption_entities, us
    )


def _mentions(text: str | None, entities: list[_Entity], us: Us) -> bool:
    # Telegram counts in UTF-16 code units.
    units = (text or "").encode("utf-16-le")
    for entity in entities:
        if entity.type == "text_mention" and _is_us(entity.user, us):
            return True
        start = entity.offset * 2
        words = units[start : start + entity.length * 2].decode("utf-16-le", "replace")
        if entity.type == "mention" and words.casefold() == f"@{us.username}".casefold():
            return True
    return False


def _media(message: _Message) -> tuple[Media, ...]:
    found: list[Media] = []
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        found.append(Media(MediaKind.PHOTO, largest.file_id))
    # An animation also comes as a document, for older programs.
    document = None if message.animation else message.document
    files = (
        (MediaKind.VIDEO, message.video),
        (MediaKind.VIDEO, message.video_note),
        (MediaKind.VIDEO, message.animation),
        (MediaKind.VOICE, message.voice),
        (MediaKind.VOICE, message.audio),
        (MediaKind.DOCUMENT, document),
    )
    found.extend(Media(kind, file.file_id) for kind, file in files if file is not None)
    return tuple(found)


def _location(message: _Message) -> Location | None:
    if message.venue:
        point = message.venue.location
        name = ", ".join(part for part in (message.venue.title, message.venue.address) if part)
        return Location(point.latitude, point.longitude, name or None)
    if message.location:
        return Location(message.location.latitude, message.location.longitude)
    return None
