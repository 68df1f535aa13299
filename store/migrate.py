"""Bringing a database to the tables of this version of the program."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlmodel import SQLModel

from store import tables as _tables  # registers every table

MIGRATIONS = Path(__file__).with_name("migrations")
assert _tables


class DatabaseTooNew(Exception):
    """A newer version of the program has migrated this database."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"The database is at revision {revision}, which this version of the program does not "
            "know. A newer version migrated it: run that one, or restore an older backup with "
            "`lapor restore`."
        )


class NotMigrated(Exception):
    """The database is behind: run `lapor migrate` first (it keeps everything that is there)."""

    def __str__(self) -> str:
        return str(self.__doc__)


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision; raises `DatabaseTooNew`."""
    revision(engine)
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_migrated(engine: Engine) -> None:
    """Raise `NotMigrated` or `DatabaseTooNew` unless the database fits this program."""
    if revision(engine) != ScriptDirectory.from_config(_config()).get_current_head():
        raise NotMigrated


def revision(engine: Engine) -> str | None:
    """The database's revision, None when it is empty; raises `DatabaseTooNew`."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseTooNew(found)
    return found


def differences(engine: Engine) -> list[object]:
    """What the migrations and the tables disagree on; empty when `alembic check` is clean."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def new_revision(engine: Engine, message: str) -> None:
    """For developers: write a revision that brings a migrated database to the tables."""
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.revision(config, message=message, autogenerate=True)
