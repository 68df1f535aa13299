"""`lapor classify`: how the model tags one text, or a whole file of them."""

import json
import sys
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from cli.context import err, load_settings, out

if TYPE_CHECKING:
    from rich.progress import Progress

    from classifier.predict import Model, Prediction


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog='Example: lapor classify "lampu jalan mati di Sukun sejak senin"')(classify)


def classify(
    text: Annotated[
        str | None, typer.Argument(help="A text; - reads it from standard input")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object")] = False,
    batch: Annotated[
        str | None,
        typer.Option(
            help="A CSV or JSON Lines file of texts; - reads it from standard input. "
            "Answers with one JSON object a line"
        ),
    ] = None,
    text_column: Annotated[str, typer.Option(help="The column of the texts in --batch")] = "text",
) -> None:
    """How the model tags a text, how sure it is, and why."""
    from classifier.registry import load_model

    if (text is None) == (batch is None):
        raise typer.BadParameter("give one text, or a file with --batch")
    model = load_model(load_settings().model_dir)
    if batch is not None:
        _tag_all(model, batch, text_column)
        return
    text = sys.stdin.read() if text == "-" else text or ""
    said = model.predict([text])[0]
    if as_json:
        print(json.dumps(_answer(text, said), ensure_ascii=False))
    else:
        out.print(_table(text, said))


def _tag_all(model: "Model", file: str, column: str) -> None:
    from classifier.predict import BATCH
    from classifier.rows import read_rows

    rows = enumerate(read_rows(file, column), 1)
    with _progress() as bar:
        task = bar.add_task("classified", total=None)
        while chunk := list(islice(rows, BATCH)):
            texts = [row[column] for _, row in chunk]
            for (number, row), text, said in zip(chunk, texts, model.predict(texts), strict=True):
                named = {"id": row["id"]} if "id" in row else {"row": number}
                print(json.dumps(named | _answer(text, said), ensure_ascii=False))
            bar.advance(task, len(chunk))


def _progress() -> "Progress":
    """On a terminal only: a log needs no bar."""
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    counted = TextColumn("{task.description}: {task.completed:,.0f}")
    return Progress(
        counted, TimeElapsedColumn(), console=err, transient=True, disable=not err.is_terminal
    )


def _answer(text: str, said: "Prediction") -> dict[str, Any]:
    from classifier.places import find_region

    region = find_region(text)
    return {
        "kind": said.kind,
        "topic": said.topic,
        "urgency": said.urgency,
        "sensitive": said.sensitive,
        "unsure": sorted(said.unsure),
        "region": region.name if region else None,
        "probabilities": {
            axis: {label: round(value, 4) for label, value in found.items()}
            for axis, found in said.probabilities.items()
        },
        "reasons": _reasons(text, said),
        "model": said.model_version,
    }


def _reasons(text: str, said: "Prediction") -> list[dict[str, Any]]:
    return [
        {
            "axis": reason.axis,
            "label": reason.label,
            "start": reason.start,
            "end": reason.end,
            "words": text[reason.start : reason.end],
        }
        | ({"rule": reason.rule} if reason.rule else {})
        for reason in said.reasons
    ]


def _table(text: str, said: "Prediction") -> Table:
    answer = _answer(text, said)
    table = Table(title=f"model {said.model_version}", caption=answer["region"])
    for name in ("axis", "decided", "likeliest", "because of"):
        table.add_column(name, overflow="fold")
    decided = {
        "kind": str(said.kind),
        "topic": str(said.topic) if said.topic else "(abstains)",
        "urgency": str(said.urgency),
        "sensitive": "ya" if said.sensitive else "tidak",
    }
    for axis in said.probabilities:
        likeliest = ", ".join(f"{label} {value:.0%}" for label, value in said.top(axis))
        why = [
            f"{item['words']} ({item['rule']})" if "rule" in item else item["words"]
            for item in answer["reasons"]
            if item["axis"] == axis
        ]
        table.add_row(str(axis), decided[str(axis)], likeliest, ", ".join(why))
    return table
