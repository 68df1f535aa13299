"""The sandbox's script: who writes what and when, and what the moderator then decides.

`load_script` reads `script.toml` (its head explains the keys) and refuses what does not fit
together; `citizens.py` plays the posts, the scripted moderator follows the decisions.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass as checked
from pydantic_core import ErrorDetails

from sandbox.x_world import MAX_LENGTH, weighted_length

DEFAULT_SCRIPT = Path(__file__).with_name("script.toml")
NEWEST_NOTICE = "notice"
PUBLIC_SENTENCE_LIMIT = 140

_STRICT = ConfigDict(extra="forbid")


class ScriptError(ValueError):
    """The script does not fit together: the message names the entry and what is wrong with it."""


class Act(StrEnum):
    """What a step of the script does."""

    SAY = "say"
    EDIT = "edit"
    DELETE = "delete"
    PRESS = "press"
    REPOST = "repost"


@checked(frozen=True, config=_STRICT)
class Person:
    """Somebody invented; `handle` is the X handle or the Telegram username."""

    id: str
    platform: Literal["x", "telegram"]
    handle: str
    name: str
    bot: bool = False


@checked(frozen=True, config=_STRICT)
class Group:
    """A Telegram group and the people in it."""

    id: str
    title: str
    members: tuple[str, ...]


@checked(frozen=True, config=_STRICT)
class After:
    """`delay` seconds after the `notice`-th notice to this person that followed `post`.

    With `saying` only those notices count that hold the word in their text or on a button.
    """

    post: str
    notice: Annotated[int, Field(ge=1)] = 1
    delay: Annotated[float, Field(ge=0)] = 0.0
    saying: str | None = None


@checked(frozen=True, config=_STRICT)
class Point:
    """A place on earth, in degrees."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


@checked(frozen=True, config=_STRICT)
class Post:
    """One step: what a person does once, `at` seconds after the first start or `after` a notice."""

    id: str
    person: str
    at: Annotated[float, Field(ge=0)] | None = None
    after: After | None = None
    text: str = ""
    media: tuple[Literal["photo", "video", "voice", "document"], ...] = ()
    location: Point | None = None
    place: str | None = None
    album: str | None = None
    group: str | None = None
    reply_to: str | None = None
    quote_of: str | None = None
    repost_of: str | None = None
    edit_of: str | None = None
    delete: str | None = None
    press: str | None = None

    @property
    def act(self) -> Act:
        """What this step does, told by the one key that only such a step has."""
        if self.edit_of:
            return Act.EDIT
        if self.delete:
            return Act.DELETE
        if self.press:
            return Act.PRESS
        return Act.REPOST if self.repost_of else Act.SAY

    @model_validator(mode="after")
    def _is_one_step(self) -> Self:
        if (self.at is None) == (self.after is None):
            raise ValueError("needs either `at` or `after`")
        if sum(map(bool, (self.edit_of, self.delete, self.press, self.repost_of))) > 1:
            raise ValueError("can be only one of edit_of, delete, press and repost_of")
        if self.act is Act.SAY and not (self.text or self.media or self.location):
            raise ValueError("says nothing")
        return self


@checked(frozen=True, config=_STRICT)
class Answer:
    """What an agency did: a public sentence (who, what, when) and the full answer."""

    sentence: Annotated[str, Field(min_length=1, max_length=PUBLIC_SENTENCE_LIMIT)]
    full: Annotated[str, Field(min_length=1)]


@checked(frozen=True, config=_STRICT)
class Labels:
    """What a person says about a post; None leaves what the model said."""

    kind: str | None = None
    topic: str | None = None
    urgency: str | None = None
    sensitive: bool | None = None
    region: str | None = None


@checked(frozen=True, config=_STRICT)
class Decision(Labels):
    """What the moderator does with the report that `report_of` opened.

    `then` is the second answer, for the citizen who says that the first did not solve it.
    `proposed` is the agency that a returned report should go to instead.
    """

    report_of: str = ""
    do: Literal["resolve", "verify", "return", "archive"] = "verify"
    agency: str | None = None
    proposed: str | None = None
    reason: str | None = None
    sentence: str | None = None
    full: str | None = None
    then: Answer | None = None

    @property
    def answer(self) -> Answer | None:
        """The first answer, when this decision resolves the report."""
        return Answer(self.sentence, self.full) if self.sentence and self.full else None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.do == "resolve" and not (self.answer and self.agency):
            raise ValueError("`resolve` needs `agency`, `sentence` and `full`")
        if self.do in ("return", "archive") and not self.reason:
            raise ValueError(f"`{self.do}` needs a `reason`")
        return self


@checked(frozen=True, config=_STRICT)
class QueueDecision(Labels):
    """What a person decides about a post of which the model could not say what it is."""

    post: str = ""
    do: Literal["open"] = "open"


@checked(frozen=True, config=_STRICT)
class _File:
    people: tuple[Person, ...] = ()
    groups: tuple[Group, ...] = ()
    posts: tuple[Post, ...] = ()
    moderator: tuple[Decision, ...] = ()
    doubtful: tuple[QueueDecision, ...] = ()


