"""What the platforms show of us, against the outbox: every message is one notice's, once."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from intake.fsck.facts import Facts, Rule
from intake.fsck.lives import is_known_life
from intake.fsck.outbox import ACKNOWLEDGEMENT, of, waits_for_money
from intake.fsck.rows import NoticeRow
from intake.fsck.shapes import Shown, ShownMessage, Violation, name_of
from intake.outbox import URGENT
from intake.reconcile import SAID_ALREADY

# A notice that was sent while the platforms were looked at may be newer than that look.
JUST_SENT = timedelta(minutes=1)
UNKNOWN = frozenset({"sending", "in_doubt"})


@dataclass(frozen=True)
class Matched:
    """Whose each message is; `doubled` are second ones of a notice, `strays` nobody's."""

    by_notice: dict[int, ShownMessage]
    doubled: list[tuple[ShownMessage, NoticeRow]]
    strays: list[ShownMessage]


def outbox_and_platforms_agree(facts: Facts) -> Iterator[Violation]:
    """Whatever stands there of ours was made by a notice, which stands there once, in its turn."""
    if facts.shown is None:
        return
    matched = _match(facts, facts.shown)
    yield from _nobodys(matched)
    yield from _taken_for_unsent(facts, matched)
    yield from _not_there(facts, facts.shown)
    yield from _not_said(facts)
    yield from _overtaken(facts, matched)


def _nobodys(matched: Matched) -> Iterator[Violation]:
    for message, notice in matched.doubled:
        says = f"{_name(message)} says the same once more: take one of the two away."
        yield of(notice, "message-twice", says)
    for message in matched.strays:
        says = "it stands there in our name and no notice has made it."
        yield Violation("message-unknown", _name(message), says)


def _taken_for_unsent(facts: Facts, matched: Matched) -> Iterator[Violation]:
    for notice in facts.notices:
        surely_not = notice.state in ("ready", "refused") and not notice.doubted
        if surely_not and notice.id in matched.by_notice:
            yield of(notice, "sent-unknown", f"it stands there and is {notice.state}.")


def _not_there(facts: Facts, shown: Shown) -> Iterator[Violation]:
    there = {(one.platform, one.external_id) for one in shown.messages}
    before = shown.now - JUST_SENT if shown.now else None
    for notice in facts.notices:
        if notice.state != "sent" or notice.external_id is None:
            continue
        is_new = before and notice.sent_at and notice.sent_at > before
        if not is_new and (facts.platform_of(notice), notice.external_id) not in there:
            yield of(notice, "sent-not-there", "it is sent, and its platform does not show it.")


def _not_said(facts: Facts) -> Iterator[Violation]:
    """What was called off because it stands there already does stand there."""
    said = _group((one for one in facts.notices if one.external_id), lambda one: _place(facts, one))
    for notice in facts.notices:
        if notice.state != "cancelled" or notice.failure != SAID_ALREADY or not notice.text:
            continue
        same = said.get(_place(facts, notice), [])
        if all(one.text and notice.text.strip() not in one.text for one in same):
            yield of(notice, "not-said", "it was called off as said already, and was not said.")


def _overtaken(facts: Facts, matched: Matched) -> Iterator[Violation]:
    """Whoever reads hears the number before anything else about the report; danger aside."""
    first = {
        (one.report_id, one.person_id): one
        for one in facts.notices
        if one.kind == ACKNOWLEDGEMENT and one.attempts == 1 and not one.doubted
    }
    for notice in facts.notices:
        before = first.get((notice.report_id, notice.person_id))
        if before is None or before.id >= notice.id or notice.priority == URGENT:
            continue
        here, there = matched.by_notice.get(notice.id), matched.by_notice.get(before.id)
        if not here or not there or here.at >= there.at:
            continue
        if not waits_for_money(facts, before, notice.claimed_at or notice.made_at):
            yield of(notice, "acknowledgement-late", f"it stands before notice {before.id}.")


