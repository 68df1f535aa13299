"""Half a bot: it reads, understands and sends until it is killed, and gives no post its place.

`fiu-run` can run this half. Its preload library has a `malloc` with thread-local storage, and glibc
aborts when that must grow, which SciPy's many libraries make it do in the other half.
"""

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from bots.platform import Platform
from intake import collect, deliver, ingest, reconcile
from settings import Settings
from wiring import System, build_platforms, build_system, open_channels

log = logging.getLogger(__name__)


def clock() -> datetime:
    return datetime.now(UTC)


def rounds(system: System, platform: Platform) -> list[Callable[[], object]]:
    """What `scheduler.py` does for a platform, but for placing posts."""
    db, vault, policy = system.db, system.vault, system.policy
    return [
        lambda: collect.collect(db, vault, platform, clock),
        lambda: ingest.ingest(db, vault, platform, policy, clock()),
        lambda: deliver.deliver(db, platform, policy, clock, limit=5),
        lambda: reconcile.reconcile(db, platform, policy, clock()),
    ]


def guarded(work: Callable[[], object]) -> None:
    """One failing job is logged, and the others go on."""
    try:
        work()
    except Exception:
        log.exception("job failed")


def main() -> None:
    """Run until somebody kills it."""
    settings = Settings()
    system = build_system(settings, "live", clock(), prepare=True)
    with system.db.run_lock():
        platforms = build_platforms(settings)
        open_channels(system, platforms, clock())
        for platform in platforms:
            guarded(partial(reconcile.doubt_stuck, system.db, platform, clock(), timedelta(0)))
        work = [job for platform in platforms for job in rounds(system, platform)]
        while True:
            for job in work:
                guarded(job)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    main()
