"""What must be once faults have stopped and the bot ran on for ten minutes and longer."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from intake.fsck.facts import Facts, Rule
from intake.fsck.outbox import ACKNOWLEDGEMENT, of, waits_for_money
from intake.fsck.reading import missing
from intake.fsck.rows import ChannelRow, NoticeRow
from intake.fsck.shapes import Violation, name_of
from intake.outbox import URGENT
from store.notices import ASK_A_PERSON

SOON = timedelta(minutes=10)
# The longest wait there is: a platform may say "tomorrow", a night is shorter. With a margin.
LONGEST_WAIT = timedelta(hours=25)
RUNS = "does `lapor run` run?"


def everything_is_understood(facts: Facts) -> Iterator[Violation]:
    """No raw waits to be parsed."""
    for raw in facts.raws:
        if raw.parsed_at is None:
            yield Violation("raw-waits", f"raw {raw.id}", f"it was never understood; {RUNS}")


def everything_has_its_place(facts: Facts) -> Iterator[Violation]:
    """No post waits for its place, and none for a moment that will not come."""
    for post in facts.posts.values():
        waits = post.state == "pending" and not post.is_context
        if waits and abs(facts.now - post.settles_at) > SOON:
            yield Violation("post-waits", f"post {post.id}", f"it found no place; {RUNS}")


def everything_shown_is_stored(facts: Facts) -> Iterator[Violation]:
    """Every post that is addressed to us is a post here, and not only as another one's context."""
    if facts.shown is None:
        return
    since = (facts.shown.now or facts.now) - SOON
    for shown in missing(facts, with_context=False):
        if shown.posted_at < since:
            name = name_of(shown.platform, "post", shown.external_id)
            yield Violation("post-lost", name, f"it is addressed to us and is not stored; {RUNS}")


def passing_states_have_passed(facts: Facts) -> Iterator[Violation]:
    """Nothing is on its way any more, and what can be looked up was."""
    for notice in facts.notices:
        can_look = notice.state == "in_doubt" and notice.failure != ASK_A_PERSON
        if notice.state != "sending" and not can_look:
            continue
        if abs(facts.now - (notice.claimed_at or notice.made_at)) > SOON:
            yield of(notice, "notice-stuck", f"it is {notice.state} for over ten minutes; {RUNS}")


def what_may_go_is_gone(facts: Facts) -> Iterator[Violation]:
    """No notice that is due waits where nothing stops it."""
    if facts.paused_at is not None:
        return
    first = {
        (one.report_id, one.person_id)
        for one in facts.notices
        if one.kind == ACKNOWLEDGEMENT and one.state in ("ready", "sending") and one.attempts
    }
    for notice in facts.notices:
        if notice.state != "ready" or notice.not_before > facts.now - SOON:
            continue
        overtakes = notice.kind != ACKNOWLEDGEMENT and (notice.report_id, notice.person_id) in first
        if not overtakes and _may_go(facts, notice):
            yield of(notice, "notice-waits", f"it is due, may go, and is not gone; {RUNS}")


def nothing_waits_for_a_moment_too_far(facts: Facts) -> Iterator[Violation]:
    """A wrong clock may have put off for days what should go on in a minute."""
    for notice in facts.notices:
        if notice.state == "ready" and _is_too_far(facts, notice.not_before):
            yield of(notice, "waits-too-long", "it waits for a moment that is more than a day off.")
    for channel in facts.channels.values():
        for what, until in (
            ("reading", channel.read_not_before),
            ("sending", channel.send_not_before),
        ):
            if _is_too_far(facts, until):
                yield Violation(
                    "waits-too-long", f"channel {channel.id}", f"{what} waits for over a day."
                )


def _may_go(facts: Facts, notice: NoticeRow) -> bool:
    channel: ChannelRow = facts.channels[notice.channel_id]
    held = channel.send_not_before is not None and channel.send_not_before > facts.now - SOON
    if channel.sending != "on" or channel.send_fault or held:
        return False
    return notice.priority == URGENT or not waits_for_money(facts, notice, facts.now)


def _is_too_far(facts: Facts, moment: datetime | None) -> bool:
    return moment is not None and moment - facts.now > LONGEST_WAIT


RULES: tuple[Rule, ...] = (
    everything_is_understood,
    everything_has_its_place,
    everything_shown_is_stored,
    passing_states_have_passed,
    what_may_go_is_gone,
    nothing_waits_for_a_moment_too_far,
)
