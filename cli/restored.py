"""What the operator must know after a restore, in sentences."""

from collections.abc import Iterator
from pathlib import Path

from cli.context import local
from intake.recovery import Recovered
from store.erasures import Erasures


def sentences(recovered: Recovered, erasures: Erasures, journal: Path) -> Iterator[str]:
    """What the backup holds, what waits for a person, and what nobody can know."""
    if recovered.lost_from is None:
        yield "Restored. No account had been read when the backup was made."
    else:
        yield (
            f"Restored to what was known on {local(recovered.lost_from)}. What moderators decided "
            "since must be decided again. What Telegram handed over since is lost, every BERHENTI "
            "included; X is read again."
        )
    yield (
        f"{recovered.doubtful} notices that were waiting may have gone out since the backup: they "
        "are in doubt now, and so will be what answers older posts. `lapor run` looks for those on "
        "X; the others wait in `lapor notices list --state in_doubt`."
    )
    yield from _about_erasures(recovered, erasures, journal)


def _about_erasures(recovered: Recovered, erasures: Erasures, journal: Path) -> Iterator[str]:
    if not erasures.is_there:
        yield (
            f"[red]There is no journal of erasures at {journal}.[/] Whoever was erased since the "
            "backup is back. If anybody was: put the journal there and restore again."
        )
        return
    erased = recovered.erased
    yield f"Erased again: {erased.people} people, {erased.posts} deleted posts."
    if erasures.foreign:
        yield (
            f"[red]{erasures.foreign} erasures were noted with a key that is not configured.[/] "
            "They were not applied: add it to LAPOR_OLD_SECRET_KEYS and restore again."
        )
    if erasures.unreadable:
        yield f"[red]{erasures.unreadable} lines of {journal} are damaged and were left out.[/]"
