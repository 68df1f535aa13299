"""The scripted moderator: works off the script's decisions through the real use cases.

Nothing is remembered here; what comes next follows from each report's state, so that a restart
goes on where it was.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from intake import answer, review
from intake.answer import Given
from intake.overview import Case, find_case
from sandbox.script import Decision, Labels, QueueDecision, Script
from wiring import System

NAME = "moderator-sandbox"
# A moderator reads before deciding; the terminal shows the steps one by one.
PAUSE = timedelta(seconds=1.5)


class Moderator:
    """Decides what the script says, one step of each report at a time."""

    def __init__(self, system: System, script: Script, speed: float = 1.0) -> None:
        self._system, self._script = system, script
        self._pause = PAUSE / speed

    def act(self, platform_ids: Mapping[str, str], now: datetime) -> bool:
        """Take every step that is due; true while any is left to take."""
        left = [self._open(item, platform_ids, now) for item in self._script.doubtful]
        left += [self._decide(item, platform_ids, now) for item in self._script.moderator]
        return any(left)

    def _decide(self, decision: Decision, ids: Mapping[str, str], now: datetime) -> bool:
        case = self._find(decision.report_of, ids)
        step = _next_step(decision, case) if case else None
        if case is None or case.report is None or step is None:
            return False
        if now - case.report.active_at >= self._pause:
            self._take(step, decision, case.report.reference, case.answers, now)
        return True

    def _take(
        self, step: str, decision: Decision, reference: str, answers: int, now: datetime
    ) -> None:
        db, policy = self._system.db, self._system.policy
        agency = decision.agency or ""
        if step == "verify":
            review.verify(db, reference, _labels(decision), by=NAME, now=now, policy=policy)
        elif step == "forward":
            review.forward(db, reference, agency, by=NAME, now=now, policy=policy)
        elif step == "return":
            review.take_back(db, reference, decision.proposed, by=NAME, now=now, policy=policy)
        elif step == "archive":
            review.archive(
                db, reference, "noted", by=NAME, now=now, policy=policy, note=decision.reason
            )
        elif said := decision.answer if answers == 0 else decision.then:
            given = Given(agency, said.sentence, said.full)
            vault = self._system.vault
            answer.answer(db, vault, reference, given, by=NAME, now=now, policy=policy)

    def _open(self, item: QueueDecision, ids: Mapping[str, str], now: datetime) -> bool:
        case = self._find(item.post, ids)
        if case is None or case.state != "queued":
            return False
        if case.placed_at is None or now - case.placed_at >= self._pause:
            system = self._system
            review.open_doubtful(
                system.db,
                system.vault,
                case.post_id,
                _labels(item),
                by=NAME,
                now=now,
                policy=system.policy,
            )
        return True

    def _find(self, post: str, ids: Mapping[str, str]) -> Case | None:
        platform = self._script.platform_of(self._script.posts[post])
        return find_case(self._system.db, platform, ids[post]) if post in ids else None


def _next_step(decision: Decision, case: Case) -> str | None:
    """What the script still wants of a report in this state."""
    report = case.report
    if report is None:
        return None
    if report.state == "received":
        return "archive" if decision.do == "archive" else "verify"
    if report.state == "verified" and decision.do in ("resolve", "return"):
        return "forward"
    if report.state == "forwarded" and decision.do == "return":
        return "return"
    if report.state == "forwarded" and decision.do == "resolve":
        owed = 1 if report.reopened == 0 or decision.then is None else 2
        return "answer" if case.answers < owed else None
    return None


def _labels(decision: Labels) -> review.Labels:
    return review.Labels(
        decision.kind, decision.topic, decision.urgency, decision.sensitive, decision.region
    )
