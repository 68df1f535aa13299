"""What simulated citizens do: one function an act, each with its own randomness.

An act that makes no sense at its moment (an answer without a question) does nothing, so that any
part of a week can be left out and the rest still runs.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.intake import texts
from tests.simulation.world import Platforms

X_PEOPLE = tuple(f"warga{number}" for number in range(1, 10))
TELEGRAM_PEOPLE = tuple(f"warga{number}" for number in range(11, 18))
X_BOT = "akun_otomatis"

REPORTS = (
    texts.LAMP,
    texts.LAMP_NOWHERE,
    texts.ROAD,
    texts.WASTE,
    texts.IDENTITY_CARD,
    "Mohon dibersihkan, saluran air di Jalan Anyelir, Kota Semarang mampet dan sering banjir.",
    "Mohon dicek, air PDAM di Jalan Teratai, Kabupaten Bantul mati sudah empat hari.",
    "Usul, tolong dibangun halte di depan pasar Jalan Cempaka, Kota Surakarta.",
)
GRAVE = (texts.TRAPPED, texts.BRIBE, texts.VIOLENCE)
DOUBTFUL = ("bagaimana ini pak kok masih begitu saja", "ini gimana ya min", "sudah lama begini")
TALK = (texts.GREETING, texts.SPAM, "Terima kasih banyak min")
PLACES = (texts.PLACE, "di Jalan Mawar dekat pasar, Kabupaten Klaten", "Kota Semarang")
ADDITIONS = (
    "Tambahan, di sebelahnya juga ada yang rusak dan sudah dua orang jatuh.",
    "Sekarang malah bertambah parah pak, lubangnya makin besar.",
)
WISHES = ("STATUS", "KABARI", "SUDAH", "BELUM", "BELUM", "SUDAH", "BATAL", "DATA")
TRACES = ("sama di sini juga", "di tempat saya juga begitu")


@dataclass
class Town:
    """Who wrote what, as far as the acts need it; ids are the platforms' own."""

    platforms: Platforms
    x_posts: list[tuple[str, str]] = field(default_factory=list)
    telegram_messages: list[tuple[str, str]] = field(default_factory=list)
    group: int = 0
    albums: int = 0
    turns: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        x, telegram = self.platforms.x, self.platforms.telegram
        for handle in X_PEOPLE:
            x.add_person(handle, handle.title())
        x.add_person(X_BOT, "Akun Otomatis", bot=True)
        for handle in TELEGRAM_PEOPLE:
            telegram.add_person(handle, handle.title())
        telegram.add_group("Petugas Jaga")
        self.group = telegram.add_group("Warga Contoh")

    def x_writer(self) -> str:
        """Everybody gets their turn."""
        return self._next(X_PEOPLE)

    def telegram_writer(self) -> str:
        """Everybody gets their turn."""
        return self._next(TELEGRAM_PEOPLE)

    def _next(self, people: tuple[str, ...]) -> str:
        self.turns[people[0]] += 1
        return people[self.turns[people[0]] % len(people)]

    def tweet(self, handle: str, text: str, **more: object) -> str:
        """Post on X."""
        post = self.platforms.x.post(handle, text, **more)  # type: ignore[arg-type]
        self.x_posts.append((post, handle))
        return post

    def say(self, handle: str, text: str | None, **more: object) -> str:
        """Write on Telegram."""
        message = self.platforms.telegram.say(handle, text, **more)  # type: ignore[arg-type]
        self.telegram_messages.append((message, handle))
        return message

    def standing(self, random: Random) -> tuple[str, str] | None:
        """A post of a citizen that stands on X."""
        posts = [post for post in self.x_posts[-12:] if self.platforms.x.find(post[0])]
        return random.choice(posts) if posts else None


Act = Callable[[Town, Random], None]


def x_report(town: Town, random: Random) -> None:
    """A report, often without its place."""
    restricted = random.random() < 0.1
    town.tweet(town.x_writer(), f"@lapor1708 {random.choice(REPORTS)}", restricted=restricted)


