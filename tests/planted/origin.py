"""Whether a process runs the code it is meant to run: an installed copy may stand in its way."""

import sys
from pathlib import Path


class WrongTree(Exception):
    """Code was imported from elsewhere: what this process finds says nothing of its tree."""


def insist_on(tree: Path) -> None:
    """Raise `WrongTree` unless all that was imported is of this tree or of the interpreter."""
    allowed = [Path(one).resolve() for one in (tree, sys.prefix, sys.base_prefix)]
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if not file or not Path(file).is_absolute():
            continue
        if not any(Path(file).resolve().is_relative_to(one) for one in allowed):
            raise WrongTree(f"{name} is not of this tree")
