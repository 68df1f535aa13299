"""The oracle: whether anything was lost or doubled, by the database and by what platforms show.

`lapor fsck` and the simulator call it. A rule is a function from `Facts` to violations; it stands
in the `RULES` of the module about its subject, and nowhere else.
"""

from datetime import datetime

from intake.fsck import (
    caps,
    deadlines,
    messages,
    outbox,
    privacy,
    reading,
    reports,
    settled,
)
from intake.fsck.facts import read_facts, run
from intake.fsck.shapes import Shown, ShownMessage, ShownPost, Violation
from intake.policy import Policy
from store.database import Database

__all__ = ["Shown", "ShownMessage", "ShownPost", "Violation", "check", "check_settled"]

ALWAYS = (
    *reading.RULES,
    *reports.RULES,
    *privacy.RULES,
    *outbox.RULES,
    *messages.RULES,
    *caps.RULES,
    *deadlines.RULES,
)


def check(
    db: Database, policy: Policy, now: datetime, shown: Shown | None = None
) -> list[Violation]:
    """What holds at every moment, also in the middle of faults and between two jobs."""
    return run(ALWAYS, read_facts(db, policy, now, shown))


def check_settled(
    db: Database, policy: Policy, now: datetime, shown: Shown | None = None
) -> list[Violation]:
    """`check`, and what holds once faults have stopped and the bot ran on for ten minutes."""
    return run((*ALWAYS, *settled.RULES), read_facts(db, policy, now, shown))
