"""From a platform into `raw`: each page and the cursor behind it in one transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bots.platform import Batch, ChannelDown, NotSent, Platform
from intake.steadiness import is_held
from store import channels, raws
from store.crypto import Vault
from store.database import Database
from store.tables import Channel, Cursor

# When a platform says "later" without saying when.
RETRY_AFTER = timedelta(seconds=30)
# How often a stopped channel is tried again.
DOWN_RETRY = timedelta(seconds=60)


def collect(
    db: Database, vault: Vault, platform: Platform, clock: Callable[[], datetime], pages: int = 20
) -> int:
    """Read up to `pages` pages and store them; returns how many new raws came in.

    A cursor never passes a raw that is not stored. What the platform refuses is written down on
    the channel, which is tried again later; nothing is lost by it.
    """
    came = 0
    for _ in range(pages):
        with db.reading() as session:
            channel = channels.get_channel(session, platform.name, platform.account)
            cursor = channels.find_cursor(session, channel.id or 0)
        if is_held(channel.read_not_before, clock()):
            break
        try:
            batch = platform.fetch(cursor.value if cursor else None, clock())
        except NotSent as error:
            _hold(db, channel, clock() + (error.retry_after or RETRY_AFTER))
            break
        except ChannelDown as error:
            _mark_down(db, channel, str(error), clock())
            break
        came += _store(db, vault, channel, cursor, batch, clock())
        if not batch.more:
            break
    return came


def _store(
    db: Database,
    vault: Vault,
    channel: Channel,
    cursor: Cursor | None,
    batch: Batch,
    now: datetime,
) -> int:
    sealed = [(raw.key, vault.seal(raw.payload)) for raw in batch.raws]
    channel_id = channel.id or 0
    with db.writing() as session:
        came = raws.save_raws(session, channel_id, sealed, now)
        channels.move_cursor(session, channel_id, cursor, batch.next_cursor, now)
        channels.add_spending(session, channel_id, batch.cost_microusd, now)
        if batch.gap:
            gap = batch.gap
            channels.add_gap(session, channel_id, gap.start, gap.end, gap.reason, now)
        row = channels.get_channel(session, channel.platform, channel.account)
        row.last_read_at = now
        row.catching_up_since = (row.catching_up_since or now) if batch.more else None
        row.read_not_before = None
        row.read_fault = None
        session.add(row)
    return came


def _hold(db: Database, channel: Channel, until: datetime) -> None:
    with db.writing() as session:
        row = channels.get_channel(session, channel.platform, channel.account)
        row.read_not_before = until
        session.add(row)


def _mark_down(db: Database, channel: Channel, reason: str, now: datetime) -> None:
    with db.writing() as session:
        row = channels.get_channel(session, channel.platform, channel.account)
        row.read_not_before = now + DOWN_RETRY
        row.read_fault = reason
        session.add(row)
