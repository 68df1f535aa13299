"""`python -m tests.planted` hunts every planted defect, or those named, and says what caught each.

Exit code 1 when one got away.
"""

import argparse
import sys
from collections.abc import Sequence

from tests.planted.hunt import hunt_all
from tests.planted.patches import Patch, list_patches

# The bar of the project: each planted defect shows within so many weeks.
LIMIT = 1000


def main() -> int:
    """Hunt, and print the table."""
    given = _arguments()
    catches = hunt_all(_chosen(given.names), given.limit)
    caught = sum(one.caught for one in catches)
    print(*catches, f"{caught} of {len(catches)} planted defects were caught", sep="\n")
    return caught < len(catches)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these defects")
    parser.add_argument("--limit", type=int, default=LIMIT, help="weeks or positions for each")
    return parser.parse_args()


def _chosen(names: Sequence[str]) -> list[Patch]:
    patches = list_patches()
    unknown = set(names) - {one.name for one in patches}
    if unknown:
        sys.exit(f"no such defect: {', '.join(sorted(unknown))}; see tests/planted/defects")
    return [one for one in patches if not names or one.name in names]


if __name__ == "__main__":
    sys.exit(main())
