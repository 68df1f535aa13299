"""How a report stands, told on request."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from intake.wording.voice import (
    HANDLE,
    Channel,
    Words,
    how_to_answer,
    how_to_reply,
    naming,
    pick,
    with_buttons,
)
from intake.workdays import date_text, deadline_text


class State(StrEnum):
    """A report's state as a status notice tells it; the values are the report's own."""

    RECEIVED = "received"
    VERIFIED = "verified"
    FORWARDED = "forwarded"
    ANSWERED = "answered"
    CLOSED = "closed"
    NEEDS_INFO = "needs_info"
    RETURNED = "returned"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Progress:
    """What a status notice says about a report.

    `since`: the day it came into this state. `due`: the day of the next step, None when there is
    none or when it has passed. `agency` is needed from `forwarded` on. `own`: the reporter asks;
    anybody else hears only what is public and is asked for nothing.
    """

    reference: str
    state: State
    since: date
    due: date | None = None
    agency: str | None = None
    own: bool = True


def _body(progress: Progress, agency: str, reply: str, answer: str) -> str:
    """What follows "Kabar untuk LPR-...: "; a small letter begins it."""
    since = date_text(progress.since)
    due = deadline_text(progress.due) if progress.due else None
    match progress.state:
        case State.RECEIVED:
            return f"laporan kami terima pada {since} dan belum dibaca petugas." + (
                f" Paling lambat {due}, petugas membacanya." if due else _SORRY
            )
        case State.VERIFIED:
            return f"laporan sudah diperiksa petugas pada {since}." + (
                f" Paling lambat {due}, laporan kami kirim ke instansi yang berwenang."
                if due
                else f" Laporan belum kami kirim ke instansi yang berwenang.{_SORRY}"
            )
        case State.FORWARDED:
            return f"pada {since}, laporan kami kirim ke {agency}." + (
                f" Batas jawabannya {due}."
                if due
                else " Jawabannya belum ada, padahal batasnya sudah lewat."
            )
        case State.ANSWERED:
            return f"{agency} sudah menjawab pada {since}." + _ask_whether_done(progress, reply)
        case State.CLOSED:
            again = " Kalau masalahnya muncul lagi, silakan melapor lagi, ya."
            return f"laporan sudah ditutup pada {since}." + (again if progress.own else "")
        case State.NEEDS_INFO:
            return _waiting_for_the_reporter(progress, due, answer)
        case State.RETURNED:
            return f"pada {since}, laporan dikembalikan karena di luar wewenang instansinya." + (
                f" Kami kirim ke instansi yang tepat paling lambat {due}." if due else _SORRY
            )
        case State.ARCHIVED:
            again = " Kalau masih perlu, silakan melapor lagi, ya."
            return f"laporan kami arsipkan pada {since} dan tidak dilanjutkan." + (
                again if progress.own else ""
            )


_SORRY = " Mohon maaf atas keterlambatan ini."


def _ask_whether_done(progress: Progress, reply: str) -> str:
    if not progress.own:
        return " Kami menunggu pelapor memastikan hasilnya di lapangan."
    closing = f" Tanpa balasan, laporan ditutup {date_text(progress.due)}." if progress.due else ""
    return f" Apakah di lapangan sudah beres? {reply} SUDAH atau BELUM.{closing}"


def _waiting_for_the_reporter(progress: Progress, due: str | None, answer: str) -> str:
    if not progress.own:
        return f"sejak {date_text(progress.since)} laporan menunggu keterangan dari pelapor."
    archive = f" Tanpa jawaban, laporan kami arsipkan {due}." if due else ""
    return f"kami masih menunggu jawaban Anda atas pertanyaan kami. {answer}{archive}"


def status(channel: Channel, progress: Progress, *, handle: str = HANDLE) -> Words:
    """The answer to STATUS. A confidential report is never told here to anybody but its reporter.

    Raises ValueError when the state needs an agency and none is given.
    """
    if progress.state in (State.FORWARDED, State.ANSWERED) and not progress.agency:
        raise ValueError(f"a status of a report that is {progress.state} must name its agency")
    reference = progress.reference
    opening = pick(
        reference, f"Kabar untuk {reference}:", f"Status {reference}:", f"Tentang {reference}:"
    )
    reply, answer = how_to_reply(channel, handle), how_to_answer(channel, handle)
    text = naming(
        channel,
        progress.agency or "",
        lambda agency: f"{opening} {_body(progress, agency, reply, answer)}",
    )
    asks = progress.own and progress.state is State.ANSWERED
    return with_buttons(channel, text, reference, *(("SUDAH", "BELUM") if asks else ()))


def unknown_number(seed: str) -> Words:
    """No such report, or one that is nobody else's business; `seed` is the asking post's id."""
    return Words(
        pick(
            seed,
            "Nomor laporan itu tidak kami temukan. Coba periksa lagi huruf dan angkanya, ya."
            " Nomor kami diawali LPR, lalu delapan huruf atau angka.",
            "Maaf, laporan dengan nomor itu tidak kami temukan. Mungkin ada huruf yang tertukar."
            " Coba cocokkan lagi dengan pesan kami yang pertama, ya.",
            "Kami tidak menemukan nomor laporan itu. Nomor kami diawali LPR, diikuti delapan huruf"
            " atau angka. Coba kirim sekali lagi, ya.",
        )
    )


def unknown_code(seed: str) -> Words:
    """A code of the closed channel that opens nothing, or nothing any more."""
    return Words(
        pick(
            seed,
            "Kode itu tidak kami kenali, atau sudah lewat 3 hari. Coba periksa lagi huruf dan"
            " angkanya, ya. Anda juga bisa langsung bercerita di sini.",
            "Maaf, kode itu tidak berlaku. Mungkin ada huruf yang tertukar, atau sudah lewat 3"
            " hari. Silakan langsung ceritakan masalahnya di sini.",
            "Kami tidak menemukan kode itu. Kode berlaku 3 hari saja. Tanpa kode pun, Anda bisa"
            " langsung bercerita di sini.",
        )
    )


def alert(name: str) -> Words:
    """To the duty chat: which report or post may be an emergency, and nothing about it."""
    return Words(f"Mungkin darurat: {name}. Tolong buka antrean dan periksa sekarang juga.")
