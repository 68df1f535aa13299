"""Every sentence the bot says to a citizen, in Indonesian; `rules` holds the house rules.

One function per notice, pure: dates, references and agencies are passed in. What may be read by
everybody (X, a Telegram group) has three wordings, chosen by the reference, because X hides
automatic posts that are alike; a notice keeps its wording when it is rendered again. Slots carry
nothing a citizen wrote. Dates are always named: no promise goes out without one.
"""

from intake.wording.acknowledgements import (
    acknowledgement,
    acknowledgement_asking_place,
    acknowledgement_confidential,
    acknowledgement_emergency,
    acknowledgement_sensitive,
    acknowledgement_violence,
    will_be_read,
)
from intake.wording.case import (
    closed_thanks,
    full_answer,
    late,
    question,
    reopened,
    resolution,
    returned,
    withdrawn,
)
from intake.wording.chat import begin_report, help_text, not_understood_media, privacy, start
from intake.wording.reminders import reminder_close, reminder_info
from intake.wording.status import Progress, State, alert, status, unknown_code, unknown_number
from intake.wording.voice import (
    HANDLE,
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    LONGEST_SENTENCE,
    X_LIMIT,
    Channel,
    Words,
    short_agency,
)
from intake.wording.wishes import (
    added,
    me_too,
    my_data,
    my_data_erased,
    my_data_in_private,
    news_promised,
    opted_in_again,
)

__all__ = [
    "HANDLE",
    "LONGEST_ANSWER",
    "LONGEST_QUESTION",
    "LONGEST_SENTENCE",
    "X_LIMIT",
    "Channel",
    "Progress",
    "State",
    "Words",
    "acknowledgement",
    "acknowledgement_asking_place",
    "acknowledgement_confidential",
    "acknowledgement_emergency",
    "acknowledgement_sensitive",
    "acknowledgement_violence",
    "added",
    "alert",
    "begin_report",
    "closed_thanks",
    "full_answer",
    "help_text",
    "late",
    "me_too",
    "my_data",
    "my_data_erased",
    "my_data_in_private",
    "news_promised",
    "not_understood_media",
    "opted_in_again",
    "privacy",
    "question",
    "reminder_close",
    "reminder_info",
    "reopened",
    "resolution",
    "returned",
    "short_agency",
    "start",
    "status",
    "unknown_code",
    "unknown_number",
    "will_be_read",
    "withdrawn",
]
