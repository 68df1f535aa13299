"""After a restore: what was about to be sent may have been sent since the backup was made."""

from store import notices
from store.database import Database

WHY = "restored from a backup"


def after_restore(db: Database) -> int:
    """Put every unsent notice in doubt: X is looked through, the rest asks a person."""
    with db.writing() as session:
        waiting = [
            *notices.list_in_state(session, "ready"),
            *notices.list_in_state(session, "sending"),
        ]
        for notice in waiting:
            notice.state, notice.failure, notice.doubted = "in_doubt", WHY, True
            notice.claimed_at = notice.claimed_at or notice.made_at
            session.add(notice)
    return len(waiting)
