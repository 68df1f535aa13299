"""`lapor notices`: what went out, and what a person must decide."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from cli.context import now, opened, out

group = typer.Typer(help="Outgoing messages.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="The notice's number, as `notices list` shows it")]


class State(StrEnum):
    """The states of a notice."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    CANCELLED = "cancelled"


class Decision(StrEnum):
    """What a person found when looking at the platform."""

    SENT = "sent"
    RESEND = "resend"
    DROP = "drop"


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="notices")


@group.command("list", epilog="Example: lapor notices list --state in_doubt")
def list_(
    state: Annotated[
        State | None, typer.Option(help="Only notices in this state; the newest fifty without it")
    ] = None,
) -> None:
    """Notices of one state, or the newest fifty."""
    from intake import operate

    with opened() as system:
        rows = operate.list_notices(system.db, state)
    table = Table(show_lines=True)
    for name in ("no.", "kind", "state", "why", "text"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(str(row.id), row.kind, row.state, escape(row.failure or ""), escape(row.text))
    out.print(table)


@group.command(epilog="Example: lapor notices decide 17 sent")
def decide(
    number: Number,
    decision: Annotated[
        Decision, typer.Argument(help="sent: it stands there; resend: it does not; drop: forget it")
    ],
) -> None:
    """Say what became of a notice in doubt, after a look at the platform."""
    from intake import operate

    with opened() as system:
        notice = operate.decide_notice(system.db, number, decision, now())
    out.print(f"notice {number}: {notice.state}")


@group.command(epilog="Example: lapor notices retry 17")
def retry(number: Number) -> None:
    """Send a refused notice again, after its reason was mended."""
    from intake import operate

    with opened() as system:
        notice = operate.retry_notice(system.db, number, now())
    out.print(f"notice {number}: {notice.state}")


@group.command(epilog="Example: lapor notices cancel 17")
def cancel(number: Number) -> None:
    """Take back a notice that was not sent yet."""
    from intake import operate

    with opened() as system:
        notice = operate.cancel_notice(system.db, number)
    out.print(f"notice {number}: {notice.state}")
