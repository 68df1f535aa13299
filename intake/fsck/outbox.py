"""Notices: made once, in a state that its columns bear out, and claimed only when they might go."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bots.platform import RefusedReason
from intake.fsck.facts import Facts, Rule
from intake.fsck.rows import NoticeRow
from intake.fsck.shapes import Violation
from intake.opening import MODEL
from intake.outbox import URGENT

# What a notice that left the outbox, or is about to, is in.
WAITING = frozenset({"ready", "sending"})
# Nobody was spoken to by these, so nobody is answered by a machine.
NOBODYS = frozenset({"own", "repost", "bot"})
ACKNOWLEDGEMENT = "acknowledgement"


def notices_are_made_once(facts: Facts) -> Iterator[Violation]:
    """One notice for each kind, cause and person."""
    seen: dict[tuple[str, str, int], NoticeRow] = {}
    for notice in facts.notices:
        first = seen.setdefault((notice.kind, notice.cause, notice.person_id), notice)
        if first is not notice:
            yield of(notice, "notice-twice", f"notice {first.id} says the same to the same person.")


def columns_bear_out_the_state(facts: Facts) -> Iterator[Violation]:
    """What was claimed, sent or held back says when, or why."""
    for notice in facts.notices:
        if reason := _incoherence(notice):
            yield of(notice, "notice-incoherent", reason)


def refusals_are_the_platforms(facts: Facts) -> Iterator[Violation]:
    """Only a platform refuses for good, and it says why; waiting and trouble refuse nothing."""
    for notice in facts.notices:
        reason = (notice.failure or "").partition(":")[0]
        if notice.state == "refused" and reason not in set(RefusedReason):
            yield of(notice, "refused-by-nobody", "no platform has refused it for good.")


def ids_belong_to_one_notice(facts: Facts) -> Iterator[Violation]:
    """A message on a platform is one notice's.

    After a restore whatever stands under a post may be taken for what would be said again.
    """
    seen: dict[tuple[int, str], NoticeRow] = {}
    for notice in facts.notices:
        if notice.external_id is None or facts.channels[notice.channel_id].lost_until:
            continue
        first = seen.setdefault((notice.channel_id, notice.external_id), notice)
        if first is not notice:
            yield of(notice, "message-shared", f"it claims the message of notice {first.id}.")


def nobody_is_spoken_to_against_their_will(facts: Facts) -> Iterator[Violation]:
    """Nothing is claimed after its person opted out or was erased, or its post was deleted."""
    heard = _heard_of_opting_out(facts)
    for notice in facts.notices:
        if notice.claimed_at is None:
            continue
        person = facts.people[notice.person_id]
        post = facts.posts.get(notice.post_id or 0)
        for reason, moment in (
            ("its person opted out", heard.get(person.id)),
            ("its person was erased", person.erased_at),
            ("its post was deleted", post.deleted_at if post else None),
        ):
            if moment and notice.claimed_at > moment + facts.slack:
                yield of(notice, "claimed-forbidden", f"it was claimed after {reason}.")


def machines_are_not_answered(facts: Facts) -> Iterator[Violation]:
    """Our own posts, reposts and other bots get no automatic notice."""
    for notice in facts.notices:
        post = facts.posts.get(notice.post_id or 0)
        if notice.claimed_at and notice.automatic and post and facts.notes_of(post) & NOBODYS:
            yield of(notice, "claimed-forbidden", "it answers a bot, a repost or ourselves.")


def who_blocked_us_is_left_alone(facts: Facts) -> Iterator[Violation]:
    """After one refusal by who has blocked us, nothing more is tried.

    Blocking is dated by the platform, and we may hear of it later: only a refusal shows that we
    knew.
    """
    refused: dict[int, datetime] = {}
    for notice in facts.notices:
        blocked_at = facts.people[notice.person_id].blocked_at
        known = notice.state == "refused" and (notice.failure or "").startswith("blocked")
        if known and blocked_at and notice.claimed_at and notice.claimed_at >= blocked_at:
            first = refused.get(notice.person_id, notice.claimed_at)
            refused[notice.person_id] = min(first, notice.claimed_at)
    for notice in facts.notices:
        since = refused.get(notice.person_id)
        if since and notice.claimed_at and notice.claimed_at > since + facts.slack:
            yield of(notice, "claimed-forbidden", "it was claimed after its person had blocked us.")


def nothing_is_claimed_while_paused(facts: Facts) -> Iterator[Violation]:
    """The kill switch stops every claim."""
    if facts.paused_at is None:
        return
    for notice in facts.notices:
        if notice.claimed_at and notice.claimed_at > facts.paused_at + facts.slack:
            yield of(notice, "claimed-paused", "it was claimed although sending is paused.")


def acknowledgements_come_first(facts: Facts) -> Iterator[Violation]:
    """Nothing about a report is claimed while its acknowledgement still waits; danger aside."""
    waiting = {
        (notice.report_id, notice.person_id): notice
        for notice in facts.notices
        if notice.kind == ACKNOWLEDGEMENT and notice.state in WAITING and not _came_back(notice)
    }
    for notice in facts.notices if waiting else ():
        first = waiting.get((notice.report_id, notice.person_id))
        if first is None or first.id >= notice.id or notice.claimed_at is None:
            continue
        if first.claimed_at and first.claimed_at > notice.claimed_at:
            # It was tried since; in between it may have been refused, and tried anew by a person.
            continue
        if notice.priority != URGENT and not waits_for_money(facts, first, notice.claimed_at):
            yield of(notice, "acknowledgement-overtaken", f"notice {first.id} has to go first.")


def confidential_numbers_stay_private(facts: Facts) -> Iterator[Violation]:
    """In public no number of a report is said that was known to be sensitive.

    Judged is what the model called so at its opening, or a moderator since, and nobody ever called
    anything else; when a later message made a report sensitive is written nowhere.
    """
    for notice in facts.notices:
        report = facts.reports.get(notice.report_id or 0)
        if not (notice.claimed_at and notice.public and report and report.sensitive):
            continue
        says_it = notice.mark == report.reference and notice.priority != URGENT
        if says_it and _was_sensitive(facts, report.id, notice.claimed_at):
            yield of(notice, "confidential-public", "it names a sensitive report in public.")


def of(notice: NoticeRow, rule: str, says: str) -> Violation:
    """A violation by a notice."""
    return Violation(rule, f"notice {notice.id}", says)


def waits_for_money(facts: Facts, notice: NoticeRow, moment: datetime) -> bool:
    """Whether the day's money on X was used up then, so that people's words went first."""
    day = moment.astimezone(UTC).date()
    spent = facts.spent.get((notice.channel_id, day), 0)
    on_x = facts.platform_of(notice) == "x"
    return notice.automatic and on_x and spent >= facts.policy.daily_microusd


def _heard_of_opting_out(facts: Facts) -> dict[int, datetime]:
    """When we last understood that somebody wants no notices, of those who still want none.

    The person's own row says when they said so, which is before we could know.
    """
    heard: dict[int, datetime] = {}
    for post in facts.posts.values():
        if (
            post.intent == "opt_out"
            and post.placed_at
            and facts.people[post.person_id].opted_out_at
        ):
            heard[post.person_id] = max(heard.get(post.person_id, post.placed_at), post.placed_at)
    return heard


def _incoherence(notice: NoticeRow) -> str | None:
    if notice.state == "sent" and notice.sent_at is None:
        return "it is sent and does not say when."
    if notice.claimed_at is None and (notice.attempts or notice.state == "sending"):
        return f"it is {notice.state}, tried {notice.attempts} times and was never claimed."
    if notice.state == "sending" and not notice.attempts:
        return "it is on its way and was never tried."
    if notice.state in ("refused", "cancelled") and not notice.failure:
        return f"it is {notice.state} and does not say why."
    if notice.state == "in_doubt" and not notice.doubted:
        return "it is in doubt, and a second try would not know that it may stand already."
    return None


def _came_back(notice: NoticeRow) -> bool:
    """Whether it may have been in doubt or refused meanwhile, when others were free to go."""
    tries = notice.attempts - (notice.state == "sending")
    return notice.doubted or (tries > 0 and notice.failure is None)


def _was_sensitive(facts: Facts, report_id: int, moment: datetime) -> bool:
    said = facts.judgements.get(report_id, [])
    if not all(judgement.sensitive for judgement in said):
        return False
    opened = facts.steps.get(report_id)
    if opened and opened[0].by == MODEL and any(judgement.at is None for judgement in said):
        return True
    return any(judgement.at and judgement.at + facts.slack < moment for judgement in said)


RULES: tuple[Rule, ...] = (
    notices_are_made_once,
    columns_bear_out_the_state,
    refusals_are_the_platforms,
    ids_belong_to_one_notice,
    nobody_is_spoken_to_against_their_will,
    machines_are_not_answered,
    who_blocked_us_is_left_alone,
    nothing_is_claimed_while_paused,
    acknowledgements_come_first,
    confidential_numbers_stay_private,
)
