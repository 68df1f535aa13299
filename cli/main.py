"""The `lapor` command: its groups, and how an error reaches the person who typed it."""

import logging
import sys
from typing import Annotated

import typer

from cli import context
from cli.context import err

app = typer.Typer(
    name="lapor",
    help="The social-media complaint intake of SP4N-LAPOR!.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)


@app.callback()
def choose_world(
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Work on the sandbox's database, sandbox.db.")
    ] = False,
    database: Annotated[
        str | None, typer.Option(help="Another database than LAPOR_DATABASE_URL.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log what happens inside.")] = False,
) -> None:
    """Every command works on the live database, or with --sandbox on the sandbox's."""
    context.world.sandbox = sandbox
    context.world.database = database
    _log(verbose)


def run() -> None:
    """The entry point: known errors are said in one paragraph, unknown ones show a traceback."""
    from cli import model, moderate, notices, operate, reports, running

    for part in (running, moderate, reports, notices, model, operate):
        part.register(app)
    try:
        app()
    except Exception as error:
        if not _is_known(error):
            raise
        err.print(f"[bold red]lapor:[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(2)


def _is_known(error: Exception) -> bool:
    """Errors whose message was written for the person: the project's own, and wrong settings."""
    from pydantic import ValidationError
    from sqlalchemy.exc import OperationalError

    ours = type(error).__module__.partition(".")[0]
    return isinstance(error, ValidationError | OperationalError) or ours in {
        "bots",
        "classifier",
        "intake",
        "sandbox",
        "store",
        "wiring",
    }


def _log(verbose: bool) -> None:
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
        stream=sys.stderr,
    )
    # Their INFO and DEBUG lines print tokens.
    for name in ("httpx", "httpcore", "tweepy", "requests_oauthlib", "oauthlib", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
