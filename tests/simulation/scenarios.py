"""Short stories for the sweep: a few people's acts, and what each of them must have heard then.

A story is written as it goes when all goes well. It yields what its people wait for, and returns
how it must end, wherever something went wrong.
"""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import timedelta

from tests.intake import texts
from tests.simulation.interruptions import Fault
from tests.simulation.plan import DUTY_CHAT
from tests.simulation.stage import End, Stage, Step, Told

Story = Generator[Step, None, End]

ON_X = ("read x", "place", "send x", "settle x")
ON_TELEGRAM = ("read telegram", "place", "send telegram", "settle telegram")
ON_BOTH = ("read x", "read telegram", "place", *ON_X[2:], *ON_TELEGRAM[2:])
DAY = timedelta(days=1)
DUTY = int(DUTY_CHAT)

# Words by which a message is known on the platforms, whatever else it says.
NUMBER = r"KABARI|Petugas membacanya|dekat apa|jalan apa"
DANGER, ALERT = r"[Tt]elepon 112", r"^Mungkin darurat"
INVITATION, CONFIDENTIAL = r"Kode\w* (itu )?berlaku 3 hari", r"kami rahasiakan"
RESOLUTION = texts.DONE
CLOSED, REOPENED = r"kami tutup", r"Batas jawabannya|menjawab paling lambat"
STATUS, WITHDRAWN = r"belum dibaca", r"batalkan|dibatalkan|tidak kami lanjutkan"
QUESTION, REMINDER = r"Di dekat bangunan apa", r"^Kami masih menunggu"
OUR_DATA, ERASED = r"^Kami menyimpan", r"sudah kami hapus"
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")

_ERASED = "SELECT 1 FROM person WHERE erased_at IS NOT NULL AND wrapped_key IS NULL"
_FORGOTTEN = "SELECT 1 FROM post WHERE external_id = ? AND deleted_at IS NOT NULL"
_OPTED_OUT = "SELECT 1 FROM person WHERE opted_out_at IS NOT NULL"
_WORDINGS = "SELECT count(*) FROM version WHERE post_id = 1"
_CLAIMED = "SELECT 1 FROM notice WHERE kind = ? AND claimed_at IS NOT NULL"
_SENT = "SELECT 1 FROM notice WHERE kind = ? AND state = 'sent'"


@dataclass(frozen=True)
class Scenario:
    """A story, the bot's jobs in the order of a turn, and how many posts a page of X holds."""

    name: str
    story: Callable[[Stage], Story]
    jobs: tuple[str, ...]
    page_size: int = 100


def mention(stage: Stage) -> Story:
    """A report on X is acknowledged."""
    post = stage.tweet(texts.LAMP)
    yield stage.hears(post)
    return End([Told(post, [NUMBER])], ["received"])


def thread(stage: Stage) -> Story:
    """A report without its place is asked for it, and the answer in the thread joins it."""
    post = stage.tweet(texts.LAMP_NOWHERE)
    yield stage.hears(post)
    place = stage.tweet(texts.PLACE, reply_to=stage.newest_reply(post))
    yield stage.understood(place)
    return End([Told(post, [NUMBER]), Told(place)], ["received"])


def pages(stage: Stage) -> Story:
    """Three pages of mentions at once, the oldest and the newest of them in one thread."""
    first = stage.tweet(texts.LAMP_NOWHERE)
    talk = []
    for number in range(20):
        stage.pass_time(timedelta(seconds=1))
        talk.append(stage.tweet(texts.GREETING, f"warga{2 + number % 7}"))
    place = stage.tweet(texts.PLACE, reply_to=first)
    yield stage.hears(first)
    yield stage.understood(place)
    return End([Told(first, [NUMBER]), Told(place), *map(Told, talk)], ["received"])


def photo(stage: Stage) -> Story:
    """A report and its photo, in a private chat, are one report."""
    stage.say(texts.LAMP)
    picture = stage.say(None, photo=True)
    yield stage.understood(picture)
    yield stage.hears(stage.chat())
    return End([Told(stage.chat(), [NUMBER])], ["received"])


def buttons(stage: Stage) -> Story:
    """How does it stand? Then take it back: two buttons under the acknowledgement."""
    stage.say(texts.LAMP)
    yield stage.hears(stage.chat())
    stage.press("STATUS")
    yield stage.hears(stage.chat(), STATUS)
    stage.press("BATAL")
    yield stage.reaches("archived")
    yield stage.hears(stage.chat(), WITHDRAWN)
    return End([Told(stage.chat(), [NUMBER, STATUS, WITHDRAWN])], ["archived"])


def invitation(stage: Stage) -> Story:
    """A bribe, told in public, goes on in a private chat by the code of the invitation."""
    post = stage.tweet(texts.BRIBE)
    yield stage.hears(post)
    stage.say(CODE.findall(stage.heard(post)[0])[0])
    yield stage.hears(stage.chat())
    return End([Told(post, [INVITATION]), Told(stage.chat(), [CONFIDENTIAL])], ["received"])


def solved(stage: Stage) -> Story:
    """The agency's answer stands under the newest mention, and SUDAH closes the report."""
    post = stage.tweet(texts.LAMP_NOWHERE)
    yield stage.hears(post)
    place = stage.tweet(texts.PLACE, reply_to=post)
    yield stage.understood(place)
    yield from stage.answers()
    yield stage.hears(place)
    verdict = stage.tweet("SUDAH", reply_to=stage.newest_reply(place))
    yield stage.hears(verdict)
    told = [Told(post, [NUMBER]), Told(place, [RESOLUTION]), Told(verdict, [CLOSED])]
    return End(told, ["closed"])


