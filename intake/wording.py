"""Every sentence the bot says to a citizen, in Indonesian; `wording_rules` holds the house rules.

One function per notice, pure: dates, references and agencies are passed in. What may be read by
everybody (X, a Telegram group) has three wordings, chosen by the reference, because X hides
automatic posts that are alike; a notice keeps its wording when it is rendered again. Slots carry
nothing a citizen wrote. Dates are always named: no promise goes out without one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zlib import crc32

from bots.platform import Button
from intake.workdays import date_text, deadline_text

HANDLE = "@lapor1708"
X_LIMIT = 280
"""Weighted characters. Our own texts are plain ASCII without links, so each counts one."""
LONGEST_SENTENCE = 140
"""The public sentence of a resolution, in characters."""
LONGEST_QUESTION = 120
"""A moderator's question to the reporter, in characters."""
LONGEST_ANSWER = 3_000
"""The full answer on Telegram, in characters; a message there holds 4,096."""


class Channel(StrEnum):
    """Where a notice stands: what is public there, and how a person answers."""

    X = "x"
    GROUP = "telegram_group"
    TELEGRAM = "telegram"


@dataclass(frozen=True)
class Words:
    """A notice ready to send; buttons are for Telegram."""

    text: str
    buttons: tuple[Button, ...] = ()


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


# ---------------------------------------------------------------- how the words are put together


def _pick(seed: str, *wordings: str) -> str:
    """Always the same wording for the same reference (or post, where there is no reference)."""
    return wordings[crc32(seed.encode("utf-8", "replace")) % len(wordings)]


def _reply(channel: Channel, handle: str) -> str:
    """How a person gives us one of our command words here."""
    return {
        Channel.X: f"Balas {handle}",
        Channel.GROUP: "Balas pesan ini dengan",
        Channel.TELEGRAM: "Tekan tombol",
    }[channel]


def _answer(channel: Channel, handle: str) -> str:
    """How a person answers in their own words here."""
    return {
        Channel.X: f"Balas di sini dengan menyebut {handle}.",
        Channel.GROUP: "Jawab dengan membalas pesan ini, ya.",
        Channel.TELEGRAM: "Tulis saja jawabannya di sini.",
    }[channel]


def _small(words: str) -> str:
    return words[0].lower() + words[1:]


def _buttons(reference: str, *commands: str) -> tuple[Button, ...]:
    return tuple(Button(command, f"{command}:{reference}") for command in commands)


def _with_buttons(channel: Channel, text: str, reference: str, *commands: str) -> Words:
    private = channel is Channel.TELEGRAM
    return Words(text, _buttons(reference, *commands) if private else ())


# Known short forms, the ones people use themselves, tried one after the other until a name fits.
_SHORT_FORMS = (
    ("Pekerjaan Umum dan Penataan Ruang", "PUPR"),
    ("Pekerjaan Umum", "PU"),
    ("Kependudukan dan Pencatatan Sipil", "Dukcapil"),
    ("Badan Penanggulangan Bencana Daerah", "BPBD"),
    ("Satuan Polisi Pamong Praja", "Satpol PP"),
    ("Perusahaan Umum Daerah Air Minum", "PDAM"),
    ("Rumah Sakit Umum Daerah", "RSUD"),
    ("Pemerintah Kabupaten", "Pemkab"),
    ("Pemerintah Kota", "Pemkot"),
    ("Pemerintah Provinsi", "Pemprov"),
    ("Provinsi", "Prov."),
    ("Kabupaten", "Kab."),
)
_NAMELESS_AGENCY = "instansi yang menangani"


def short_agency(name: str, room: int) -> str:
    """`name`, shortened by its usual short forms to `room` characters, or a plain description."""
    for long, short in _SHORT_FORMS:
        if len(name) <= room:
            break
        name = re.sub(rf"\b{long}\b", short, name)
    return name if len(name) <= room else _NAMELESS_AGENCY


def _naming(channel: Channel, agency: str, build: Callable[[str], str]) -> str:
    """`build(agency)`, with the name shortened where the channel's limit asks for it."""
    if channel is not Channel.X:
        return build(agency)
    return build(short_agency(agency, X_LIMIT - len(build(""))))


# ---------------------------------------------------------------- acknowledgements


