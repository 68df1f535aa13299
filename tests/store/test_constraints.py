"""The database itself refuses what must not be, on SQLite and on PostgreSQL alike."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session

from classifier.taxonomy import Kind, Urgency
from intake.states import STEPS
from store import channels, notices, people, raws, tables
from store.channels import CursorMoved
from store.database import Database
from store.tables import Channel, Notice, Person, Post, Report

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def a_channel(session: Session) -> Channel:
    return channels.ensure_channel(session, "x", "lapor1708", "on", NOW)


def a_person(session: Session, external_id: str = "1") -> Person:
    known = people.find_person(session, "x", external_id)
    if known is not None:
        return known
    person = Person(platform="x", external_id=external_id, first_seen_at=NOW)
    session.add(person)
    session.flush()
    return person


def a_post(session: Session, external_id: str = "10", **more: Any) -> Post:
    channel, person = a_channel(session), a_person(session, f"author of {external_id}")
    fields: dict[str, Any] = {
        "channel_id": channel.id,
        "external_id": external_id,
        "person_id": person.id,
        "conversation_id": "10",
        "public": True,
        "addressed": True,
        "posted_at": NOW,
        "seen_at": NOW,
        "settles_at": NOW,
    }
    post = Post(**(fields | more))
    session.add(post)
    session.flush()
    return post


def a_report(session: Session, post: Post, reference: str, **more: Any) -> Report:
    fields: dict[str, Any] = {
        "reference": reference,
        "channel_id": post.channel_id,
        "conversation_id": post.conversation_id,
        "person_id": post.person_id,
        "opening_post_id": post.id,
        "kind": "pengaduan",
        "received_at": NOW,
        "active_at": NOW,
    }
    report = Report(**(fields | more))
    session.add(report)
    session.flush()
    return report


def a_notice(session: Session, post: Post, **more: Any) -> Notice:
    fields: dict[str, Any] = {
        "channel_id": post.channel_id,
        "kind": "acknowledgement",
        "cause": f"post:{post.id}",
        "person_id": post.person_id,
        "conversation_id": post.conversation_id,
        "text": "Terima kasih.",
        "mark": "LPR",
        "public": True,
        "automatic": True,
        "not_before": NOW,
        "made_at": NOW,
    }
    notice = Notice(**(fields | more))
    session.add(notice)
    session.flush()
    return notice


def test_the_store_knows_the_same_labels_and_states_as_the_layers_above() -> None:
    assert set(tables.KINDS) == {str(kind) for kind in Kind}
    assert set(tables.URGENCIES) == {str(urgency) for urgency in Urgency}
    assert set(tables.REPORT_STATES) == set(STEPS)


def test_two_posts_with_one_id_are_refused(db: Database) -> None:
    with db.writing() as session:
        a_post(session, "10")

    with pytest.raises(IntegrityError), db.writing() as session:
        a_post(session, "10", conversation_id="another")


def test_two_open_reports_for_one_conversation_author_and_part_are_refused(db: Database) -> None:
    with db.writing() as session:
        first = a_post(session, "10")
        second = a_post(session, "11", person_id=first.person_id)
        a_report(session, first, "LPR-A")

    with pytest.raises(IntegrityError), db.writing() as session:
        a_report(session, second, "LPR-B")


def test_an_ended_report_makes_room_for_another(db: Database) -> None:
    with db.writing() as session:
        first = a_post(session, "10")
        second = a_post(session, "11", person_id=first.person_id)
        a_report(session, first, "LPR-A", state="closed", is_open=False)
        a_report(session, second, "LPR-B")

    with db.reading() as session:
        assert session.get(Report, 2) is not None


def test_a_report_cannot_be_closed_and_open_at_once(db: Database) -> None:
    with pytest.raises(IntegrityError), db.writing() as session:
        a_report(session, a_post(session), "LPR-A", state="closed", is_open=True)


def test_two_notices_for_one_kind_cause_and_recipient_are_refused(db: Database) -> None:
    with db.writing() as session:
        post = a_post(session)
        a_notice(session, post)

    with pytest.raises(IntegrityError), db.writing() as session:
        a_notice(session, post)


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [("post", "state", "lost"), ("notice", "state", "maybe"), ("report", "kind", "curhat")],
)
def test_a_value_outside_the_list_is_refused(
    db: Database, table: str, field: str, value: str
) -> None:
    def write() -> None:
        with db.writing() as session:
            post = a_post(session, **({field: value} if table == "post" else {}))
            if table == "notice":
                a_notice(session, post, **{field: value})
            if table == "report":
                a_report(session, post, "LPR-A", **{field: value})

    with pytest.raises(IntegrityError):
        write()


def test_a_notice_is_claimed_once(db: Database) -> None:
    with db.writing() as session:
        notice = a_notice(session, a_post(session))

    with db.writing() as session:
        assert notices.claim_notice(session, notice.id or 0, NOW)
    with db.writing() as session:
        assert not notices.claim_notice(session, notice.id or 0, NOW)


def test_a_cursor_moves_only_from_where_it_was_seen(db: Database) -> None:
    with db.writing() as session:
        channel = a_channel(session)
        channels.move_cursor(session, channel.id or 0, None, "one", NOW)
    with db.reading() as session:
        seen = channels.find_cursor(session, channel.id or 0)
    with db.writing() as session:
        channels.move_cursor(session, channel.id or 0, seen, "two", NOW)

    with pytest.raises(CursorMoved), db.writing() as session:
        channels.move_cursor(session, channel.id or 0, seen, "three", NOW)
    with pytest.raises(CursorMoved), db.writing() as session:
        channels.move_cursor(session, channel.id or 0, None, "four", NOW)
    with db.reading() as session:
        found = channels.find_cursor(session, channel.id or 0)
    assert found is not None
    assert found.value == "two"


def test_the_same_raw_is_kept_once(db: Database) -> None:
    with db.writing() as session:
        channel_id = a_channel(session).id or 0
        assert raws.save_raws(session, channel_id, [("1", b"a"), ("2", b"b")], NOW) == 2
    with db.writing() as session:
        assert raws.save_raws(session, channel_id, [("2", b"b"), ("3", b"c")], NOW) == 1


def test_a_time_without_a_zone_is_refused(db: Database) -> None:
    naive = datetime(2026, 11, 24)  # noqa: DTZ001

    with pytest.raises(StatementError), db.writing() as session:
        a_post(session, posted_at=naive)


def test_times_come_back_aware_and_equal(db: Database) -> None:
    with db.writing() as session:
        post = a_post(session)

    with db.reading() as session:
        found = session.get_one(Post, post.id)
    assert found.posted_at == NOW
    assert found.posted_at.tzinfo is not None
