"""What moderators do, from the command line until they use the console."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from cli.context import URGENCY_STYLE, err, local, moderator, now, opened, out

if TYPE_CHECKING:
    from intake.overview import QueueItem

Reference = Annotated[str, typer.Argument(help="The report's number, LPR-....")]
Item = Annotated[str, typer.Argument(help="A post of the queue, P and a number.")]
Kind = Annotated[str | None, typer.Option(help="pengaduan, aspirasi or permintaan_informasi")]
Topic = Annotated[str | None, typer.Option(help="One of the topics of docs/taxonomy.md")]
Urgency = Annotated[str | None, typer.Option(help="darurat, tinggi or biasa")]
Sensitive = Annotated[bool | None, typer.Option(help="Confidential or not")]
Place = Annotated[str | None, typer.Option("--region", help="Name of a regency, city, ...")]
Agency = Annotated[str, typer.Option(help="The agency's name")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: lapor queue")(queue)
    app.command(epilog="Example: lapor review P17 --open --kind pengaduan")(review)
    app.command(epilog="Example: lapor verify LPR-7K3M-9QT1 --topic jalan_jembatan")(verify)
    app.command(epilog='Example: lapor ask LPR-7K3M-9QT1 "Di RT berapa?"')(ask)
    app.command(epilog='Example: lapor forward LPR-7K3M-9QT1 --agency "Dinas PU Kab. Contoh"')(
        forward
    )
    app.command("return", epilog="Example: lapor return LPR-7K3M-9QT1 --proposed 'Balai Jalan'")(
        take_back
    )
    app.command(
        epilog='Example: lapor answer LPR-7K3M-9QT1 --agency "Dinas PU Kab. Contoh" '
        '--sentence "lubang ditambal 24 November"'
    )(answer)
    app.command(epilog="Example: lapor archive LPR-7K3M-9QT1 --reason not_a_report")(archive)
    app.command(epilog="Example: lapor merge LPR-7K3M-9QT1 --into LPR-4F2A-1BCD")(merge)
    app.command(epilog="Example: lapor erase LPR-7K3M-9QT1 --yes")(erase)


def queue(
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="What was taken for no report, newest first")
    ] = False,
) -> None:
    """What waits for a moderator, most urgent first."""
    from intake.overview import list_queue, list_set_aside

    with opened() as system:
        items = list_set_aside(system.db) if set_aside else list_queue(system.db)
    out.print(f"[bold]{len(items)} {'disisihkan' if set_aside else 'menunggu'}[/]\n")
    for item in items:
        _print_item(item)


def _print_item(item: "QueueItem") -> None:
    tags = (
        f"[{URGENCY_STYLE[item.urgency]}]{item.urgency}[/]",
        "[magenta]sensitif[/]" if item.sensitive else "",
        item.kind or "",
        item.topic or "",
        item.region or "",
        f"[dim]{local(item.since)}[/]",
    )
    out.print(f"[bold]{item.name}[/]  " + " · ".join(tag for tag in tags if tag), highlight=False)
    if item.text:
        out.print(Padding(Text(" ".join(item.text.split())), (0, 0, 0, 4)))
    out.print(f"    [green]-> {item.why}[/]\n", highlight=False)


def review(
    post: Item,
    open_: Annotated[bool, typer.Option("--open/--no-report", help="Is it a report?")],
    kind: Kind = None,
    topic: Topic = None,
    urgency: Urgency = None,
    sensitive: Sensitive = None,
    region: Place = None,
) -> None:
    """Decide about a post of which the model could not say whether it is a report."""
    from intake import review as reviews

    number = _post_number(post)
    with opened() as system:
        if not open_:
            reviews.set_aside(system.db, number, by=moderator(), now=now())
            out.print(f"{post}: bukan laporan.")
            return
        report = reviews.open_doubtful(
            system.db,
            system.vault,
            number,
            reviews.Labels(kind, topic, urgency, sensitive, region),
            by=moderator(),
            now=now(),
            policy=system.policy,
        )
    out.print(f"{post} -> {report.reference} ({report.state})")


def verify(
    reference: Reference,
    kind: Kind = None,
    topic: Topic = None,
    urgency: Urgency = None,
    sensitive: Sensitive = None,
    region: Place = None,
    answer_days: Annotated[
        int | None, typer.Option(help="Working days for the agency's answer: 2, 5, 14 or 60")
    ] = None,
) -> None:
    """Confirm a report, with corrections where the model was wrong."""
    from intake import review as reviews

    with opened() as system:
        report = reviews.verify(
            system.db,
            _number(reference),
            reviews.Labels(kind, topic, urgency, sensitive, region, answer_days),
            by=moderator(),
            now=now(),
            policy=system.policy,
        )
    _say(report.reference, report.state)


def ask(
    reference: Reference, question: Annotated[str, typer.Argument(help="In Indonesian")]
) -> None:
    """Ask the reporter back; the report waits for the answer."""
    from intake import review as reviews

    with opened() as system:
        report = reviews.ask(
            system.db,
            _number(reference),
            question,
            by=moderator(),
            now=now(),
            policy=system.policy,
        )
    _say(report.reference, report.state)


def forward(
    reference: Reference,
    agency: Agency,
    sp4n_id: Annotated[str | None, typer.Option(help="Its number in SP4N-LAPOR!")] = None,
) -> None:
    """Hand a verified report to an agency."""
    from intake import review as reviews

    with opened() as system:
        report = reviews.forward(
            system.db,
            _number(reference),
            agency,
            by=moderator(),
            now=now(),
            policy=system.policy,
            sp4n_id=sp4n_id,
        )
    _say(report.reference, report.state)


def take_back(
    reference: Reference,
    proposed: Annotated[str | None, typer.Option(help="The agency named instead")] = None,
) -> None:
    """The agency says that it is not theirs."""
    from intake import review as reviews

    with opened() as system:
        report = reviews.take_back(
            system.db,
            _number(reference),
            proposed,
            by=moderator(),
            now=now(),
            policy=system.policy,
        )
    _say(report.reference, report.state)


def answer(
    reference: Reference,
    agency: Agency,
    sentence: Annotated[
        str, typer.Option(help="One public sentence of up to 140 characters: who did what when")
    ],
    full: Annotated[str | None, typer.Option(help="The full answer, for private chats")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it goes out")] = False,
) -> None:
    """Record the agency's answer; the resolution is shown before it goes out."""
    from intake import answer as answers
    from intake.answer import Given

    given = Given(agency, sentence, full)
    with opened() as system:
        number = _number(reference)
        out.print(
            answers.preview(system.db, number, given, now=now(), policy=system.policy),
            highlight=False,
            markup=False,
        )
        if not yes:
            typer.confirm("Kirim?", abort=True)
        answers.answer(
            system.db,
            system.vault,
            number,
            given,
            by=moderator(),
            now=now(),
            policy=system.policy,
        )
    _say(number, "answered")