def acknowledgement(
    channel: Channel, reference: str, read_by: date, *, handle: str = HANDLE
) -> Words:
    """A report was opened; an officer reads it by a date."""
    by, reply = deadline_text(read_by), _reply(channel, handle)
    if channel is Channel.TELEGRAM:
        text = (
            f"Terima kasih sudah melapor. Laporannya kami catat dengan nomor {reference}."
            f" Petugas membacanya paling lambat {by}.\n\n"
            "Ada yang ingin ditambahkan? Kirim saja ke sini, termasuk foto atau lokasi."
        )
        return Words(text, _buttons(reference, "STATUS", "BATAL"))
    return Words(
        _pick(
            reference,
            f"Terima kasih sudah melapor. Laporannya kami catat dengan nomor {reference} dan dibaca"
            f" petugas paling lambat {by}. Ingin dikabari di sini? {reply} KABARI."
            " Jangan tulis NIK atau nomor HP di kolom umum ini, ya.",
            f"Laporannya sudah kami terima, terima kasih. Nomornya {reference}. Petugas membacanya"
            f" paling lambat {by}. Mau dikabari di sini? {reply} KABARI."
            " Demi keamanan, NIK dan nomor HP jangan ditulis di sini, ya.",
            f"Terima kasih, laporan ini kami catat. Nomornya {reference}, dan petugas akan"
            f" membacanya paling lambat {by}. Kalau ingin dikabari di sini, {_small(reply)} KABARI."
            " NIK dan nomor HP jangan ditulis di tempat umum, ya.",
        )
    )


def acknowledgement_asking_place(
    channel: Channel, reference: str, *, handle: str = HANDLE
) -> Words:
    """A report was opened whose place we do not know."""
    answer = _answer(channel, handle)
    if channel is Channel.TELEGRAM:
        text = (
            f"Terima kasih, laporannya kami catat dengan nomor {reference}. Supaya sampai ke"
            " petugas yang tepat, ini di kota atau kabupaten mana, dan dekat apa?\n\n"
            "Cukup nama jalan atau desa, atau patokan seperti pasar dan sekolah."
            " Titik lokasi kejadiannya juga boleh dikirim."
        )
        return Words(text, _buttons(reference, "BATAL"))
    return Words(
        _pick(
            reference,
            f"Terima kasih, {reference} sudah kami catat. Supaya sampai ke petugas yang tepat, ini"
            " di kota atau kabupaten mana, dan dekat apa? Cukup nama jalan atau desa, atau patokan"
            f" seperti pasar dan sekolah. {answer}",
            f"Terima kasih sudah melapor, nomornya {reference}. Supaya petugas tidak salah alamat,"
            " ini di kota atau kabupaten mana, dan di jalan apa? Nama desa atau patokan di dekatnya"
            f" juga boleh. {answer}",
            f"Laporannya kami catat dengan nomor {reference}, terima kasih. Tempatnya belum kami"
            " ketahui. Ini di kota atau kabupaten mana, dan dekat apa? Nama jalan, desa, pasar,"
            f" atau sekolah sudah cukup. {answer}",
        )
    )


def acknowledgement_emergency(reference: str, *, on_duty: bool) -> Words:
    """Somebody may be in danger now. The same words on every channel: they must be read fast.

    112 does not work everywhere (172 of 514 regencies and cities in September 2025), so the other
    numbers stand beside it.
    """
    return Words(_alerted(reference) if on_duty else _nobody_on_duty(reference))


def _alerted(reference: str) -> str:
    return _pick(
        reference,
        "Kalau ada orang dalam bahaya sekarang, segera telepon 112. Tidak tersambung? Polisi 110,"
        " ambulans 119, SAR 115. Akun ini tidak bisa mengirim bantuan. Laporannya kami catat"
        f" ({reference}) dan petugas jaga sudah diberi tahu. Semoga semua selamat.",
        "Ada orang dalam bahaya saat ini? Telepon 112 sekarang juga. Kalau tidak tersambung:"
        " polisi 110, ambulans 119, SAR 115. Akun ini tidak bisa mengirim bantuan. Petugas jaga"
        f" sudah diberi tahu, dan nomor laporannya {reference}. Semoga semua selamat.",
        "Utamakan keselamatan: kalau ada yang dalam bahaya, telepon 112. Kalau tidak tersambung,"
        " telepon polisi 110, ambulans 119, atau SAR 115. Bantuan tidak bisa dikirim dari akun ini."
        f" Petugas jaga sudah diberi tahu tentang {reference}. Semoga semua selamat.",
    )


