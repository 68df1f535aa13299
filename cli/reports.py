"""`lapor reports`: looking at reports."""

from typing import Annotated

import typer
from rich.table import Table

from cli.context import opened, out

group = typer.Typer(help="Look at reports.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="reports")


@group.command("list", epilog="Example: lapor reports list --state forwarded")
def list_(
    state: Annotated[str | None, typer.Option(help="Only reports in this state")] = None,
) -> None:
    """All reports, newest last."""
    from intake.overview import overview

    with opened() as system:
        rows = overview(system.db).reports
    table = Table()
    for name in ("number", "platform", "kind", "topic", "urgency", "region", "state"):
        table.add_column(name)
    for row in rows:
        if state in (None, row.state):
            urgency = row.urgency + (" · sensitive" if row.sensitive else "")
            table.add_row(
                row.reference,
                row.platform,
                row.kind,
                row.topic or "?",
                urgency,
                row.region or "",
                row.state,
            )
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
    out.print(f"[bold]{number}[/]")
    for post, version in texts:
        media = ", ".join(item["kind"] for item in version.media)
        out.print(f"  [cyan]{post.posted_at:%Y-%m-%d %H:%M}[/] {post.intent}: ", end="")
        out.print(version.text or f"[{media or 'location'}]", markup=False, highlight=False)
    for step in way:
        out.print(
            f"  [yellow]{step.made_at:%Y-%m-%d %H:%M}[/] {step.from_state or ''} -> "
            f"{step.to_state} ({step.by})"
        )
    for notice in said:
        out.print(f"  [green]{notice.kind} ({notice.state})[/] ", end="")
        out.print(notice.text, markup=False, highlight=False)
