"""`python -m tests.planted` hunts every planted defect, or those named, and says what caught each.

Exit code 1 when one got away.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial

from tests.planted.hunt import Catch, hunt
from tests.planted.patches import Patch, list_patches

AT_ONCE = 2
# The bar of the project: each planted defect shows within so many weeks.
LIMIT = 1000


def main() -> int:
    """Hunt, and print the table."""
    given = _arguments()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        catches = list(pool.map(partial(hunt, limit=given.limit), _chosen(given.names)))
    print(_rows(catches) if given.json else _table(catches))
    return any(not one.caught for one in catches)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these defects")
    parser.add_argument("--limit", type=int, default=LIMIT, help="weeks or positions for each")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    return parser.parse_args()


def _chosen(names: Sequence[str]) -> list[Patch]:
    patches = list_patches()
    unknown = set(names) - {one.name for one in patches}
    if unknown:
        sys.exit(f"no such defect: {', '.join(sorted(unknown))}; see tests/planted/defects")
    return [one for one in patches if not names or one.name in names]


def _rows(catches: Sequence[Catch]) -> str:
    rows = [
        {
            "name": one.name,
            "caught": one.caught,
            **asdict(one.finding),
            "seconds": round(one.seconds, 1),
        }
        for one in catches
    ]
    return json.dumps(rows, indent=2)


def _table(catches: Sequence[Catch]) -> str:
    lines = [
        f"{one.name:45} {one.finding.by or 'GOT AWAY':60} {one.finding.rule or '-':26}"
        f"{one.finding.tried:5} tried {one.seconds:6.1f} s"
        for one in catches
    ]
    caught = sum(one.caught for one in catches)
    return "\n".join([*lines, f"{caught} of {len(catches)} planted defects were caught"])


if __name__ == "__main__":
    sys.exit(main())
