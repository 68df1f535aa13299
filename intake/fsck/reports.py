"""Reports: one a matter, opened by one post, and on a way that the table of steps allows."""

from collections.abc import Iterator
from functools import lru_cache

from intake.fsck.facts import Facts, Rule
from intake.fsck.rows import PostRow, ReportRow
from intake.fsck.shapes import Violation
from intake.opening import MODEL
from intake.reference import parse_reference
from intake.states import ENDED, STEPS

# What a report waits for has a day; what has ended, or is at nobody's desk, has none.
WITHOUT_DEADLINE = frozenset({*ENDED, "returned"})
# Only a person may open a report from one of these.
LEFT_TO_PEOPLE = frozenset({"bot", "not_addressed"})
WORDLESS = frozenset({"own", "repost"})


def steps_are_possible(facts: Facts) -> Iterator[Violation]:
    """Every step begins where the last one ended and is one of the table."""
    for report in facts.reports.values():
        before: list[str] = []
        for step in facts.steps.get(report.id, []):
            if step.from_state != (before[-1] if before else None):
                yield _of(report, "steps-broken", f"step {step.id} does not begin where it stood.")
            elif step.to_state not in _targets(before):
                yield _of(
                    report, "step-impossible", f"step {step.id} is not in the table of steps."
                )
            before.append(step.to_state)


def state_is_the_last_step(facts: Facts) -> Iterator[Violation]:
    """A report stands where its last step brought it."""
    for report in facts.reports.values():
        steps = facts.steps.get(report.id)
        if not steps or report.state != steps[-1].to_state:
            yield _of(report, "state-without-step", f"no step has made it {report.state}.")


def times_fit_the_state(facts: Facts) -> Iterator[Violation]:
    """What has ended says when; what waits says until when."""
    for report in facts.reports.values():
        ended = report.state in ENDED
        if report.is_open == ended or (report.ended_at is None) == ended:
            yield _of(report, "end-unfit", f"it is {report.state}, its end says otherwise.")
        if (report.due_at is None) != (report.state in WITHOUT_DEADLINE):
            yield _of(report, "deadline-unfit", f"it is {report.state}, its deadline is not.")


def references_are_ours(facts: Facts) -> Iterator[Violation]:
    """Every number is unique and has a valid check character."""
    seen: dict[str, ReportRow] = {}
    for report in facts.reports.values():
        if seen.setdefault(report.reference, report) is not report:
            yield _of(report, "reference-twice", "another report has the same number.")
        if not _is_reference(report.reference):
            yield _of(report, "reference-invalid", "its number has a wrong check character.")


def reports_are_opened_once(facts: Facts) -> Iterator[Violation]:
    """One post opens one report, and a post that is said to have opened one did so."""
    openings: dict[int, ReportRow] = {}
    for report in facts.reports.values():
        first = openings.setdefault(report.opening_post_id, report)
        if first is not report:
            yield _of(report, "opened-twice", f"the same post has opened report {first.id}.")
    for post in facts.posts.values():
        if post.intent == "new" and post.id not in openings:
            yield Violation(
                "opening-lost", f"post {post.id}", "it has opened a report, and there is none."
            )


def openings_fit(facts: Facts) -> Iterator[Violation]:
    """A report is opened by a post of its own person and place, which spoke to us itself."""
    for report in facts.reports.values():
        post = facts.posts.get(report.opening_post_id)
        if post is None:
            yield _of(report, "opening-unfit", "its opening post is gone.")
        elif reason := _why_unfit(report, post) or _why_not_for_us(facts, report, post):
            yield _of(report, "opening-unfit", reason)


def parts_are_distinct(facts: Facts) -> Iterator[Violation]:
    """Several reports of one person in one conversation are told apart by their parts."""
    seen: set[tuple[int, str, int, int]] = set()
    for report in facts.reports.values():
        # A group that moved, or an erased chat, brings several conversations together.
        if report.conversation_id.startswith(("-", "erased:")):
            continue
        part = (report.channel_id, report.conversation_id, report.person_id, report.part)
        if part in seen:
            yield _of(report, "part-twice", "another report of its conversation is the same part.")
        seen.add(part)


def _targets(before: list[str]) -> frozenset[str]:
    """Where a report may go that went this way; information brings it back to where it was."""
    if not before:
        return frozenset({"received"})
    steps = STEPS[before[-1]]
    fixed = {target for step, target in steps.items() if step != "info"}
    if "info" in steps:
        fixed.add(next((one for one in ("forwarded", "verified") if one in before), "received"))
    return frozenset(fixed)


def _why_unfit(report: ReportRow, post: PostRow) -> str | None:
    if (post.channel_id, post.person_id) != (report.channel_id, report.person_id):
        return "its opening post is of another person or account."
    if post.intent != "new" or post.report_id != report.id:
        return "its opening post does not know that it has opened it."
    return None


def _why_not_for_us(facts: Facts, report: ReportRow, post: PostRow) -> str | None:
    notes = facts.notes_of(post)
    if post.is_context or notes & WORDLESS:
        return "its opening post did not speak to us: it is ours, a repost, or only context."
    steps = facts.steps.get(report.id)
    by_model = steps and steps[0].by == MODEL
    if by_model and notes & LEFT_TO_PEOPLE:
        return "the model has opened it for a bot, or from a post that is not addressed to us."
    return None


@lru_cache(maxsize=10_000)
def _is_reference(reference: str) -> bool:
    return parse_reference(reference) == reference


def _of(report: ReportRow, rule: str, says: str) -> Violation:
    return Violation(rule, f"report {report.id}", says)


RULES: tuple[Rule, ...] = (
    steps_are_possible,
    state_is_the_last_step,
    times_fit_the_state,
    references_are_ours,
    reports_are_opened_once,
    openings_fit,
    parts_are_distinct,
)
