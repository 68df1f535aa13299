"""What every test may use: a fresh database on SQLite and on PostgreSQL, a vault, the bot."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from classifier.predict import Model
from classifier.registry import load_model
from classifier.starter import STARTER
from store.crypto import Vault, new_secret_key
from store.database import Database
from store.migrate import migrate
from tests.bot import Bot, running_bot
from tests.postgres import HOW, find_binaries, run_sql, running_server
from tests.templates import make_template


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template") / "template.db")


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str | None]:
    binaries = find_binaries()
    if binaries is None:
        yield None
        return
    with running_server(binaries) as url:
        run_sql(url, "CREATE DATABASE template_lapor")
        db = Database(url.replace("/postgres", "/template_lapor"))
        migrate(db.engine)
        db.close()
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database; every test that asks for it runs on both."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "lapor.db"
        path.write_bytes(template.read_bytes())
        yield f"sqlite:///{path}"
        return
    server: str | None = request.getfixturevalue("postgres_template")
    if server is None:
        pytest.skip(HOW)
    name = f"lapor_{uuid4().hex[:12]}"
    run_sql(server, f"CREATE DATABASE {name} TEMPLATE template_lapor")
    yield server.replace("/postgres", f"/{name}")
    run_sql(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def vault() -> Vault:
    return Vault([new_secret_key()])


@pytest.fixture(scope="session")
def model() -> Model:
    """The starter model, as a fresh installation runs it."""
    return load_model(STARTER)


@pytest.fixture
def bot(db: Database, vault: Vault, model: Model, tmp_path: Path) -> Iterator[Bot]:
    """The whole bot against both stand-ins, on SQLite and on PostgreSQL."""
    with running_bot(db, vault, model, tmp_path) as running:
        yield running


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep on one worker what shares something that is slow to start: a server, a whole run.

    These come first, so that no worker is left alone with them at the end.
    """
    for item in items:
        call = getattr(item, "callspec", None)
        if call is not None and call.params.get("database_url") == "postgres":
            item.add_marker(pytest.mark.xdist_group("postgres"))
        elif item.path.parent.name == "end_to_end" or item.path.stem == "test_process":
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