def x_grave(town: Town, random: Random) -> None:
    """Danger, a bribe, violence."""
    town.tweet(town.x_writer(), f"@lapor1708 {random.choice(GRAVE)}")


def x_doubtful(town: Town, random: Random) -> None:
    """What only a person can judge."""
    town.tweet(town.x_writer(), f"@lapor1708 {random.choice(DOUBTFUL + TALK)}")


def x_answer(town: Town, random: Random) -> None:
    """The author goes on in the thread, under the newest notice or under the own post."""
    if (found := town.standing(random)) is None:
        return
    post, handle = found
    notices = town.platforms.x.notices_to(post)
    parent = notices[-1].id if notices and random.random() < 0.7 else post
    text = random.choice(WISHES + PLACES + ADDITIONS)
    town.tweet(handle, f"@lapor1708 {text}", reply_to=parent)


def x_verdict(town: Town, random: Random) -> None:
    """SUDAH or BELUM to what an agency answered."""
    for reply in reversed(town.platforms.x.timeline()):
        if "SUDAH" in reply.text and reply.reply_to:
            for post, handle in town.x_posts:
                if post == reply.reply_to and town.platforms.x.find(post):
                    word = random.choice(("SUDAH", "BELUM"))
                    town.tweet(handle, f"@lapor1708 {word}", reply_to=reply.id)
                    return


def x_other(town: Town, random: Random) -> None:
    """Somebody else under it: the same here, or a question."""
    if found := town.standing(random):
        text = random.choice((*TRACES, "STATUS", "KABARI", *REPORTS))
        town.tweet(random.choice(X_PEOPLE), f"@lapor1708 {text}", reply_to=found[0])


def x_stop(town: Town, random: Random) -> None:
    """Enough, or on again."""
    if found := town.standing(random):
        word = random.choice(("BERHENTI", "BERHENTI", "LANJUT"))
        town.tweet(found[1], f"@lapor1708 {word}", reply_to=found[0])


def x_edit(town: Town, random: Random) -> None:
    """Another wording; sometimes without us."""
    if found := town.standing(random):
        us = "" if random.random() < 0.2 else "@lapor1708 "
        town.platforms.x.edit(found[0], us + random.choice(REPORTS + GRAVE))


def x_delete(town: Town, random: Random) -> None:
    """Away with it."""
    if found := town.standing(random):
        town.platforms.x.delete(found[0])


def x_share(town: Town, random: Random) -> None:
    """A retweet, or a quote that names us."""
    if found := town.standing(random):
        handle = random.choice(X_PEOPLE)
        if random.random() < 0.5:
            town.platforms.x.post(handle, "", repost_of=found[0])
        else:
            town.platforms.x.post(handle, "@lapor1708 tolong dibantu", quote_of=found[0])


def x_machine(town: Town, random: Random) -> None:
    """An automatic account mentions us."""
    town.platforms.x.post(X_BOT, f"@lapor1708 {random.choice(REPORTS)}")


def x_number(town: Town, random: Random) -> None:
    """Somebody asks about a number that they read somewhere."""
    for reply in reversed(town.platforms.x.timeline()):
        words = [word for word in reply.text.split() if word.startswith("LPR-")]
        if words:
            town.tweet(random.choice(X_PEOPLE), f"@lapor1708 STATUS {words[0].rstrip('.,:')}")
            return


def tg_report(town: Town, random: Random) -> None:
    """A report in private, perhaps with a photo of its own or its place."""
    handle = town.telegram_writer()
    town.say(handle, random.choice(REPORTS))
    if random.random() < 0.3:
        town.say(handle, None, photo=True)
    if random.random() < 0.3:
        town.say(handle, None, location=(-7.79, 110.37))


def tg_grave(town: Town, random: Random) -> None:
    """Danger, a bribe, violence."""
    town.say(town.telegram_writer(), random.choice(GRAVE))


def tg_album(town: Town, random: Random) -> None:
    """Several photos, of which one carries the words."""
    handle = random.choice(TELEGRAM_PEOPLE)
    town.albums += 1
    album = f"album{town.albums}"
    town.say(handle, None, photo=True, caption=random.choice(REPORTS), album=album)
    town.say(handle, None, photo=True, album=album)


