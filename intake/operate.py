"""The operator's switches: pause and resume, shadow and on, and notices that wait for a person."""

from collections import Counter
from datetime import datetime

from store import channels, notices, raws
from store.database import Database
from store.tables import Installation, Notice

DECISIONS = ("sent", "resend", "drop")


class NoticeNotFound(Exception):
    """No notice has this number."""

    def __init__(self, notice_id: int) -> None:
        super().__init__(f"There is no notice {notice_id}. `lapor notices list` shows them.")


class NoticeNotThere(Exception):
    """The notice is not in a state in which this can be done."""

    def __init__(self, notice: Notice, wanted: str) -> None:
        super().__init__(
            f"Notice {notice.id} is {notice.state}; this is only possible while it is {wanted}."
        )


def pause(db: Database, now: datetime) -> None:
    """Stop sending everywhere, at the latest with the next notice; survives a restart."""
    _set_paused(db, now)


def resume(db: Database) -> None:
    """Send again."""
    _set_paused(db, None)


def set_sending(db: Database, sending: str, platform: str | None = None) -> list[str]:
    """Switch channels between `shadow` and `on`; returns the accounts that were switched."""
    switched = []
    with db.writing() as session:
        for channel in channels.list_channels(session):
            if platform in (None, channel.platform):
                channel.sending = sending
                session.add(channel)
                switched.append(f"{channel.platform} ({channel.account})")
    return switched


def decide_notice(db: Database, notice_id: int, decision: str, now: datetime) -> Notice:
    """A person looked: it stands there (`sent`), it does not (`resend`), or forget it (`drop`)."""
    with db.writing() as session:
        notice = _get(session.get(Notice, notice_id), notice_id, "in_doubt")
        if decision == "sent":
            notice.state, notice.sent_at = "sent", notice.claimed_at or now
        elif decision == "resend":
            notice.state, notice.not_before = "ready", now
        else:
            notice.state = "cancelled"
        notice.failure = f"decided by a person: {decision}"
        session.add(notice)
    return notice


def retry_notice(db: Database, notice_id: int, now: datetime) -> Notice:
    """Try a refused notice again, after whatever it was refused for was mended."""
    with db.writing() as session:
        notice = _get(session.get(Notice, notice_id), notice_id, "refused")
        notice.state, notice.not_before, notice.failure = "ready", now, None
        session.add(notice)
    return notice


def cancel_notice(db: Database, notice_id: int) -> Notice:
    """Take back a notice that was not sent yet."""
    with db.writing() as session:
        notice = _get(session.get(Notice, notice_id), notice_id, "ready")
        notice.state, notice.failure = "cancelled", "cancelled by a person"
        session.add(notice)
    return notice


def list_notices(db: Database, state: str | None, limit: int = 50) -> list[Notice]:
    """Notices of one state, or the newest ones."""
    with db.reading() as session:
        if state:
            return list(notices.list_in_state(session, state))
        return list(notices.list_notices(session, limit))


def count_unreadable(db: Database) -> Counter[str]:
    """Raws that were put aside, by what is wrong with them."""
    with db.reading() as session:
        return Counter(raw.failure or "" for raw in raws.list_unreadable(session))


def retry_unreadable(db: Database) -> int:
    """Have the raws that were put aside parsed again, by a newer version that may know more."""
    with db.writing() as session:
        found = raws.list_unreadable(session)
        for raw in found:
            raw.parsed_at, raw.failure, raw.attempts = None, None, 0
            session.add(raw)
    return len(found)


def drop_unreadable(db: Database) -> int:
    """Forget the raws that were put aside."""
    with db.writing() as session:
        found = raws.list_unreadable(session)
        for raw in found:
            raws.drop_raw(session, raw.id or 0)
    return len(found)


def _get(notice: Notice | None, notice_id: int, wanted: str) -> Notice:
    if notice is None:
        raise NoticeNotFound(notice_id)
    if notice.state != wanted:
        raise NoticeNotThere(notice, wanted)
    return notice


def _set_paused(db: Database, moment: datetime | None) -> None:
    with db.writing() as session:
        row = session.get_one(Installation, 1)
        row.paused_at = moment
        session.add(row)
