"""Posts, their versions, and what models said about them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, or_, update
from sqlmodel import Session, col, func, select

from store.tables import Channel, Post, Prediction, Report, Version

# Asked for every post or every second, so built once.
_POST = select(Post).where(
    Post.channel_id == bindparam("channel_id"), Post.external_id == bindparam("external_id")
)
_VERSIONS = select(Version).where(Version.post_id == bindparam("post_id")).order_by(col(Version.id))
_NEWEST_VERSION = (
    select(Version)
    .where(Version.post_id == bindparam("post_id"))
    .order_by(col(Version.id).desc())
    .limit(1)
)
_WAITING = (
    select(Post)
    .where(
        Post.channel_id == bindparam("channel_id"),
        Post.state == "pending",
        col(Post.is_context).is_(False),
        or_(
            col(Post.attempts) == 0,
            col(Post.settles_at) <= bindparam("now"),
            col(Post.settles_at) > bindparam("never"),
        ),
    )
    .order_by(col(Post.posted_at), col(Post.id))
    .limit(bindparam("most"))
)


def find_post(session: Session, channel_id: int, external_id: str) -> Post | None:
    """The post with this id on this channel."""
    wanted = {"channel_id": channel_id, "external_id": external_id}
    return session.exec(_POST, params=wanted).first()


def get_post(session: Session, post_id: int) -> Post:
    """The post of this row."""
    post = session.get(Post, post_id)
    assert post is not None
    return post


def find_version(session: Session, post_id: int, external_id: str) -> Version | None:
    """This wording of a post."""
    return session.exec(
        select(Version).where(Version.post_id == post_id, Version.external_id == external_id)
    ).first()


def newest_version(session: Session, post_id: int) -> Version:
    """The wording of a post that counts now."""
    return session.exec(_NEWEST_VERSION, params={"post_id": post_id}).one()


def list_versions(session: Session, post_id: int) -> Sequence[Version]:
    """All wordings of a post, oldest first."""
    return session.exec(_VERSIONS, params={"post_id": post_id}).all()


def find_prediction(session: Session, version_id: int, model_version: str) -> Prediction | None:
    """What this model said about this wording."""
    return session.exec(
        select(Prediction).where(
            Prediction.version_id == version_id, Prediction.model_version == model_version
        )
    ).first()


def newest_prediction(session: Session, post_id: int) -> Prediction | None:
    """What was last said about a post."""
    return session.exec(
        select(Prediction)
        .join(Version, col(Version.id) == Prediction.version_id)
        .where(Version.post_id == post_id)
        .order_by(col(Prediction.version_id).desc(), col(Prediction.id).desc())
        .limit(1)
    ).first()


def list_waiting(
    session: Session, channel_id: int, now: datetime, limit: int, *, longest_wait: timedelta
) -> Sequence[Post]:
    """Posts of a channel that have no place yet, in the order they were written.

    One that failed is left out until it is time for another try; what was put off for more than
    `longest_wait` was put off by a wrong clock, and waits no more.
    """
    wanted = {"channel_id": channel_id, "now": now, "never": now + longest_wait, "most": limit}
    return session.exec(_WAITING, params=wanted).all()


def list_queued(session: Session) -> Sequence[Post]:
    """Posts about which only a person can say whether they are a report, oldest first."""
    return session.exec(
        select(Post).where(col(Post.state).in_(("queued", "failed"))).order_by(col(Post.seen_at))
    ).all()


def list_set_aside(session: Session, limit: int) -> Sequence[Post]:
    """People's posts taken for no report, newest first: nothing is thrown away."""
    return session.exec(
        select(Post)
        .where(
            Post.state == "set_aside",
            *_with_words(),
        )
        .order_by(col(Post.id).desc())
        .limit(limit)
    ).all()


def list_of_report(session: Session, report_id: int) -> Sequence[Post]:
    """The posts of a report, oldest first."""
    return session.exec(
        select(Post).where(Post.report_id == report_id).order_by(col(Post.posted_at), col(Post.id))
    ).all()


def newest_addressed(
    session: Session, channel_id: int, person_id: int, conversation_id: str
) -> Post | None:
    """The person's newest standing post in this thread that speaks to us."""
    return session.exec(
        select(Post)
        .where(
            Post.channel_id == channel_id,
            Post.person_id == person_id,
            Post.conversation_id == conversation_id,
            col(Post.addressed).is_(True),
            col(Post.is_context).is_(False),
            col(Post.deleted_at).is_(None),
            col(Post.callback_id).is_(None),
        )
        .order_by(col(Post.posted_at).desc(), col(Post.id).desc())
        .limit(1)
    ).first()


def list_followed(session: Session, channel_id: int, limit: int, after: int) -> Sequence[Post]:
    """Standing posts of this channel whose deletion must be followed, by row, after `after`.

    Our own posts and retweets are left out: nothing of theirs is kept.
    """
    return session.exec(
        select(Post)
        .where(
            Post.channel_id == channel_id,
            col(Post.id) > after,
            *_with_words(),
        )
        .order_by(col(Post.id))
        .limit(limit)
    ).all()


def list_of_person(session: Session, person_id: int) -> Sequence[Post]:
    """Everything a person ever wrote here."""
    return session.exec(select(Post).where(Post.person_id == person_id)).all()


def count_waiting(session: Session) -> int:
    """How many posts have no place yet."""
    return session.exec(
        select(func.count())
        .select_from(Post)
        .where(Post.state == "pending", col(Post.is_context).is_(False))
    ).one()


def move_conversation(session: Session, channel_id: int, old: str, new: str) -> None:
    """A group became a supergroup: its posts go with it."""
    session.exec(
        update(Post)
        .where(col(Post.channel_id) == channel_id, col(Post.conversation_id) == old)
        .values(conversation_id=new)
    )


def begun_anew(session: Session, post: Post, report: Report) -> bool:
    """Whether the person asked for a new report (`/lapor`) since this one was opened."""
    asked = session.exec(
        select(func.count())
        .select_from(Post)
        .where(
            Post.channel_id == post.channel_id,
            Post.person_id == post.person_id,
            Post.conversation_id == post.conversation_id,
            Post.command == "lapor",
            Post.posted_at >= report.received_at,
            Post.posted_at <= post.posted_at,
        )
    ).one()
    return asked > 0


def list_queued_media(session: Session, post: Post, since: datetime) -> Sequence[Post]:
    """Photos, voices and places of the same private chat that wait for words."""
    return session.exec(
        select(Post)
        .where(
            Post.channel_id == post.channel_id,
            Post.person_id == post.person_id,
            Post.conversation_id == post.conversation_id,
            Post.state == "queued",
            Post.note == "media_only",
            Post.posted_at >= since,
        )
        .order_by(col(Post.id))
    ).all()


def list_failed(session: Session) -> Sequence[Post]:
    """Posts that failed again and again and were put aside."""
    return session.exec(select(Post).where(Post.state == "failed").order_by(col(Post.id))).all()


def find_on_platform(session: Session, platform: str, external_id: str) -> Post | None:
    """The post with this id, on whichever of our accounts there."""
    return session.exec(
        select(Post)
        .join(Channel, col(Channel.id) == Post.channel_id)
        .where(Channel.platform == platform, Post.external_id == external_id)
    ).first()


def _with_words() -> tuple[ColumnElement[bool], ...]:
    """Posts of which something is kept: neither gone nor our own or a retweet."""
    return (
        col(Post.note).is_(None) | col(Post.note).not_in(("own", "repost")),
        col(Post.deleted_at).is_(None),
        col(Post.erased_at).is_(None),
    )
