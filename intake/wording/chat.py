"""Telegram's own conversation: the commands, and what a bot cannot read."""

from intake.wording.voice import Words


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
