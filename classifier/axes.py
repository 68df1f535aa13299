"""The four questions that the model answers about a text, and the labels it may answer with."""

from enum import StrEnum

from classifier.corpus import Example
from classifier.taxonomy import Kind, Topic, Urgency

YES = "ya"
NO = "tidak"


class Axis(StrEnum):
    """One question about a text; each has its own labels and its own linear model."""

    KIND = "kind"
    TOPIC = "topic"
    URGENCY = "urgency"
    SENSITIVE = "sensitive"


LABELS: dict[Axis, tuple[str, ...]] = {
    Axis.KIND: tuple(map(str, Kind)),
    Axis.TOPIC: tuple(str(topic) for topic in Topic if topic is not Topic.LAINNYA),
    Axis.URGENCY: tuple(map(str, Urgency)),
    Axis.SENSITIVE: (YES, NO),
}
"""What the model may say. `lainnya` is missing: only people give it."""


def label_of(example: Example, axis: Axis) -> str | None:
    """Return the example's label on an axis; None when it teaches nothing about it.

    A topic is learnt from reports alone.
    """
    if axis is Axis.KIND:
        return str(example.kind)
    if axis is Axis.URGENCY:
        return str(example.urgency)
    if axis is Axis.SENSITIVE:
        return YES if example.sensitive else NO
    if example.kind is Kind.BUKAN_LAPORAN or example.topic is Topic.LAINNYA:
        return None
    return None if example.topic is None else str(example.topic)
