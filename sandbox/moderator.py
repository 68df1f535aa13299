"""The scripted moderator: works off the script's decisions through the real use cases.

Nothing is remembered here; what comes next follows from each report's state, so that a restart
goes on where it was.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from classifier.places import region_named
from intake import answer, review
from intake.answer import Given
from intake.policy import Policy
from sandbox.script import Decision, Labels, QueueDecision, Script
from store import posts, reports
from store.crypto import Vault
from store.database import Database
from store.tables import Report

NAME = "moderator-sandbox"
# A moderator reads before deciding; the terminal shows the steps one by one.
PAUSE = timedelta(seconds=1.5)


class Moderator:
    """Decides what the script says, one step of each report at a time."""

    def __init__(self, db: Database, vault: Vault, policy: Policy, script: Script) -> None:
        self._db, self._vault, self._policy, self._script = db, vault, policy, script

    def act(self, platform_ids: Mapping[str, str], now: datetime) -> bool:
        """Take every step that is due; true while any is left to take."""
        left = [self._open_doubtful(item, platform_ids, now) for item in self._script.doubtful]
        left += [self._decide(item, platform_ids, now) for item in self._script.moderator]
        return any(left)

    def _decide(self, decision: Decision, ids: Mapping[str, str], now: datetime) -> bool:
        report, answers = self._find(decision.report_of, ids)
        if report is None:
            return False
        step = _next_step(decision, report, answers)
        if step is None:
            return False
        if now - report.active_at >= PAUSE:
            self._take(step, decision, report, answers, now)
        return True

    def _take(
        self, step: str, decision: Decision, report: Report, answers: int, now: datetime
    ) -> None:
        reference, db, policy = report.reference, self._db, self._policy
        if step == "verify":
            review.verify(db, reference, _labels(decision), by=NAME, now=now, policy=policy)
        elif step == "forward":
            agency = decision.agency or "Instansi Contoh"
            review.forward(db, reference, agency, by=NAME, now=now, policy=policy)
        elif step == "return":
            review.take_back(db, reference, decision.proposed, by=NAME, now=now, policy=policy)
        elif step == "archive":
            review.archive(
                db, reference, "noted", by=NAME, now=now, policy=policy, note=decision.reason
            )
        else:
            said = decision.answer if answers == 0 else decision.then
            assert said is not None
            given = Given(decision.agency or "", said.sentence, said.full)
            answer.answer(db, self._vault, reference, given, by=NAME, now=now, policy=policy)

    def _open_doubtful(self, item: QueueDecision, ids: Mapping[str, str], now: datetime) -> bool:
        with self._db.reading() as session:
            post = posts.find_anywhere(session, ids.get(item.post, ""))
        if post is None or post.state != "queued":
            return False
        if post.placed_at is None or now - post.placed_at >= PAUSE:
            review.open_doubtful(
                self._db,
                self._vault,
                post.id or 0,
                _labels(item),
                by=NAME,
                now=now,
                policy=self._policy,
            )
        return True

    def _find(self, post: str, ids: Mapping[str, str]) -> tuple[Report | None, int]:
        with self._db.reading() as session:
            found = posts.find_anywhere(session, ids.get(post, ""))
            if found is None or found.report_id is None:
                return None, 0
            report = session.get_one(Report, found.report_id)
            return report, len(reports.list_answers(session, report.id or 0))


def _next_step(decision: Decision, report: Report, answers: int) -> str | None:
    """What the script still wants of a report in this state."""
    if report.state == "received":
        return "archive" if decision.do == "archive" else "verify"
    if report.state == "verified" and decision.do in ("resolve", "return"):
        return "forward"
    if report.state == "forwarded":
        if decision.do == "return":
            return "return"
        owed = 1 if report.reopened == 0 or decision.then is None else 2
        return "answer" if decision.do == "resolve" and answers < owed else None
    return None


def _labels(decision: Labels) -> review.Labels:
    region = region_named(decision.region) if decision.region else None
    return review.Labels(
        kind=decision.kind,
        topic=decision.topic,
        urgency=decision.urgency,
        sensitive=decision.sensitive,
        region_code=region.code if region else None,
    )
