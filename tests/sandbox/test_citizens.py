"""The citizens do what the script says, each thing once, whatever happens to their process."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sandbox.citizens import Citizens, OtherScript
from sandbox.script import Script, load_script
from sandbox.telegram_world import TelegramWorld
from sandbox.transactions import SharedConnection, open_shared_state
from sandbox.x_world import XWorld

PEOPLE = """
[[people]]
id = "a"
platform = "x"
handle = "a_contoh"
name = "A Contoh"

[[people]]
id = "t"
platform = "telegram"
handle = "t_contoh"
name = "T Contoh"
"""
ANSWERED = """
[[posts]]
id = "x1"
person = "a"
at = 1
text = "@lapor1708 jalan rusak"

[[posts]]
id = "x2"
person = "a"
after = { post = "x1", notice = 1, delay = 2 }
reply_to = "notice"
text = "@lapor1708 KABARI"
"""
PRESSED = """
[[posts]]
id = "t0"
person = "t"
at = 1
text = "/start"

[[posts]]
id = "t1"
person = "t"
at = 2
text = "selokan mampet"

[[posts]]
id = "t2"
person = "t"
after = { post = "t1", notice = 1, saying = "BELUM" }
press = "BELUM"
"""
PRESSED_AGAIN = """
[[posts]]
id = "t3"
person = "t"
after = { post = "t2", notice = 1, saying = "SUDAH" }
press = "SUDAH"
"""
BUTTONS = [[{"text": "Sudah", "callback_data": "s"}, {"text": "Belum", "callback_data": "b"}]]


@dataclass
class Sandbox:
    """Both worlds and the citizens in them, with a clock that the test turns by hand."""

    state: Path
    script: Script
    speed: float = 1.0
    now: float = 1_000_000.0
    connection: SharedConnection = field(init=False)
    x: XWorld = field(init=False)
    telegram: TelegramWorld = field(init=False)
    citizens: Citizens = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start, or start again, from the state file."""
        self.connection = open_shared_state(self.state)
        self.x, self.telegram = XWorld(self.connection), TelegramWorld(self.connection)
        self.citizens = Citizens(
            self.script,
            self.connection,
            self.x,
            self.telegram,
            speed=self.speed,
            clock=lambda: self.now,
        )

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.citizens.play()

    def count(self, table: str) -> int:
        query = f"SELECT count(*) FROM {table}"
        return int(self.connection.execute(query).fetchone()[0])


def script_of(tmp_path: Path, posts: str) -> Script:
    path = tmp_path / "small.toml"
    path.write_text(PEOPLE + posts, "utf-8")
    return load_script(path)


def sandbox_of(tmp_path: Path, posts: str) -> Sandbox:
    return Sandbox(tmp_path / "sandbox.db", script_of(tmp_path, posts))


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path / "sandbox.db", load_script())
    yield sandbox
    sandbox.connection.close()


def test_a_step_is_played_at_its_time_and_once(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, ANSWERED)

    sandbox.wait(0.9)
    assert sandbox.citizens.platform_ids() == {}
    sandbox.wait(0.2)
    sandbox.wait(0.2)

    assert [*sandbox.citizens.platform_ids()] == ["x1"]
    assert sandbox.count("x_posts") == 1


def test_speed_compresses_the_scripted_time(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "sandbox.db", script_of(tmp_path, ANSWERED), speed=10)

    sandbox.wait(0.11)

    assert [*sandbox.citizens.platform_ids()] == ["x1"]


def test_a_reply_waits_for_the_notice_and_its_delay_and_stands_under_it(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, ANSWERED)
    sandbox.wait(1)
    notice = sandbox.x.publish("Tercatat.", sandbox.citizens.platform_ids()["x1"])

    sandbox.wait(1)
    sandbox.wait(1)
    assert not sandbox.citizens.finished()
    sandbox.wait(1.1)

    reply = sandbox.x.find(sandbox.citizens.platform_ids()["x2"])
    assert sandbox.citizens.finished()
    assert reply is not None
    assert str(reply["reply_to"]) == notice


