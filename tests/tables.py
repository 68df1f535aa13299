"""Long tables in one test: every row is checked, and all that fail are shown together.

A test of its own for each of a thousand rows costs more time than the checks themselves.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

Row = TypeVar("Row")


def for_each(rows: Iterable[Row]) -> Callable[[Callable[[Row], None]], Callable[[], None]]:
    """Make one test of a check on a row."""
    table = list(rows)
    assert table

    def decorate(check: Callable[[Row], None]) -> Callable[[], None]:
        def test() -> None:
            failed = {}
            for row in table:
                try:
                    check(row)
                except AssertionError as error:
                    failed[str(row)] = str(error)
            assert failed == {}

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return decorate
