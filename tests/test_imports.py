"""Who may import whom: the folders' one-way rule, and third-party libraries in one place each."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.tables import for_each

ROOT = Path(__file__).parent.parent
OURS = (
    "bots",
    "classifier",
    "cli",
    "intake",
    "sandbox",
    "scheduler",
    "settings",
    "store",
    "wiring",
)

# What each part may import of the project, beside itself.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "bots": (),
    "classifier": (),
    "store": (),
    "settings": (),
    "intake": ("bots.platform", "classifier", "store"),
    "wiring": ("bots", "classifier", "intake", "settings", "store"),
    "scheduler": ("bots.platform", "classifier.predict", "intake", "wiring"),
    "sandbox": ("intake", "wiring"),
    "cli": ("classifier", "intake", "sandbox", "scheduler", "settings", "store", "wiring"),
}
# Libraries that only the one part may know that was made to hide them.
ONLY_IN: dict[str, str] = {
    "tweepy": "bots/x",
    "telegram": "bots/telegram",
    "sklearn": "classifier/",
    "skops": "classifier/",
    "fastapi": "sandbox/",
    "apscheduler": "scheduler.py",
    "typer": "cli/",
    "alembic": "store/migrat",
    "cryptography": "store/crypto.py",
}


def sources() -> list[Path]:
    found = [path for part in OURS for path in (ROOT / part).rglob("*.py")]
    return found + [ROOT / f"{part}.py" for part in OURS if (ROOT / f"{part}.py").exists()]


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file: `from a import b` gives a.b."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def allows(part: str, module: str) -> bool:
    top = module.partition(".")[0]
    if top not in OURS or top == part:
        return True
    return any(f"{module}.".startswith(f"{allowed}.") for allowed in MAY_IMPORT[part])


@for_each(sources())
def test_a_file_imports_only_what_its_folder_may(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    part = name.partition("/")[0].removesuffix(".py")
    found = list(imports(path))

    assert [module for module in found if not allows(part, module)] == []
    for module in found:
        home = ONLY_IN.get(module.partition(".")[0], "")
        assert name.startswith(home), f"{module} belongs into {home}"


def test_only_the_command_line_builds_settings() -> None:
    builders = [
        str(path.relative_to(ROOT))
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Settings"
    ]

    assert set(builders) == {"cli/context.py"}
