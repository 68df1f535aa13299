"""Real complaints to measure with, where somebody has put them: they are not part of the project.

A CSV with the columns `text` and `topic_18` (one of our topics, or empty). LAPOR_DEV_DATA names it.
"""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DEFAULT = Path(__file__).parents[2] / "shared" / "data" / "city_complaints_dev.csv"
HOW = "no real complaints to measure with: LAPOR_DEV_DATA names a CSV with text and topic_18"


@dataclass(frozen=True)
class DevData:
    """All texts; and the rows among them that have a topic, with their topics."""

    texts: list[str]
    rows: NDArray[np.intp]
    topics: NDArray[np.str_]

    @property
    def with_topic(self) -> list[str]:
        """The texts that have a topic."""
        return [self.texts[row] for row in self.rows]


def load_dev_data() -> DevData | None:
    """The data, or None where there are none."""
    path = Path(os.environ.get("LAPOR_DEV_DATA", DEFAULT))
    if not path.exists():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    rows = [row for row, one in enumerate(found) if one["topic_18"]]
    topics = [found[row]["topic_18"] for row in rows]
    return DevData([one["text"] for one in found], np.array(rows), np.array(topics))
