"""`lapor reports`: looking at reports."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from cli.context import local, opened, out

group = typer.Typer(help="Look at reports.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="reports")


class State(StrEnum):
    """The states of a report."""

    RECEIVED = "received"
    VERIFIED = "verified"
    FORWARDED = "forwarded"
    ANSWERED = "answered"
    CLOSED = "closed"
    NEEDS_INFO = "needs_info"
    RETURNED = "returned"
    ARCHIVED = "archived"


@group.command("list", epilog="Example: lapor reports list --state forwarded")
def list_(
    state: Annotated[State | None, typer.Option(help="Only reports in this state")] = None,
) -> None:
    """All reports, newest last."""
    from intake.overview import overview

    with opened() as system:
        rows = overview(system.db).reports
    table = Table(box=None, pad_edge=False, expand=True)
    table.add_column("number", no_wrap=True, width=13)
    table.add_column("state", no_wrap=True, width=10)
    table.add_column("tagged as", overflow="fold")
    for row in rows:
        if state in (None, row.state):
            table.add_row(row.reference, row.state, f"{row.platform} · {row.tags}")
    out.print(table)


@group.command(epilog="Example: lapor reports show LPR-7K3M-9QT1")
def show(reference: Annotated[str, typer.Argument(help="The report's number")]) -> None:
    """One report: its posts (masked), its way, what was said."""
    from intake import overview
    from intake.reference import parse_reference

    number = parse_reference(reference) or reference
    with opened() as system:
        way = overview.list_way(system.db, number)
        texts = overview.list_texts(system.db, number)
        said = overview.list_said(system.db, number)
        head = overview.describe(system.db, number)
    out.print(f"[bold]{number}[/]  {head}", highlight=False)
    for post, version in texts:
        media = ", ".join(item["kind"] for item in version.media)
        out.print(f"  [cyan]{local(post.posted_at)}[/] {post.intent}: ", end="")
        out.print(version.text or f"[{media or 'location'}]", markup=False, highlight=False)
    for step in way:
        out.print(
            f"  [yellow]{local(step.made_at)}[/] {step.from_state or ''} -> "
            f"{step.to_state} ({step.by})"
        )
    for notice in said:
        out.print(f"  [green]{notice.kind} ({notice.state})[/] ", end="")
        out.print(notice.text, markup=False, highlight=False)
