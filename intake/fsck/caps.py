"""Caps: how much is said by itself under one post, in one thread, to one person, in one hour.

Counted as when each notice was made, by what is sure to have stood since it was made: one that was
refused, or came back by a person's decision, may not have counted then. The day's money is left to
`settled`: what had been spent when a notice was claimed is written nowhere.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from datetime import timedelta

from intake.fsck.facts import Facts, Rule
from intake.fsck.outbox import of
from intake.fsck.rows import NoticeRow
from intake.fsck.shapes import Violation
from store.notices import STANDING

HOUR = timedelta(hours=1)
Group = Callable[[NoticeRow], Hashable]


def one_automatic_notice_a_post(facts: Facts) -> Iterator[Violation]:
    """X allows one automatic answer to a mention."""
    on_x = [one for one in facts.notices if one.post_id and facts.platform_of(one) == "x"]
    for notice in _over(on_x, lambda one: one.post_id, 1):
        yield of(notice, "cap-post", "it is the second automatic notice under its post on X.")


def threads_are_not_filled(facts: Facts) -> Iterator[Violation]:
    """So many automatic notices in one thread on X."""
    on_x = [one for one in facts.notices if facts.platform_of(one) == "x"]
    most = facts.policy.per_thread
    for notice in _over(on_x, lambda one: (one.channel_id, one.conversation_id), most):
        yield of(notice, "cap-thread", f"its thread held {most} automatic notices already.")


def people_are_not_flooded(facts: Facts) -> Iterator[Violation]:
    """So many automatic notices to one person in an hour."""
    most = facts.policy.per_person_hour
    for notice in _over(facts.notices, lambda one: one.person_id, most, HOUR):
        yield of(
            notice, "cap-person", f"its person got {most} automatic notices that hour already."
        )


def channels_keep_their_pace(facts: Facts) -> Iterator[Violation]:
    """So many automatic notices on one channel in an hour."""
    most = facts.policy.per_hour
    for notice in _over(facts.notices, lambda one: one.channel_id, most, HOUR):
        yield of(notice, "cap-hour", f"its channel had {most} automatic notices that hour already.")


def _over(
    notices: list[NoticeRow], group: Group, most: int, within: timedelta | None = None
) -> Iterator[NoticeRow]:
    """Automatic notices before which their group was full already, in the order they were made."""
    before: dict[Hashable, list[NoticeRow]] = defaultdict(list)
    for notice in notices:
        if not notice.automatic or notice.state not in STANDING:
            continue
        others = before[group(notice)]
        if len(others) >= most:
            since = notice.made_at - within if within else None
            if sum(since is None or other.made_at >= since for other in others) >= most:
                yield notice
        if _stood_since(notice):
            others.append(notice)


def _stood_since(notice: NoticeRow) -> bool:
    """Whether it was never out of the states that count."""
    return notice.attempts == (notice.state != "ready")


RULES: tuple[Rule, ...] = (
    one_automatic_notice_a_post,
    threads_are_not_filled,
    people_are_not_flooded,
    channels_keep_their_pace,
)
