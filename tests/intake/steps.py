"""What citizens and moderators do in the tests of the use cases, each in one call."""

from collections.abc import Sequence
from typing import Any

from intake import answer, review
from intake.review import Labels
from store.tables import Notice, Report
from tests.bot import Bot
from tests.intake.texts import AGENCY, DONE, LAMP

BY = "moderator"


def mention(bot: Bot, text: str, handle: str = "sari", **more: Any) -> str:
    """Post on X and mention the account; the post's id."""
    bot.x.world.add_person(handle, handle.title())
    return bot.x.world.post(handle, f"@lapor1708 {text}", **more)


def write(bot: Bot, text: str | None, handle: str = "sari", **more: Any) -> str:
    """Write to the Telegram bot; the message's id, `chat:message`."""
    bot.telegram.world.add_person(handle, handle.title())
    return bot.telegram.world.say(handle, text, **more)


def chat_of(message: str) -> int:
    """The chat in which a Telegram message stands."""
    return int(message.split(":")[0])


def heard_on_x(bot: Bot, post: str) -> list[str]:
    """What the account replied to a post."""
    return [reply.text for reply in bot.x.world.notices_to(post)]


def heard_on_telegram(bot: Bot, message: str) -> list[str]:
    """What the bot said in the chat of a message."""
    return [sent.text for sent in bot.telegram.world.sent(chat_of(message))]


def report_on_x(bot: Bot, text: str = LAMP, handle: str = "sari") -> tuple[Report, str]:
    """A report from X whose acknowledgement is out, and its opening post."""
    post = mention(bot, text, handle)
    bot.turn()
    return report_of(bot, post), post


def report_on_telegram(bot: Bot, text: str = LAMP, handle: str = "sari") -> tuple[Report, str]:
    """A report from a private chat whose acknowledgement is out, and its opening message."""
    message = write(bot, text, handle)
    bot.turn()
    return report_of(bot, message), message


def report_of(bot: Bot, external_id: str) -> Report:
    """The report that a post belongs to."""
    wanted = bot.post(external_id).report_id
    return next(report for report in bot.reports() if report.id == wanted)


def verify(bot: Bot, report: Report, labels: Labels | None = None) -> Report:
    return review.verify(
        bot.db, report.reference, labels or Labels(), by=BY, now=bot.now, policy=bot.policy
    )


def forward(bot: Bot, report: Report, agency: str = AGENCY) -> Report:
    """Verify if nobody has yet, and hand over to an agency."""
    if report.state == "received":
        verify(bot, report)
    return review.forward(bot.db, report.reference, agency, by=BY, now=bot.now, policy=bot.policy)


def give_back(bot: Bot, report: Report, proposed: str | None = None) -> Report:
    return review.take_back(
        bot.db, report.reference, proposed, by=BY, now=bot.now, policy=bot.policy
    )


def ask(bot: Bot, report: Report, question: str = "Lampu yang mana?") -> Report:
    return review.ask(bot.db, report.reference, question, by=BY, now=bot.now, policy=bot.policy)


def archive(bot: Bot, report: Report, reason: str = "noted") -> Report:
    return review.archive(bot.db, report.reference, reason, by=BY, now=bot.now, policy=bot.policy)


def record_answer(
    bot: Bot, report: Report, sentence: str = DONE, full_text: str | None = None
) -> None:
    """The agency has answered; forwards first if nobody has yet."""
    if report.state in ("received", "verified"):
        report = forward(bot, report)
    given = answer.Given(report.agency or AGENCY, sentence, full_text)
    answer.answer(bot.db, bot.vault, report.reference, given, by=BY, now=bot.now, policy=bot.policy)


def again(bot: Bot, report: Report) -> Report:
    """The report as it stands now."""
    return next(row for row in bot.reports() if row.id == report.id)


def states(notices: Sequence[Notice]) -> list[str]:
    return [notice.state for notice in notices]