def archive(
    reference: Reference,
    reason: Annotated[str, typer.Option(help="not_a_report, duplicate, other_authority, ...")],
    note: Annotated[str | None, typer.Option(help="Why, in your words")] = None,
) -> None:
    """Put a report away, with a reason."""
    from intake import review as reviews

    with opened() as system:
        report = reviews.archive(
            system.db,
            _number(reference),
            reason,
            by=moderator(),
            now=now(),
            policy=system.policy,
            note=note,
        )
    _say(report.reference, report.state)


def merge(
    reference: Reference, into: Annotated[str, typer.Option(help="The report that goes on")]
) -> None:
    """Archive a copy; its reporter hears about the other report from now on."""
    from intake import review as reviews

    with opened() as system:
        kept = reviews.merge(
            system.db,
            _number(reference),
            _number(into),
            by=moderator(),
            now=now(),
            policy=system.policy,
        )
    _say(_number(reference), f"-> {kept.reference}")


def erase(
    reference: Reference,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
) -> None:
    """Erase the reporter of a report, with all texts, everywhere and for good."""
    from intake import privacy

    if not yes:
        typer.confirm("This cannot be undone. Erase?", abort=True)
    with opened() as system:
        privacy.erase_reporter(
            system.db,
            system.erasures,
            _number(reference),
            by=moderator(),
            now=now(),
            policy=system.policy,
        )
    _say(_number(reference), "erased")


def _number(written: str) -> str:
    from intake.reference import parse_reference

    return parse_reference(written) or written


def _post_number(written: str) -> int:
    try:
        return int(written.upper().removeprefix("P"))
    except ValueError:
        said = f"'{written}' is no post of the queue: P and a number, as `lapor queue` shows."
        err.print(said, markup=False)
        raise typer.Exit(2) from None


def _say(reference: str, state: str) -> None:
    out.print(f"[bold]{reference}[/] {state}")
