"""The terminal while the bot runs: each post, how it was tagged and why, each notice."""

from rich.console import Console
from rich.markup import escape

from cli.context import URGENCY_STYLE
from intake.feed import Line, NoticeLine, PostLine, Seen, read_feed
from wiring import System

NOTICE_STYLE = {"sent": "green", "cancelled": "dim", "refused": "red", "in_doubt": "magenta"}
WIDTH = 110


class Live:
    """Prints what is new since it last looked."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._seen = Seen()

    def begin(self, system: System) -> None:
        """Say what runs, and skip what an earlier run has shown."""
        self._print(f"[dim]{escape(system.environment)}, Ctrl-C stops[/]")
        read_feed(system.db, self._seen)

    def warn(self, sentence: str) -> None:
        """Say what is wrong and goes on all the same."""
        self._print(f"[red]{escape(sentence)}[/]")

    def show(self, system: System) -> None:
        """Print the new lines."""
        for line in read_feed(system.db, self._seen):
            self._print(_text(line))

    def _print(self, text: str) -> None:
        self._console.print(text, highlight=False, soft_wrap=True)


def _text(line: Line) -> str:
    return _post(line) if isinstance(line, PostLine) else _notice(line)


def _post(line: PostLine) -> str:
    head = f"[bold cyan]{line.platform:<8}[/] {escape(_short(line.text))}"
    urgency = f"[{URGENCY_STYLE[line.urgency]}]{line.urgency}[/]" if line.urgency else ""
    tags = " · ".join(
        part
        for part in (
            f"[bold]{line.reference}[/]" if line.reference else "",
            line.became,
            line.kind or "",
            line.topic or "",
            urgency,
            "[magenta]sensitif[/]" if line.sensitive else "",
            line.region or "",
        )
        if part
    )
    why = f"  [dim]karena: {escape(', '.join(line.reasons))}[/]" if line.reasons else ""
    return f"{head}\n         -> {tags}{why}"


def _notice(line: NoticeLine) -> str:
    style = NOTICE_STYLE.get(line.state, "blue")
    about = f" {line.reference}" if line.reference else ""
    why = f" ({escape(line.failure)})" if line.failure else ""
    return (
        f"[{style}]  {line.platform:<8} {line.kind}{about}: {line.state}{why}[/]\n"
        f"           [italic]{escape(_short(line.text, 2 * WIDTH))}[/]"
    )


def _short(text: str, width: int = WIDTH) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= width else f"{flat[: width - 1]}…"
