"""Wishes as people write them, and the traps beside them. All texts are invented."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import intent as intent_module
from classifier.intent import (
    Awaiting,
    Command,
    Intent,
    command_of,
    find_intent,
    is_empty_mention,
    is_thanks_only,
)
from tests.tables import for_each

ANYTIME = {
    Intent.STATUS: [
        "laporanku kok ga ditanggepin ya",
        "min, sudah ada tindak lanjut?",
        "wis tekan ndi laporanku",
        "parantos dugi kamana laporan abdi",
        "belum ada kabarnya min?",
        "kok lama banget min responnya",
        "sudah seminggu laporan saya belum ditanggapi",
        "STATUS",
        "status",
        "@lapor1708 STATUS LPR-7K3M-9QTG",
        "status lpr7k3m9qtg dong min",
        "/status LPR-7K3M-9QTG",
        "LPR-7K3M-9QTG",
        "gimana kabarnya laporan saya",
        "Gimana kabar laporan saya min? 🙏",
        "gmn kelanjutannya min",
        "bagaimana perkembangan laporan saya LPR-7K3M-9QTG",
        "kok belum ada kabar",
        "kok blm ada tanggapan ya min",
        "min kok belum ada kabar padahal sudah 2 minggu",
        "laporan saya sampai mana ya",
        "udah sampe mana min laporannya",
        "sudah diproses belum?",
        "udah ditangani blm min",
        "kapan diperbaiki min",
        "kapan ditindaklanjuti?",
        "ada kabar?",
        "update dong min",
        "min updatenya",
        "progresnya gimana",
        "laporanku piye kabare min",
        "pripun laporan kulo",
        "kumaha laporan abdi min",
        "baa kabar laporan ambo",
        "mana tanggapannya",
        "cek status laporan saya",
        "mau tanya status laporan",
        "saya mau menanyakan kelanjutan laporan saya",
        "laporan LPR-7K3M-9QTG sudah sampai mana?",
        "sudah sebulan belum ada respon",
        "hasilnya gimana min",
        "nasib laporan saya gmn",
    ],
    Intent.NEWS: [
        "tolong kasih tau kalau udah beres ya",
        "KABARI",
        "@lapor1708 kabari",
        "kabari ya min",
        "kabarin saya ya min",
        "tolong kabari kalau sudah ada jawaban",
        "mau dikabari",
        "kabari saya kalau sudah beres",
        "saya mau dikabari min",
        "infoin ya kak",
        "tolong beritahu saya kalau ada perkembangan",
    ],
    Intent.OPT_OUT: [
        "tolong hentikan pesan ini",
        "udah ga usah balas",
        "BERHENTI",
        "@lapor1708 berhenti!",
        "tolong berhenti min",
        "stop",
        "STOP!!!",
        "jangan balas saya lagi",
        "jgn kirim pesan lagi",
        "min jangan mention saya lagi",
        "ga usah dibalas lagi",
        "berhenti kirim pesan ke saya",
        "tidak usah dikabari lagi",
        "saya tidak mau menerima pesan lagi",
    ],
    Intent.OPT_IN: ["LANJUT", "lanjut min", "@lapor1708 lanjut ya"],
    Intent.WITHDRAW: [
        "BATAL",
        "batal min",
        "batalkan laporan",
        "tolong batalkan laporan saya LPR-7K3M-9QTG",
        "cabut laporan saya",
        "laporan saya dibatalkan saja",
        "ga jadi lapor min",
        "gak jadi min",
        "ora sido lapor",
        "tarik laporan saya ya min, maaf",
        "saya mau mencabut laporan",
        "hapus laporan saya",
        "cancel min",
    ],
    Intent.MY_DATA: [
        "DATA",
        "data min",
        "hapus data saya",
        "tolong hapus semua data saya",
        "minta data saya",
        "data apa yang kalian simpan tentang saya",
        "lihat data saya",
        "saya mau data saya dihapus",
        "lupakan saya",
        "hapus data pribadi saya dari bot",
    ],
    Intent.ME_TOO: [
        "kene yo podo",
        "daerah saya juga kayak gitu",
        "sama di tempat saya juga",
        "di tempat saya juga",
        "di tempat gue jg gitu",
        "sama min",
        "saya juga ngalamin",
        "disini juga sama",
        "di desa saya juga begitu min",
        "di kampung saya Sukacontoh juga sama",
        "podo min, nggonku yo ngono",
        "di rt saya juga",
        "same here",
        "+1",
        "tempat saya juga min",
    ],
    Intent.NEW: [
        "mau lapor min",
        "saya mau lapor jalan rusak di depan sekolah",
        "lapor lagi min, lampu di gang sebelah padam",
        "ada laporan baru min",
        "izin melaporkan tumpukan sampah di pinggir sungai",
        "arep lapor min",
    ],
    Intent.ADDITION: [
        "tambahan min, sekarang lubangnya dua",
        "nambahin info: dekat jembatan",
        "ini fotonya min",
        "ralat min, bukan jalan itu tapi jalan sebelahnya",
        "maksud saya yang di sebelah pasar",
        "videonya menyusul",
    ],
    Intent.NONE: [
        "makasih infonya",
        "status kepegawaian saya gimana min",
        "info loker min",
        "ga jadi dibangun jembatannya",
        "batalkan kenaikan tarif pdam",
        "tidak ada petugas di kelurahan",
        "laporan keuangan desa tidak transparan",
        "minta data jumlah penerima bansos desa",
        "tolong pungli ini BERHENTI",
        "kapan pungli di terminal berhenti",
        "berhenti di lampu merah kok ditilang",
        "stop pungli",
        "stop korupsi di desa kami",
        "jangan buang sampah di sini lagi",
        "bus berhenti sembarangan depan pasar",
        "data saya tidak terdaftar di DTKS",
        "data saya di dukcapil salah ketik",
        "hapus data saya dari pinjol ilegal",
        "batalkan proyek reklamasi itu",
        "kereta batal berangkat uang tidak kembali",
        "pembatalan tiket saya tidak diproses pt kereta",
        "status tanah warga belum jelas",
        "status gizi anak di posyandu tidak dicatat",
        "kapan jalan depan pasar diperbaiki, sudah 3 tahun rusak",
        "kok lampu jalan di gang mawar mati terus",
        "sudah lapor RT tapi banjir masih masuk rumah",
        "saya juga kena pungli di samsat",
        "jalan di tempat saya juga rusak",
        "pju padam sejak kemarin di jalan kenanga",
        "bansos belum cair padahal tetangga sudah",
        "SELESAI masa kontrak kami belum digaji",
        "lanjutkan pembangunan jembatan dong",
        "kabarnya ada pungutan di sekolah itu",
        "gimana cara bikin ktp hilang",
        "kapan pendaftaran beasiswa dibuka",
        "terima kasih min",
        "makasih banyak kak 🙏🙏",
        "oke siap min",
        "@lapor1708 tolong",
        "min",
        "up",
        "🙏🙏🙏",
        "",
        "\ud800\x00",
        "lpr saya mati",
        "sudah beres",
        "belum",
        "sudah",
        "masih rusak min",
    ],
}

AFTER_A_RESOLUTION = {
    Intent.SOLVED: [
        "udah bener kok",
        "udah dikerjain min",
        "sudah dipotong pohonnya",
        "wis murub lampune",
        "iya udah",
        "SUDAH",
        "sudah",
        "@lapor1708 SUDAH LPR-7K3M-9QTG",
        "sudah min terima kasih",
        "udh",
        "udh beres",
        "udah beres min makasih",
        "sudah diperbaiki terima kasih",
        "Alhamdulillah sudah diperbaiki, terima kasih min 🙏",
        "sampun",
        "sampun min, matur nuwun",
        "wis beres",
        "wes dandan",
        "lah siap",
        "alah siap min",
        "atos",
        "atos beres kang, hatur nuhun",
        "geus bener",
        "beres",
        "beres pak",
        "udah kelar bang",
        "sdh nyala lampunya",
        "lampunya sudah menyala semua",
        "jalannya sudah mulus, terima kasih dinas pu",
        "sudah diangkut sampahnya",
        "air sudah lancar lagi",
        "sudah baik",
        "SELESAI",
        "sudah selesai min",
        "aman min",
        "Beresss",
        "sudah tidak banjir lagi",
        "udah gak ada genangan, makasih",
        "tidak ada masalah lagi min",
    ],
    Intent.UNSOLVED: [
        "masih kayak kemarin",
        "masih begitu2 aja",
        "ora ono perubahan",
        "tetep wae bolong",
        "ngga ada tuh",
        "hanya ditimbun tanah",
        "belum semua",
        "BELUM",
        "belum",
        "@lapor1708 BELUM",
        "blm",
        "blm jg",
        "belum juga min",
        "belom bang",
        "durung",
        "durung min, isih bolong",
        "dereng",
        "tacan",
        "acan kang",
        "alun lai",
        "BELUM SELESAI",
        "belum beres",
        "masih rusak min",
        "masih sama",
        "masih gelap pak",
        "masih banjir kalau hujan",
        "belum ada perubahan",
        "belum ada perbaikan sama sekali",
        "gak ada perubahan",
        "ga beres",
        "tidak sesuai, yang ditambal jalan sebelah",
        "bohong",
        "beres apanya",
        "beres dari mana, jalan masih hancur",
        "sudah tapi cuma sebagian",
        "udah sih tapi baru separuh",
        "sudah ditambal tapi rusak lagi",
        "lampu mati lagi min",
        "baru disurvei doang",
        "Belum. Yang sebelah utara masih berlubang, malah tambah dalam sejak hujan kemarin"
        " dan semalam ada yang jatuh di depan warung, tolong dikerjakan semuanya sampai ujung",
        "tetap sama min",
        "sudah 3 bulan belum dikerjakan",
        "isih bolong min",
        "masih keneh ruksak, acan aya nu datang",
        "belum juga??",
        "sama aja min",
        "tidak ada perubahan sama sekali",
        "banjir lagi min",
    ],
    Intent.STATUS: [
        "STATUS",
        "sudah diproses belum?",
        "kapan diperbaiki?",
        "sudah dibersihkan belum",
        "kok belum ada kabar min",
    ],
    Intent.OPT_OUT: ["BERHENTI"],
    Intent.WITHDRAW: ["batalkan laporan"],
    Intent.NEWS: ["kabari kalau sudah beres"],
    Intent.NONE: [
        "makasih infonya",
        "siapa yang ngerjain?",
        "meteran air di rumah ibu rusak sudah lapor 3x belum ada petugas datang ke sini",
        "kk anak saya diurus dari bulan mei sampai sekarang belum jadi",
        "terima kasih min",
        "oke siap",
        "👍",
        "sudah saya kirim fotonya kemarin",
        "sudah 3 bulan",
        "sudah beres?",
        "lampu jalan di gang melati padam sejak senin",
        "sudah bayar pajak",
        "tolong segera diperbaiki",
        "semoga cepat beres min",
        "belum saya cek min",
        "belum tau, nanti saya lihat",
        "jalan di desa lain juga rusak",
    ],
}

AFTER_ASKING_FOR_THE_PLACE = {
    Intent.ANSWER: [
        "sama, di jalan yang tadi",
        "Kabupaten Contoh, dekat pasar",
        "jl melati no 5 rt 3",
        "depan SD 2 Sukacontoh",
        "di kota contoh min",
        "Surabaya",
        "ning desa sukacontoh, cedhak masjid",
        "yang tadi di Jl Kenanga dekat jembatan",
        "kec. sukacontoh kab. contoh",
        "gatau min nama jalannya",
        "belum ada nama jalannya, dekat balai desa",
    ],
    Intent.STATUS: ["STATUS LPR-7K3M-9QTG", "kok belum ada kabar"],
    Intent.OPT_OUT: ["berhenti"],
    Intent.WITHDRAW: ["ga jadi min"],
    Intent.NEW: ["mau lapor yang lain min"],
    Intent.NONE: [
        "terima kasih",
        "oke min",
        "🙏",
        "@lapor1708",
        "Kami warga " + "sangat resah " * 40,
    ],
}


def cases(table: dict[Intent, list[str]]) -> list[tuple[str, Intent]]:
    return [(text, intent) for intent, texts in table.items() for text in texts]


@for_each(cases(ANYTIME))
def test_a_wish_is_heard_at_any_time(case: tuple[str, Intent]) -> None:
    text, intent = case
    assert find_intent(text, awaiting=Awaiting.NOTHING) is intent


@for_each(cases(AFTER_A_RESOLUTION))
def test_an_answer_to_a_resolution_is_heard(case: tuple[str, Intent]) -> None:
    text, intent = case
    assert find_intent(text, awaiting=Awaiting.CONFIRMATION) is intent


@for_each(cases(AFTER_ASKING_FOR_THE_PLACE))
def test_an_answer_about_the_place_is_heard(case: tuple[str, Intent]) -> None:
    text, intent = case
    assert find_intent(text, awaiting=Awaiting.PLACE) is intent


def test_no_complaint_of_the_corpus_is_taken_for_a_wish() -> None:
    """Over a thousand messages with a matter of their own: none may stop or undo anything."""
    corpus = Path(intent_module.__file__).parent / "corpus"
    texts = [
        json.loads(line)["text"]
        for file in corpus.glob("*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]

    heard = {text: find_intent(text, awaiting=Awaiting.NOTHING) for text in texts}

    assert len(texts) > 500
    wishes = {text for text, found in heard.items() if found not in (Intent.NONE, Intent.NEW)}
    assert wishes == set()


def test_the_table_is_broad() -> None:
    texts = [
        text
        for table in (ANYTIME, AFTER_A_RESOLUTION, AFTER_ASKING_FOR_THE_PLACE)
        for text, _ in cases(table)
    ]

    assert len(set(texts)) >= 200


@pytest.mark.parametrize("command", list(Command))
@pytest.mark.parametrize(
    "frame", ["{}", "@lapor1708 {}", "{}!", "tolong {} ya min 🙏", "{} LPR-7K3M-9QTG", "  {}\n"]
)
def test_a_command_is_understood_in_any_polite_frame(command: Command, frame: str) -> None:
    assert command_of(frame.format(command.value)) is command
    assert command_of(frame.format(command.value.lower())) is command


@pytest.mark.parametrize(
    "text",
    ["tolong pungli ini BERHENTI", "BELUM SELESAI", "SUDAH BELUM", "data bansos", "udh", "", "min"],
)
def test_more_than_the_command_is_no_command(text: str) -> None:
    assert command_of(text) is None


@pytest.mark.parametrize("text", ["terima kasih", "mksh min 🙏", "@lapor1708 matur nuwun"])
def test_thanks_alone_are_thanks(text: str) -> None:
    assert is_thanks_only(text)


@pytest.mark.parametrize("text", ["terima kasih, tapi lampunya mati", "min", "", "tolong"])
def test_more_or_less_than_thanks_are_not(text: str) -> None:
    assert not is_thanks_only(text)


@pytest.mark.parametrize(
    "text",
    [
        "@lapor1708 tolong",
        "min",
        "up",
        "🙏🙏",
        "",
        "@lapor1708 @contoh cc min",
        "tolong bantu pak",
        "...",
    ],
)
def test_a_mention_without_a_matter_is_empty(text: str) -> None:
    assert is_empty_mention(text)


@pytest.mark.parametrize(
    "text",
    ["@lapor1708 banjir", "LPR-7K3M-9QTG", "tolong lampu", "STATUS", "min https://contoh.test/1"],
)
def test_a_mention_with_a_matter_is_not_empty(text: str) -> None:
    assert not is_empty_mention(text)


@given(st.text(alphabet=st.characters(exclude_categories=())), st.sampled_from(list(Awaiting)))
def test_any_text_at_all_has_an_intent(text: str, awaiting: Awaiting) -> None:
    assert find_intent(text, awaiting=awaiting) in set(Intent)


@pytest.mark.parametrize("piece", ["di ", "sudah ", "a", "jangan x ", "lpr-", "laporan x "])
def test_ten_megabytes_are_read_quickly(piece: str) -> None:
    find_intent(piece * (10_000_000 // len(piece)), awaiting=Awaiting.CONFIRMATION)
