"""Whether everything works, in sentences that say what is wrong and what to do."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from classifier.taxonomy import Urgency
from intake.policy import Policy
from intake.workdays import duty_time_between
from store import channels, installation, notices, posts, raws, reports, standing
from store.database import Database
from store.tables import Channel

SILENT = timedelta(minutes=5)
QUEUE_DUTY_TIME = timedelta(hours=1)
QUEUE_DARURAT = timedelta(minutes=5)
DARURAT_UNSEEN = timedelta(minutes=15)
TINGGI_UNSEEN = timedelta(hours=4)
STUCK = timedelta(minutes=10)
# Twice the time that an erasure may wait for its last word.
ERASURE_OVERDUE = timedelta(minutes=20)


@dataclass(frozen=True)
class Health:
    """`faults` need somebody now; `remarks` are worth knowing."""

    faults: list[str]
    remarks: list[str]

    @property
    def ok(self) -> bool:
        """Whether nobody needs to do anything."""
        return not self.faults


def check_health(db: Database, policy: Policy, now: datetime) -> Health:
    """Look at everything that can go wrong quietly."""
    with db.reading() as session:
        rows = channels.list_channels(session)
        faults = [fault for row in rows for fault in _channel_faults(row, now)]
        faults += _queue_faults(session, policy, now)
        faults += _unseen_faults(session, policy, now)
        faults += _work_faults(session, now)
        remarks = [remark for row in rows for remark in _channel_remarks(session, row, policy, now)]
        if installation.is_paused(session):
            remarks.append("Sending is paused. `lapor resume` ends that.")
    return Health(faults, remarks)


def _channel_faults(channel: Channel, now: datetime) -> list[str]:
    name = f"{channel.platform} ({channel.account})"
    stopped = [
        f"{name}: {what} is stopped: {why}."
        for what, why in (("reading", channel.read_fault), ("sending", channel.send_fault))
        if why
    ]
    if channel.read_fault:
        return stopped
    last = channel.last_read_at or channel.first_started_at
    if now - last > SILENT:
        minutes = int((now - last).total_seconds() // 60)
        stopped.append(f"{name} was last read {minutes} minutes ago. Is `lapor run` running?")
    return stopped


def _channel_remarks(
    session: Session, channel: Channel, policy: Policy, now: datetime
) -> list[str]:
    name = f"{channel.platform} ({channel.account})"
    remarks = []
    if channel.sending == "shadow":
        remarks.append(f"{name} is in shadow: notices are made, not sent. `lapor send on` sends.")
    spent = channels.spent_on(session, channel.id or 0, now.astimezone(UTC).date())
    if spent:
        remarks.append(f"{name} cost ${spent / 1_000_000:.2f} today (UTC).")
    if channel.platform == "x" and spent >= policy.daily_microusd:
        remarks.append(f"{name} has reached the day's money: automatic notices wait.")
    gaps = channels.list_gaps(session, now - timedelta(days=7))
    remarks += [
        f"{name} has a gap from {gap.start:%d.%m. %H:%M} to {gap.end:%d.%m. %H:%M} UTC: "
        f"{gap.reason}."
        for gap in gaps
        if gap.channel_id == channel.id
    ]
    return remarks


def _queue_faults(session: Session, policy: Policy, now: datetime) -> list[str]:
    faults = []
    for post in posts.list_queued(session):
        said = posts.newest_prediction(session, post.id or 0)
        if said and said.urgency == Urgency.DARURAT and now - post.seen_at > QUEUE_DARURAT:
            faults.append(f"P{post.id} may be an emergency and waits over five minutes.")
            continue
        waited = duty_time_between(post.seen_at, now, policy.duty_from, policy.duty_until)
        if waited > QUEUE_DUTY_TIME:
            faults.append(f"P{post.id} waits over one working hour. See `lapor queue`.")
    return faults


def _unseen_faults(session: Session, policy: Policy, now: datetime) -> list[str]:
    faults = []
    for report in reports.list_in_states(session, ("received",)):
        waited = now - report.received_at
        on_duty = duty_time_between(report.received_at, now, policy.duty_from, policy.duty_until)
        if report.urgency == Urgency.DARURAT and waited > DARURAT_UNSEEN:
            faults.append(f"{report.reference} is darurat and nobody has seen it yet.")
        elif report.urgency == Urgency.TINGGI and on_duty > TINGGI_UNSEEN:
            faults.append(f"{report.reference} is tinggi and nobody has seen it yet.")
        elif report.due_at and report.due_at < now:
            faults.append(f"{report.reference} should have been verified by now.")
    faults += [
        f"{report.reference} should have been forwarded by now."
        for report in reports.list_in_states(session, ("verified",))
        if report.due_at and report.due_at < now
    ]
    return faults


def _work_faults(session: Session, now: datetime) -> list[str]:
    faults = []
    stuck = [
        notice
        for notice in notices.list_in_state(session, "sending")
        if notice.claimed_at and now - notice.claimed_at > STUCK
    ]
    if stuck:
        faults.append(f"{len(stuck)} notices hang in `sending`. Restart `lapor run`.")
    doubtful = notices.list_in_state(session, "in_doubt")
    if doubtful:
        faults.append(
            f"{len(doubtful)} notices are in doubt. See `lapor notices list --state in_doubt`."
        )
    overdue = standing.count_erasures_wanted(session, now - ERASURE_OVERDUE)
    if overdue:
        faults.append(
            f"{overdue} people asked to be erased and still are not. "
            "Can the journal of erasures be written (LAPOR_ERASURES_FILE)?"
        )
    unreadable = raws.list_unreadable(session)
    if unreadable:
        faults.append(f"{len(unreadable)} raws could not be understood: see `lapor unreadable`.")
    failed = posts.list_failed(session)
    if failed:
        faults.append(f"{len(failed)} posts could not be placed and were put aside.")
    return faults