def tg_wordless(town: Town, random: Random) -> None:
    """A voice message, a photo."""
    kind = random.choice(("voice", "photo"))
    town.say(random.choice(TELEGRAM_PEOPLE), None, **{kind: True})


def tg_talk(town: Town, random: Random) -> None:
    """Commands and what is said by the way."""
    said = ("/start", "/bantuan", "/privasi", "/lapor", "/status", "/berhenti", *TALK, *DOUBTFUL)
    town.say(town.telegram_writer(), random.choice(said))


def tg_answer(town: Town, random: Random) -> None:
    """The writer goes on."""
    if town.telegram_messages:
        _, handle = random.choice(town.telegram_messages[-8:])
        town.say(handle, random.choice(WISHES + PLACES + ADDITIONS))


def tg_press(town: Town, random: Random) -> None:
    """A button under something that the bot said."""
    handle = random.choice(TELEGRAM_PEOPLE)
    person = town.platforms.telegram.add_person(handle, handle.title())
    sent = [one for one in town.platforms.telegram.sent(person) if one.buttons]
    if sent:
        message = sent[-1] if random.random() < 0.7 else random.choice(sent)
        button = random.choice(message.buttons)
        town.platforms.telegram.press(handle, message.id, button.data)


def tg_forget_me(town: Town, random: Random) -> None:
    """DATA, and the button that erases."""
    handle = random.choice(TELEGRAM_PEOPLE)
    person = town.platforms.telegram.add_person(handle, handle.title())
    for one in reversed(town.platforms.telegram.sent(person)):
        if any(button.data.startswith("HAPUS") for button in one.buttons):
            town.platforms.telegram.press(handle, one.id, "HAPUS")
            return
    town.say(handle, "DATA")


def tg_edit(town: Town, random: Random) -> None:
    """Another wording."""
    if town.telegram_messages:
        message, _ = random.choice(town.telegram_messages[-6:])
        town.platforms.telegram.edit(message, random.choice(REPORTS + GRAVE))


def tg_block(town: Town, random: Random) -> None:
    """Block the bot, or take it back."""
    handle = random.choice(TELEGRAM_PEOPLE)
    if random.random() < 0.5:
        town.platforms.telegram.block(handle)
    else:
        town.platforms.telegram.unblock(handle)


def tg_group(town: Town, random: Random) -> None:
    """Talk in a group, of which some is for us; now and then the group becomes a supergroup."""
    us = f"@{town.platforms.telegram.bot_username} " if random.random() < 0.7 else ""
    text = us + random.choice(REPORTS + TALK)
    town.say(random.choice(TELEGRAM_PEOPLE), text, group=town.group)
    if random.random() < 0.1 and town.group > -1_000_000_000_000:
        town.group = town.platforms.telegram.migrate(town.group)


def tg_odd(town: Town, random: Random) -> None:
    """Updates that no version of ours knows."""
    odd: tuple[object, ...] = ({"message_id": 1}, {"chat": None, "date": "?"}, "text", 7, None)
    town.platforms.telegram.queue_update("message", random.choice(odd))


ACTS: dict[str, tuple[Act, float]] = {
    act.__name__: (act, weight)
    for act, weight in (
        (x_report, 10),
        (x_grave, 3),
        (x_doubtful, 3),
        (x_answer, 8),
        (x_verdict, 3),
        (x_other, 4),
        (x_stop, 1),
        (x_edit, 2),
        (x_delete, 2),
        (x_share, 2),
        (x_machine, 1),
        (x_number, 1),
        (tg_report, 9),
        (tg_grave, 2),
        (tg_album, 1),
        (tg_wordless, 1),
        (tg_talk, 4),
        (tg_answer, 7),
        (tg_press, 4),
        (tg_forget_me, 2),
        (tg_edit, 1),
        (tg_block, 1.5),
        (tg_group, 3),
        (tg_odd, 0.7),
    )
}
