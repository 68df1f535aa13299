"""How the sandbox's worlds are read for the oracle."""

import pytest
from sqlalchemy import delete

from intake import collect
from intake.fsck import check, check_settled
from store.tables import Raw
from tests.bot import Bot
from tests.intake.fortnight import shown
from tests.intake.steps import mention, write
from tests.intake.texts import LAMP


def test_an_unfinished_walk_has_passed_exactly_what_it_has_read(bot: Bot) -> None:
    posts = [mention(bot, f"{LAMP} Nomor {number}") for number in range(25)]
    small = bot.x.adapter(page_size=10)

    for read in (10, 20, 25):
        collect.collect(bot.db, bot.vault, small, bot.clock, pages=1)
        assert shown(bot).passed == frozenset(posts[-read:])
        assert check(bot.db, bot.policy, bot.now, shown(bot)) == []


def test_a_message_is_passed_on_telegram_once_it_is_confirmed(bot: Bot) -> None:
    bot.forward(minutes=1)
    message = write(bot, LAMP)
    assert shown(bot).passed == frozenset()
    bot.collect()
    bot.collect()

    assert shown(bot).passed == frozenset({message})
    assert check(bot.db, bot.policy, bot.now, shown(bot)) == []
    with bot.db.writing() as session:
        session.exec(delete(Raw))
    found = check(bot.db, bot.policy, bot.now, shown(bot))
    assert [one.rule for one in found] == ["post-passed"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@lapor1708_bot lampu padam", True),
        ("/lapor lampu padam", True),
        ("/lapor@lapor1708_bot lampu padam", True),
        ("/lapor@bot_lain lampu padam", False),
        ("lampu padam, tulis /lapor", False),
        ("lampu padam", False),
    ],
)
def test_in_a_group_only_some_messages_are_for_us(bot: Bot, text: str, expected: bool) -> None:
    group = bot.telegram.world.add_group("Warga Contoh")
    message = write(bot, text, group=group)
    bot.turn()

    (post,) = shown(bot).posts
    assert (post.external_id, post.for_us) == (message, expected)
    bot.forward(minutes=15)
    bot.turn()
    assert check_settled(bot.db, bot.policy, bot.now, shown(bot)) == []


def test_an_edited_post_keeps_its_first_id_and_counts_in_its_last_wording(bot: Bot) -> None:
    bot.x.world.add_person("sari", "Sari")
    first = bot.x.world.post("sari", "lampu padam")
    last = bot.x.world.edit(first, f"@lapor1708 {LAMP}")

    (post,) = shown(bot).posts

    assert (post.external_id, post.for_us) == (first, True)
    assert post.versions == frozenset({first, last})
