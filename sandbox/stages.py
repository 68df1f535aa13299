"""The two worlds as the citizens use them: one way to act, one way to see the bot's notices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sandbox.script import NEWEST_NOTICE, Act, Person, Post, Script
from sandbox.telegram_world import TelegramWorld
from sandbox.x_world import XWorld


@dataclass(frozen=True)
class Notice:
    """One message of the bot as a citizen sees it; `buttons` are (label, data)."""

    id: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()

    def says(self, word: str) -> bool:
        """Whether the word stands in the text or begins a button's label."""
        return word in self.text or self.data_of(word) is not None

    def data_of(self, label: str) -> str | None:
        """The data of the first button whose label begins so, in any case."""
        wanted = label.casefold()
        return next(
            (data for name, data in self.buttons if name.casefold().startswith(wanted)), None
        )


@dataclass(frozen=True)
class Cue:
    """What a person knows when a step is due: the platform's ids and the newest notice."""

    ids: Mapping[str, str]
    newest: Notice | None = None

    def parent(self, post: Post) -> str | None:
        """The platform id that the step replies to."""
        if post.reply_to == NEWEST_NOTICE:
            return self.newest.id if self.newest else None
        return self.ids[post.reply_to] if post.reply_to else None


class Stage(Protocol):
    """A world with the script's people in it."""

    def enter(self, script: Script) -> None:
        """Add the people of this platform; those added before a restart are found again."""

    def notices(self, own: Sequence[str], others: Sequence[str]) -> list[Notice]:
        """The notices for who wrote `own` in one thread and `others` elsewhere, oldest first."""

    def perform(self, post: Post, person: Person, cue: Cue) -> str:
        """Do the step with exactly one call to the world; gives the id of what it touched."""


class XStage:
    """X: a notice replies to one of the person's own posts."""

    def __init__(self, world: XWorld) -> None:
        self._world = world

    def enter(self, script: Script) -> None:
        """Add the people."""
        for person in script.people.values():
            if person.platform == "x":
                self._world.add_person(person.handle, person.name, person.bot)

    def notices(self, own: Sequence[str], others: Sequence[str]) -> list[Notice]:  # noqa: ARG002
        """The account's replies to `own`; every wording of a post has the same ones."""
        found = {reply.id: reply for post_id in own for reply in self._world.notices_to(post_id)}
        return [Notice(one.id, one.text) for _, one in sorted(found.items(), key=_by_number)]

    def perform(self, post: Post, person: Person, cue: Cue) -> str:
        """Post, repost, edit or delete."""
        if post.act is Act.EDIT and post.edit_of:
            return self._world.edit(cue.ids[post.edit_of], post.text)
        if post.act is Act.DELETE and post.delete:
            self._world.delete(cue.ids[post.delete])
            return cue.ids[post.delete]
        return self._world.post(
            person.handle,
            post.text,
            reply_to=cue.parent(post),
            quote_of=cue.ids[post.quote_of] if post.quote_of else None,
            repost_of=cue.ids[post.repost_of] if post.repost_of else None,
            media=post.media,
            place=post.place,
        )


def _by_number(item: tuple[str, object]) -> int:
    return int(item[0])


class TelegramStage:
    """Telegram: a thread is a chat, in which a notice may stand without replying to anything."""

    def __init__(self, world: TelegramWorld) -> None:
        self._world = world
        self._groups: dict[str, int] = {}

    def enter(self, script: Script) -> None:
        """Add people and groups."""
        for person in script.people.values():
            if person.platform == "telegram":
                self._world.add_person(person.handle, person.name, person.bot)
        for group in script.groups.values():
            self._groups[group.id] = self._world.add_group(group.title)

    def notices(self, own: Sequence[str], others: Sequence[str]) -> list[Notice]:
        """All of the chat, but what answers another thread or another person."""
        chats = dict.fromkeys(int(message.partition(":")[0]) for message in own)
        return [
            Notice(sent.id, sent.text, tuple((one.label, one.data) for one in sent.buttons))
            for chat in chats
            for sent in self._world.sent(chat)
            if sent.reply_to not in others
        ]

    def perform(self, post: Post, person: Person, cue: Cue) -> str:
        """Say, edit or press."""
        if post.act is Act.EDIT and post.edit_of:
            self._world.edit(cue.ids[post.edit_of], post.text)
            return cue.ids[post.edit_of]
        if post.act is Act.PRESS and post.press:
            return self._press(post.press, person, cue.newest)
        return self._say(post, person, cue)

    def _press(self, label: str, person: Person, newest: Notice | None) -> str:
        data = newest.data_of(label) if newest else None
        if newest is None or data is None:
            raise ValueError("there is no such button")
        self._world.press(person.handle, newest.id, data)
        return newest.id

    def _say(self, post: Post, person: Person, cue: Cue) -> str:
        point = post.location
        return self._world.say(
            person.handle,
            None if post.media else post.text or None,
            caption=post.text or None if post.media else None,
            group=self._groups[post.group] if post.group else None,
            reply_to=cue.parent(post),
            photo="photo" in post.media,
            voice="voice" in post.media,
            video="video" in post.media,
            document="document" in post.media,
            location=(point.latitude, point.longitude) if point else None,
            album=post.album,
        )
