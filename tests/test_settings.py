"""`.env.example` is the list of settings that people read; it must be the one the program has."""

import re
from pathlib import Path

from settings import Settings

EXAMPLE = Path(__file__).parent.parent / ".env.example"


def written() -> dict[str, str]:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if re.match(r"LAPOR_\w+=", line)]
    return {name.removeprefix("LAPOR_").lower(): value for name, value in pairs}


def test_the_example_lists_every_setting_and_no_other() -> None:
    assert set(written()) == set(Settings.model_fields)


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    filled = "\n".join(
        f"LAPOR_{name.upper()}={value}" for name, value in written().items() if value
    )
    (tmp_path / ".env").write_text(filled)

    assert Settings(_env_file=tmp_path / ".env") == Settings(_env_file=None)


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
