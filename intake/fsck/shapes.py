"""What the oracle says, and what it may be told of the platforms. Plain values: no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Violation:
    """Something that must never be.

    `rule` is a slug, `where` names the rows ("notice 12"), `says` is one English sentence with
    what to do where a person can do something. None holds a citizen's text, handle or id.
    """

    rule: str
    where: str
    says: str


@dataclass(frozen=True)
class ShownPost:
    """A person's message on a platform, as the platform itself has it.

    `external_id` is the one the store keys it by (X: the first of its edit history, Telegram:
    `chat:message`), `versions` are the ids of all its wordings where each has its own. `for_us`:
    the platform hands it to our account as something addressed to us. `standing`: neither deleted
    nor written by somebody whose posts are hidden from us.
    """

    platform: str
    external_id: str
    author_id: str
    posted_at: datetime
    for_us: bool
    standing: bool = True
    own: bool = False
    repost: bool = False
    bot: bool = False
    reply_to: str | None = None
    versions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ShownMessage:
    """A message of ours that stands on a platform; `reply_to` is the external id it answers."""

    platform: str
    external_id: str
    conversation_id: str
    reply_to: str | None
    text: str
    at: datetime


@dataclass(frozen=True)
class Shown:
    """What the platforms show at one moment; take it before the database is read.

    `passed` are the ids of posts that our reading claims to be behind it: older than the cursor of
    X, or confirmed to Telegram. `now` is the platforms' own time. What only a simulator knows:
    `withheld` are posts that a platform should have handed out and has not, `clock_set_back` is
    how far the bot's clock was set back, all times together.
    """

    posts: Sequence[ShownPost]
    messages: Sequence[ShownMessage]
    withheld: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    now: datetime | None = None
    clock_set_back: timedelta = timedelta(0)


def name_of(platform: str, what: str, external_id: str) -> str:
    """How a post or message is named: on Telegram without its chat, whose id is a person's."""
    return f"{platform} {what} {external_id.rpartition(':')[2]}"
