"""What the script expects of every post, held against what the bot made of it."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

EXPECTED = Path(__file__).parent.parent / "expected_places.toml"
Outcome = Mapping[str, Any]
# What the script calls an intent that the bot names otherwise.
INTENTS = {
    "addition",
    "answer",
    "status",
    "me_too",
    "unsolved",
    "solved",
    "withdraw",
    "opt_out",
    "news",
}


def load_expected() -> dict[str, dict[str, Any]]:
    """The expected place of every post, by its id in the script."""
    return tomllib.loads(EXPECTED.read_text("utf-8"))


class Places:
    """One run's outcome (`lapor run --json`) beside the platform ids of the scripted posts."""

    def __init__(self, outcome: Outcome, ids: Mapping[str, str], answered: set[str]) -> None:
        """`answered` holds the platform ids of posts under which the bot said something."""
        self._answered = answered
        self._ids = ids
        self._posts = {post["post_id"]: post for post in outcome["posts"]}
        # The platform's name of a pressed button is the notice that held it.
        self._presses = {post["in_reply_to"]: post for post in outcome["posts"]}
        self._reports = {report["reference"]: report for report in outcome["reports"]}
        self._opened = {report["opening_post_id"]: report for report in outcome["reports"]}

    def wrong(self, *, but_in_doubt: bool = False) -> list[str]:
        """Every post in the wrong place, a sentence each.

        With `but_in_doubt` the threads are left out in which a notice waits for a person: what
        follows there depends on whether the citizen has heard it.
        """
        return [
            f"{name}: {fault}"
            for name, wanted in load_expected().items()
            if not (but_in_doubt and self._is_in_doubt(wanted.get("of", name)))
            for fault in self._faults(name, wanted)
        ]

    def wrong_labels(self) -> list[str]:
        """Labels that differ from what a second person gave."""
        return [
            f"{name}: {axis} is {report[axis]}, wanted {wanted.get(axis)}"
            for name, wanted in load_expected().items()
            if wanted["becomes"] == "report" and (report := self._opened.get(self._id(name)))
            for axis in ("kind", "topic", "urgency", "sensitive", "region")
            if report[axis] != wanted.get(axis)
        ]

    def _faults(self, name: str, wanted: dict[str, Any]) -> Iterator[str]:
        becomes, at = wanted["becomes"], self._id(name)
        post = self._posts.get(at) or self._presses.get(at)
        if becomes in ("edit", "delete"):
            return
        if name not in self._ids:
            yield "was never played"
            return
        if becomes == "report":
            yield from self._report_faults(name)
        elif becomes in INTENTS:
            yield from self._follow_up_faults(post, becomes, wanted["of"])
        elif becomes == "queue":
            if post is None or (post["state"] != "queued" and self._id(name) not in self._opened):
                yield f"should wait for a person, is {post}"
        elif self._id(name) in self._opened:
            yield f"opened a report, should become {becomes}"
        elif post is not None and not wanted.get("answered") and self._was_answered(name):
            yield "was answered, should hear nothing"

    def _report_faults(self, name: str) -> Iterator[str]:
        report = self._opened.get(self._id(name))
        if report is None:
            yield f"opened no report: {self._posts.get(self._id(name))}"
            return
        acknowledged = [
            notice
            for notice in report["notices"]
            if notice["kind"] == "acknowledgement" and notice["state"] == "sent"
        ]
        if len(acknowledged) != 1:
            yield f"acknowledged {len(acknowledged)} times"
        elif acknowledged[0]["in_reply_to"] != self._id(name):
            yield "acknowledged under another post"

    def _follow_up_faults(
        self, post: dict[str, Any] | None, becomes: str, of: str
    ) -> Iterator[str]:
        if post is None:
            yield "was never collected"
            return
        if post["intent"] != becomes:
            yield f"is {post['intent']} ({post['note']}), wanted {becomes}"
        report = self._opened.get(self._id(of))
        if becomes != "me_too" and report and post["report"] not in (None, report["reference"]):
            yield f"belongs to {post['report']}, wanted the report of {of}"

    def _is_in_doubt(self, name: str) -> bool:
        report = self._opened.get(self._id(name))
        return any(
            notice["state"] == "in_doubt" for notice in (report or {"notices": []})["notices"]
        )

    def _was_answered(self, name: str) -> bool:
        return self._id(name) in self._answered

    def _id(self, name: str) -> str:
        return self._ids.get(name, "")
