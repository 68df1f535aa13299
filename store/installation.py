"""The one row that says which world this database belongs to, and the kill switch."""

from datetime import datetime

from sqlmodel import Session

from store.tables import Installation


class WrongEnvironment(Exception):
    """Sandbox and live never share a database."""

    def __init__(self, wanted: str, found: str) -> None:
        super().__init__(
            f"This database belongs to a {found} installation and was opened for {wanted}. "
            "Sandbox and live never share a database: set LAPOR_DATABASE_URL to another one."
        )


def claim_installation(session: Session, environment: str, now: datetime) -> Installation:
    """The installation's row, made on first use; raises `WrongEnvironment` in the other world."""
    row = session.get(Installation, 1)
    if row is None:
        row = Installation(environment=environment, made_at=now)
        session.add(row)
    if row.environment != environment:
        raise WrongEnvironment(environment, row.environment)
    return row


def is_paused(session: Session) -> bool:
    """Whether the kill switch is on."""
    row = session.get(Installation, 1)
    return row is not None and row.paused_at is not None
