"""What operators do: switches, health, migrations, backups, keys."""

import contextlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.context import load_settings, now, opened, out, world


class PlatformName(StrEnum):
    """The platforms there are."""

    X = "x"
    TELEGRAM = "telegram"


class Sending(StrEnum):
    """Whether notices go out."""

    ON = "on"
    SHADOW = "shadow"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: lapor pause")(pause)
    app.command(epilog="Example: lapor resume")(resume)
    app.command(epilog="Example: lapor send on --platform telegram")(send)
    app.command(epilog="Example: lapor health")(health)
    app.command(epilog="Example: lapor migrate")(migrate)
    app.command(epilog="Example: lapor backup var/backup.db")(backup)
    app.command(epilog="Example: lapor restore var/backup.db")(restore)
    app.command(epilog="Example: lapor unreadable --retry")(unreadable)
    app.command("new-key", epilog="Example: lapor new-key")(new_key)


def pause() -> None:
    """Stop sending everywhere, within seconds; reading goes on and nothing is lost."""
    from intake import operate

    with opened() as system:
        operate.pause(system.db, now())
    out.print("Paused. `lapor resume` sends again.")


def resume() -> None:
    """Send again."""
    from intake import operate

    with opened() as system:
        operate.resume(system.db)
    out.print("Sending.")


def send(
    sending: Annotated[Sending, typer.Argument(help="on: notices go out; shadow: they wait")],
    platform: Annotated[PlatformName | None, typer.Option(help="Both without it")] = None,
) -> None:
    """Switch between shadow (notices are made and shown) and on (they go out)."""
    from intake import operate

    with opened() as system:
        switched = operate.set_sending(system.db, sending, platform)
    out.print(f"{sending}: {', '.join(switched) or 'no account yet; start `lapor run` first'}")


def health() -> None:
    """Whether everything works; exit code 1 when somebody must act."""
    from intake.health import check_health

    with opened() as system:
        found = check_health(system.db, system.policy, now())
    for fault in found.faults:
        out.print(f"[red]FAULT[/]  {fault}", highlight=False)
    for remark in found.remarks:
        out.print(f"[dim]note[/]   {remark}", highlight=False)
    if found.ok:
        out.print("[green]ok[/]")
    raise typer.Exit(0 if found.ok else 1)


def migrate(
    new: Annotated[str | None, typer.Option(help="For developers: write a new revision")] = None,
) -> None:
    """Bring the database to this version's tables; keeps everything that is there."""
    from store import migrate as migrations
    from wiring import open_database

    db = open_database(load_settings().database_url)
    migrations.migrate(db.engine)
    if new:
        migrations.new_revision(db.engine, new)
    out.print(f"At revision {migrations.revision(db.engine)}.")
    db.close()


def backup(
    to: Annotated[Path, typer.Argument(help="The file to write")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists")] = False,
) -> None:
    """Copy the database into a file while the bot runs. The key is not in it: keep it elsewhere."""
    from store.backup import backup as write
    from wiring import journal_file

    settings = load_settings()
    write(settings.database_url, to, replace=force)
    out.print(
        f"Written to {to}. Keep the journal of erasures beside it, always the newest: "
        f"{journal_file(settings)}"
    )


def restore(
    from_: Annotated[Path, typer.Argument(metavar="FROM", help="A file that `backup` wrote")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
) -> None:
    """Replace the database by a backup. Nothing is said twice; who was erased since is again."""
    from cli.restored import sentences
    from intake.privacy import erase_again
    from intake.recovery import Recovered, after_restore
    from store.backup import restore as read
    from store.database import Database
    from wiring import build_journal, build_system

    if not yes:
        typer.confirm("This replaces the whole database. Go on?", abort=True)
    settings = load_settings()
    journal = build_journal(settings)

    def make_safe(copy: str) -> Recovered:
        of_copy = settings.model_copy(update={"database_url": copy})
        system = build_system(of_copy, world.environment, now(), prepare=True)
        with contextlib.closing(system):
            return after_restore(system.db, journal.read(), now(), system.policy)

    url = settings.database_url
    with contextlib.closing(Database(url)) as db, db.run_lock():
        recovered = read(url, from_, make_safe)
        with opened() as system:
            # A moderator may have erased somebody while the copy was being made ready.
            erase_again(system.db, journal.read(), now(), system.policy)
    for sentence in sentences(recovered, journal.read(), journal.path):
        out.print(sentence, highlight=False)


def unreadable(
    retry: Annotated[bool, typer.Option("--retry", help="Try to understand them again")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Forget them")] = False,
) -> None:
    """Raws that could not be understood: how many and why; retry after an update, or drop them."""
    from intake import operate

    with opened() as system:
        for reason, count in operate.count_unreadable(system.db).items():
            out.print(f"{count} x {reason}", highlight=False)
        if retry:
            out.print(f"{operate.retry_unreadable(system.db)} wait to be read again.")
        elif drop:
            out.print(f"{operate.drop_unreadable(system.db)} dropped.")


def new_key() -> None:
    """A new LAPOR_SECRET_KEY. Without it nobody can read what is stored: keep it safe."""
    from store.crypto import new_secret_key

    print(new_secret_key())
