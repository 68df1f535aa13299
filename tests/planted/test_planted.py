from collections import Counter
from pathlib import Path

import pytest

from tests.planted.hunt import hunt, hunt_nothing
from tests.planted.origin import WrongTree, insist_on
from tests.planted.patches import (
    ORACLE,
    PRODUCT,
    SWEEP,
    TREE,
    WEEKS,
    DoesNotApply,
    HeaderUnreadable,
    Patch,
    apply,
    list_patches,
    read_patch,
)

PATCHES = list_patches()
# Every planted defect shows in far fewer; a week costs as much as ten positions.
LIMITS = {WEEKS: 25, SWEEP: 250}
SAYS = "A message is said twice: the citizen reads it twice."
DIFF = "diff --git a/intake/a.py b/intake/a.py\n--- a/intake/a.py\n+++ b/intake/a.py\n@@ -1 +1 @@\n"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "defect.patch"


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.name)
def test_a_planted_defect_lies_in_the_product_and_fits_it_as_it_is(patch: Patch) -> None:
    assert patch.files
    assert all(PRODUCT.fullmatch(file) for file in patch.files)
    assert not any(file.startswith(ORACLE) for file in patch.files)
    apply(patch, TREE, only_check=True)


def test_most_defects_are_caught_by_weeks_and_some_by_the_sweep() -> None:
    ways = Counter(patch.caught_by for patch in PATCHES)

    assert len(PATCHES) >= 24
    assert ways[WEEKS] >= 14
    assert ways[SWEEP] >= 5


def test_the_test_that_catches_a_defect_is_there() -> None:
    named = [patch.caught_by for patch in PATCHES if patch.caught_by not in (WEEKS, SWEEP)]

    for name in named:
        file, _, function = name.partition("::")
        assert f"def {function}(" in (TREE / file).read_text(), name


def test_a_header_says_what_it_does_and_who_catches_it(written: Path) -> None:
    written.write_text(f"{SAYS}\nCaught-by: tests/a.py::test_b\nBecause: why.\n\n{DIFF}")

    patch = read_patch(written)

    assert (patch.name, patch.says, patch.because) == ("defect", SAYS, "why.")
    assert (patch.caught_by, patch.files) == ("tests/a.py::test_b", ("intake/a.py",))


@pytest.mark.parametrize(
    "header",
    [
        "",
        f"{SAYS}\n",
        "Caught-by: weeks\n",
        f"{SAYS}\nCaught-by: luck\n",
        f"{SAYS}\nCaught-by: weeks\nBecause: why.\n",
        f"{SAYS}\nCaught-by: tests/a.py::test_b\n",
    ],
    ids=["none", "nobody", "nothing said", "unknown way", "needless because", "no because"],
)
def test_a_patch_without_a_proper_header_is_refused(written: Path, header: str) -> None:
    written.write_text(f"{header}\n{DIFF}")

    with pytest.raises(HeaderUnreadable):
        read_patch(written)


def test_a_patch_that_does_not_fit_any_more_is_an_error(written: Path, tmp_path: Path) -> None:
    written.write_text(f"{SAYS}\nCaught-by: weeks\n\n{DIFF}-old = 1\n+old = 2\n")
    patch = read_patch(written)

    with pytest.raises(DoesNotApply, match="defect"):
        apply(patch, tmp_path, only_check=True)


def test_a_patch_changes_the_tree_that_it_is_given(written: Path, tmp_path: Path) -> None:
    written.write_text(f"{SAYS}\nCaught-by: weeks\n\n{DIFF}-old = 1\n+old = 2\n")
    (tmp_path / "intake").mkdir()
    changed = tmp_path / "intake" / "a.py"
    changed.write_text("old = 1\n")

    apply(read_patch(written), tmp_path)

    assert changed.read_text() == "old = 2\n"


def test_a_process_that_runs_other_code_than_its_own_notices(tmp_path: Path) -> None:
    insist_on(TREE)

    with pytest.raises(WrongTree):
        insist_on(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.name)
def test_a_planted_defect_is_caught(patch: Patch) -> None:
    found = hunt(patch, LIMITS.get(patch.caught_by, 1)).finding

    assert found.by is not None, f"{patch.name} got away: {patch.says}"


@pytest.mark.slow
@pytest.mark.parametrize(("way", "limit"), [(WEEKS, 2), (SWEEP, 40)])
def test_where_nothing_is_planted_nothing_is_caught(way: str, limit: int) -> None:
    found = hunt_nothing(way, limit).finding

    assert found.by is None
    assert found.tried == limit