@dataclass(frozen=True)
class Script:
    """A checked script, by id and in the order of the file."""

    people: Mapping[str, Person]
    groups: Mapping[str, Group]
    posts: Mapping[str, Post]
    moderator: tuple[Decision, ...]
    doubtful: tuple[QueueDecision, ...]

    def platform_of(self, post: Post) -> str:
        """`x` or `telegram`: where the step happens."""
        return self.people[post.person].platform

    def root_of(self, post: Post) -> str:
        """The id of the post that began the thread in which the step happens."""
        parent = _parent(post)
        return self.root_of(self.posts[parent]) if parent else post.id

    def counts(self) -> dict[str, int]:
        """How much there is of what, for whoever starts the sandbox."""
        return {
            "people": len(self.people),
            "posts": len(self.posts),
            "decisions": len(self.moderator) + len(self.doubtful),
        }


def load_script(path: Path = DEFAULT_SCRIPT) -> Script:
    """Read and check a script. Raises `ScriptError` with all that is wrong, a line each."""
    try:
        file = TypeAdapter(_File).validate_python(tomllib.loads(path.read_text("utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise ScriptError(f"{path.name} is no TOML: {error}") from error
    except ValidationError as error:
        # The input is left out: a script may one day be made from what people wrote.
        raise ScriptError(_listed(path, map(_told, error.errors()))) from None
    script = Script(
        people={person.id: person for person in file.people},
        groups={group.id: group for group in file.groups},
        posts={post.id: post for post in file.posts},
        moderator=file.moderator,
        doubtful=file.doubtful,
    )
    wrong = [*_doubles(file), *_faults(script)]
    if wrong:
        raise ScriptError(_listed(path, wrong))
    return script


def _listed(path: Path, wrong: Iterable[str]) -> str:
    return "\n".join([f"{path.name} does not fit together:", *wrong])


def _told(error: ErrorDetails) -> str:
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


def _doubles(file: _File) -> Iterator[str]:
    """Ids are unique over the whole file, and a handle belongs to one person."""
    people, groups, posts = file.people, file.groups, file.posts
    ids = Counter([*(p.id for p in people), *(g.id for g in groups), *(p.id for p in posts)])
    yield from (f"{name}: used {n} times" for name, n in ids.items() if n > 1)
    handles = Counter((one.platform, one.handle.casefold()) for one in people)
    yield from (f"{handle}: has {n} owners" for (_, handle), n in handles.items() if n > 1)


def _faults(script: Script) -> Iterator[str]:
    for group in script.groups.values():
        if unknown := {*group.members} - {*script.people}:
            yield f"{group.id}: unknown members {sorted(unknown)}"
    for post in script.posts.values():
        yield from (f"{post.id}: {fault}" for fault in _post_faults(script, post))
    decided = [one.report_of for one in script.moderator] + [one.post for one in script.doubtful]
    yield from (f"{name or 'a decision'}: no such post" for name in {*decided} - {*script.posts})
    yield from (f"{name}: decided {n} times" for name, n in Counter(decided).items() if n > 1)


def _post_faults(script: Script, post: Post) -> Iterator[str]:
    if post.person not in script.people:
        yield "no such person"
        return
    earlier = list(takewhile(lambda name: name != post.id, script.posts))
    if unknown := [name for name in _named(post) if name not in earlier]:
        yield f"names {unknown}, which must stand before it"
    if late := [one for one in earlier if one in _named(post) and _later(script.posts[one], post)]:
        yield f"comes before {late}, which it names"
    if post.after is None and (post.press or post.reply_to == NEWEST_NOTICE):
        yield "needs a notice, so it needs `after`"
    own = post.edit_of or post.delete
    if own and own in script.posts and script.posts[own].person != post.person:
        yield "changes somebody else's post"
    yield from _platform_faults(script, post)


def _later(one: Post, other: Post) -> bool:
    return one.at is not None and other.at is not None and one.at >= other.at


def _platform_faults(script: Script, post: Post) -> Iterator[str]:
    if script.platform_of(post) == "x":
        if post.press or post.group or post.album or post.location or "voice" in post.media:
            yield "does what X does not have"
        if weighted_length(post.text) > MAX_LENGTH:
            yield f"is longer than {MAX_LENGTH}"
        return
    if post.quote_of or post.repost_of or post.place or post.delete:
        yield "does what a Telegram bot does not see"
    if post.group and post.group not in script.groups:
        yield "no such group"
    elif post.group and post.person not in script.groups[post.group].members:
        yield f"{post.person} is not in the group"


def _named(post: Post) -> list[str]:
    """The other posts that a step names."""
    replied = None if post.reply_to == NEWEST_NOTICE else post.reply_to
    after = post.after.post if post.after else None
    named = (replied, post.quote_of, post.repost_of, post.edit_of, post.delete, after)
    return [name for name in named if name]


def _parent(post: Post) -> str | None:
    """The post under which a step stands; what it quotes or reposts is another thread."""
    if post.reply_to and post.reply_to != NEWEST_NOTICE:
        return post.reply_to
    return post.edit_of or post.delete or (post.after.post if post.after else None)
