"""What a message wants, and of which report: the rules of the conversation in one place.

`decide` reads the database and writes nothing; `triage` carries out what it says.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from classifier.axes import Axis
from classifier.intent import (
    Awaiting,
    Intent,
    find_intent,
    is_echo,
    is_empty_mention,
    is_thanks_only,
)
from intake.messages import Message
from intake.policy import Policy
from intake.reference import find_references, parse_code
from store import posts, reports
from store.tables import Channel, Report

# An answer to "where is it?" is short; a long text without a place is a matter of its own.
LONGEST_ANSWER = 160
# The word behind the button under what we say of a person's data.
ERASE_BUTTON = "HAPUS"
# Telegram commands and what they want.
COMMANDS = {
    "start": "start",
    "bantuan": "help",
    "help": "help",
    "privasi": "privacy",
    "lapor": "begin",
    "status": Intent.STATUS,
    "berhenti": Intent.OPT_OUT,
    "stop": Intent.OPT_OUT,
}


@dataclass(frozen=True)
class Decision:
    """What to do: `wants` is an `Intent`, or one of start, help, privacy, begin, link, queue.

    `report` is the report it is about, `own` whether this person may speak for that report.
    """

    wants: str
    report: Report | None = None
    own: bool = False


def decide(
    session: Session, channel: Channel, message: Message, policy: Policy, now: datetime
) -> Decision:
    """The first rule that fits, from the surest sign to the weakest."""
    if not message.post.public and parse_code(message.post.argument or message.text):
        return Decision("link")
    if message.post.command in COMMANDS:
        wants = COMMANDS[message.post.command]
        if wants == "begin" and message.text:
            return _by_prediction(message, policy)
        report, own = _target(session, channel, message)
        return Decision(wants, report, own)
    if message.post.command == "button" and message.text == ERASE_BUTTON:
        return Decision("erase")
    report, own = _target(session, channel, message)
    intent = find_intent(message.text, awaiting=_awaiting(report, own))
    if intent in (Intent.OPT_OUT, Intent.OPT_IN):
        return Decision(intent, report, own)
    if report is not None and _speaks_of(report, own, intent):
        return Decision(intent, report, own)
    if report is not None and _echoes(message, report, own):
        return Decision(Intent.ME_TOO, report, own)
    if intent in (Intent.STATUS, Intent.MY_DATA):
        return Decision(intent)
    if is_thanks_only(message.text):
        return Decision(Intent.NONE, report, own)
    if report is not None and own and _belongs(session, message, report, policy, now):
        return Decision(_kind_of_reply(report, message), report, own)
    return _by_prediction(message, policy)


def _target(session: Session, channel: Channel, message: Message) -> tuple[Report | None, bool]:
    """The report that is meant: by its number, by what is replied to, by the thread."""
    person_id = message.person.id or 0
    named = find_references(f"{message.text} {message.post.argument or ''}")
    if named:
        # Only the number counts: a wrong one and one that is nobody else's business sound alike.
        return _as_seen_by(session, reports.find_report(session, named[0]), person_id)
    report = _replied_to(session, channel, message)
    if report is None:
        report = reports.find_own_report(
            session, channel.id or 0, message.post.conversation_id, person_id
        )
    if report is None and not message.post.public:
        report = next(iter(reports.list_linked(session, person_id)), None)
    if report is None and channel.platform == "x":
        report = reports.find_thread_report(session, channel.id or 0, message.post.conversation_id)
    return _as_seen_by(session, report, person_id)


def _as_seen_by(
    session: Session, report: Report | None, person_id: int
) -> tuple[Report | None, bool]:
    """The report and whether this person may speak for it; none when it is not theirs to know."""
    if report is None:
        return None, False
    follower = reports.find_follower(session, report.id or 0, person_id)
    own = follower is not None and follower.role in ("reporter", "linked")
    return (report, own) if own or not report.sensitive else (None, False)


def _replied_to(session: Session, channel: Channel, message: Message) -> Report | None:
    if message.post.reply_to is None:
        return None
    channel_id = channel.id or 0
    found = reports.find_report_of_notice(session, channel_id, message.post.reply_to)
    if found is not None:
        return found
    post = posts.find_post(session, channel_id, message.post.reply_to)
    same_author = post is not None and post.person_id == message.person.id
    if post is not None and same_author and post.report_id:
        return session.get(Report, post.report_id)
    return None


def _awaiting(report: Report | None, own: bool) -> Awaiting:
    if report is None or not own:
        return Awaiting.NOTHING
    if report.state in ("answered", "closed"):
        return Awaiting.CONFIRMATION
    return Awaiting.PLACE if report.awaiting_place else Awaiting.NOTHING


def _speaks_of(report: Report, own: bool, intent: Intent) -> bool:
    match intent:
        case Intent.STATUS | Intent.NEWS:
            return True
        case Intent.SOLVED:
            return own and report.state == "answered"
        case Intent.UNSOLVED:
            return own and report.state in ("answered", "closed")
        case Intent.WITHDRAW | Intent.MY_DATA:
            return own
        case Intent.ME_TOO:
            return not own and not report.sensitive
        case _:
            return False


def _echoes(message: Message, report: Report, own: bool) -> bool:
    """ "The same here", under somebody else's public report; a place of its own makes a report."""
    return not own and not report.sensitive and message.region is None and is_echo(message.text)


def _belongs(
    session: Session, message: Message, report: Report, policy: Policy, now: datetime
) -> bool:
    """Whether the person goes on about this report, or begins another."""
    if not report.is_open and report.archive_reason != "incomplete":
        return False
    if report.awaiting_place and _answers_place(message):
        return True
    if report.state == "needs_info" or not report.is_open:
        return True
    if message.post.public:
        return True
    if posts.begun_anew(session, message.post, report):
        return False
    if message.post.reply_to is not None:
        return True
    recent = now - report.active_at <= policy.same_subject
    if message.post.channel_id != report.channel_id:
        # A chat that was opened by a code speaks of what it was opened for.
        return recent
    return recent and not _other_subject(message, report, policy)


def _answers_place(message: Message) -> bool:
    return message.has_point or len(message.text) <= LONGEST_ANSWER


def _other_subject(message: Message, report: Report, policy: Policy) -> bool:
    said = message.prediction
    if said is None or said.topic is None or report.topic is None:
        return False
    sure = said.probabilities[Axis.TOPIC].get(said.topic, 0) >= policy.other_subject_at
    return sure and said.topic != report.topic and said.report_probability >= policy.open_at


def _kind_of_reply(report: Report, message: Message) -> Intent:
    asked = report.awaiting_place or report.state in ("needs_info", "archived")
    if asked and not message.only_media:
        return Intent.ANSWER
    return Intent.ANSWER if asked and message.has_point else Intent.ADDITION


def _by_prediction(message: Message, policy: Policy) -> Decision:
    """The model sorts; what it is not sure of, and all danger, goes to a person."""
    if message.only_media:
        return Decision("queue")
    if is_empty_mention(message.text) and not message.has_context:
        return Decision(Intent.NONE if message.post.public else "help")
    said = message.prediction
    if said is None:
        return Decision("queue")
    if said.report_probability >= policy.open_at:
        return Decision(Intent.NEW)
    grave = said.urgency == "darurat" or said.sensitive
    # Whoever writes to us in private waits for an answer: only plain spam gets none.
    nothing_below = policy.set_aside_at if message.post.public else policy.spam_at
    if grave or said.report_probability > nothing_below:
        return Decision("queue")
    return Decision(Intent.NONE)
