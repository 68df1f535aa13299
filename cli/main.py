"""The `lapor` command: its groups, and how an error reaches the person who typed it."""

import logging
import sys
from typing import Annotated

import typer
from rich.markup import escape

from cli import context
from cli.context import err
from cli.errors import explain

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
    add_commands(app)
    try:
        app()
    except Exception as error:
        said = explain(error)
        if said is None:
            raise
        err.print(f"[bold red]lapor:[/] {escape(said)}", highlight=False, soft_wrap=True)
        sys.exit(2)


def add_commands(to: typer.Typer) -> None:
    """Add every command of every part."""
    from cli import classify, fsck, model, moderate, notices, operate, reports, running

    for part in (running, moderate, reports, notices, classify, model, operate, fsck):
        part.register(to)


class _WithFields(logging.Formatter):
    """An event's name, then the fields that were logged with it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with `name=value` for everything that came in `extra`."""
        head, newline, traceback = super().format(record).partition("\n")
        fields = [f"{key}={value}" for key, value in vars(record).items() if key not in _KNOWN]
        return " ".join([head, *fields]) + newline + traceback


_KNOWN = {*vars(logging.makeLogRecord({})), "message", "asctime"}


def _log(verbose: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithFields("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler])
    # Their INFO and DEBUG lines print tokens.
    for name in ("httpx", "httpcore", "tweepy", "requests_oauthlib", "oauthlib", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
