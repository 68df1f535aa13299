"""`lapor run`: the bot for real, or against the sandbox."""

import signal
from typing import TYPE_CHECKING, Annotated

import typer

from cli import context

if TYPE_CHECKING:
    from types import FrameType

SandboxFlag = Annotated[bool, typer.Option("--sandbox", help="Against invented citizens.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: lapor run --sandbox --until-idle")(run)


def run(
    sandbox: SandboxFlag = False,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="Stop by itself when nothing is due any more.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the outcome as one JSON object on stdout.")
    ] = False,
    speed: Annotated[
        float, typer.Option(min=0.1, max=20, help="How fast the sandbox's citizens act.")
    ] = 1.0,
) -> None:
    """Collect, tag, acknowledge and answer until Ctrl-C (or --until-idle)."""
    context.world.sandbox = context.world.sandbox or sandbox
    if not context.world.sandbox:
        # Said before the slow imports.
        context.load_settings().require_platform()
    from cli.session import Session

    session = Session(until_idle=until_idle, quiet=as_json, speed=speed)

    def stop(_signal: int, _frame: "FrameType | None") -> None:
        session.request_stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    session.run()
    session.print_outcome(as_json=as_json)
