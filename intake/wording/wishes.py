"""Answers to what a citizen asks of us: news, silence, data."""

from datetime import date

from bots.platform import Button
from intake.wording.voice import HANDLE, Channel, Words, pick
from intake.workdays import date_text, deadline_text


def news_promised(reference: str, next_by: date) -> Words:
    """KABARI."""
    by = deadline_text(next_by)
    return Words(
        pick(
            reference,
            f"Baik, kabar {reference} kami sampaikan di sini. Kabar berikutnya paling lambat {by}.",
            f"Siap, Anda kami kabari di sini. Kabar {reference} berikutnya paling lambat {by}.",
            f"Baik, sudah kami catat. Paling lambat {by}, ada kabar {reference} di sini.",
        )
    )


def opted_in_again(seed: str) -> Words:
    """LANJUT."""
    return Words(
        pick(
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
        pick(
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
        pick(
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
