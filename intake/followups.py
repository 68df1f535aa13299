"""Carrying out what a message wants, when that is anything but a new report."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from classifier.intent import Intent
from classifier.taxonomy import Urgency
from intake import alerts, letters, outbox
from intake.conversation import Decision
from intake.messages import Message
from intake.opening import attach, invite
from intake.outbox import Letter
from intake.policy import Policy
from intake.reference import parse_code
from intake.states import allows, move
from store import notices, reports
from store.tables import Channel, Follower, Report


@dataclass(frozen=True)
class Scene:
    """Everything a handler needs: where, who said what, about which report, when."""

    session: Session
    channel: Channel
    message: Message
    report: Report | None
    own: bool
    now: datetime
    policy: Policy

    @property
    def to(self) -> outbox.Address:
        """An answer goes under the message itself."""
        return outbox.address_of(self.channel, self.message.person, self.message.post)

    def say(self, kind: str, letter: Letter, priority: int = outbox.NORMAL) -> None:
        """Answer this message, at most once per kind.

        In public nothing is said of a sensitive report: neither its number nor how it stands.
        """
        if self.is_confidential_here and letter.mark == self._number:
            return
        outbox.put(
            self.session,
            kind,
            f"post:{self.message.post.id}",
            letter,
            self.to,
            now=self.now,
            policy=self.policy,
            report_id=self.report.id if self.report else None,
            priority=priority,
        )

    @property
    def is_confidential_here(self) -> bool:
        """Whether everybody would read what is said of a report that is not for everybody."""
        return self.report is not None and self.report.sensitive and self.to.public

    @property
    def _number(self) -> str | None:
        return self.report.reference if self.report else None


def carry_out(scene: Scene, decision: Decision) -> None:
    """Do what was decided; the post is placed, queued or set aside afterwards."""
    HANDLERS[decision.wants](scene)


def reconsider(scene: Scene) -> None:
    """A placed post has a new wording: it may be graver than before, never less."""
    assert scene.report is not None
    post = scene.message.post
    post.state = "placed"
    scene.session.add(post)
    _raise(scene, scene.report)


def queue(scene: Scene) -> None:
    """Only a person can say what this is; in a private chat its writer hears so."""
    post = scene.message.post
    post.state, post.placed_at = "queued", scene.now
    post.note = "media_only" if scene.message.only_media else "doubtful"
    scene.session.add(post)
    if not post.public:
        if scene.message.only_media:
            letter = letters.ask_for_words()
        else:
            letter = letters.will_be_read(scene.now, scene.policy)
        scene.say("will_be_read", letter)
    said = scene.message.prediction
    if said is not None and said.urgency == Urgency.DARURAT:
        alerts.tell_duty_of_post(scene.session, post, scene.now, scene.policy)


def _none(scene: Scene) -> None:
    post = scene.message.post
    post.intent, post.placed_at = Intent.NONE, scene.now
    post.state = "placed" if scene.report and scene.own else "set_aside"
    post.report_id = scene.report.id if scene.report and scene.own else None
    post.note = post.note or "no_report"
    scene.session.add(post)


def _addition(scene: Scene) -> None:
    report = _attached(scene, Intent.ADDITION)
    _learn_place(scene, report)
    _raise(scene, report)
    if not scene.message.post.public and scene.message.text.strip():
        scene.say("added", letters.added(report))


def _answer(scene: Scene) -> None:
    report = _attached(scene, Intent.ANSWER)
    _learn_place(scene, report)
    report.awaiting_place = False
    if report.state in ("needs_info", "archived"):
        move(scene.session, report, "info", by="citizen", now=scene.now, policy=scene.policy)
        report.archive_reason = None
    scene.session.add(report)
    _raise(scene, report)
    if not scene.message.post.public:
        scene.say("added", letters.added(report))


def _status(scene: Scene) -> None:
    _placed(scene, Intent.STATUS)
    report = scene.report
    if report is None or (report.sensitive and not scene.own):
        scene.say("status", letters.unknown_number(scene.to))
    elif scene.is_confidential_here:
        _invite(scene, report)
    elif scene.own:
        answer = reports.newest_answer(scene.session, report.id or 0)
        scene.say("status", letters.own_status(report, answer, scene.to, scene.policy))
    else:
        scene.say("status", letters.public_status(report, scene.to, scene.policy))


def _news(scene: Scene) -> None:
    report = _placed(scene, Intent.NEWS)
    if report is None or (report.sensitive and not scene.own):
        scene.say("status", letters.unknown_number(scene.to))
        return
    _follow(scene, report, "supporter").wants_news = True
    if scene.is_confidential_here:
        _invite(scene, report)
        return
    scene.say("news_promised", letters.news_promised(report, scene.now, scene.policy))


def _me_too(scene: Scene) -> None:
    report = _placed(scene, Intent.ME_TOO)
    assert report is not None
    _follow(scene, report, "supporter")
    scene.say("me_too", letters.me_too(report, scene.to, scene.policy))


def _solved(scene: Scene) -> None:
    report = _step(scene, Intent.SOLVED, "solved")
    scene.say("closed", letters.closed_thanks(report))


def _unsolved(scene: Scene) -> None:
    report = _step(scene, Intent.UNSOLVED, "unsolved")
    _raise(scene, report)
    scene.say("reopened", letters.reopened(report, scene.to))


def _withdraw(scene: Scene) -> None:
    assert scene.report is not None
    if not allows(scene.report, "withdraw"):
        _none(scene)
        return
    report = _step(scene, Intent.WITHDRAW, "withdraw")
    report.archive_reason = "withdrawn"
    scene.say("withdrawn", letters.withdrawn(report))


def _opt_out(scene: Scene) -> None:
    # At once and without a last word: what was promised to stop has stopped.
    _placed(scene, Intent.OPT_OUT)
    person = scene.message.person
    said_at = scene.message.post.posted_at
    person.opted_out_at = max(person.opted_out_at or said_at, said_at)
    scene.session.add(person)
    notices.cancel_ready_to(scene.session, person.id or 0, "opted_out")


def _opt_in(scene: Scene) -> None:
    _placed(scene, Intent.OPT_IN)
    _welcome_back(scene)
    scene.say("opted_in", letters.opted_in(scene.to))


def _my_data(scene: Scene) -> None:
    _placed(scene, Intent.MY_DATA)
    if not scene.to.public:
        mine = reports.list_of_person(scene.session, scene.message.person.id or 0)
        since = mine[0].received_at if mine else None
        scene.say("my_data", letters.my_data(len(mine), since))
    elif scene.report is not None and scene.own:
        code = invite(scene.session, scene.report, scene.now, scene.policy)
        scene.say("my_data", letters.my_data_in_private(code))


def _erase(scene: Scene) -> None:
    """The person wants to be forgotten: a last word, then `privacy.erase_requested` does it."""
    _placed(scene, Intent.MY_DATA)
    person = scene.message.person
    notices.cancel_ready_to(scene.session, person.id or 0, "erase_requested")
    person.erase_requested_at = scene.now
    scene.session.add(person)
    scene.say("my_data_erased", letters.my_data_erased())


def _start(scene: Scene) -> None:
    _placed(scene, Intent.NONE)
    _welcome_back(scene)
    scene.say("start", letters.start())


def _help(scene: Scene) -> None:
    _placed(scene, Intent.NONE)
    scene.say("help", letters.help_text())


def _privacy(scene: Scene) -> None:
    _placed(scene, Intent.NONE)
    scene.say("privacy", letters.privacy())


def _begin(scene: Scene) -> None:
    _placed(scene, Intent.NONE)
    _welcome_back(scene)
    scene.say("begin", letters.begin_report())


def _link(scene: Scene) -> None:
    """A code from a sensitive public post opens its report in this private chat."""
    code = parse_code(scene.message.post.argument or scene.message.text)
    invitation = reports.find_invitation(scene.session, code) if code else None
    if invitation is None or invitation.used_at or invitation.expires_at < scene.now:
        _placed(scene, Intent.NONE)
        scene.say("unknown_code", letters.unknown_code(scene.to))
        return
    invitation.used_at = scene.now
    scene.session.add(invitation)
    report = scene.session.get_one(Report, invitation.report_id)
    linked = replace(scene, report=report, own=True)
    _placed(linked, Intent.ANSWER)
    report.active_at = scene.now
    scene.session.add(report)
    _follow(linked, report, "linked").wants_news = True
    linked.say("linked", letters.linked(report, scene.now))


def _invite(scene: Scene, report: Report) -> None:
    """Asked in public about a confidential report: go on in private, by a fresh code."""
    code = invite(scene.session, report, scene.now, scene.policy)
    scene.say("invitation", letters.invitation(code))


def _attached(scene: Scene, intent: Intent) -> Report:
    assert scene.report is not None
    attach(scene.session, scene.report, scene.message.post, intent, scene.now)
    return scene.report


def _placed(scene: Scene, intent: Intent) -> Report | None:
    post = scene.message.post
    post.state, post.intent, post.placed_at = "placed", intent, scene.now
    if scene.report is not None and scene.own:
        post.report_id = scene.report.id
    scene.session.add(post)
    return scene.report


def _step(scene: Scene, intent: Intent, step: str) -> Report:
    report = _attached(scene, intent)
    move(scene.session, report, step, by="citizen", now=scene.now, policy=scene.policy)
    return report


def _learn_place(scene: Scene, report: Report) -> None:
    region = scene.message.region
    if region is not None and report.verified_at is None:
        report.region_code, report.region_name = region.code, region.name
    if scene.message.has_point:
        report.awaiting_place = False
    scene.session.add(report)


def _raise(scene: Scene, report: Report) -> None:
    """A follow-up may raise a report's urgency; only a person lowers it."""
    said = scene.message.prediction
    if said is None:
        return
    report.sensitive = report.sensitive or said.sensitive
    if said.urgency.severity > Urgency(report.urgency).severity:
        report.urgency = said.urgency
        if said.urgency == Urgency.DARURAT:
            alerts.tell_duty(scene.session, report, scene.now, scene.policy)
            letter = letters.emergency(report, scene.now, scene.policy)
            scene.say("emergency", letter, outbox.URGENT)
    scene.session.add(report)


