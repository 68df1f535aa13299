"""The numbers that the use cases go by, as `wiring` reads them from the settings."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from random import Random, SystemRandom


@dataclass(frozen=True)
class Policy:
    """Limits, thresholds and deadlines. Days are working days.

    `random` makes references and codes: unguessable, but for a simulation that must repeat itself.
    """

    max_age: timedelta = timedelta(hours=6)
    settle: timedelta = timedelta(seconds=20)
    same_subject: timedelta = timedelta(minutes=10)
    # So long a reply waits for the older posts of its thread while a channel catches up.
    catch_up: timedelta = timedelta(minutes=2)
    per_thread: int = 10
    per_person_hour: int = 20
    per_hour: int = 500
    daily_microusd: int = 20_000_000
    resolve_without_reply: bool = True
    look_every: timedelta = timedelta(seconds=60)
    looks: int = 3
    stuck_after: timedelta = timedelta(minutes=2)
    open_at: float = 0.5
    set_aside_at: float = 0.05
    spam_at: float = 0.03
    # A private message whose topic is this sure and differs from the open report's begins another.
    other_subject_at: float = 0.7
    verify_days: int = 3
    answer_days: int = 14
    information_days: int = 5
    close_days: int = 10
    info_days: int = 10
    remind_days: int = 3
    raw_kept: timedelta = timedelta(days=7)
    duty_from: time = time(7)
    duty_until: time = time(21)
    duty_chat: str | None = None
    x_account: str = "@lapor1708"
    invitation_days: int = 3
    attempts: int = 5
    random: Random = field(default_factory=SystemRandom, compare=False)
