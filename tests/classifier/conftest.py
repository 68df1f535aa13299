"""A small corpus of invented texts and a model trained on it once a run, and the starter model."""

from pathlib import Path

import pytest

from classifier.corpus import Example, load_corpus
from classifier.predict import Model
from classifier.registry import load_model
from classifier.starter import STARTER
from classifier.train import TrainedModel, train

SMALL = Path(__file__).parent / "corpus"


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    return load_corpus(SMALL)


@pytest.fixture(scope="session")
def trained(examples: list[Example]) -> TrainedModel:
    return train(examples)


@pytest.fixture(scope="session")
def starter() -> Model:
    return load_model(STARTER)


@pytest.fixture(scope="session")
def model(trained: TrainedModel) -> Model:
    return Model(trained, "small")
