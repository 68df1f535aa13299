"""Every rule has texts that it must match and texts with the same words that it must not."""

import pytest

from classifier import rules
from classifier.taxonomy import Urgency

MATCH: dict[str, list[str]] = {
    "terjebak": [
        "tolong, adik saya terjebak di dalam lift",
        "3 warga TERJEBAK banjir di atap rumah",
        "ada orang kejepit di mobil depan pasar",
    ],
    "tidak_bernapas": [
        "bapak saya gak bisa napas, tolong",
        "dia tidak sadarkan diri di pinggir jalan",
        "anaknya kejang kejang dari tadi",
    ],
    "ditolak_saat_gawat": [
        "ibu saya stroke dan IGD bilang tidak melayani",
        "istri mau melahirkan ambulans belum datang",
    ],
    "bunuh_diri": [
        "saya mau bunuh diri saja",
        "temanku bilang pengen mengakhiri hidup malam ini",
        "aku udah ga kuat hidup lagi min",
    ],
    "mau_lompat": [
        "ada orang mau loncat dari jembatan",
        "seorang ibu berdiri di luar pagar jembatan menangis",
    ],
    "tidak_sadar": [
        "sopirnya pingsan di terminal tolong",
        "nenek tidak menyahut waktu saya panggil",
    ],
    "tidak_bisa_keluar": [
        "api besar dan nenek masih di dalam tidak bisa keluar",
        "lift macet kami ga bisa keluar dari lift",
    ],
    "air_setinggi_badan": [
        "air di rumah sudah sedada dan masih naik",
        "banjir sudah sampai atap tolong perahu",
    ],
    "kapal_dalam_bahaya": [
        "perahu kami bocor penumpang 8 orang",
        "tolong kapal ikan terbalik di muara",
    ],
    "membawa_senjata": [
        "ada orang bawa parang di depan rumah",
        "tetangga lagi pegang pisau teriak teriak",
    ],
    "dikurung": [
        "saya dikunci di kamar oleh majikan",
        "anak tetangga dirantai di belakang rumah",
        "paspor saya ditahan agen",
    ],
    "kebakaran_sekarang": [
        "kebakaran di gang melati, damkar tolong cepat",
        "api masih membesar di belakang pasar",
    ],
    "kebocoran_gas": ["gas di pabrik bocor, warga pusing", "bau gas sangat menyengat di gang kami"],
    "kekerasan_sekarang": [
        "tetangga saya sedang dipukuli suaminya",
        "ada anak dikeroyok sekarang di lapangan",
    ],
    "hanyut_tenggelam": ["ada anak hanyut di kali tolong", "dua orang tenggelam di waduk"],
    "tersengat_listrik": ["teman saya kesetrum tiang lampu"],
    "kabel_jatuh": ["kabel pln putus menjuntai di jalan depan sd"],
    "tidak_makan": [
        "kami tidak makan dua hari",
        "sudah 3 hari nenek sebelah tidak bisa makan",
    ],
    "pungli": [
        "oknum kelurahan minta uang 50rb buat surat",
        "bansos dipotong 100 ribu oleh ketua RT",
        "ada pungli di samsat",
        "kepala sekolah wajib bayar iuran gedung katanya",
    ],
    "anak_korban": [
        "anak tetangga dipukuli tiap malam",
        "murid sd dirundung temannya sampai luka",
    ],
    "kekerasan_seksual": ["ada guru yang melecehkan siswi", "saya dilecehkan di bus"],
    "kekerasan_rumah_tangga": ["korban kdrt mau lapor ke mana", "suaminya sering memukul istrinya"],
    "takut_balasan": [
        "tolong rahasiakan identitas saya",
        "jangan sebut nama saya ya min",
        "kami takut diintimidasi ketua rw",
    ],
    "kesehatan_pribadi": ["saudara saya odgj butuh obat", "pasien hiv ditolak puskesmas"],
}

