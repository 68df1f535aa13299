"""The plan of a simulated week: who does what when, and what goes wrong. Pure: a seed, a list.

Every event carries its own seed, so that a plan with some events left out means the same for the
others: that is how a failing week is made smaller.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from random import Random

from intake.policy import Policy
from tests.simulation import citizens, mishaps, moderator

WEEK, DAY = timedelta(days=7), timedelta(days=1)
SESSIONS = 7
CITIZEN_ACTS = (4, 5)
# Beside them everybody writes a report of their own once, and some of them twice.
REPORTS = ["x_report"] * (len(citizens.X_PEOPLE) + 2)
REPORTS += ["tg_report"] * (len(citizens.TELEGRAM_PEOPLE) + 1)
MODERATOR_ACTS = (2, 4)
FAULTS = (3, 5)
MISHAPS = 5
# A week without mishaps has more of them.
MORE_FAULTS = (4, 5)
SESSION = timedelta(minutes=30)
# A wrong clock is put right within this time.
WRONG_CLOCK = timedelta(minutes=40)
# In one week of so many nobody writes on Telegram for seven days, after which its ids start anew.
SILENT_WEEK = 12
# In one week of so many the caps are low.
TIGHT_WEEK = 5
DUTY_CHAT = "-4000001"
ALL = {name: weight for name, (_, weight) in citizens.ACTS.items()}
ON_X = {name: weight for name, weight in ALL.items() if name.startswith("x_")}
# A Monday midnight in Jakarta; the week before new year has holidays in it.
WEEKS = tuple(
    datetime(year, month, day, tzinfo=timezone(timedelta(hours=7)))
    for year, month, day in ((2026, 11, 2), (2026, 12, 28), (2026, 3, 16), (2027, 1, 4))
)


@dataclass(frozen=True, order=True)
class Event:
    """One thing that happens; `after` is the time since the week began."""

    after: timedelta
    group: str
    name: str
    seed: int


def plan(seed: int) -> list[Event]:
    """The events of the week with this number, in order."""
    random = Random(seed)
    if seed % SILENT_WEEK == 0:
        return _silent_week(random)
    starts = [WEEK * random.random() for _ in range(SESSIONS)]
    sessions = [_session(random, start, ALL) for start in starts]
    sessions.append([_report(random, random.choice(starts), name) for name in REPORTS])
    mishaps = [_mishap(random, WEEK * random.random()) for _ in range(MISHAPS)]
    return sorted(event for events in (*sessions, *mishaps) for event in events)


def policy(seed: int) -> Policy:
    """The settings of this week: days short enough to end within it, caps that some weeks reach."""
    quick = Policy(
        verify_days=1,
        information_days=1,
        answer_days=2,
        close_days=2,
        info_days=2,
        remind_days=1,
        duty_chat=DUTY_CHAT,
        random=Random(f"references {seed}"),
    )
    if seed % TIGHT_WEEK:
        return quick
    return replace(
        quick, per_thread=2, per_person_hour=2, per_hour=6, daily_microusd=150_000, raw_kept=DAY
    )


def begins(seed: int) -> datetime:
    """The moment at which the week with this number begins."""
    return WEEKS[seed % len(WEEKS)]


def _silent_week(random: Random) -> list[Event]:
    """Everybody writes on the first and on the eighth day, and on X only between them."""
    starts = [WEEK * random.uniform(0.02, 1) for _ in range(SESSIONS - 2)]
    loud = [WEEK * 0.0, WEEK * 1.03]
    sessions = [_session(random, start, ON_X, MORE_FAULTS) for start in starts]
    sessions += [_session(random, start, ALL, MORE_FAULTS) for start in loud]
    sessions.append([_report(random, random.choice(loud), name) for name in REPORTS])
    return sorted(event for events in sessions for event in events)


def _report(random: Random, start: timedelta, name: str) -> Event:
    return _event(random, start + SESSION * random.random(), "citizen", name)


def _session(
    random: Random,
    start: timedelta,
    allowed: Mapping[str, float],
    faults: tuple[int, int] = FAULTS,
) -> list[Event]:
    """People are awake at the same time, and so trouble finds them at work."""
    acts = random.choices(list(allowed), list(allowed.values()), k=random.randint(*CITIZEN_ACTS))
    chosen = [
        *(("citizen", name) for name in acts),
        *(("moderator", _moderator(random)) for _ in range(random.randint(*MODERATOR_ACTS))),
        *(("fault", random.choice(mishaps.FAULTS)) for _ in range(random.randint(*faults))),
    ]
    return [
        _event(random, start + SESSION * random.random(), group, name) for group, name in chosen
    ]


def _event(random: Random, after: timedelta, group: str, name: str) -> Event:
    return Event(after, group, name, random.getrandbits(32))


def _moderator(random: Random) -> str:
    weights = {"work": 20, "settle_doubt": 3, "tidy": 2, "merge": 1, "erase": 0.5, "pause": 0.7}
    weights["resume"] = 1.5
    assert set(weights) == set(moderator.ACTS)
    return random.choices(list(weights), list(weights.values()))[0]


def _mishap(random: Random, start: timedelta) -> list[Event]:
    name = random.choice([name for name in mishaps.MISHAPS if name != "clock_right"])
    events = [_event(random, start, "mishap", name)]
    if name == "damaged_row":
        report = random.choice(("x_report", "tg_report"))
        events.append(_event(random, start - timedelta(seconds=1), "citizen", report))
    if name.startswith("clock"):
        right = start + WRONG_CLOCK * random.uniform(0.2, 1)
        events.append(_event(random, right, "mishap", "clock_right"))
    return events
