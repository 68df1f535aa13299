"""The states of a report and the one table of steps between them.

Every step of a report goes through `move`: it refuses what the table does not have, keeps the
times and the deadline, and writes the `Transition`.
"""

from datetime import datetime

from sqlmodel import Session

from intake.policy import Policy
from intake.workdays import deadline
from store.tables import Report, Transition

# state -> step -> next state. "info" goes back to where the question came from, see `_target`.
STEPS: dict[str, dict[str, str]] = {
    "received": {
        "verify": "verified",
        "ask": "needs_info",
        "archive": "archived",
        "withdraw": "archived",
    },
    "verified": {
        "verify": "verified",
        "forward": "forwarded",
        "ask": "needs_info",
        "archive": "archived",
        "withdraw": "archived",
    },
    "needs_info": {
        "verify": "verified",
        "ask": "needs_info",
        "info": "received",
        "archive": "archived",
        "withdraw": "archived",
        "silence": "archived",
    },
    "forwarded": {
        "answer": "answered",
        "return": "returned",
        "ask": "needs_info",
        "archive": "archived",
        "withdraw": "archived",
    },
    "returned": {"forward": "forwarded", "archive": "archived", "withdraw": "archived"},
    "answered": {
        "answer": "answered",
        "solved": "closed",
        "unsolved": "forwarded",
        "silence": "closed",
        "withdraw": "closed",
    },
    "closed": {"unsolved": "forwarded"},
    "archived": {"info": "received"},
}
ENDED = ("closed", "archived")


class TransitionRefused(Exception):
    """A step that the report's state does not allow."""

    def __init__(self, reference: str, state: str, step: str) -> None:
        allowed = ", ".join(sorted(STEPS[state]))
        super().__init__(f"{reference} is {state}: '{step}' is not possible now, only {allowed}.")


def allows(report: Report, step: str) -> bool:
    """Whether the report's state allows this step."""
    return step in STEPS[report.state]


def move(
    session: Session,
    report: Report,
    step: str,
    *,
    by: str,
    now: datetime,
    policy: Policy,
    note: str | None = None,
) -> Transition:
    """Take one step; raises `TransitionRefused` when the table does not have it."""
    if not allows(report, step):
        raise TransitionRefused(report.reference, report.state, step)
    before = report.state
    report.state = _target(report, step)
    report.is_open = report.state not in ENDED
    report.active_at = now
    _keep_times(report, step, now)
    report.due_at = _deadline(report, now, policy)
    transition = Transition(
        report_id=report.id or 0,
        from_state=before,
        to_state=report.state,
        by=by,
        note=note,
        made_at=now,
    )
    session.add(report)
    session.add(transition)
    session.flush()
    return transition


def begin(session: Session, report: Report, *, by: str, now: datetime, policy: Policy) -> None:
    """Write the first `Transition` of a new report and set its first deadline."""
    report.due_at = _deadline(report, now, policy)
    session.add(report)
    session.flush()
    session.add(
        Transition(
            report_id=report.id or 0, from_state=None, to_state=report.state, by=by, made_at=now
        )
    )


def _target(report: Report, step: str) -> str:
    if step == "info" and report.forwarded_at is not None:
        return "forwarded"
    if step == "info" and report.verified_at is not None:
        return "verified"
    return STEPS[report.state][step]


def _keep_times(report: Report, step: str, now: datetime) -> None:
    if step == "verify":
        report.verified_at = report.verified_at or now
    elif step == "forward":
        report.forwarded_at = now
        report.clock_started_at = report.clock_started_at or now
    elif step == "answer":
        report.answered_at = now
    elif step == "unsolved":
        report.reopened += 1
        report.clock_started_at = now
    elif step == "return":
        report.returned += 1
    report.ended_at = now if not report.is_open else None


def _deadline(report: Report, now: datetime, policy: Policy) -> datetime | None:
    if report.state in ("received", "verified"):
        return deadline(report.received_at, policy.verify_days)
    if report.state == "forwarded":
        # Another agency after a return does not start the citizen's clock anew.
        return deadline(report.clock_started_at or now, report.answer_days)
    if report.state == "answered":
        return deadline(now, policy.close_days)
    if report.state == "needs_info":
        return deadline(now, policy.info_days)
    return None
