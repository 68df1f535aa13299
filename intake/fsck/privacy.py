"""Forgetting: of who was erased and of what was deleted, no word is left anywhere."""

from collections.abc import Iterator

from intake.fsck.facts import Facts, Rule
from intake.fsck.shapes import Violation

AGAIN = "`lapor erase` on its report erases it again."


def erased_people_are_gone(facts: Facts) -> Iterator[Violation]:
    """No key, no identity; nothing of a private chat."""
    for person in facts.people.values():
        if person.erased_at and not person.is_keyless:
            yield Violation(
                "erased-kept", f"person {person.id}", f"a key or a name is left. {AGAIN}"
            )
    for notice in facts.notices:
        erased = facts.people[notice.person_id].erased_at
        # One that was held back afterwards was never meant to be read, nor was it.
        if not erased or notice.state == "cancelled":
            continue
        if notice.text or (not notice.public and notice.external_id):
            yield Violation(
                "erased-kept", f"notice {notice.id}", f"its words or its place are left. {AGAIN}"
            )


def gone_posts_are_empty(facts: Facts) -> Iterator[Violation]:
    """No wording of a deleted or erased post, nor what the platform handed over of it."""
    for post_id in facts.kept_versions:
        yield Violation("deleted-kept", f"post {post_id}", "it is gone, a text of it is left.")
    for post_id in facts.kept_raws:
        yield Violation("deleted-kept", f"post {post_id}", "it is gone, a raw still holds it.")


RULES: tuple[Rule, ...] = (erased_people_are_gone, gone_posts_are_empty)
