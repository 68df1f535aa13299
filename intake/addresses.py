"""Where a person hears about a report: under which post, in which chat, or nowhere."""

from sqlmodel import Session

from intake.outbox import Address, address_of
from store import channels, people, posts, reports
from store.tables import Channel, Follower, Person, Post, Report


def address_of_follower(session: Session, report: Report, follower: Follower) -> Address | None:
    """Where this follower hears about the report; None when there is no place (left) for it."""
    person = people.get_person(session, follower.person_id)
    if follower.role == "linked":
        return _private_chat(session, person)
    # Whose own report was merged into this one hears under their own post.
    merged = reports.find_merged(session, report.id or 0, person.id or 0)
    if merged is not None:
        to = address_of_reporter(session, merged)
        return None if to and to.public and merged.sensitive else to
    if follower.role == "reporter":
        return address_of_reporter(session, report)
    if follower.post_id is None:
        return None
    return _in_thread_of(session, posts.get_post(session, follower.post_id), person)


def address_of_reporter(session: Session, report: Report) -> Address | None:
    """Where the reporter hears about the report.

    X lets us reply only to a post that mentions us, so it is the person's newest one in the thread.
    On Telegram it is the post that opened the report, so that the chat shows which one is meant.
    """
    person = people.get_person(session, report.person_id)
    channel = session.get_one(Channel, report.channel_id)
    opening = posts.get_post(session, report.opening_post_id)
    if channel.platform == "x":
        return _in_thread_of(session, opening, person)
    return address_of(channel, person, opening)


def private_address(session: Session, report: Report) -> Address | None:
    """A private chat in which everything may be said: the reporter's own, or one linked to it."""
    reporter = address_of_reporter(session, report)
    if reporter is not None and not reporter.public:
        return reporter
    for follower in reports.list_followers(session, report.id or 0):
        if follower.role == "linked":
            return _private_chat(session, people.get_person(session, follower.person_id))
    return None


def telegram_channel(session: Session) -> Channel | None:
    """The Telegram account by which private chats and the duty chat are reached."""
    found = (row for row in channels.list_channels(session) if row.platform == "telegram")
    return next(found, None)


def _in_thread_of(session: Session, post: Post, person: Person) -> Address | None:
    """Under the person's newest standing post that speaks to us in the thread of this one."""
    channel = session.get_one(Channel, post.channel_id)
    newest = posts.newest_addressed(session, channel.id or 0, person.id or 0, post.conversation_id)
    return address_of(channel, person, newest) if newest else None


def _private_chat(session: Session, person: Person) -> Address | None:
    channel = telegram_channel(session)
    # On Telegram a private chat has its person's id.
    return Address(channel, person, person.external_id, False, None) if channel else None