NO_MATCH: dict[str, list[str]] = {
    "terjebak": [
        "kami terjebak macet dua jam",
        "warga terjebak pinjol",
        "tahun lalu adik saya terjebak di lift",
        "kalau lift mati nanti orang terjebak",
        "nonton film orang terjebak di lift",
    ],
    "tidak_bernapas": [
        "akhirnya warga bisa bernapas lega",
        "usaha kecil tidak bisa bernapas secara ekonomi",
    ],
    "ditolak_saat_gawat": ["mahasiswa harus kritis terhadap dinas yang tidak melayani"],
    "bunuh_diri": [
        "webinar mau mencegah bunuh diri di sekolah",
        "lima tahun lalu dia coba bunuh diri",
        "berita orang mau bunuh diri sudah lama",
    ],
    "mau_lompat": ["anak anak mau lompat tali di jembatan", "kucing mau loncat dari atap"],
    "tidak_sadar": [
        "warga tidak sadar buang sampah di kali",
        "pingsan lihat tagihan listrik tolong",
    ],
    "tidak_bisa_keluar": [
        "air pdam tidak bisa keluar di rumah kami",
        "hasil tes di loket belum keluar",
    ],
    "air_setinggi_badan": [
        "tahun 2020 banjir di sini sampai atap",
        "takut air naik sampai dada lagi",
    ],
    "kapal_dalam_bahaya": ["jadwal kapal hilang dari papan", "kemarin perahu bocor sudah ditambal"],
    "membawa_senjata": [
        "anak kecil bawa pistol mainan di depan rumah",
        "petani bawa parang ke kebun",
    ],
    "dikurung": ["ayam tetangga dikurung di jalan", "motor saya dikunci di rumah"],
    "kebakaran_sekarang": [
        "kemarin kebakaran di gang melati, sekarang sisa puing belum diangkut",
        "kalau kebakaran damkar tidak bisa masuk gang",
        "palang kereta api sekarang rusak",
        "terima kasih damkar, api cepat padam",
    ],
    "kebocoran_gas": ["harga gas naik dan tabung sering bocor", "pipa air bocor di jalan"],
    "kekerasan_sekarang": [
        "minggu lalu ada yang dikeroyok sekarang pelaku bebas",
        "rumah dijual cepat",
    ],
    "hanyut_tenggelam": ["rumah tenggelam tiap rob", "takut anak hanyut kalau main di kali"],
    "tersengat_listrik": ["rawan kesetrum kalau hujan", "nelayan nyetrum ikan di sungai"],
    "kabel_jatuh": ["kabel wifi putus di jalan", "kabel lampu taman putus"],
    "tidak_makan": ["kucing liar tidak makan dua hari", "dua hari ini tidak ada air"],
    "pungli": [
        "mohon bantuan dana untuk warga desa",
        "bayar pajak di samsat sekarang mudah",
        "ketua RT minta warga kerja bakti",
    ],
    "anak_korban": ["anak sekolah tidak dapat seragam", "kayu dijual untuk biaya anak sekolah"],
    "kekerasan_seksual": ["jalan ini meraba raba kalau malam gelap", "lampu mati pelecut semangat"],
    "kekerasan_rumah_tangga": ["suami saya dipecat dari pabrik", "ibu memasak nasi"],
    "takut_balasan": ["nama saya salah ketik di kk", "takut jatuh ke lubang"],
    "kesehatan_pribadi": ["stok obat di puskesmas kosong", "gangguan listrik tiap malam"],
}


def names(text: str) -> set[str]:
    return {match.rule for match in rules.match(text)}


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r, ts in MATCH.items() for t in ts])
def test_the_rule_matches(rule: str, text: str) -> None:
    assert rule in names(text)


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r, ts in NO_MATCH.items() for t in ts])
def test_the_rule_keeps_still(rule: str, text: str) -> None:
    assert rule not in names(text)


def test_every_rule_is_tried_on_both_kinds_of_text() -> None:
    known = {rule.name for rule in rules.RULES}

    assert len(known) == len(rules.RULES)
    assert set(MATCH) == known
    assert set(NO_MATCH) == known


def test_a_match_points_at_the_original_words() -> None:
    text = "Halo min. TOLOOONG, adik saya terje\u200bbak di lift!"

    (found,) = rules.match(text)

    assert text[found.start : found.end] == "terje\u200bbak"


def test_rules_stand_in_the_order_of_their_urgency() -> None:
    order = [Urgency.DARURAT, Urgency.TINGGI, Urgency.BIASA]
    ranks = [order.index(rule.urgency) for rule in rules.RULES]

    assert ranks == sorted(ranks)


def test_the_most_urgent_rule_comes_first() -> None:
    found = rules.match("rahasiakan nama saya. anak tetangga sedang dipukuli")

    assert found[0].urgency is Urgency.DARURAT
    assert {match.rule for match in found} >= {"kekerasan_sekarang", "takut_balasan"}


def test_a_past_sentence_does_not_silence_the_present_one() -> None:
    assert "kebakaran_sekarang" in names(
        "Tahun lalu juga begini. Kebakaran lagi, cepat kirim damkar"
    )


def test_each_rule_raises_something() -> None:
    for rule in rules.RULES:
        assert rule.sensitive or rule.urgency is not Urgency.BIASA
