"""The documents speak of the program as it is: links, commands, settings, states, scores."""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlmodel import SQLModel

from classifier.registry import read_card
from classifier.starter import STARTER
from classifier.train import MOST_FALSE_ALARMS
from cli.main import add_commands, choose_world
from intake.states import STEPS
from settings import Settings
from store import tables

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/decisions.md")
CAPTURE_WIDTH = 110
# Whose tables stand in `SQLModel.metadata`.
assert tables


def read(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def code(page: str) -> Iterator[str]:
    """Every piece of code: a line of a shell block, or what stands between backticks."""
    text = read(page)
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield from block.replace("\\\n", " ").splitlines()
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    yield from re.findall(r"`([^`\n]+)`", prose)


def named(page: str, program: str) -> list[str]:
    return [piece for piece in code(page) if re.match(rf"{program} ", piece)]


@pytest.fixture(scope="module")
def lapor() -> Any:
    """The command as `cli.main.run` puts it together."""
    app = typer.Typer()
    app.callback()(choose_world)
    add_commands(app)
    return typer.main.get_command(app)


def unknown_parts(command: Any, words: list[str]) -> list[str]:
    """The commands and options among `words` that the program does not have."""
    unknown: list[str] = []
    while words:
        word, *words = words
        if word.startswith("-"):
            option = next((one for one in command.params if word in options_of(one)), None)
            if option is None:
                unknown.append(word)
            elif not option.is_flag:
                words = words[1:]
        elif subcommands := getattr(command, "commands", {}):
            if word not in subcommands:
                return [*unknown, word]
            command = subcommands[word]
    return unknown


def options_of(parameter: Any) -> list[str]:
    return [*parameter.opts, *parameter.secondary_opts]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", read(page))
    inside = [link for link in links if not re.match(r"[a-z]+:", link)]

    assert inside
    assert [link for link in inside if not ((ROOT / page).parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_file_named_with_its_folder_is_there(page: str) -> None:
    known = "bots|classifier|cli|docs|intake|models|sandbox|store|tests"
    paths = [piece for piece in code(page) if re.fullmatch(rf"(?:{known})/[\w./]*", piece)]

    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_function_named_with_its_module_is_there(page: str) -> None:
    for piece in code(page):
        if match := re.fullmatch(r"intake\.(\w+)\.(\w+)", piece):
            source = read(f"intake/{match[1]}.py")
            assert f"def {match[2]}(" in source, piece


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_named_exists(page: str, lapor: Any) -> None:
    wrong = {
        piece: unknown
        for piece in named(page, "lapor")
        if (unknown := unknown_parts(lapor, shlex.split(piece)[1:]))
    }

    assert wrong == {}


def test_the_readme_shows_commands_to_everybody_who_needs_them() -> None:
    shown = " ".join(named("README.md", "lapor"))

    for command in ("queue", "verify", "forward", "answer", "train", "classify", "send", "health"):
        assert command in shown.split()


def test_a_command_that_does_not_exist_is_noticed(lapor: Any) -> None:
    assert unknown_parts(lapor, ["--sandbox", "queue"]) == []
    assert unknown_parts(lapor, ["notices", "decide", "17", "sent"]) == []
    assert unknown_parts(lapor, ["reports", "burn"]) == ["burn"]
    assert unknown_parts(lapor, ["verify", "LPR-7K3M-9QTG", "--colour", "red"]) == ["--colour"]


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_named_exists(page: str) -> None:
    targets = re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE)

    assert [piece for piece in named(page, "make") if piece.split()[1] not in targets] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_named_exists(page: str) -> None:
    settings = {f"LAPOR_{name.upper()}" for name in Settings.model_fields}
    sources = [ROOT / "cli" / "context.py", ROOT / "tests" / "postgres.py"]
    asked = {
        name
        for path in sources
        for name in re.findall(r"environ\.get\(\"(LAPOR_\w+)\"", path.read_text("utf-8"))
    }

    assert set(re.findall(r"LAPOR_[A-Z_]+", read(page))) - settings - asked == set()


@pytest.mark.parametrize("page", PAGES)
def test_a_default_named_beside_its_setting_is_the_default(page: str) -> None:
    text = read(page)
    rows = re.findall(r"^\| `LAPOR_([A-Z_]+)` \| ([\d.]+) \|", text, re.MULTILINE)
    rows += re.findall(r"`LAPOR_([A-Z_]+)` \(([\d.]+)\)", text)

    for name, value in rows:
        assert float(value) == Settings.model_fields[name.lower()].default, name


def test_the_capture_is_a_real_one_that_fits_a_page() -> None:
    capture = re.search(
        r"<!-- capture -->\n```text\n(.*?)```\n<!-- /capture -->", read("README.md"), re.DOTALL
    )
    assert capture is not None
    lines = capture[1].splitlines()

    assert 20 <= len(lines) <= 40
    assert max(map(len, lines)) < CAPTURE_WIDTH
    for telling in ("laporan", "darurat", "sensitif", "acknowledgement", "resolution", "SUDAH"):
        assert telling in capture[1]


def test_the_readme_has_the_scores_of_the_starter_models_card() -> None:
    axes = read_card(STARTER)["scores"]["axes"]
    rows = [
        f"| {axis} | {score['rows']:,} | {score['accuracy']:.2f} | {score['macro_f1']:.2f} | | |"
        for axis, score in axes.items()
    ]
    for axis, label in (("urgency", "darurat"), ("urgency", "tinggi"), ("sensitive", "ya")):
        score = axes[axis]["labels"][label]
        figures = f"{score['rows']:,} | | | {score['precision']:.2f} | {score['recall']:.2f}"
        rows.append(f"| {axis}: {label} | {figures} |")

    table = "\n".join(rows)
    assert table in read("README.md"), f"the model was trained anew; its scores:\n{table}"


def test_the_readme_quotes_the_ledger_of_reliability() -> None:
    figures = json.loads((ROOT / "benchmarks/results/reliability.json").read_text())["figures"]
    rows = [
        f"| {one['name']} | {one['value']:,} | {one['bar']:,} | "
        f"{'holds' if one['holds'] else 'not yet'} |"
        for one in figures
    ]

    table = "\n".join(rows)
    assert table in read("README.md"), f"more has been proved; the figures:\n{table}"


def test_the_documents_name_the_size_of_the_corpus_and_the_bound_of_alarms() -> None:
    card = read_card(STARTER)
    darurat = card["scores"]["axes"]["urgency"]["labels"]["darurat"]

    assert f"{card['examples']['total']:,} invented texts" in read("README.md")
    assert f"a recall of {darurat['recall']:.2f}" in read("docs/decisions.md")
    for page in ("README.md", "docs/decisions.md"):
        for most in MOST_FALSE_ALARMS.values():
            assert f"at most {most:.0%}".replace("%", " %") in read(page)


def test_the_corpus_format_shown_is_the_one_that_is_read(tmp_path: Path) -> None:
    from classifier.corpus import load_corpus

    shown = re.search(r"^```json\n(.*?)```", read("README.md"), re.DOTALL | re.MULTILINE)
    assert shown is not None
    (tmp_path / "shown.jsonl").write_text(shown[1], encoding="utf-8")

    (example,) = load_corpus(tmp_path)
    assert example.text == json.loads(shown[1])["text"]


def test_the_architecture_lists_every_table_and_no_other() -> None:
    part = read("docs/architecture.md").partition("## Tables")[2].partition("##")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)) == set(SQLModel.metadata.tables)


def test_the_architecture_shows_the_one_table_of_steps() -> None:
    rows = [
        f"| `{state}` | {', '.join(f'{step} -> `{to}`' for step, to in steps.items())} |"
        for state, steps in STEPS.items()
    ]

    assert "\n".join(rows) in read("docs/architecture.md")


def test_the_architecture_names_every_state_of_posts_and_notices() -> None:
    text = read("docs/architecture.md")

    missing = [
        state for state in (*tables.POST_STATES, *tables.NOTICE_STATES) if f"`{state}`" not in text
    ]
    assert missing == []


def test_every_library_of_the_project_that_needs_a_reason_has_one() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    listed = {re.split(r"[\[<>=]", one)[0] for one in project["dependencies"]}
    text = read("docs/decisions.md").lower()
    # What the others bring along, and what every such project has.
    plain = {"psycopg", "pydantic-settings", "setuptools", "uvicorn"}

    missing = [
        name for name in listed - plain if name.replace("scikit-learn", "scikit") not in text
    ]
    assert missing == []
