"""The starter model: what a fresh installation runs, trained on the project's own corpus."""

from datetime import datetime
from pathlib import Path

from classifier.corpus import CORPUS, load_corpus
from classifier.evaluate import evaluate
from classifier.registry import save_model
from classifier.train import Progress, train

STARTER = Path(__file__).parent.parent / "models" / "starter"


def train_starter(
    into: Path, now: datetime, *, corpus: Path = CORPUS, progress: Progress | None = None
) -> Path:
    """Train on the corpus, cross-validate, and save model and card into `into`."""
    examples = load_corpus(corpus)
    trained = train(examples, progress=progress)
    scores = evaluate(examples, progress=progress)
    version = f"{into.name}-{now:%Y%m%d}"
    return save_model(trained, into, version=version, now=now, examples=examples, scores=scores)
