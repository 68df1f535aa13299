"""What the platforms show after the kills, held against what was written and what is stored."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import col, select

from intake.fsck import check_settled
from intake.policy import Policy
from sandbox.shown import read_shown
from store import channels
from store.database import Database
from store.tables import Channel, Notice, Post, Raw, Report, Version


@dataclass(frozen=True)
class Written:
    """A citizen's post, the kind of notice that it must get, and the post that began its thread."""

    platform: str
    external_id: str
    owes: str
    thread: str


@dataclass(frozen=True)
class Shown:
    """A message of the bot that stands on a platform."""

    platform: str
    external_id: str
    reply_to: str | None
    text: str


@dataclass(frozen=True)
class Stored:
    """All that the bot remembers, by platform where ids are a platform's own."""

    platforms: dict[int, str]
    posts: Sequence[Post]
    versions: Counter[int]
    reports: Sequence[Report]
    notices: Sequence[Notice]
    unread: int
    unreadable: Sequence[str | None]

    def platform_of(self, row: Post | Report | Notice) -> str:
        """Where this happened."""
        return self.platforms[row.channel_id]


@dataclass(frozen=True)
class Verdict:
    """A sentence for each thing that is wrong, and how much there was of what."""

    written: int
    shown: int
    in_doubt: int
    doubted: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    disordered: tuple[str, ...]
    unsettled: tuple[str, ...]

    @property
    def wrong(self) -> tuple[str, ...]:
        """Everything that is wrong."""
        return self.lost + self.doubled + self.disordered + self.unsettled


def ask_oracle(database_url: str, world: Path) -> list[str]:
    """What `lapor fsck --settled` says of it, beside the judgement here that shares no code."""
    db = Database(database_url)
    with db.reading() as session:
        found = {channel.platform: channel for channel in channels.list_channels(session)}
        cursor = channels.find_cursor(session, found["x"].id or 0)
    accounts = found["x"].account, found["telegram"].account
    shown = read_shown(world, *accounts, cursor.value if cursor else None)
    violations = check_settled(db, Policy(), datetime.now(UTC), shown)
    db.close()
    return [f"{one.rule}: {one.where}: {one.says}" for one in violations]


def judge(database_url: str, world: Path) -> Verdict:
    """Hold the database against the stand-ins' file, once nothing is due any more."""
    written, shown = read_world(world)
    stored = read_database(database_url)
    return Verdict(
        written=len(written),
        shown=len(shown),
        in_doubt=sum(notice.state == "in_doubt" for notice in stored.notices),
        doubted=sum(notice.doubted for notice in stored.notices),
        lost=(*_lost_posts(stored, written), *_lost_notices(stored, shown)),
        doubled=(*_doubled_reports(stored, written), *_doubled_notices(stored, shown)),
        disordered=tuple(_overtaken(stored)),
        unsettled=(*_unsettled(stored), *broken_pages(database_url)),
    )


def read_world(world: Path) -> tuple[list[Written], list[Shown]]:
    """What citizens wrote, and what the bot said, by the stand-ins' own file."""
    with sqlite3.connect(world) as connection:
        written = connection.execute("SELECT platform, external_id, owes, thread FROM written")
        on_x = connection.execute(
            "SELECT x_posts.id, reply_to, written FROM x_posts JOIN x_people ON"
            " x_people.id = author WHERE handle = 'lapor1708' AND NOT deleted"
        ).fetchall()
        on_telegram = connection.execute(
            "SELECT chat_id, message_id, reply_to, body FROM telegram_messages WHERE from_bot"
        ).fetchall()
        shown = [Shown("x", str(one), str(reply_to), text) for one, reply_to, text in on_x]
        for chat, one, reply_to, body in on_telegram:
            text = json.loads(body)["text"]
            shown.append(Shown("telegram", f"{chat}:{one}", f"{chat}:{reply_to}", text))
        return [Written(*row) for row in written], shown


def read_database(url: str) -> Stored:
    """What the bot remembers."""
    db = Database(url)
    try:
        with db.reading() as session:
            channels = session.exec(select(Channel)).all()
            return Stored(
                platforms={row.id or 0: row.platform for row in channels},
                posts=session.exec(select(Post).where(col(Post.is_context).is_(False))).all(),
                versions=Counter(session.exec(select(Version.post_id)).all()),
                reports=session.exec(select(Report)).all(),
                notices=session.exec(select(Notice)).all(),
                unreadable=session.exec(
                    select(col(Raw.failure)).where(col(Raw.failure).is_not(None))
                ).all(),
                unread=len(session.exec(select(Raw.id).where(col(Raw.parsed_at).is_(None))).all()),
            )
    finally:
        db.close()


