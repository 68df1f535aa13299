"""People who were erased: of their private chats no id is left, so nothing there can be matched."""

from datetime import datetime

from intake.fsck.facts import Facts


def is_known_life(facts: Facts, chat: str, moment: datetime) -> bool:
    """Whether what stood in this private Telegram chat then is still known to be of that chat.

    Who was erased and writes again is somebody new to us; the chat is still the same one there.
    """
    if not facts.has_erased_on_telegram:
        return True
    person = facts.living_on_telegram.get(chat)
    return person is not None and moment > person.first_seen_at + facts.slack
