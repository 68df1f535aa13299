"""The whole bot in one process, against both stand-ins, with a clock that tests move by hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from bots.platform import Platform
from bots.telegram import Telegram
from bots.x import X
from classifier.predict import Model
from intake import collect, deadlines, deliver, ingest, privacy, reconcile, triage
from intake.policy import Policy
from store import channels
from store.crypto import Vault, new_secret_key
from store.database import Database
from store.erasures import Journal
from store.installation import claim_installation
from store.tables import Notice, Post, Report
from tests.bots.telegram_stand_in import StandIn as TelegramStandIn
from tests.bots.telegram_stand_in import running_telegram
from tests.bots.x_stand_in import StandIn as XStandIn
from tests.bots.x_stand_in import running_x

# A Monday afternoon in Jakarta.
START = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


@dataclass
class Bot:
    """Everything that `lapor run` has, stepped by hand.

    `x` and `telegram` are the stand-ins: let citizens write there, `read()` what they wrote and
    give it a place, `send()` what is due, and look at `reports()`, `notices()` and the worlds.
    """

    db: Database
    vault: Vault
    model: Model | None
    x: XStandIn
    telegram: TelegramStandIn
    erasures: Journal
    policy: Policy = field(default_factory=Policy)
    now: datetime = START

    def __post_init__(self) -> None:
        self.restart()
        with self.db.writing() as session:
            claim_installation(session, "sandbox", self.now)
            for platform in self.platforms:
                channels.ensure_channel(session, platform.name, platform.account, "on", self.now)
        self.forward(seconds=0)

    def restart(self) -> None:
        """Fresh adapters, as after a crash; what is stored stays."""
        self.on_x: X = self.x.adapter()
        self.on_telegram: Telegram = self.telegram.adapter()
        self.platforms: list[Platform] = [self.on_x, self.on_telegram]

    def clock(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        """Move the bot's and both platforms' time on."""
        self.now += timedelta(**span)
        self.x.clock.now = self.telegram.clock.now = self.now
        return self.now

    def change_policy(self, **changes: Any) -> None:
        self.policy = replace(self.policy, **changes)

    def collect(self) -> None:
        """Fetch and store, without understanding anything yet."""
        for platform in self.platforms:
            collect.collect(self.db, self.vault, platform, self.clock)

    def read(self) -> None:
        """Fetch, understand, and place all that is due."""
        self.collect()
        for platform in self.platforms:
            ingest.ingest(self.db, self.vault, platform, self.policy, self.now)
        self.triage()

    def triage(self) -> None:
        triage.triage(self.db, self.vault, self.model, self.policy, self.clock)

    def send(self) -> None:
        """Send what is due on both platforms."""
        for platform in self.platforms:
            deliver.deliver(self.db, platform, self.policy, self.clock)

    def settle(self) -> None:
        """Look for notices in doubt."""
        for platform in self.platforms:
            reconcile.reconcile(self.db, platform, self.policy, self.now)

    def turn(self, seconds: float = 30) -> None:
        """Let time pass, then read and send: what a citizen sees half a minute later."""
        self.read()
        self.forward(seconds=seconds)
        self.read()
        self.send()

    def keep_deadlines(self) -> None:
        deadlines.keep_deadlines(self.db, self.policy, self.now)
        privacy.erase_requested(self.db, self.erasures, self.now, self.policy)

    def reports(self) -> Sequence[Report]:
        with self.db.reading() as session:
            return session.exec(select(Report).order_by(col(Report.id))).all()

    def report(self) -> Report:
        """The only report there is."""
        (report,) = self.reports()
        return report

    def notices(self, kind: str | None = None) -> Sequence[Notice]:
        with self.db.reading() as session:
            query = select(Notice).order_by(col(Notice.id))
            return session.exec(query.where(Notice.kind == kind) if kind else query).all()

    def post(self, external_id: str) -> Post:
        with self.db.reading() as session:
            return session.exec(select(Post).where(Post.external_id == external_id)).one()


@contextmanager
def running_bot(
    db: Database, vault: Vault, model: Model | None, folder: Path, policy: Policy | None = None
) -> Iterator[Bot]:
    """A bot on fresh worlds; `sari` is already there on both platforms."""
    with running_x(folder) as x, running_telegram(folder) as telegram:
        x.clock.now = telegram.clock.now = START
        journal = Journal(folder / "erasures", [new_secret_key()])
        yield Bot(db, vault, model, x, telegram, journal, policy or Policy())
