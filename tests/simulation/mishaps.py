"""What goes wrong in a simulated week: faults of single operations, and larger trouble."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from random import Random

from tests.simulation.bot import SimulatedBot
from tests.simulation.interruptions import (
    CRASHES,
    DATABASE,
    PAGES,
    REFUSALS,
    Fault,
    Interruptions,
    Waiting,
)
from tests.simulation.world import Platforms

# By name, in the order of the enum: a plan must not depend on the order of a set.
FAULTS = tuple(fault.name for fault in Fault)


def wait_for(fault: Fault, interruptions: Interruptions, random: Random) -> None:
    """Let a fault happen to the next operation that it fits."""
    if fault in PAGES:
        wanted = "/mentions"
    elif fault in REFUSALS or fault is Fault.PAYMENT:
        wanted = "x POST"
    elif fault is Fault.CONFLICT:
        wanted = "getUpdates"
    elif fault in DATABASE:
        wanted = "write"
    else:
        choices = ("x POST", "sendMessage", "x GET", "getUpdates")
        wanted = random.choice((*choices, "write", "read") if fault in CRASHES else choices)
    interruptions.waiting.append(Waiting(fault, lambda operation: wanted in operation))


Mishap = Callable[[SimulatedBot, Platforms, Random], timedelta | None]


def restart(bot: SimulatedBot, platforms: Platforms, random: Random) -> None:
    """The operator stops the bot and starts it again."""
    bot.start()


def outage(bot: SimulatedBot, platforms: Platforms, random: Random) -> timedelta:
    """The bot is off for hours or days."""
    return timedelta(hours=random.choice((1, 5, 9, 30)))


def clock_ahead(bot: SimulatedBot, platforms: Platforms, random: Random) -> None:
    """The bot's clock jumps ahead."""
    platforms.bot_clock.ahead = timedelta(minutes=random.choice((3, 70, 60 * 24 * 4, 60 * 24 * 40)))


def clock_behind(bot: SimulatedBot, platforms: Platforms, random: Random) -> None:
    """The bot's clock jumps back."""
    platforms.bot_clock.ahead = -timedelta(minutes=random.choice((3, 70, 60 * 24 * 4)))


def clock_right(bot: SimulatedBot, platforms: Platforms, random: Random) -> None:
    """The bot's clock is set right."""
    platforms.bot_clock.ahead = timedelta(0)


def expired_tokens(bot: SimulatedBot, platforms: Platforms, random: Random) -> None:
    """Every page token of X that was given out is worth nothing any more."""
    platforms.x.token_age += 1


def damaged_row(bot: SimulatedBot, platforms: Platforms, random: Random) -> None:
    """The sealed text of what the bot has just read cannot be opened any more."""
    bot.run(("read x", "read telegram"))
    with sqlite3.connect(str(bot.db.engine.url.database)) as connection:
        connection.execute(
            "UPDATE version SET original = x'00' WHERE original IS NOT NULL AND post_id ="
            " (SELECT max(id) FROM post WHERE state = 'pending' AND NOT is_context)"
        )
    connection.close()


MISHAPS: dict[str, Mishap] = {
    act.__name__: act
    for act in (
        restart,
        outage,
        clock_ahead,
        clock_behind,
        clock_right,
        expired_tokens,
        damaged_row,
    )
}
