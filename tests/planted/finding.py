"""What a hunt has found, as one process tells the other."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Finding:
    """What gave a defect away, and which rule it had broken; both None when it got away.

    `by` names a week, a position of the sweep or a test. `tried` counts them, it included.
    """

    by: str | None
    rule: str | None
    tried: int

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> "Finding":
        """The finding in such a line."""
        return cls(**json.loads(line))
