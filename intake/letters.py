"""Which words go to whom: from a report and an address to a rendered letter.

`wording` knows the sentences, this knows the report: its number, its dates, how public the place
is. Everything that is sent is rendered here, once.
"""

from datetime import date, datetime

from intake import wording
from intake.outbox import Address, Letter
from intake.policy import Policy
from intake.wording import Channel, Progress, State, Words
from intake.workdays import JAKARTA, deadline, is_duty_time
from store.tables import Answer, Report

# A public answer to one of these could be read by whoever does the harm, or by nobody in time.
VIOLENCE = frozenset({"kekerasan_sekarang", "kekerasan_seksual", "kekerasan_rumah_tangga"})
NEVER_IN_PUBLIC = VIOLENCE | {"anak_korban", "bunuh_diri", "mau_lompat", "dikurung"}
# How much of a letter without a number makes it recognisable.
MARK_LENGTH = 40


def channel_of(to: Address) -> Channel:
    """How public the place is where the letter will stand."""
    if to.on_x:
        return Channel.X
    return Channel.GROUP if to.public else Channel.TELEGRAM


def acknowledgement(
    report: Report,
    to: Address,
    code: str | None,
    rules: frozenset[str],
    now: datetime,
    policy: Policy,
) -> Letter:
    """The first notice: the number, or a safe way to go on, or whom to call."""
    where, read_by = channel_of(to), _day(report.due_at or now)
    if report.urgency == "darurat" and not (rules & VIOLENCE):
        return emergency(report, now, policy)
    if code is not None:
        return invitation(code)
    if report.sensitive and not to.public:
        private = wording.acknowledgement_confidential
        if rules & VIOLENCE:
            private = wording.acknowledgement_violence
        return _letter(private(report.reference, read_by), report.reference)
    if report.awaiting_place:
        words = wording.acknowledgement_asking_place(
            where, report.reference, handle=policy.x_account
        )
        return _letter(words, report.reference)
    words = wording.acknowledgement(where, report.reference, read_by, handle=policy.x_account)
    return _letter(words, report.reference)


def emergency(report: Report, now: datetime, policy: Policy) -> Letter:
    """Somebody may be in danger: whom to call, and whether anybody of ours is awake."""
    on_duty = policy.duty_chat is not None and is_duty_time(
        now, policy.duty_from, policy.duty_until
    )
    words = wording.acknowledgement_emergency(report.reference, on_duty=on_duty)
    return _letter(words, report.reference)


def invitation(code: str) -> Letter:
    """A sensitive matter goes on in a private chat; nothing here says what it is."""
    return _letter(wording.acknowledgement_sensitive(code), code)


def linked(report: Report, now: datetime) -> Letter:
    """A private chat was linked to a report by its code."""
    read_by = _day(report.due_at or now)
    return _letter(
        wording.acknowledgement_confidential(report.reference, read_by), report.reference
    )


def own_status(report: Report, answer: Answer | None, to: Address, policy: Policy) -> Letter:
    """How a report stands, for its reporter. In private the agency's sentence stands there too."""
    if report.state == "answered" and answer and not to.public:
        close_by = report.due_at or report.active_at
        return resolution(report, answer.agency, answer.sentence, close_by, to, policy)
    return _status(report, to, policy, own=True)


def public_status(report: Report, to: Address, policy: Policy) -> Letter:
    """How a report stands, as everybody may know it."""
    return _status(report, to, policy, own=False)


def unknown_number(to: Address) -> Letter:
    """No such report, or one that is nobody else's business: the same words for both."""
    return _letter(wording.unknown_number(_seed(to)))


def unknown_code(to: Address) -> Letter:
    """A code that opens nothing, or opens nothing any more."""
    return _letter(wording.unknown_code(_seed(to)))


def question(report: Report, asked: str, to: Address, policy: Policy) -> Letter:
    """A moderator's question."""
    words = wording.question(channel_of(to), report.reference, asked, handle=policy.x_account)
    return _letter(words, report.reference)


def resolution(
    report: Report,
    agency: str,
    sentence: str,
    close_by: datetime,
    to: Address,
    policy: Policy,
) -> Letter:
    """What the agency says it did."""
    words = wording.resolution(
        channel_of(to),
        report.reference,
        agency,
        sentence,
        _day(close_by),
        handle=policy.x_account,
    )
    return _letter(words, report.reference)


def full_answer(report: Report, agency: str, full_text: str) -> Letter:
    """The agency's whole answer, in a private chat."""
    close_by = _day(report.due_at or report.active_at)
    return _letter(
        wording.full_answer(report.reference, agency, full_text, close_by), report.reference
    )


def reopened(report: Report, to: Address) -> Letter:
    """The reporter says that it is not solved."""
    words = wording.reopened(
        channel_of(to),
        report.reference,
        report.agency or "",
        _day(report.due_at or report.active_at),
    )
    return _letter(words, report.reference)