def _match(facts: Facts, shown: Shown) -> Matched:
    """Find each message's notice: by its id, else by where it stands and what it says."""
    by_id = {
        (facts.platform_of(one), one.external_id): one for one in facts.notices if one.external_id
    }
    found: dict[int, ShownMessage] = {}
    left: list[ShownMessage] = []
    for message in shown.messages:
        notice = by_id.get((message.platform, message.external_id))
        if notice is None:
            left.append(message)
        else:
            found[notice.id] = message
    left = [
        message
        for message in left
        if not _is_of_an_erased_chat(facts, message) and not _is_of_lost_hours(facts, message)
    ]
    return _match_by_words(facts, found, left) if left else Matched(found, [], [])


def _match_by_words(
    facts: Facts, found: dict[int, ShownMessage], left: list[ShownMessage]
) -> Matched:
    """Give what is left to notices that were claimed and have no message yet."""
    free = [one for one in facts.notices if one.claimed_at and one.id not in found]
    # What may stand there is likelier than what was refused with the same words.
    free.sort(key=lambda one: one.state not in UNKNOWN)
    # Who was erased kept the place of a public notice, not its words.
    wordless = _group((one for one in free if not one.text), lambda one: _place(facts, one))
    worded = _group((one for one in free if one.text), lambda one: _words(facts, one))
    matched = Matched(dict(found), [], [])
    for message in sorted(left, key=lambda one: one.reply_to is None):
        place = _place_of(message)
        candidates = worded.get((place, message.text.strip()), [])
        notice = _take(message, candidates) or _take(message, wordless.get(place, []))
        if notice is not None:
            matched.by_notice[notice.id] = message
        elif twin := _twin(facts, message):
            matched.doubled.append((message, twin))
        else:
            matched.strays.append(message)
    return matched


def _take(message: ShownMessage, candidates: list[NoticeRow]) -> NoticeRow | None:
    for notice in candidates:
        # Telegram sends without the reply when the citizen's message is gone.
        if message.reply_to in (notice.reply_to, None):
            candidates.remove(notice)
            return notice
    return None


def _twin(facts: Facts, message: ShownMessage) -> NoticeRow | None:
    """The notice that says the same at the same place, and has its message already."""
    wanted = (_place_of(message), message.text.strip())
    return next(
        (one for one in facts.notices if one.claimed_at and _words(facts, one) == wanted), None
    )


def _place(facts: Facts, notice: NoticeRow) -> Hashable:
    platform = facts.platform_of(notice)
    return platform, notice.reply_to if platform == "x" else notice.conversation_id


def _place_of(message: ShownMessage) -> Hashable:
    on_x = message.platform == "x"
    return message.platform, message.reply_to if on_x else message.conversation_id


def _words(facts: Facts, notice: NoticeRow) -> Hashable:
    return _place(facts, notice), notice.text.strip()


def _group(
    notices: Iterable[NoticeRow], key: Callable[[NoticeRow], Hashable]
) -> dict[Hashable, list[NoticeRow]]:
    grouped: dict[Hashable, list[NoticeRow]] = defaultdict(list)
    for notice in notices:
        grouped[key(notice)].append(notice)
    return grouped


def _is_of_an_erased_chat(facts: Facts, message: ShownMessage) -> bool:
    private = message.platform == "telegram" and not message.conversation_id.startswith("-")
    return private and not is_known_life(facts, message.conversation_id, message.at)


def _is_of_lost_hours(facts: Facts, message: ShownMessage) -> bool:
    """Whether a database that was replaced by a backup may have said it."""
    return any(
        row.lost_from
        and row.lost_until
        and row.lost_from <= message.at + facts.slack
        and message.at <= row.lost_until + facts.slack
        for row in facts.channels.values()
        if row.platform == message.platform
    )


def _name(message: ShownMessage) -> str:
    return name_of(message.platform, "message", message.external_id)


RULES: tuple[Rule, ...] = (outbox_and_platforms_agree,)