def _nobody_on_duty(reference: str) -> str:
    return _pick(
        reference,
        "Kalau ada orang dalam bahaya sekarang, segera telepon polisi 110, ambulans 119, atau SAR"
        " 115. Akun ini tidak bisa mengirim bantuan. Laporannya kami catat dengan nomor"
        f" {reference}. Sedang tidak ada petugas jaga, jadi mohon jangan menunggu balasan kami.",
        "Ada orang dalam bahaya saat ini? Segera telepon polisi 110, ambulans 119, atau SAR 115."
        f" Akun ini tidak bisa mengirim bantuan. Laporannya kami catat, nomornya {reference}."
        " Petugas jaga sedang tidak ada, jadi jangan menunggu balasan kami, ya.",
        "Utamakan keselamatan: segera telepon polisi 110, ambulans 119, atau SAR 115. Bantuan tidak"
        f" bisa dikirim dari akun ini. Nomor laporannya {reference}. Saat ini tidak ada petugas"
        " jaga, jadi mohon jangan menunggu balasan kami.",
    )


def acknowledgement_sensitive(code: str) -> Words:
    """Said in public about a matter that is not for the public; nothing hints at what it is."""
    return Words(
        _pick(
            code,
            "Terima kasih sudah menghubungi kami. Hal seperti ini lebih aman disampaikan secara"
            " tertutup. Silakan buka bot Telegram resmi kami (lihat profil), lalu ketik"
            f" {code}. Kode berlaku 3 hari. Kalau khawatir, kiriman di sini boleh dihapus.",
            "Terima kasih atas kepercayaannya. Demi keamanan, mari lanjutkan secara tertutup. Buka"
            f" bot Telegram resmi kami lewat profil, lalu ketik {code}. Kode itu berlaku 3 hari."
            " Kiriman di sini boleh dihapus kalau membuat khawatir.",
            "Terima kasih, pesannya kami terima. Supaya lebih aman, ceritakan selengkapnya di bot"
            f" Telegram resmi kami (lihat profil). Di sana, ketik {code}. Kodenya berlaku 3 hari."
            " Kalau merasa khawatir, kiriman di sini boleh dihapus.",
        )
    )


def acknowledgement_confidential(reference: str, read_by: date) -> Words:
    """The private form of the same, on Telegram."""
    text = (
        "Terima kasih sudah mempercayakan ini kepada kami."
        f" Laporannya kami catat dengan nomor {reference} dan kami rahasiakan."
        " Hanya Anda yang bisa menanyakannya, lewat obrolan ini."
        f" Petugas membacanya paling lambat {deadline_text(read_by)}.\n\n"
        "Demi keamanan Anda, jangan sebutkan nomor itu di tempat umum."
    )
    return Words(text, _buttons(reference, "STATUS", "BATAL"))


def acknowledgement_violence(reference: str, read_by: date) -> Words:
    """Violence against women or children. In private only: in public it endangers the victim."""
    confidential = acknowledgement_confidential(reference, read_by)
    text = (
        f"{confidential.text}\n\n"
        "Kalau bahayanya sedang terjadi, segera telepon polisi 110."
        " Untuk pendampingan perempuan dan anak, SAPA bisa ditelepon di 129."
    )
    return Words(text, confidential.buttons)


def will_be_read(read_by: date) -> Words:
    """A private message that may be a report: a person decides."""
    return Words(
        f"Terima kasih, pesannya sudah masuk. Petugas membacanya paling lambat"
        f" {deadline_text(read_by)}. Kalau ini laporan, Anda mendapat nomornya saat itu juga."
    )


# ---------------------------------------------------------------- status


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
    opening = _pick(
        reference, f"Kabar untuk {reference}:", f"Status {reference}:", f"Tentang {reference}:"
    )
    reply, answer = _reply(channel, handle), _answer(channel, handle)
    text = _naming(
        channel,
        progress.agency or "",
        lambda agency: f"{opening} {_body(progress, agency, reply, answer)}",
    )
    asks = progress.own and progress.state is State.ANSWERED
    return _with_buttons(channel, text, reference, *(("SUDAH", "BELUM") if asks else ()))


