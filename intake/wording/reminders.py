"""Said unasked, on Telegram only."""

from datetime import date

from intake.wording.voice import Words, buttons
from intake.workdays import date_text, deadline_text


def reminder_info(reference: str, archive_on: date) -> Words:
    """We asked and heard nothing yet."""
    text = (
        f"Kami masih menunggu jawaban Anda untuk {reference}. Tulis saja jawabannya di sini."
        f" Tanpa jawaban, laporan kami arsipkan {deadline_text(archive_on)}."
    )
    return Words(text, buttons(reference, "BATAL"))


def reminder_close(reference: str, agency: str, close_by: date) -> Words:
    """The agency answered, the reporter has not said whether it is done."""
    text = (
        f"{agency} sudah menjawab laporan {reference}. Apakah di lapangan sudah beres?"
        f" Tekan tombol SUDAH atau BELUM. Tanpa balasan, laporan ditutup {date_text(close_by)}."
    )
    return Words(text, buttons(reference, "SUDAH", "BELUM"))
