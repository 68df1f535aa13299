"""What analysts do: train, evaluate, look at models."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from cli.context import err, load_settings, now, out

if TYPE_CHECKING:
    from classifier.train import Progress

group = typer.Typer(help="Trained models.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: lapor train --into var/models/mine")(train)
    app.command(epilog="Example: lapor evaluate my-labelled-texts.jsonl")(evaluate)
    app.add_typer(group, name="models")


def train(
    into: Annotated[
        Path | None, typer.Option(help="Folder to write; var/models/<version> without it")
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option(help="A corpus file or folder; the project's own without it")
    ] = None,
    csv: Annotated[
        str | None,
        typer.Option(
            help="Measure instead: cross-validate on the labels of this CSV or JSON Lines file, "
            "whatever they are; - reads it from standard input"
        ),
    ] = None,
    text_column: Annotated[str, typer.Option(help="The column of the texts in --csv")] = "text",
    label_column: Annotated[str, typer.Option(help="The column of the labels in --csv")] = "label",
) -> None:
    """Train a version on the corpus, cross-validate it, and write artefact and card."""
    if csv is not None:
        if into or corpus:
            raise typer.BadParameter("--csv measures and writes no version: leave out the other")
        _try_labels(csv, text_column, label_column)
        return

    from classifier.corpus import CORPUS
    from classifier.starter import train_starter

    moment = now()
    folder = into or load_settings().var_dir / "models" / f"model-{moment:%H%M%S}"
    with _progress() as progress:
        train_starter(folder, moment, corpus=corpus or CORPUS, progress=progress)
    out.print(f"Written to {folder}. To use it: LAPOR_MODEL_DIR={folder}")
    _show_card(folder)


def _try_labels(file: str, text_column: str, label_column: str) -> None:
    from classifier.rows import read_rows
    from classifier.trial import score, try_labels

    rows = list(read_rows(file, text_column, label_column))
    labelled = [row for row in rows if row[text_column].strip() and row[label_column].strip()]
    if len(labelled) < len(rows):
        err.print(f"{len(rows) - len(labelled)} of {len(rows)} rows lack text or label: left out")
    with _progress() as progress:
        trial = try_labels(
            [row[text_column] for row in labelled],
            [row[label_column].strip() for row in labelled],
            progress=progress,
        )
    _show_scores(asdict(score(trial)))


@contextmanager
def _progress() -> Iterator["Progress"]:
    """A bar for each part of the work, on standard error."""
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    with Bars(console=err) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        yield progress


def evaluate(
    corpus: Annotated[Path, typer.Argument(help="A file or folder of labelled texts (JSON lines)")],
) -> None:
    """Score the model in use on labelled texts (not those it was trained on)."""
    from classifier.corpus import load_corpus
    from classifier.evaluate import evaluate_model
    from classifier.registry import load_model

    scores = evaluate_model(load_model(load_settings().model_dir), load_corpus(corpus))
    _show_scores(scores.to_json())


@group.command("list", epilog="Example: lapor models list")
def list_() -> None:
    """The versions there are, and which one is in use."""
    from classifier.registry import ModelUnusable, read_card

    settings = load_settings()
    table = Table()
    for name in ("version", "folder", "in use"):
        table.add_column(name)
    folders = [settings.model_dir, *sorted((settings.var_dir / "models").glob("*/"))]
    for folder in dict.fromkeys(folders):
        try:
            version = str(read_card(folder)["version"])
        except ModelUnusable as error:
            version = str(error)
        table.add_row(version, str(folder), "yes" if folder == settings.model_dir else "")
    out.print(table)


@group.command(epilog="Example: lapor models show models/starter")
def show(folder: Annotated[Path, typer.Argument(help="A model's folder")]) -> None:
    """A version's card: date, data, scores by held-out fold."""
    _show_card(folder)


def _show_card(folder: Path) -> None:
    from classifier.registry import read_card

    card = read_card(folder)
    scores = card.pop("scores", None)
    out.print_json(json.dumps(card, ensure_ascii=False))
    if scores:
        _show_scores(scores)


def _show_scores(scores: dict[str, object]) -> None:
    out.print_json(json.dumps(scores, ensure_ascii=False))
