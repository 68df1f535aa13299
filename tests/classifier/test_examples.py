import doctest
from importlib import import_module

import pytest

MODULES = ["duplicates", "evaluate", "linear", "places", "rules", "text"]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_documentation_run(name: str) -> None:
    result = doctest.testmod(import_module(f"classifier.{name}"))

    assert result.attempted > 0
    assert result.failed == 0
