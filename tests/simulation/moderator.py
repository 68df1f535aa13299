"""A simulated moderator and operator: takes some step that a report, a post or a notice waits for.

Truthful where only a person can know: a notice in doubt is looked up on the platform itself.
"""

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from sqlmodel import col, select

from intake import answer, operate, privacy, review
from intake.answer import Given
from intake.review import Labels
from intake.states import TransitionRefused
from store.tables import Channel, Notice, Post, Report
from tests.intake.texts import AGENCY, DONE
from tests.simulation.bot import SimulatedBot
from tests.simulation.world import Platforms

NAME = "moderator"
STEPS = 4
# States in which a report is well on its way, so that some come to an end within a week.
FAR = ("verified", "forwarded", "returned")
REFUSALS = (
    TransitionRefused,
    review.NoWayToAsk,
    review.PostNotWaiting,
    review.MergeRefused,
    operate.NoticeNotThere,
)


class Moderator:
    """Every act is one use case, by which a person moves something on."""

    def __init__(self, bot: SimulatedBot, platforms: Platforms) -> None:
        self._bot, self._platforms = bot, platforms

    def act(self, name: str, random: Random) -> None:
        """Take a step; what the rules refuse at this moment is left."""

        def step() -> None:
            try:
                ACTS[name](self, random)
            except REFUSALS:
                return

        self._bot.attempt(name, step)

    def work(self, random: Random) -> None:
        """Some steps: of the report that waited longest, of the newest one, of a waiting post."""
        for _ in range(STEPS):
            self._work(random)

    def _work(self, random: Random) -> None:
        with self._bot.db.reading() as session:
            queued = session.exec(
                select(Post.id).where(col(Post.state).in_(("queued", "failed")))
            ).all()
            waiting = session.exec(
                select(Report.reference, Report.state)
                .where(Report.state != "archived")
                .order_by(col(Report.active_at))
            ).all()
        if queued and random.random() < 0.3:
            self._judge(random.choice(queued) or 0, random)
        elif waiting:
            far = [one for one in waiting if one[1] in FAR]
            reference, state = random.choice(far if far and random.random() < 0.6 else waiting)
            self._step(reference, random.choice(_STEPS[state]), random)

    def settle_doubt(self, random: Random) -> None:
        """Look where the bot cannot, and say what is there."""
        for notice in self._notices("in_doubt"):
            decision = "sent" if self._stands(notice) else random.choice(("resend", "drop"))
            operate.decide_notice(self._bot.db, notice.id or 0, decision, self._bot.clock())

    def tidy(self, random: Random) -> None:
        """Refused notices again, ready ones away."""
        for notice in self._notices("refused")[-1:]:
            operate.retry_notice(self._bot.db, notice.id or 0, self._bot.clock())
        if random.random() < 0.2:
            for notice in self._notices("ready")[-1:]:
                operate.cancel_notice(self._bot.db, notice.id or 0)

    def merge(self, random: Random) -> None:
        """Two reports are one."""
        with self._bot.db.reading() as session:
            found = session.exec(select(Report.reference).where(col(Report.is_open))).all()
        if len(found) > 1:
            copy, kept = random.sample(list(found), 2)
            review.merge(self._bot.db, copy, kept, **self._by())

    def erase(self, random: Random) -> None:
        """A reporter asked on paper to be forgotten."""
        with self._bot.db.reading() as session:
            found = session.exec(select(Report.reference)).all()
        if found:
            privacy.erase_reporter(
                self._bot.db, self._bot.system.erasures, random.choice(found), **self._by()
            )

    def pause(self, random: Random) -> None:
        """The kill switch, or shadow."""
        if random.random() < 0.5:
            operate.pause(self._bot.db, self._now)
        else:
            operate.set_sending(self._bot.db, "shadow", random.choice((None, "x", "telegram")))

    def resume(self, random: Random) -> None:
        """On again."""
        operate.resume(self._bot.db)
        operate.set_sending(self._bot.db, "on")

    # ------------------------------------------------------------------ inside

    @property
    def _now(self) -> datetime:
        return self._bot.clock()

    def _judge(self, post_id: int, random: Random) -> None:
        if random.random() < 0.6:
            review.open_doubtful(self._bot.db, self._bot.vault, post_id, Labels(), **self._by())
        else:
            review.set_aside(self._bot.db, post_id, by=NAME, now=self._now)

    def _step(self, reference: str, step: str, random: Random) -> None:
        db = self._bot.db
        match step:
            case "verify":
                urgency = random.choice((None, None, "tinggi", "biasa"))
                sensitive = random.choice((None, None, None, True, False))
                labels = Labels(urgency=urgency, sensitive=sensitive)
                review.verify(db, reference, labels, **self._by())
            case "ask":
                review.ask(db, reference, "Di dekat bangunan apa tepatnya?", **self._by())
            case "forward":
                review.forward(db, reference, AGENCY, **self._by())
            case "return":
                review.take_back(db, reference, None, **self._by())
            case "answer":
                full = random.choice((None, "Jawaban lengkap dinas."))
                given = Given(AGENCY, DONE, full)
                answer.answer(db, self._bot.vault, reference, given, **self._by())
            case "archive":
                review.archive(db, reference, "noted", **self._by())

    def _by(self) -> dict[str, Any]:
        return {"by": NAME, "now": self._now, "policy": self._bot.policy}

    def _notices(self, state: str) -> list[Notice]:
        return operate.list_notices(self._bot.db, state)

    def _stands(self, notice: Notice) -> bool:
        with self._bot.db.reading() as session:
            platform = session.get_one(Channel, notice.channel_id).platform
        if platform == "x":
            standing = [(one.reply_to, one.text) for one in self._platforms.x.timeline()]
            return (notice.reply_to, notice.text) in standing
        chat = notice.conversation_id
        if not chat.lstrip("-").isdigit():
            return False
        sent = self._platforms.telegram.sent(int(chat))
        return any(
            one.text == notice.text.strip() and one.reply_to in (notice.reply_to, None)
            for one in sent
        )


_STEPS = {
    "received": ("verify", "verify", "ask", "archive"),
    "verified": ("forward", "forward", "forward", "ask", "verify"),
    "needs_info": ("verify", "ask", "archive"),
    "forwarded": ("answer", "answer", "answer", "return", "ask"),
    "returned": ("forward", "archive"),
    "answered": ("answer",),
    "closed": ("archive",),
}
ACTS: dict[str, Callable[[Moderator, Random], None]] = {
    "work": Moderator.work,
    "settle_doubt": Moderator.settle_doubt,
    "tidy": Moderator.tidy,
    "merge": Moderator.merge,
    "erase": Moderator.erase,
    "pause": Moderator.pause,
    "resume": Moderator.resume,
}