def _follow(scene: Scene, report: Report, role: str) -> Follower:
    person_id = scene.message.person.id or 0
    follower = reports.find_follower(scene.session, report.id or 0, person_id)
    if follower is None:
        follower = Follower(
            report_id=report.id or 0,
            person_id=person_id,
            role=role,
            post_id=scene.message.post.id,
            since=scene.now,
        )
    scene.session.add(follower)
    return follower


def _welcome_back(scene: Scene) -> None:
    person = scene.message.person
    # X hands over the newest first: what was said before a stop does not undo it.
    if person.opted_out_at and person.opted_out_at > scene.message.post.posted_at:
        return
    person.opted_out_at = person.blocked_at = None
    scene.session.add(person)


HANDLERS: dict[str, Callable[[Scene], None]] = {
    "queue": queue,
    "start": _start,
    "help": _help,
    "privacy": _privacy,
    "begin": _begin,
    "link": _link,
    "erase": _erase,
    Intent.NONE: _none,
    Intent.ADDITION: _addition,
    Intent.ANSWER: _answer,
    Intent.STATUS: _status,
    Intent.NEWS: _news,
    Intent.ME_TOO: _me_too,
    Intent.SOLVED: _solved,
    Intent.UNSOLVED: _unsolved,
    Intent.WITHDRAW: _withdraw,
    Intent.OPT_OUT: _opt_out,
    Intent.OPT_IN: _opt_in,
    Intent.MY_DATA: _my_data,
}
