"""Asking the model, in batches and outside any transaction, and keeping what it said."""

import logging
from dataclasses import replace
from datetime import datetime

from classifier.axes import Axis
from classifier.explain import Reason
from classifier.predict import Model, Prediction
from classifier.taxonomy import Kind, Topic, Urgency
from intake.messages import Message
from store import posts
from store.database import Database
from store.tables import Prediction as PredictionRow

log = logging.getLogger(__name__)


def predict_messages(
    db: Database, model: Model | None, messages: list[Message], now: datetime
) -> list[Message]:
    """The messages with what the model says about each; kept, so that no text is asked twice.

    Without a model, or for a text that breaks it, the prediction stays None: a person decides.
    """
    if model is None or not messages:
        return messages
    with db.reading() as session:
        known = {
            message.version.id: posts.find_prediction(
                session, message.version.id or 0, model.version
            )
            for message in messages
        }
    new = [message for message in messages if known[message.version.id] is None]
    said = dict(zip((m.version.id for m in new), _predict(model, new), strict=True))
    _save(db, {key: value for key, value in said.items() if key and value}, now)
    return [
        replace(message, prediction=said.get(message.version.id) or _read(known, message))
        for message in messages
    ]


def _read(known: dict[int | None, PredictionRow | None], message: Message) -> Prediction | None:
    row = known[message.version.id]
    return prediction_of(row) if row else None


def _predict(model: Model, messages: list[Message]) -> list[Prediction | None]:
    try:
        return list(model.predict([message.matter for message in messages]))
    except Exception:
        log.exception("prediction failed", extra={"count": len(messages)})
    if len(messages) == 1:
        return [None]
    return [said for message in messages for said in _predict(model, [message])]


def _save(db: Database, said: dict[int, Prediction], now: datetime) -> None:
    if not said:
        return
    with db.writing() as session:
        for version_id, prediction in said.items():
            if posts.find_prediction(session, version_id, prediction.model_version) is None:
                session.add(_row(version_id, prediction, now))


def _row(version_id: int, said: Prediction, now: datetime) -> PredictionRow:
    return PredictionRow(
        version_id=version_id,
        model_version=said.model_version,
        kind=said.kind,
        topic=said.topic,
        urgency=said.urgency,
        sensitive=said.sensitive,
        axes={str(axis): dict(labels) for axis, labels in said.probabilities.items()},
        rules=list(said.rules),
        reasons=[
            {
                "axis": str(reason.axis),
                "label": reason.label,
                "start": reason.start,
                "end": reason.end,
                "weight": round(reason.weight, 4),
                "rule": reason.rule,
            }
            for reason in said.reasons
        ],
        made_at=now,
    )


def prediction_of(row: PredictionRow) -> Prediction:
    """What was said, as the model said it."""
    return Prediction(
        probabilities={Axis(axis): dict(labels) for axis, labels in row.axes.items()},
        kind=Kind(row.kind),
        topic=Topic(row.topic) if row.topic else None,
        urgency=Urgency(row.urgency),
        sensitive=row.sensitive,
        unsure=frozenset(),
        rules=tuple(row.rules),
        reasons=tuple(
            Reason(
                Axis(str(item["axis"])),
                str(item["label"]),
                int(item["start"] or 0),
                int(item["end"] or 0),
                float(item["weight"] or 0),
                str(item["rule"]) if item["rule"] else None,
            )
            for item in row.reasons
        ),
        model_version=row.model_version,
    )