def closed_thanks(report: Report) -> Letter:
    """The reporter says that it is solved."""
    return _letter(wording.closed_thanks(report.reference), report.reference)


def withdrawn(report: Report) -> Letter:
    """The reporter took it back."""
    return _letter(wording.withdrawn(report.reference), report.reference)


def added(report: Report) -> Letter:
    """A follow-up joined its report."""
    return _letter(wording.added(report.reference), report.reference)


def me_too(report: Report, to: Address, policy: Policy) -> Letter:
    """Somebody else has the same trouble."""
    words = wording.me_too(channel_of(to), report.reference, handle=policy.x_account)
    return _letter(words, report.reference)


def news_promised(report: Report, now: datetime, policy: Policy) -> Letter:
    """The next news comes by the report's next deadline."""
    due = report.due_at if report.due_at and report.due_at > now else None
    next_by = due or deadline(now, policy.verify_days)
    return _letter(wording.news_promised(report.reference, _day(next_by)), report.reference)


def returned(report: Report, now: datetime, policy: Policy) -> Letter:
    """The agency says that it is not its matter; another one is looked for."""
    words = wording.returned(
        Channel.TELEGRAM,
        report.reference,
        report.agency or "",
        _day(deadline(now, policy.verify_days)),
    )
    return _letter(words, report.reference)


def late(report: Report, now: datetime) -> Letter:
    """The agency let its day pass."""
    words = wording.late(
        Channel.TELEGRAM,
        report.reference,
        report.agency or "",
        _day(report.due_at or now),
        _day(deadline(now, 5)),
    )
    return _letter(words, report.reference)


def reminder_info(report: Report, now: datetime) -> Letter:
    """We still wait for an answer to our question."""
    words = wording.reminder_info(report.reference, _day(report.due_at or now))
    return _letter(words, report.reference)


def reminder_close(report: Report, now: datetime) -> Letter:
    """We still wait to hear whether it is solved."""
    words = wording.reminder_close(
        report.reference, report.agency or "", _day(report.due_at or now)
    )
    return _letter(words, report.reference)


def will_be_read(now: datetime, policy: Policy) -> Letter:
    """A person will say whether it is a report."""
    return _letter(wording.will_be_read(_day(deadline(now, policy.verify_days))))


def ask_for_words() -> Letter:
    """A photo or a voice without a word."""
    return _letter(wording.not_understood_media())


def my_data(reports: int, since: datetime | None) -> Letter:
    """What we keep of a person, said in private."""
    return _letter(wording.my_data(reports, _day(since) if since else None))


def my_data_in_private(code: str) -> Letter:
    """Personal data is spoken about behind a code only."""
    return _letter(wording.my_data_in_private(code), code)


def my_data_erased() -> Letter:
    """The last thing a person hears before everything is gone."""
    return _letter(wording.my_data_erased())


def opted_in(to: Address) -> Letter:
    """Notices go out again."""
    return _letter(wording.opted_in_again(_seed(to)))


def start() -> Letter:
    """The first words in a private chat."""
    return _letter(wording.start())


def help_text() -> Letter:
    """What can be done here."""
    return _letter(wording.help_text())


def privacy() -> Letter:
    """How data are kept."""
    return _letter(wording.privacy())


def begin_report() -> Letter:
    """A new report begins."""
    return _letter(wording.begin_report())


def alert(name: str) -> Letter:
    """To the duty chat: which report or post may be an emergency; no text of the citizen."""
    return _letter(wording.alert(name), name)


def _status(report: Report, to: Address, policy: Policy, *, own: bool) -> Letter:
    due = report.due_at if report.due_at and report.due_at > report.active_at else None
    words = wording.status(
        channel_of(to),
        Progress(
            reference=report.reference,
            state=State(report.state),
            since=_day(_since(report)),
            due=_day(due) if due else None,
            agency=report.agency,
            own=own,
        ),
        handle=policy.x_account,
    )
    return _letter(words, report.reference)


def _since(report: Report) -> datetime:
    entered = {
        "received": report.received_at,
        "verified": report.verified_at,
        "forwarded": report.forwarded_at,
        "answered": report.answered_at,
        "closed": report.ended_at,
        "archived": report.ended_at,
    }
    return entered.get(report.state) or report.active_at


def _letter(words: Words, mark: str | None = None) -> Letter:
    return Letter(words.text, mark or words.text[:MARK_LENGTH], words.buttons)


def _seed(to: Address) -> str:
    """The same wording for the same post, however often it is rendered."""
    return str(to.post.external_id if to.post else to.person.id)


def _day(moment: datetime) -> date:
    return moment.astimezone(JAKARTA).date()
