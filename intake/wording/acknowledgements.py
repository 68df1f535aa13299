"""The first thing a citizen hears: the number, a question for the place, whom to call."""

from datetime import date

from intake.wording.voice import (
    HANDLE,
    Channel,
    Words,
    buttons,
    how_to_answer,
    how_to_reply,
    pick,
    small,
)
from intake.workdays import deadline_text


def acknowledgement(
    channel: Channel, reference: str, read_by: date, *, handle: str = HANDLE
) -> Words:
    """A report was opened; an officer reads it by a date."""
    by, reply = deadline_text(read_by), how_to_reply(channel, handle)
    if channel is Channel.TELEGRAM:
        text = (
            f"Terima kasih sudah melapor. Laporannya kami catat dengan nomor {reference}."
            f" Petugas membacanya paling lambat {by}.\n\n"
            "Ada yang ingin ditambahkan? Kirim saja ke sini, termasuk foto atau lokasi."
        )
        return Words(text, buttons(reference, "STATUS", "BATAL"))
    return Words(
        pick(
            reference,
            f"Terima kasih sudah melapor. Laporannya kami catat dengan nomor {reference} dan dibaca"
            f" petugas paling lambat {by}. Ingin dikabari di sini? {reply} KABARI."
            " Jangan tulis NIK atau nomor HP di kolom umum ini, ya.",
            f"Laporannya sudah kami terima, terima kasih. Nomornya {reference}. Petugas membacanya"
            f" paling lambat {by}. Mau dikabari di sini? {reply} KABARI."
            " Demi keamanan, NIK dan nomor HP jangan ditulis di sini, ya.",
            f"Terima kasih, laporan ini kami catat. Nomornya {reference}, dan petugas akan"
            f" membacanya paling lambat {by}. Kalau ingin dikabari di sini, {small(reply)} KABARI."
            " NIK dan nomor HP jangan ditulis di tempat umum, ya.",
        )
    )


def acknowledgement_asking_place(
    channel: Channel, reference: str, *, handle: str = HANDLE
) -> Words:
    """A report was opened whose place we do not know."""
    answer = how_to_answer(channel, handle)
    if channel is Channel.TELEGRAM:
        text = (
            f"Terima kasih, laporannya kami catat dengan nomor {reference}. Supaya sampai ke"
            " petugas yang tepat, ini di kota atau kabupaten mana, dan dekat apa?\n\n"
            "Cukup nama jalan atau desa, atau patokan seperti pasar dan sekolah."
            " Titik lokasi kejadiannya juga boleh dikirim."
        )
        return Words(text, buttons(reference, "BATAL"))
    return Words(
        pick(
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
    return pick(
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
    return pick(
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
        pick(
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
    return Words(text, buttons(reference, "STATUS", "BATAL"))


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