def unknown_number(seed: str) -> Words:
    """No such report, or one that is nobody else's business; `seed` is the asking post's id."""
    return Words(
        _pick(
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
        _pick(
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


# ---------------------------------------------------------------- between us and the reporter


def question(channel: Channel, reference: str, asked: str, *, handle: str = HANDLE) -> Words:
    """A moderator's own question, up to `LONGEST_QUESTION` characters, in a fixed frame."""
    asked, answer = asked.strip(), _answer(channel, handle)
    return Words(
        _pick(
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
    reply, closing, sentence = _reply(channel, handle), date_text(close_by), sentence.strip(" .!")

    def wording(frame: int, agency: str) -> str:
        said = _according_to(agency, sentence)
        return _pick(reference, *_resolution_frames(reference, said, reply, closing)[frame])

    text = wording(0, agency)
    if channel is Channel.X and len(text) > X_LIMIT:
        room = X_LIMIT - len(wording(0, ""))
        if short_agency(agency, room) != _NAMELESS_AGENCY:
            text = wording(0, short_agency(agency, room))
        else:
            text = wording(1, short_agency(agency, X_LIMIT - len(wording(1, ""))))
    return _with_buttons(channel, text, reference, "SUDAH", "BELUM")


def full_answer(reference: str, agency: str, answer: str, close_by: date) -> Words:
    """The agency's whole answer, on Telegram."""
    text = (
        f"Jawaban lengkap untuk {reference}, menurut {agency}:\n\n{answer.strip()}\n\n"
        "Apakah di lapangan sudah beres? Tekan tombol SUDAH atau BELUM."
        f" Tanpa balasan, laporan ditutup {date_text(close_by)}."
    )
    return Words(text, _buttons(reference, "SUDAH", "BELUM"))


def reopened(channel: Channel, reference: str, agency: str, answer_by: date) -> Words:
    """The reporter said that it is not solved."""
    by = deadline_text(answer_by)
    return Words(
        _naming(
            channel,
            agency,
            lambda agency: _pick(
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
        _pick(
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
        _pick(
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
        _naming(
            channel,
            agency,
            lambda agency: _pick(
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
        _naming(
            channel,
            agency,
            lambda agency: _pick(
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


# ---------------------------------------------------------------- wishes


def news_promised(reference: str, next_by: date) -> Words:
    """KABARI."""
    by = deadline_text(next_by)
    return Words(
        _pick(
            reference,
            f"Baik, kabar {reference} kami sampaikan di sini. Kabar berikutnya paling lambat {by}.",
            f"Siap, Anda kami kabari di sini. Kabar {reference} berikutnya paling lambat {by}.",
            f"Baik, sudah kami catat. Paling lambat {by}, ada kabar {reference} di sini.",
        )
    )


def opted_out(channel: Channel, seed: str, *, handle: str = HANDLE) -> Words:
    """BERHENTI; the last thing we say. `seed` is the person's or the post's id."""
    reply = {Channel.TELEGRAM: "Ketik"}.get(channel, _reply(channel, handle))
    return Words(
        _pick(
            seed,
            "Baik, kami tidak akan mengirim pesan lagi. Laporan yang sudah masuk tetap tercatat."
            f" Kalau nanti ingin dikabari lagi, {_small(reply)} LANJUT.",
            "Baik, mulai sekarang kami tidak mengirim pesan. Laporan yang ada tetap berlaku."
            f" {reply} LANJUT kapan saja kalau ingin dikabari lagi.",
            "Siap, pesan dari kami berhenti di sini. Laporan yang sudah masuk tidak dihapus."
            f" Ingin dikabari lagi? {reply} LANJUT.",
        )
    )


def opted_in_again(seed: str) -> Words:
    """LANJUT."""
    return Words(
        _pick(
            seed,
            "Baik, mulai sekarang kabar laporan Anda kami kirim lagi ke sini.",
            "Siap, Anda akan kami kabari lagi di sini. Terima kasih.",
            "Terima kasih, pesan dari kami sudah aktif lagi.",
        )
    )


def added(reference: str) -> Words:
    """A follow-up joined its report; only Telegram is told."""
    return Words(f"Terima kasih, tambahannya sudah kami masukkan ke laporan {reference}.")


def me_too(channel: Channel, reference: str, *, handle: str = HANDLE) -> Words:
    """Somebody else has the same trouble; a place of their own makes it a report of their own."""
    how = {
        Channel.X: f"sebut {handle} beserta nama tempatnya",
        Channel.GROUP: "balas pesan ini dengan nama tempatnya",
        Channel.TELEGRAM: "tulis nama tempatnya di sini",
    }[channel]
    return Words(
        _pick(
            reference,
            f"Terima kasih, kami catat Anda mengalami hal serupa dengan {reference}."
            f" Kalau tempatnya berbeda, {how}.",
            f"Terima kasih, keterangan Anda kami tambahkan ke {reference}."
            f" Tempatnya tidak sama? Silakan {how}.",
            f"Kami catat, terima kasih. Keterangan Anda ikut masuk ke {reference}."
            f" Kalau kejadiannya di tempat lain, {how}.",
        )
    )


def my_data_in_private(code: str) -> Words:
    """DATA, asked in public: personal data is spoken about behind a code only."""
    return Words(
        _pick(
            code,
            "Soal data pribadi kita bahas secara tertutup, ya. Buka bot Telegram resmi kami (lihat"
            f" profil), lalu ketik {code}. Kode berlaku 3 hari.",
            "Supaya aman, data Anda tidak kami tampilkan di sini. Silakan buka bot Telegram resmi"
            f" kami lewat profil, lalu ketik {code}. Kode itu berlaku 3 hari.",
            "Data Anda hanya kami bicarakan dengan Anda. Buka bot Telegram resmi kami (lihat"
            f" profil) dan ketik {code}. Kodenya berlaku 3 hari.",
        )
    )


def my_data(reports: int, since: date | None) -> Words:
    """DATA, asked in private on Telegram. `since`: the day of the first report."""
    if not reports or since is None:
        return Words("Kami tidak menyimpan laporan dari Anda.")
    text = (
        f"Kami menyimpan {reports} laporan dari Anda, yang pertama {date_text(since)}"
        f" {since.year}. Isinya pesan, foto, dan lokasi yang Anda kirim."
        " Instansi tidak melihat nama atau akun Anda, kecuali Anda mengizinkan.\n\n"
        "Ingin semuanya dihapus? Tekan tombol HAPUS."
    )
    return Words(text, (Button("HAPUS", "HAPUS"),))


def my_data_erased() -> Words:
    """The data is gone."""
    return Words("Data dan pesan Anda sudah kami hapus. Terima kasih pernah melapor.")


# ---------------------------------------------------------------- reminders, Telegram only


def reminder_info(reference: str, archive_on: date) -> Words:
    """We asked and heard nothing yet."""
    text = (
        f"Kami masih menunggu jawaban Anda untuk {reference}. Tulis saja jawabannya di sini."
        f" Tanpa jawaban, laporan kami arsipkan {deadline_text(archive_on)}."
    )
    return Words(text, _buttons(reference, "BATAL"))


def reminder_close(reference: str, agency: str, close_by: date) -> Words:
    """The agency answered, the reporter has not said whether it is done."""
    text = (
        f"{agency} sudah menjawab laporan {reference}. Apakah di lapangan sudah beres?"
        f" Tekan tombol SUDAH atau BELUM. Tanpa balasan, laporan ditutup {date_text(close_by)}."
    )
    return Words(text, _buttons(reference, "SUDAH", "BELUM"))


# ---------------------------------------------------------------- Telegram's own conversation


def start() -> Words:
    """/start"""
    return Words(
        "Halo! Ini bot resmi untuk melapor soal layanan publik. Ceritakan saja masalahnya di sini,"
        " lengkap dengan tempatnya. Foto dan lokasi boleh menyusul.\n\n"
        "Kalau ada orang dalam bahaya, jangan tunggu kami. Telepon 112, polisi 110, atau ambulans"
        " 119.\n\n"
        "Bingung mulai dari mana? Ketik /bantuan."
    )


def help_text() -> Words:
    """/bantuan"""
    return Words(
        "Yang bisa Anda lakukan di sini:\n\n"
        "/lapor - membuat laporan baru\n"
        "/status - menanyakan kabar laporan\n"
        "/privasi - membaca cara kami menjaga data Anda\n\n"
        "Anda juga bisa mengetik satu kata saja:\n"
        "BATAL - menarik laporan\n"
        "DATA - melihat atau menghapus data Anda\n"
        "BERHENTI - tidak menerima pesan lagi\n"
        "LANJUT - menerima pesan lagi"
    )


def privacy() -> Words:
    """/privasi"""
    return Words(
        "Begini cara kami menjaga data Anda.\n\n"
        "Pesan, foto, dan lokasi yang Anda kirim kami simpan untuk mengurus laporan."
        " Pesan aslinya kami simpan dalam bentuk sandi.\n\n"
        "Instansi hanya melihat isi laporan, tanpa nama, akun, atau nomor Anda, kecuali Anda"
        " mengizinkan."
        " NIK, nomor HP, dan alamat surel kami tutupi lebih dulu.\n\n"
        "Ketik DATA untuk melihat atau menghapus data Anda."
    )


def begin_report() -> Words:
    """/lapor"""
    return Words(
        "Silakan ceritakan masalahnya dengan kata-kata Anda sendiri."
        " Sebutkan juga tempatnya: kota atau kabupaten, dan dekat apa."
        " Foto dan lokasi boleh dikirim sekalian."
    )


def not_understood_media() -> Words:
    """A voice message or a photo without a word."""
    return Words(
        "Terima kasih, kirimannya sudah masuk. Bot ini belum bisa memahami suara atau gambar."
        " Tolong tuliskan satu kalimat: apa masalahnya dan di mana."
    )