def unsolved(stage: Stage) -> Story:
    """BELUM, by the button under the answer, opens the report again."""
    stage.say(texts.LAMP)
    yield stage.hears(stage.chat())
    yield from stage.answers()
    yield stage.hears(stage.chat(), RESOLUTION)
    stage.press("BELUM")
    yield stage.hears(stage.chat(), REOPENED)
    return End([Told(stage.chat(), [NUMBER, RESOLUTION, REOPENED])], ["forwarded"])


def opt_out(stage: Stage) -> Story:
    """BERHENTI comes while the agency's answer is claimed, and could not be sent yet."""
    post = stage.tweet(texts.LAMP)
    yield stage.hears(post)
    stage.trouble(Fault.NO_CONNECTION, "x POST")
    yield from stage.answers()
    yield Step(lambda: stage.finds(_CLAIMED, "resolution") is not None)
    stop = stage.tweet("BERHENTI", reply_to=post)
    yield Step(lambda: stage.finds(_OPTED_OUT) is not None)
    # Where the stop was read late, the answer was out before anybody knew of it.
    return End([Told(post, [NUMBER], perhaps=[RESOLUTION]), Told(stop)], ["answered"])


def deletion(stage: Stage) -> Story:
    """A post gets another wording, is answered once for all of them, and is deleted."""
    post = stage.tweet(texts.LAMP)
    yield stage.hears(post)
    stage.x.edit(post, f"@lapor1708 {texts.ROAD}")
    yield Step(lambda: stage.finds(_WORDINGS) == 2)
    stage.x.delete(post)
    yield Step(lambda: stage.finds(_FORGOTTEN, post) is not None)
    return End([Told(post, [NUMBER])], ["archived"])


def erasure(stage: Stage) -> Story:
    """DATA, HAPUS: a last word, then nothing of the person is left."""
    stage.say(texts.LAMP)
    yield stage.hears(stage.chat())
    stage.say("DATA")
    yield stage.hears(stage.chat(), OUR_DATA)
    stage.press("HAPUS")
    yield Step(lambda: stage.finds(_ERASED) is not None)
    # A last word that may not have arrived is not repeated: its words are forgotten too.
    told = Told(stage.chat(), [NUMBER, OUR_DATA], perhaps=[ERASED])
    return End([told], ["archived"])


def migration(stage: Stage) -> Story:
    """A group becomes a supergroup while the agency's answer waits to be sent there."""
    group = stage.town.group
    stage.say(f"@{stage.telegram.bot_username} {texts.LAMP}", group=group)
    yield stage.hears(group)
    yield from stage.answers()
    supergroup = stage.telegram.migrate(group)
    yield stage.hears(supergroup)
    return End([Told(group, [NUMBER]), Told(supergroup, [RESOLUTION])], ["answered"])


def doubt_on_x(stage: Stage) -> Story:
    """The acknowledgement stands on X, and X never said so: it is found there, not sent again."""
    stage.trouble(Fault.RESET_APPLIED, "x POST")
    post = stage.tweet(texts.LAMP)
    yield stage.hears(post)
    yield Step(lambda: stage.finds(_SENT, "acknowledgement") is not None)
    return End([Told(post, [NUMBER])], ["received"])


def doubt_on_telegram(stage: Stage) -> Story:
    """Whether the acknowledgement reached a private chat only a person can say."""
    stage.trouble(Fault.HANG, "sendMessage")
    stage.say(texts.LAMP)
    yield stage.hears(stage.chat())
    return End([Told(stage.chat(), [NUMBER])], ["received"])


def silence(stage: Stage) -> Story:
    """A question is reminded of, and the report ends when nobody answers."""
    stage.say(texts.LAMP)
    yield stage.hears(stage.chat())
    yield stage.asks("Di dekat bangunan apa tepatnya?")
    yield stage.hears(stage.chat(), QUESTION)
    stage.pass_time(DAY)
    yield stage.hears(stage.chat(), REMINDER)
    stage.pass_time(3 * DAY)
    yield stage.reaches("archived")
    return End([Told(stage.chat(), [NUMBER, QUESTION, REMINDER])], ["archived"])


def danger(stage: Stage) -> Story:
    """Somebody in danger is told whom to call, and the duty officer is told of it."""
    post = stage.tweet(texts.TRAPPED)
    yield stage.hears(post)
    yield stage.hears(DUTY)
    return End([Told(post, [DANGER]), Told(DUTY, [ALERT])], ["received"])


SCENARIOS = {
    one.name: one
    for one in (
        Scenario("mention", mention, ON_X),
        Scenario("thread", thread, ON_X),
        Scenario("pages", pages, ON_X, page_size=10),
        Scenario("photo", photo, ON_TELEGRAM),
        Scenario("buttons", buttons, ON_TELEGRAM),
        Scenario("invitation", invitation, ON_BOTH),
        Scenario("solved", solved, ON_X),
        Scenario("unsolved", unsolved, ON_TELEGRAM),
        Scenario("opt_out", opt_out, ON_X),
        Scenario("deletion", deletion, (*ON_X, "deletions x")),
        Scenario("erasure", erasure, (*ON_TELEGRAM, "erasures")),
        # Sending comes first: it meets the chat that has moved before reading has heard of it.
        Scenario("migration", migration, (*ON_TELEGRAM[2:], *ON_TELEGRAM[:2])),
        Scenario("doubt_on_x", doubt_on_x, ON_X),
        Scenario("doubt_on_telegram", doubt_on_telegram, ON_TELEGRAM),
        Scenario("silence", silence, (*ON_TELEGRAM, "deadlines", "forgetting")),
        Scenario("danger", danger, ON_BOTH),
    )
}
