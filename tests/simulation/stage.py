"""What the people of a short story (`scenarios`) do, see and wait for.

They see what the platforms show; where only the bot's own database can tell that it has understood
something, the stage looks there, past all interruptions.
"""

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from intake import answer, review
from intake.answer import Given
from intake.review import Labels
from tests.intake import texts
from tests.simulation.bot import SimulatedBot
from tests.simulation.citizens import Town
from tests.simulation.interruptions import Fault, Interruptions, Waiting
from tests.simulation.watch import Watch
from tests.simulation.world import Platforms

SARI, BUDI = "warga1", "warga11"
"""One of the people on X, and one of those on Telegram."""

Where = str | int
"""A post on X (its id), or a chat on Telegram (its number)."""

_STATES = "SELECT state FROM report ORDER BY id"
_REFERENCE = "SELECT reference FROM report ORDER BY id DESC LIMIT 1"
_UNDERSTOOD = "SELECT 1 FROM post WHERE external_id = ? AND state <> 'pending'"


@dataclass(frozen=True)
class Step:
    """The story goes on once this is so; until then whoever can `act` on it tries, every turn."""

    done: Callable[[], bool]
    act: Callable[[], object] | None = None


@dataclass(frozen=True)
class Told:
    """All that was said in a place: once each of `says`, and at most once each of `perhaps`.

    Each is a regular expression for what that message holds and no other one does.
    """

    where: Where
    says: Sequence[str] = ()
    perhaps: Sequence[str] = ()

    def faults(self, heard: Sequence[str]) -> list[str]:
        """What is missing, said twice, or should not be there at all."""
        wrong = []
        for words in (*self.says, *self.perhaps):
            times = sum(re.search(words, said) is not None for said in heard)
            if times > 1 or (times < 1 and words in self.says):
                wrong.append(f"{times} times: {words}")
        known = "|".join((*self.says, *self.perhaps)) or "(?!)"
        wrong += [f"unexpected: {said}" for said in heard if not re.search(known, said)]
        return wrong


@dataclass(frozen=True)
class End:
    """How a story must end: what everybody was told; the states of its reports, oldest first."""

    told: Sequence[Told]
    states: Sequence[str]


class Stage:
    """Where a story is played: people on both platforms, a moderator, and trouble of its own."""

    def __init__(
        self,
        bot: SimulatedBot,
        platforms: Platforms,
        watch: Watch,
        interruptions: Interruptions,
    ) -> None:
        self.town = Town(platforms)
        self.x, self.telegram = platforms.x, platforms.telegram
        self._bot, self._clock = bot, platforms.clock
        self._watch, self._interruptions = watch, interruptions

    # ------------------------------------------------------------------ what people do

    def tweet(self, words: str, handle: str = SARI, reply_to: str | None = None) -> str:
        """Mention the account on X."""
        return self.town.tweet(handle, f"@lapor1708 {words}", reply_to=reply_to)

    def say(self, words: str | None, handle: str = BUDI, **more: object) -> str:
        """Write to the bot on Telegram."""
        return self.town.say(handle, words, **more)

    def press(self, label: str, handle: str = BUDI) -> None:
        """Press the newest button with this label."""
        for sent in reversed(self.telegram.sent(self.chat(handle))):
            for button in sent.buttons:
                if button.label == label:
                    self.telegram.press(handle, sent.id, button.data)
                    return

    def pass_time(self, span: timedelta) -> None:
        """Nothing happens for so long."""
        self._clock.forward(seconds=span.total_seconds())

    def trouble(self, fault: Fault, operation: str) -> None:
        """The next such operation goes wrong whenever the story is told."""
        self._interruptions.waiting.append(Waiting(fault, lambda one: operation in one))

    # ------------------------------------------------------------------ what they see

    def chat(self, handle: str = BUDI) -> int:
        """The number of a person's private chat."""
        return self.telegram.add_person(handle, handle.title())

    def heard(self, where: Where) -> list[str]:
        """What the bot said there, oldest first."""
        if isinstance(where, int):
            return [sent.text for sent in self.telegram.sent(where)]
        return [reply.text for reply in self.x.notices_to(where)]

    def newest_reply(self, post: str) -> str:
        """The bot's newest reply to a post on X; the post itself when there is none."""
        replies = self.x.notices_to(post)
        return replies[-1].id if replies else post

    def states(self) -> list[str]:
        """The states of all reports, oldest first."""
        return self._watch.column(_STATES)

    def finds(self, query: str, *given: object) -> object:
        """The first value that the database has for a query, None without one."""
        return self._watch.value(query, given)

    # ------------------------------------------------------------------ what is waited for

    def hears(self, where: Where, words: str = "") -> Step:
        """Until something was said there that holds these words (a regular expression)."""
        return Step(lambda: any(re.search(words, said) for said in self.heard(where)))

    def understood(self, post: str) -> Step:
        """Until the bot knows what to make of a post."""
        return Step(lambda: self.finds(_UNDERSTOOD, post) is not None)

    def reaches(self, state: str, act: Callable[[str], object] | None = None) -> Step:
        """Until the newest report is in this state; `act` gets its reference to bring it there."""
        step = None if act is None else lambda: act(str(self.finds(_REFERENCE)))
        return Step(lambda: self.states()[-1:] == [state], step)

    def asks(self, question: str) -> Step:
        """A moderator asks the reporter back."""
        return self.reaches(
            "needs_info", lambda one: review.ask(self._bot.db, one, question, **self._by())
        )

    def answers(self) -> Generator[Step, None, None]:
        """A moderator passes the report on to an agency, and its answer back."""
        db, vault, given = self._bot.db, self._bot.vault, Given(texts.AGENCY, texts.DONE)
        yield self.reaches("verified", lambda one: review.verify(db, one, Labels(), **self._by()))
        yield self.reaches(
            "forwarded", lambda one: review.forward(db, one, texts.AGENCY, **self._by())
        )
        yield self.reaches(
            "answered", lambda one: answer.answer(db, vault, one, given, **self._by())
        )

    def _by(self) -> Any:
        return {"by": "moderator", "now": self._bot.clock(), "policy": self._bot.policy}