def test_a_button_is_pressed_on_the_notice_that_asks(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, PRESSED)
    sandbox.wait(2)
    chat, message = map(int, sandbox.citizens.platform_ids()["t1"].split(":"))
    sandbox.telegram.send(chat, "Tercatat.", reply_to=message)
    asking = sandbox.telegram.send(chat, "Sudah beres?", reply_to=message, keyboard=BUTTONS)
    sandbox.telegram.send(chat, "Selamat pagi.")

    sandbox.wait(0.1)
    sandbox.wait(0.1)

    pressed = sandbox.telegram.pending(100)[-1]["callback_query"]
    assert pressed["data"] == "b"
    assert pressed["message"]["message_id"] == asking["message_id"]


def test_a_notice_from_before_a_press_does_not_count_after_it(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, PRESSED + PRESSED_AGAIN)
    sandbox.wait(2)
    chat, message = map(int, sandbox.citizens.platform_ids()["t1"].split(":"))
    sandbox.telegram.send(chat, "Sudah beres?", reply_to=message, keyboard=BUTTONS)

    for _ in range(4):
        sandbox.wait(0.1)
    assert sandbox.citizens.left() == 1
    sandbox.telegram.send(chat, "Sekarang sudah beres?", reply_to=message, keyboard=BUTTONS)
    for _ in range(2):
        sandbox.wait(0.1)

    presses = [update["callback_query"] for update in sandbox.telegram.pending(100)[2:]]
    assert [press["data"] for press in presses] == ["b", "s"]
    assert presses[1]["message"]["text"] == "Sekarang sudah beres?"


def test_a_notice_in_another_thread_of_the_chat_does_not_count(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, PRESSED)
    sandbox.wait(2)
    chat, start = map(int, sandbox.citizens.platform_ids()["t0"].split(":"))
    sandbox.telegram.send(chat, "Selamat datang.", reply_to=start, keyboard=BUTTONS)

    sandbox.wait(0.1)
    sandbox.wait(0.1)

    assert sandbox.citizens.left() == 1


def test_a_notice_that_does_not_ask_is_not_answered(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, PRESSED)
    sandbox.wait(2)
    chat, message = map(int, sandbox.citizens.platform_ids()["t1"].split(":"))
    sandbox.telegram.send(chat, "Tercatat.", reply_to=message)

    sandbox.wait(0.1)
    sandbox.wait(0.1)

    assert sandbox.citizens.left() == 1


def test_a_step_whose_notice_never_comes_expires_for_good(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, ANSWERED)
    sandbox.wait(1)

    sandbox.wait(59)
    assert not sandbox.citizens.finished()
    sandbox.wait(2)
    assert sandbox.citizens.expired() == ["x2"]
    sandbox.start()

    assert sandbox.citizens.finished()
    assert sandbox.citizens.expired() == ["x2"]


def test_a_restart_after_a_long_break_gives_the_bot_time_to_answer(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, ANSWERED)
    sandbox.wait(1)
    sandbox.now += 3600

    sandbox.start()
    sandbox.wait(1)

    assert sandbox.citizens.left() == 1


def test_the_timetable_is_that_of_the_first_start(whole: Sandbox) -> None:
    whole.wait(10)
    before = whole.citizens.platform_ids()

    whole.start()
    whole.wait(0)
    assert whole.citizens.platform_ids() == before
    whole.wait(30)

    timed = {name for name, post in whole.script.posts.items() if post.at is not None}
    assert {*whole.citizens.platform_ids()} == timed


def test_what_is_overdue_is_played_in_the_order_of_its_times(whole: Sandbox) -> None:
    whole.wait(40)

    written = whole.x.rows("SELECT id FROM x_posts ORDER BY id")
    ids = whole.citizens.platform_ids()
    times = {ids[name]: whole.script.posts[name].at or 0.0 for name in timed_steps(whole.script)}
    played = [times[str(row["id"])] for row in written]
    assert played == sorted(played)


def test_another_script_on_the_same_state_is_refused(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, ANSWERED)
    sandbox.script = script_of(tmp_path, PRESSED)

    with pytest.raises(OtherScript, match="another script"):
        sandbox.start()


def test_with_a_bot_that_answers_everything_nothing_expires(whole: Sandbox) -> None:
    bot = Obliging(whole)

    for _ in range(400):
        whole.wait(0.25)
        bot.answer()

    assert whole.citizens.finished()
    assert whole.citizens.expired() == []
    assert {*whole.citizens.platform_ids()} == {*whole.script.posts}


