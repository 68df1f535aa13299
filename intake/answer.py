"""The agency's answer: recorded, rendered, and sent to everybody who waits for it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from intake import letters, outbox
from intake.addresses import address_of_follower, address_of_reporter, private_address
from intake.masking import mask
from intake.outbox import Address
from intake.policy import Policy
from intake.review import LONGEST_AGENCY, TextTooLong, check_public_text
from intake.states import TransitionRefused, allows, move
from intake.wording import LONGEST_ANSWER, LONGEST_SENTENCE
from intake.workdays import deadline
from store import notices, people, reports
from store.crypto import Vault
from store.database import Database
from store.tables import Answer, Follower, Notice, Report

# What a moderator sees instead of a preview.
NOWHERE = "(Belum ada jalur ke pelapor: jawaban dicatat, tidak dikirim.)"


@dataclass(frozen=True)
class Given:
    """An agency's answer as a moderator records it: one public sentence, and the full text."""

    agency: str
    sentence: str
    full_text: str | None = None


def check(given: Given) -> None:
    """Raise `TextTooLong` or `TextRefused` when the answer may not go out as it is."""
    check_public_text(given.sentence, LONGEST_SENTENCE)
    check_public_text(given.agency, LONGEST_AGENCY)
    if given.full_text and len(given.full_text) > LONGEST_ANSWER:
        raise TextTooLong(len(given.full_text), LONGEST_ANSWER)


def preview(db: Database, reference: str, given: Given, *, now: datetime, policy: Policy) -> str:
    """The resolution as the reporter will read it."""
    check(given)
    with db.reading() as session:
        report = reports.get_report(session, reference)
        if not allows(report, "answer"):
            raise TransitionRefused(report.reference, report.state, "answer")
        to = private_address(session, report) if report.sensitive else None
        to = to or address_of_reporter(session, report)
        if to is None or (to.public and report.sensitive):
            return NOWHERE
        close_by = deadline(now, policy.close_days)
    return letters.resolution(report, given.agency, given.sentence, close_by, to, policy).text


def answer(
    db: Database,
    vault: Vault,
    reference: str,
    given: Given,
    *,
    by: str,
    now: datetime,
    policy: Policy,
) -> Answer:
    """Record the answer and queue the resolution for everybody who waits for it.

    A sensitive report is never answered in public: its writer hears in a private chat, or on
    request, and `lapor queue` shows when there is no private way yet.
    """
    check(given)
    with db.reading() as session:
        reporter = people.get_person(session, reports.get_report(session, reference).person_id)
    sealed = None
    if given.full_text and reporter.wrapped_key:
        sealed = vault.seal(given.full_text, reporter.wrapped_key)
    with db.writing() as session:
        report = reports.get_report(session, reference)
        row = Answer(
            report_id=report.id or 0,
            agency=given.agency,
            sentence=given.sentence,
            full_text=sealed,
            by=by,
            answered_at=now,
        )
        session.add(row)
        move(session, report, "answer", by=by, now=now, policy=policy, note=given.agency)
        report.agency = given.agency
        session.add(report)
        session.flush()
        for follower in reports.list_followers(session, report.id or 0):
            _tell(session, report, row, given, follower, now, policy)
    return row


def _tell(
    session: Session,
    report: Report,
    row: Answer,
    given: Given,
    follower: Follower,
    now: datetime,
    policy: Policy,
) -> None:
    if follower.role == "supporter" and not follower.wants_news:
        return
    to = address_of_follower(session, report, follower)
    if to is None or (to.public and report.sensitive):
        return
    if to.on_x and not policy.resolve_without_reply and _answered(session, to):
        return
    cause = f"answer:{row.id}"

    def put(kind: str, letter: outbox.Letter) -> Notice:
        return outbox.put(
            session,
            kind,
            cause,
            letter,
            to,
            now=now,
            policy=policy,
            report_id=report.id,
            automatic=False,
        )

    close_by = report.due_at or now
    put(
        "resolution",
        letters.resolution(report, given.agency, given.sentence, close_by, to, policy),
    )
    # The full answer may speak of the reporter: it is for nobody else.
    if given.full_text and not to.public and follower.role != "supporter":
        put("full_answer", letters.full_answer(report, given.agency, mask(given.full_text)))


def _answered(session: Session, to: Address) -> bool:
    return to.post is not None and notices.count_under_post(session, to.post.id or 0) > 0
