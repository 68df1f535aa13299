"""`lapor fsck`: whether anything was lost or doubled."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from cli.context import now, opened, out, world

if TYPE_CHECKING:
    from intake.fsck import Shown, Violation
    from wiring import System

WHAT_TO_DO = (
    "None of these can come from what people do: each is a fault of the program or of the machine. "
    "`lapor pause` stops sending, `lapor backup` keeps the state to look at."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: lapor fsck --settled")(fsck)


def fsck(
    settled: Annotated[
        bool,
        typer.Option("--settled", help="Also what must be done once `lapor run` ran ten minutes"),
    ] = False,
) -> None:
    """Whether anything was lost or doubled; changes nothing, exit code 1 when something was.

    Works while the bot runs. In the sandbox it also looks at what the platforms show.
    """
    from intake import fsck as oracle

    check = oracle.check_settled if settled else oracle.check
    with opened() as system:
        shown = _shown(system)
        found = check(system.db, system.policy, now(), shown)
    _print(found)
    where = "the database" if shown is None else "the database and the platforms"
    if not found:
        out.print(f"[green]ok[/] nothing lost, nothing doubled, by {where}", highlight=False)
        return
    rules = len({violation.rule for violation in found})
    out.print(f"\n{len(found)} violation(s) of {rules} rule(s), by {where}. {WHAT_TO_DO}")
    raise typer.Exit(1)


def _print(found: "Sequence[Violation]") -> None:
    """The violations, one a line, under their rules."""
    for rule in dict.fromkeys(violation.rule for violation in found):
        here = [violation for violation in found if violation.rule == rule]
        out.print(f"[bold red]{rule}[/] ({len(here)})", highlight=False)
        for violation in here:
            line = escape(f"  {violation.where}: {violation.says}")
            out.print(line, highlight=False, soft_wrap=True)


def _shown(system: "System") -> "Shown | None":
    """What the sandbox's platforms show; taken before the database is read, which may go on."""
    if not world.sandbox:
        return None
    from cli.session import world_file
    from sandbox.shown import read_shown
    from store import channels

    settings = system.settings
    state = world_file(settings.database_url)
    if not state.exists():
        return None
    with system.db.reading() as session:
        on_x = channels.find_channel(session, "x", settings.x_account)
        cursor = channels.find_cursor(session, on_x.id or 0) if on_x else None
    value = cursor.value if cursor else None
    return read_shown(state, settings.x_account, settings.telegram_account, value)