def test_citizens_and_bot_do_not_stand_in_each_others_way(whole: Sandbox) -> None:
    person = whole.telegram.add_person("lain_contoh", "Lain Contoh")
    whole.telegram.say("lain_contoh", "halo")
    errors: list[Exception] = []

    def write(index: int) -> None:
        try:
            for turn in range(20):
                whole.telegram.send(person, f"kabar {index}-{turn}")
                whole.x.publish(f"kabar {index}-{turn}", None)
        except Exception as error:  # noqa: BLE001 - the test shows it
            errors.append(error)

    threads = [threading.Thread(target=write, args=(n,), daemon=True) for n in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(40):
        whole.wait(1)
    for thread in threads:
        thread.join(10)

    assert errors == []
    assert len(whole.telegram.sent(person)) == 60
    assert len(whole.citizens.platform_ids()) == len(timed_steps(whole.script))


def test_what_another_thread_writes_meanwhile_is_not_rolled_back(tmp_path: Path) -> None:
    connection = open_shared_state(tmp_path / "sandbox.db")
    connection.execute("CREATE TABLE notes (who TEXT)")
    insert = "INSERT INTO notes VALUES (?)"
    other = threading.Thread(target=connection.execute, args=(insert, ("other",)), daemon=True)

    with suppress(RuntimeError), connection.extended():
        connection.execute(insert, ("citizen",))
        other.start()
        other.join(0.1)
        raise RuntimeError
    other.join(5)

    assert [row["who"] for row in connection.execute("SELECT who FROM notes")] == ["other"]


KILLED_BETWEEN_ACT_AND_MARK = """
import os, signal, sys
from pathlib import Path
from sandbox.citizens import Citizens
from sandbox.script import load_script
from sandbox.telegram_world import TelegramWorld
from sandbox.transactions import open_shared_state
from sandbox.x_world import XWorld

connection = open_shared_state(Path(sys.argv[1]))
left = int(sys.argv[2])

def clock():
    global left
    left -= connection.in_transaction
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return float(sys.argv[3])

citizens = Citizens(
    load_script(), connection, XWorld(connection), TelegramWorld(connection), clock=clock
)
citizens.play()
"""


@pytest.mark.parametrize("act", [1, 2, 30])
def test_a_kill_between_an_act_and_its_mark_doubles_nothing(tmp_path: Path, act: int) -> None:
    """`act` counts what is done: 1 is the first post on X, the last ones are on Telegram."""
    state = tmp_path / "sandbox.db"
    Sandbox(state, load_script()).connection.close()
    command = [sys.executable, "-c", KILLED_BETWEEN_ACT_AND_MARK, str(state), str(act)]

    killed = subprocess.run([*command, "1000040.0"], check=False)
    sandbox = Sandbox(state, load_script())
    sandbox.wait(40)

    timed = timed_steps(sandbox.script)
    on_x = [name for name in timed if name.startswith("x")]
    said = [name for name in timed if name.startswith("t") and name != "t11e"]
    assert killed.returncode == -signal.SIGKILL
    assert sandbox.count("x_posts") == len(on_x)
    assert sandbox.count("telegram_messages") == len(said)


def timed_steps(script: Script) -> list[str]:
    return [name for name, post in script.posts.items() if post.at is not None]


class Obliging:
    """A bot that acknowledges every post and asks under every resolved one whether it is."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.done: set[str] = set()

    def answer(self) -> None:
        ids = self.sandbox.citizens.platform_ids()
        for name in ids:
            self.once(name, name, f"Tercatat: {name}.")
        for one in self.sandbox.script.moderator:
            if one.do == "resolve" and one.report_of in ids:
                self.once(f"{one.report_of} solved", one.report_of, f"SUDAH? {one.report_of}")
        for unsolved, root in (("x21b", "x21"), ("t01b", "t01")):
            if unsolved in ids:
                self.once(f"{root} again", root, f"SUDAH sekarang? {root}")

    def once(self, cause: str, name: str, text: str) -> None:
        post, platform_id = (
            self.sandbox.script.posts[name],
            self.sandbox.citizens.platform_ids()[name],
        )
        if cause in self.done or post.press or post.delete:
            return
        self.done.add(cause)
        if self.sandbox.script.platform_of(post) == "x":
            if "@lapor1708" in post.text:
                self.sandbox.x.publish(f"{text} BELUM", platform_id)
            return
        chat, message = map(int, platform_id.split(":"))
        keyboard = BUTTONS if "SUDAH" in text else None
        self.sandbox.telegram.send(chat, text, reply_to=message, keyboard=keyboard)
