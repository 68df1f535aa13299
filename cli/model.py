"""What analysts do: train, evaluate, classify."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.context import load_settings, now, out

group = typer.Typer(help="Trained models.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: lapor train --into var/models/mine")(train)
    app.command(epilog='Example: lapor classify "lampu jalan mati di Sukun sejak senin"')(classify)
    app.command(epilog="Example: lapor evaluate my-labelled-texts.jsonl")(evaluate)
    app.add_typer(group, name="models")


def train(
    into: Annotated[
        Path | None, typer.Option(help="Folder to write; var/models/<version> without it")
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option(help="A corpus file or folder; the project's own without it")
    ] = None,
) -> None:
    """Train a version on the corpus, cross-validate it, and write artefact and card."""
    from rich.progress import Progress

    from classifier.corpus import CORPUS
    from classifier.starter import train_starter

    moment = now()
    folder = into or load_settings().var_dir / "models" / f"model-{moment:%H%M%S}"
    with Progress(console=_stderr()) as bars:
        tasks: dict[str, object] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)  # type: ignore[arg-type]

        train_starter(folder, moment, corpus=corpus or CORPUS, progress=progress)
    out.print(f"Written to {folder}. To use it: LAPOR_MODEL_DIR={folder}")
    _show_card(folder)


def classify(
    text: Annotated[str, typer.Argument(help="A text; - reads it from standard input")],
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object")] = False,
) -> None:
    """How the model tags a text, how sure it is, and why."""
    from classifier.places import find_region
    from classifier.registry import load_model

    model = load_model(load_settings().model_dir)
    text = sys.stdin.read() if text == "-" else text
    said = model.predict([text])[0]
    region = find_region(text)
    reasons = [
        {"axis": str(item.axis), "label": item.label, "words": text[item.start : item.end]}
        | ({"rule": item.rule} if item.rule else {})
        for item in said.reasons
    ]
    if as_json:
        answer = {
            "kind": said.kind,
            "topic": said.topic,
            "urgency": said.urgency,
            "sensitive": said.sensitive,
            "region": region.name if region else None,
            "probabilities": {str(k): v for k, v in said.probabilities.items()},
            "reasons": reasons,
            "model": said.model_version,
        }
        print(json.dumps(answer, ensure_ascii=False))
        return
    table = Table(title=f"model {said.model_version}", caption=region.name if region else None)
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
            for item in reasons
            if item["axis"] == axis
        ]
        table.add_row(str(axis), decided[str(axis)], likeliest, ", ".join(why))
    out.print(table)


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


def _stderr() -> Console:
    from cli.context import err

    return err
