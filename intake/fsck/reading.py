"""Reading: nothing that a platform handed out, or should have, is lost on the way to a post."""

from collections.abc import Iterator
from datetime import timedelta

from intake.fsck.facts import Facts, Rule
from intake.fsck.lives import is_known_life
from intake.fsck.rows import PostRow, RawRow
from intake.fsck.shapes import ShownPost, Violation, name_of

# Times of platforms are cut to the second.
SECOND = timedelta(seconds=1)


def passed_posts_are_stored(facts: Facts) -> Iterator[Violation]:
    """No cursor is past a post that is not stored: it would never be read again."""
    if facts.shown is None:
        return
    passed = facts.shown.passed
    lost = [post for post in missing(facts) if post.external_id in passed]
    waiting = [raw for raw in facts.raws if _is_waiting(raw)]
    keys = {raw.key for raw in waiting}
    on_x = [post for post in lost if post.platform == "x" and not _names(post) & keys]
    # The key of a Telegram raw does not tell which message it holds.
    on_telegram = [post for post in lost if post.platform == "telegram"]
    opaque = sum(facts.channels[raw.channel_id].platform == "telegram" for raw in waiting)
    for post in (*on_x, *(on_telegram if len(on_telegram) > opaque else ())):
        yield Violation(
            "post-passed",
            name_of(post.platform, "post", post.external_id),
            "reading has passed this post, which is not stored: it will not be read again.",
        )


def missing(facts: Facts, *, with_context: bool = True) -> Iterator[ShownPost]:
    """Posts addressed to us that stand on a platform, may be expected here, and are not posts.

    One that is known as another one's context only counts as stored `with_context`.
    """
    assert facts.shown is not None
    known = {
        (facts.platform_of(post), post.external_id)
        for post in facts.posts.values()
        if with_context or not post.is_context
    }
    for post in facts.shown.posts:
        wanted = post.for_us and post.standing and not post.own and not post.repost
        if wanted and (post.platform, post.external_id) not in known and _is_expected(facts, post):
            yield post


def gaps_run_forward(facts: Facts) -> Iterator[Violation]:
    """A gap begins before it ends."""
    for gap in facts.gaps:
        if gap.start >= gap.end:
            yield Violation("gap-backwards", f"gap {gap.id}", "this gap ends before it begins.")


def failed_raws_are_put_aside(facts: Facts) -> Iterator[Violation]:
    """What failed again and again is put aside where people see it, and holds up nobody."""
    for raw in facts.raws:
        if raw.attempts >= facts.policy.attempts and not (raw.parsed_at and raw.failure):
            yield Violation(
                "raw-not-put-aside",
                f"raw {raw.id}",
                f"it failed {raw.attempts} times and is still tried: `lapor unreadable` must "
                "show it instead.",
            )


def nothing_is_stored_twice(facts: Facts) -> Iterator[Violation]:
    """A message of a person is one post, on whichever of our accounts there it was seen."""
    seen: dict[tuple[str, str], PostRow] = {}
    for post in facts.posts.values():
        first = seen.setdefault((facts.platform_of(post), post.external_id), post)
        if first is not post and first.channel_id == post.channel_id:
            yield Violation(
                "post-twice", f"posts {first.id} and {post.id}", "one message is stored twice."
            )


def posts_are_known_by_their_first_wording(facts: Facts) -> Iterator[Violation]:
    """An edit has an id of its own on X; who stores it as another post doubles the first."""
    if facts.shown is None:
        return
    edits = {
        (post.platform, version)
        for post in facts.shown.posts
        for version in post.versions - {post.external_id}
    }
    for post in facts.posts.values():
        if (facts.platform_of(post), post.external_id) in edits:
            yield Violation("post-twice", f"post {post.id}", "it is a later wording of another.")


def _names(post: ShownPost) -> frozenset[str]:
    return post.versions | {post.external_id}


def _is_waiting(raw: RawRow) -> bool:
    return raw.parsed_at is None or (raw.failure is not None and raw.attempts > 0)


def _is_expected(facts: Facts, post: ShownPost) -> bool:
    assert facts.shown is not None
    if post.external_id in facts.shown.withheld or _in_a_gap(facts, post):
        return False
    chat, _, message = post.external_id.partition(":")
    if message and chat == post.author_id and not is_known_life(facts, chat, post.posted_at):
        return False
    return any(
        channel.platform == post.platform
        and channel.first_started_at + facts.slack < post.posted_at
        for channel in facts.channels.values()
    )


def _in_a_gap(facts: Facts, post: ShownPost) -> bool:
    margin = facts.slack + SECOND
    return any(
        facts.platform_of(gap) == post.platform
        and gap.start - margin <= post.posted_at <= gap.end + margin
        for gap in facts.gaps
    )


RULES: tuple[Rule, ...] = (
    passed_posts_are_stored,
    gaps_run_forward,
    failed_raws_are_put_aside,
    nothing_is_stored_twice,
    posts_are_known_by_their_first_wording,
)
