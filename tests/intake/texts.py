"""What invented citizens write in the tests of the use cases: clear texts, one matter each.

The starter model is sure of every one of them, so that these tests are about the way of a post and
not about the model; what must be doubtful is made so by a threshold of the policy.
"""

LAMP = (
    "Mohon diperbaiki, lampu jalan di Jalan Melati, Kabupaten Sleman padam sudah dua bulan"
    " dan gelap sekali."
)
LAMP_NOWHERE = (
    "Mohon diperbaiki, lampu jalan di depan rumah sudah padam tiga minggu dan gelap sekali"
    " kalau malam."
)
ROAD = (
    "Mohon diperbaiki, jalan berlubang di Jalan Kenanga, Kabupaten Bantul sudah dua bulan"
    " dan banyak pengendara motor jatuh."
)
WASTE = (
    "Mohon diangkut, sampah di TPS Jalan Mawar, Kabupaten Klaten sudah menumpuk dua minggu"
    " dan baunya menyengat."
)
IDENTITY_CARD = (
    "Mau tanya, bagaimana cara mengurus KTP yang hilang di Kabupaten Sleman dan apa saja syaratnya?"
)
TRAPPED = (
    "Tolong, ada orang terjebak banjir di Jalan Anggrek, Kota Surabaya dan air terus naik,"
    " mohon segera kirim bantuan."
)
BRIBE = (
    "Mohon ditindak, petugas kelurahan di Kabupaten Sleman meminta pungli dua ratus ribu"
    " untuk pengurusan surat."
)
VIOLENCE = "Mohon bantuan, saya dipukuli suami setiap malam di rumah kami di Kabupaten Sleman."
GREETING = "Selamat pagi min, semoga sehat selalu."
SPAM = "Ayo kunjungi toko baju kami, diskon lima puluh persen hari ini saja"
PLACE = "Jalan Melati, Kabupaten Sleman"
DONE = "Dinas PU mengganti lampunya pada 3 November 2026"
AGENCY = "Dinas Pekerjaan Umum Kabupaten Sleman"
