"""What is said while a report is worked on: questions, answers, the end."""

from datetime import date

from intake.wording.voice import (
    HANDLE,
    NAMELESS_AGENCY,
    X_LIMIT,
    Channel,
    Words,
    buttons,
    how_to_answer,
    how_to_reply,
    naming,
    pick,
    short_agency,
    with_buttons,
)
from intake.workdays import date_text, deadline_text


def question(channel: Channel, reference: str, asked: str, *, handle: str = HANDLE) -> Words:
    """A moderator's own question, up to `LONGEST_QUESTION` characters, in a fixed frame."""
    asked, answer = asked.strip(), how_to_answer(channel, handle)
    return Words(
        pick(
            reference,
            f"Terima kasih, {reference} sudah kami baca. Satu pertanyaan lagi: {asked} {answer}",
            f"Petugas sudah membaca {reference}. Ada satu hal yang kami perlukan: {asked} {answer}",
            f"Tentang {reference}, kami ingin bertanya satu hal: {asked} {answer}",
        )
    )


def _according_to(agency: str, sentence: str) -> str:
    """A sentence that begins with a capital follows a colon, so that it may stay as it is."""
    return f"menurut {agency}{', ' if sentence[:1].islower() else ': '}{sentence}."


def _resolution_frames(
    reference: str, said: str, reply: str, close_by: str
) -> tuple[tuple[str, ...], ...]:
    """From the roomiest frame to the tightest, each in three wordings."""
    return (
        (
            f"Kabar untuk {reference}: {said} Apakah di lapangan sudah beres?"
            f" {reply} SUDAH atau BELUM. Kalau belum, sebutkan yang kurang."
            f" Tanpa balasan, laporan ditutup {close_by}.",
            f"Ada jawaban untuk {reference}: {said} Di lapangan sudah beres?"
            f" {reply} SUDAH atau BELUM. Kalau belum, ceritakan apa yang kurang."
            f" Tanpa balasan, laporan ditutup {close_by}.",
            f"Tentang {reference}: {said} Apakah Anda melihat hasilnya di lapangan?"
            f" {reply} SUDAH atau BELUM. Kalau belum, sebutkan yang kurang."
            f" Tanpa balasan, laporan ditutup {close_by}.",
        ),
        (
            f"Kabar {reference}: {said} Sudah beres? {reply} SUDAH atau BELUM"
            f" sebelum ditutup {close_by}.",
            f"Untuk {reference}: {said} Sudah beres? {reply} SUDAH atau BELUM"
            f" sebelum ditutup {close_by}.",
            f"Soal {reference}: {said} Sudah beres? {reply} SUDAH atau BELUM"
            f" sebelum ditutup {close_by}.",
        ),
    )


def resolution(
    channel: Channel,
    reference: str,
    agency: str,
    sentence: str,
    close_by: date,
    *,
    handle: str = HANDLE,
) -> Words:
    """What the agency says it did, in one public sentence that a person wrote or confirmed.

    It is the agency's word, never ours: "menurut ...". On X a long agency name is shortened, and
    the frame is tightened when that is not enough.
    """
    reply, closing, sentence = (
        how_to_reply(channel, handle),
        date_text(close_by),
        sentence.strip(" .!"),
    )

    def wording(frame: int, agency: str) -> str:
        said = _according_to(agency, sentence)
        return pick(reference, *_resolution_frames(reference, said, reply, closing)[frame])

    text = wording(0, agency)
    if channel is Channel.X and len(text) > X_LIMIT:
        room = X_LIMIT - len(wording(0, ""))
        if short_agency(agency, room) != NAMELESS_AGENCY:
            text = wording(0, short_agency(agency, room))
        else:
            text = wording(1, short_agency(agency, X_LIMIT - len(wording(1, ""))))
    return with_buttons(channel, text, reference, "SUDAH", "BELUM")


