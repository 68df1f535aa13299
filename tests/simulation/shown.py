"""What both simulated platforms show, for the oracle."""

from dataclasses import replace
from datetime import timedelta

from intake.fsck import Shown
from sandbox.shown import shown_of as shown_by
from tests.simulation.watch import Watch
from tests.simulation.world import Platforms

_CURSOR = "SELECT value FROM cursor JOIN channel ON channel.id = channel_id WHERE platform = 'x'"


def shown_of(platforms: Platforms, watch: Watch, set_back: timedelta) -> Shown:
    """Both worlds as they stand now, with what only the simulator knows."""
    shown = shown_by(platforms.x, platforms.telegram, watch.value(_CURSOR))
    withheld = frozenset(platforms.on_x.withheld)
    return replace(shown, withheld=withheld, clock_set_back=set_back)
