"""Running weeks: one, or many in several processes; and making a failing one smaller."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkdtemp

from classifier.predict import Model, Prediction
from classifier.registry import load_model
from classifier.starter import STARTER
from store.crypto import Vault, new_secret_key
from tests.simulation.plan import Event, plan
from tests.simulation.week import Outcome, Week
from tests.templates import folder_in_memory, make_template

WEEKS_AT_ONCE = 5


class RememberingModel(Model):
    """Simulated people say the same things again and again: each text is asked once."""

    def __init__(self, model: Model) -> None:
        super().__init__(model.trained, model.version)
        self._said: dict[str, Prediction] = {}

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """As `Model.predict`."""
        new = [text for text in dict.fromkeys(texts) if text not in self._said]
        self._said.update(zip(new, super().predict(new), strict=True))
        return [self._said[text] for text in texts]


class Runner:
    """Weeks in this process: the model and an empty database are made once."""

    def __init__(self, folder: Path, model: Model) -> None:
        self._folder, self._model = folder, RememberingModel(model)
        self._vault = Vault([new_secret_key()])
        self._template = make_template(folder / "template.db")

    def run(self, seed: int, events: Sequence[Event] | None = None) -> Outcome:
        """Live through the week of this number, or through these events of it."""
        database = self._folder / "week.db"
        shutil.copy(self._template, database)
        try:
            week = Week(seed, database, self._model, self._vault)
            return week.run(plan(seed) if events is None else events)
        finally:
            for left in self._folder.glob("week.db*"):
                left.unlink()


@contextmanager
def running() -> Iterator[Runner]:
    """A runner on a folder of its own."""
    with folder_in_memory() as folder:
        yield Runner(folder, load_model(STARTER))


def run_many(seeds: Sequence[int], workers: int) -> Iterator[Outcome]:
    """Outcomes as they come, from as many processes."""
    chunks = [seeds[at : at + WEEKS_AT_ONCE] for at in range(0, len(seeds), WEEKS_AT_ONCE)]
    with folder_in_memory() as folder, get_context("fork").Pool(workers, _begin, [folder]) as pool:
        for outcomes in pool.imap_unordered(_run_chunk, chunks):
            yield from outcomes


def smaller(
    events: Sequence[Event], fails: Callable[[Sequence[Event]], bool], tries: int = 150
) -> list[Event]:
    """Leave out events as long as it still fails (delta debugging, Zeller 1999)."""
    kept, parts = list(events), 2
    while len(kept) > 1 and tries > 0:
        size = max(1, len(kept) // parts)
        for at in range(0, len(kept), size):
            rest = kept[:at] + kept[at + size :]
            tries -= 1
            if fails(rest):
                kept, parts = rest, max(parts - 1, 2)
                break
            if tries <= 0:
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(kept))
    return kept


_runner: Runner | None = None
"""Of this worker."""


def _begin(folder: Path) -> None:
    global _runner
    _runner = Runner(Path(mkdtemp(dir=folder)), load_model(STARTER))


def _run_chunk(seeds: Sequence[int]) -> list[Outcome]:
    assert _runner is not None
    return [_runner.run(seed) for seed in seeds]
