"""From texts to predictions: probabilities, decisions and reasons, in batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import softmax

from classifier import rules
from classifier.axes import YES, Axis
from classifier.explain import Explainer, Reason, Row, strongest
from classifier.features import GramReader
from classifier.taxonomy import Kind, Topic, Urgency
from classifier.text import LONGEST, Word, words
from classifier.train import TrainedModel

BATCH = 256


@dataclass(frozen=True)
class Prediction:
    """What a model says about one text.

    `probabilities` are the model's own, by axis and label, each axis adding up to 1; decisions may
    differ from the likeliest label because urgency and `sensitive` are recall first and a rule may
    raise them. `topic` is None when the model abstains, and for what is no report. `unsure` holds
    the axes whose likeliest label is under the model's threshold. `rules` names the rules that
    matched.
    """

    probabilities: dict[Axis, dict[str, float]]
    kind: Kind
    topic: Topic | None
    urgency: Urgency
    sensitive: bool
    unsure: frozenset[Axis]
    rules: tuple[str, ...]
    reasons: tuple[Reason, ...]
    model_version: str

    @property
    def report_probability(self) -> float:
        """How likely a person wants something of a public body: 1 - P(bukan_laporan)."""
        return 1 - self.probabilities[Axis.KIND].get(Kind.BUKAN_LAPORAN, 0.0)

    @property
    def rule(self) -> str | None:
        """The first rule that matched, the most urgent one first."""
        return self.rules[0] if self.rules else None

    def top(self, axis: Axis, count: int = 3) -> list[tuple[str, float]]:
        """Return the likeliest labels of an axis with their probabilities."""
        ranked = sorted(self.probabilities[axis].items(), key=lambda item: -item[1])
        return ranked[:count]


class Model:
    """A trained model with a name; `predict` is safe to call from several threads."""

    def __init__(self, trained: TrainedModel, version: str) -> None:
        self.trained = trained
        self.version = version
        self._reader = GramReader(trained.features)
        self._explainer = Explainer(self._reader)
        self._coef = np.vstack([axis.coef for axis in trained.axes.values()])
        self._mean = {axis: part.coef.mean(axis=0) for axis, part in trained.axes.items()}
        self._intercept = np.concatenate([axis.intercept for axis in trained.axes.values()])

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Predict every axis of each text; any text is fine, the empty one too."""
        predictions: list[Prediction] = []
        for start in range(0, len(texts), BATCH):
            batch = [text[:LONGEST] for text in texts[start : start + BATCH]]
            split = [words(text) for text in batch]
            matrix = self._reader.read([[word.form for word in found] for found in split])
            said = self._probabilities(matrix)
            for number, (text, found) in enumerate(zip(batch, split, strict=True)):
                place = slice(*matrix.indptr[number : number + 2])
                row = matrix.indices[place], matrix.data[place]
                predictions.append(self._predict_one(text, found, row, said[number]))
        return predictions

    def _probabilities(self, matrix: csr_matrix) -> list[dict[Axis, dict[str, float]]]:
        logits = (matrix @ self._coef.T + self._intercept).astype(float)
        said: list[dict[Axis, dict[str, float]]] = [{} for _ in range(len(logits))]
        for axis, labels, place in self._places():
            for one, values in zip(said, softmax(logits[:, place], axis=1).tolist(), strict=True):
                one[axis] = dict(zip(labels, values, strict=True))
        return said

    def _predict_one(
        self,
        text: str,
        found: list[Word],
        row: Row,
        probabilities: dict[Axis, dict[str, float]],
    ) -> Prediction:
        unsure = frozenset(
            axis
            for axis, trained in self.trained.axes.items()
            if max(probabilities[axis].values()) < trained.answer_from
        )
        matches = rules.match(text, found)
        kind = Kind(_likeliest(probabilities[Axis.KIND]))
        topic = None
        if kind is not Kind.BUKAN_LAPORAN and Axis.TOPIC not in unsure:
            topic = Topic(_likeliest(probabilities[Axis.TOPIC]))
        urgency = self._urgency(probabilities[Axis.URGENCY], matches)
        sensitive = self._sensitive(probabilities[Axis.SENSITIVE], matches)

        chosen: dict[Axis, str] = {Axis.KIND: kind}
        if topic is not None:
            chosen[Axis.TOPIC] = topic
        if urgency is not Urgency.BIASA:
            chosen[Axis.URGENCY] = urgency
        if sensitive:
            chosen[Axis.SENSITIVE] = YES
        return Prediction(
            probabilities=probabilities,
            kind=kind,
            topic=topic,
            urgency=urgency,
            sensitive=sensitive,
            unsure=unsure,
            rules=tuple(match.rule for match in matches),
            reasons=(*_rule_reasons(matches), *self._reasons(found, row, chosen)),
            model_version=self.version,
        )

    def _places(self) -> Iterator[tuple[Axis, tuple[str, ...], slice]]:
        """Where each axis' labels stand among the stacked rows of all axes."""
        start = 0
        for axis, trained in self.trained.axes.items():
            end = start + len(trained.labels)
            yield axis, trained.labels, slice(start, end)
            start = end

    def _urgency(self, probabilities: dict[str, float], matches: list[rules.Match]) -> Urgency:
        alarms = self.trained.axes[Axis.URGENCY].alarms
        darurat = probabilities.get(Urgency.DARURAT, 0.0)
        pressing = darurat + probabilities.get(Urgency.TINGGI, 0.0)
        found = [Urgency(_likeliest(probabilities))]
        if darurat >= alarms.get(Urgency.DARURAT, 1.0):
            found.append(Urgency.DARURAT)
        if pressing >= alarms.get(Urgency.TINGGI, 1.0):
            found.append(Urgency.TINGGI)
        found += [match.urgency for match in matches]
        return max(found, key=lambda urgency: urgency.severity)

    def _sensitive(self, probabilities: dict[str, float], matches: list[rules.Match]) -> bool:
        alarm = min(0.5, self.trained.axes[Axis.SENSITIVE].alarms.get(YES, 0.5))
        return probabilities.get(YES, 0.0) >= alarm or any(match.sensitive for match in matches)

    def _reasons(self, found: list[Word], row: Row, chosen: dict[Axis, str]) -> list[Reason]:
        coef = np.stack([self._against_mean(axis, label) for axis, label in chosen.items()])
        weights = self._explainer.weigh(found, row, coef)
        return [
            reason
            for at, (axis, label) in enumerate(chosen.items())
            for reason in strongest(axis, label, found, weights[:, at])
        ]

    def _against_mean(self, axis: Axis, label: str) -> NDArray[np.float32]:
        trained = self.trained.axes[axis]
        if label not in trained.labels:
            return np.zeros(trained.coef.shape[1], np.float32)
        return np.asarray(trained.coef[trained.labels.index(label)] - self._mean[axis])


def _likeliest(probabilities: dict[str, float]) -> str:
    return max(probabilities, key=lambda label: probabilities[label])


def _rule_reasons(matches: list[rules.Match]) -> list[Reason]:
    reasons = []
    for match in matches:
        if match.urgency is not Urgency.BIASA:
            axis, label = Axis.URGENCY, str(match.urgency)
            reasons.append(Reason(axis, label, match.start, match.end, 0.0, match.rule))
        if match.sensitive:
            reasons.append(Reason(Axis.SENSITIVE, YES, match.start, match.end, 0.0, match.rule))
    return reasons
