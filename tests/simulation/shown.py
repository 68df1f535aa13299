"""What both simulated platforms show, for the oracle."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from intake.fsck import Shown
from sandbox.shown import shown_of as shown_by
from store.database import Database
from tests.simulation.world import Platforms

_CURSOR = text(
    "SELECT value FROM cursor JOIN channel ON channel.id = channel_id WHERE platform = 'x'"
)


def shown_of(platforms: Platforms, db: Database, set_back: timedelta) -> Shown:
    """Both worlds as they stand now, with what only the simulator knows."""
    with db.engine.connect() as connection:
        cursor = connection.execute(_CURSOR).scalar()
    shown = shown_by(platforms.x, platforms.telegram, cursor)
    withheld = frozenset(platforms.on_x.withheld)
    return replace(shown, withheld=withheld, clock_set_back=set_back)