def full_answer(reference: str, agency: str, answer: str, close_by: date) -> Words:
    """The agency's whole answer, on Telegram."""
    text = (
        f"Jawaban lengkap untuk {reference}, menurut {agency}:\n\n{answer.strip()}\n\n"
        "Apakah di lapangan sudah beres? Tekan tombol SUDAH atau BELUM."
        f" Tanpa balasan, laporan ditutup {date_text(close_by)}."
    )
    return Words(text, buttons(reference, "SUDAH", "BELUM"))


def reopened(channel: Channel, reference: str, agency: str, answer_by: date) -> Words:
    """The reporter said that it is not solved."""
    by = deadline_text(answer_by)
    return Words(
        naming(
            channel,
            agency,
            lambda agency: pick(
                reference,
                f"Terima kasih sudah mengabari. {reference} kami buka lagi dan kami kirim kembali"
                f" ke {agency}. Batas jawabannya {by}.",
                f"Baik, berarti belum beres. {reference} kami buka lagi, dan {agency} kami minta"
                f" menjawab paling lambat {by}.",
                f"Terima kasih kabarnya. Kami minta {agency} memeriksa {reference} sekali lagi."
                f" Batas jawabannya {by}.",
            ),
        )
    )


def closed_thanks(reference: str) -> Words:
    """The reporter said that it is solved."""
    return Words(
        pick(
            reference,
            f"Terima kasih sudah memastikan. Laporan {reference} kami tutup."
            " Kalau masalahnya muncul lagi, silakan melapor lagi, ya.",
            f"Senang mendengarnya, terima kasih. {reference} kami tutup."
            " Kalau suatu saat terulang, silakan melapor lagi.",
            f"Terima kasih kabarnya, {reference} sekarang kami tutup."
            " Jangan ragu melapor lagi kalau masalahnya kembali.",
        )
    )


def withdrawn(reference: str) -> Words:
    """The reporter took the report back."""
    return Words(
        pick(
            reference,
            f"Baik, laporan {reference} kami batalkan. Terima kasih sudah memberi tahu.",
            f"Laporan {reference} sudah dibatalkan. Kalau nanti perlu, silakan melapor lagi.",
            f"Baik, {reference} tidak kami lanjutkan. Terima kasih sudah mengabari.",
        )
    )


def returned(channel: Channel, reference: str, agency: str, forward_by: date) -> Words:
    """The agency says that it is not its matter; the reporter need not do anything."""
    by = deadline_text(forward_by)
    return Words(
        naming(
            channel,
            agency,
            lambda agency: pick(
                reference,
                f"Kabar untuk {reference}: menurut {agency}, ini bukan wewenangnya. Kami kirim ke"
                f" instansi yang tepat paling lambat {by}. Anda tidak perlu melapor ulang.",
                f"Laporan {reference} dikembalikan {agency} karena bukan wewenangnya. Paling lambat"
                f" {by}, kami kirim ke instansi yang tepat. Tidak perlu melapor ulang, ya.",
                f"Tentang {reference}: {agency} menyatakan ini bukan wewenangnya. Kami carikan"
                f" instansi yang tepat paling lambat {by}. Laporan Anda tetap berlaku.",
            ),
        )
    )


def late(channel: Channel, reference: str, agency: str, due: date, next_by: date) -> Words:
    """The agency let its day pass; Ombudsman RI is named as a way out."""
    since, by = date_text(due), deadline_text(next_by)
    return Words(
        naming(
            channel,
            agency,
            lambda agency: pick(
                reference,
                f"Mohon maaf, {reference} belum dijawab {agency}, padahal batasnya {since}. Hari"
                f" ini kami tagih lagi. Kabar berikutnya paling lambat {by}. Laporan ini juga bisa"
                " dibawa ke Ombudsman RI, telepon 137.",
                f"Mohon maaf, jawaban untuk {reference} terlambat. Batas waktu {agency} adalah"
                f" {since}. Hari ini kami tagih lagi, dan kami kabari paling lambat {by}."
                " Ombudsman RI juga bisa ditelepon di 137.",
                f"Maaf, {agency} belum menjawab {reference} sampai batasnya, {since}. Kami tagih"
                f" lagi hari ini. Paling lambat {by}, kami kabari lagi."
                " Anda juga bisa menelepon Ombudsman RI di 137.",
            ),
        )
    )