def broken_pages(url: str) -> list[str]:
    """What SQLite itself finds wrong with its file; PostgreSQL has no such look."""
    db = Database(url)
    try:
        if not db.is_sqlite:
            return []
        with db.engine.connect() as connection:
            said = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            said = [*said, *connection.exec_driver_sql("PRAGMA foreign_key_check").scalars()]
    finally:
        db.close()
    return [f"the database is broken: {line}" for line in said if line != "ok"]


# ---------------------------------------------------------------- what must be there


def _lost_posts(stored: Stored, written: list[Written]) -> Iterator[str]:
    known = {(stored.platform_of(post), post.external_id): post for post in stored.posts}
    kinds = {(notice.kind, notice.cause) for notice in stored.notices}
    for one in written:
        post = known.get((one.platform, one.external_id))
        if post is None:
            yield f"{_name(one)} was never stored"
        elif stored.versions[post.id or 0] != 1:
            yield f"{_name(one)} has {stored.versions[post.id or 0]} wordings"
        elif post.state != "placed":
            yield f"{_name(one)} is {post.state} ({post.note})"
        elif (one.owes, f"post:{post.id}") not in kinds:
            yield f"{_name(one)} ({post.intent}) got no {one.owes}"


def _lost_notices(stored: Stored, shown: list[Shown]) -> Iterator[str]:
    there = {(one.platform, one.external_id): one for one in shown}
    for notice in stored.notices:
        if notice.state != "sent":
            continue
        found = there.get((stored.platform_of(notice), notice.external_id or ""))
        if found is None:
            yield f"{_label(notice)} is said to be sent and stands nowhere"
        elif found.text != notice.text.strip() or found.reply_to != notice.reply_to:
            yield f"{_label(notice)} was sent, but another message stands in its place"


# ---------------------------------------------------------------- what must be there once only


def _doubled_reports(stored: Stored, written: list[Written]) -> Iterator[str]:
    threads = {(one.platform, one.thread) for one in written}
    posts = {post.id: post for post in stored.posts}
    opened = Counter(
        (stored.platform_of(report), posts[report.opening_post_id].external_id)
        for report in stored.reports
    )
    yield from (f"{thread} opened {times} reports" for thread, times in opened.items() if times > 1)
    yield from (f"{thread} opened a report of its own" for thread in {*opened} - threads)


def _doubled_notices(stored: Stored, shown: list[Shown]) -> Iterator[str]:
    same = Counter((one.platform, one.reply_to, one.text) for one in shown)
    yield from (
        f"a message under {reply_to} stands there {times} times"
        for (_, reply_to, _), times in same.items()
        if times > 1
    )
    owners = Counter(
        (stored.platform_of(notice), notice.external_id)
        for notice in stored.notices
        if notice.external_id is not None
    )
    yield from (f"{one} belongs to {n} notices" for one, n in owners.items() if n > 1)
    in_doubt = {
        (stored.platform_of(notice), notice.reply_to, notice.text.strip())
        for notice in stored.notices
        if notice.state == "in_doubt"
    }
    for one in shown:
        is_known = (one.platform, one.external_id) in owners
        if not is_known and (one.platform, one.reply_to, one.text) not in in_doubt:
            yield f"{one.platform} {one.external_id} belongs to no notice"


# ---------------------------------------------------------------- what must come first


def _overtaken(stored: Stored) -> Iterator[str]:
    """Whoever reads hears the number before anything else about the report."""
    sent = [notice for notice in stored.notices if notice.external_id is not None]
    first = {
        (notice.report_id, notice.person_id): _place(notice)
        for notice in sent
        if notice.kind == "acknowledgement"
    }
    for notice in sent:
        if _place(notice) < first.get((notice.report_id, notice.person_id), 0):
            yield f"{_label(notice)} stands before the acknowledgement"


def _place(notice: Notice) -> int:
    """The platforms count up: X over all posts, Telegram over a chat's messages."""
    return int(str(notice.external_id).rpartition(":")[2])


# ---------------------------------------------------------------- what must have come to an end


def _unsettled(stored: Stored) -> Iterator[str]:
    if stored.unread:
        yield f"{stored.unread} raws were never understood"
    yield from (f"a raw was put aside: {failure}" for failure in stored.unreadable)
    for post in stored.posts:
        if post.state in ("pending", "failed"):
            yield f"post {post.id} is {post.state}"
    for notice in stored.notices:
        # Telegram cannot be asked what stands there: a person decides, it is never sent again.
        waits_for_a_person = notice.state == "in_doubt" and not notice.public
        if notice.state != "sent" and not waits_for_a_person:
            yield f"{_label(notice)} is {notice.state} ({notice.failure})"


def _name(one: Written) -> str:
    return f"{one.platform} {one.external_id}"


def _label(notice: Notice) -> str:
    return f"notice {notice.id} ({notice.kind} for {notice.cause})"
