"""Hand-written rules for what must not be missed: danger to a person, and what needs discretion.

A rule may raise urgency or mark a text sensitive, it never lowers either. Rules read folded words
(`classifier.text`), one sentence at a time, so patterns hold small letters and single spaces.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from classifier.taxonomy import Urgency
from classifier.text import Word, join, sentences


@dataclass(frozen=True)
class Rule:
    """A named rule. It matches a sentence in which

    `says` is found, `also` is found (when given), and neither `unless` nor, for a rule about the
    present (`now`), a word of the past, a condition, a fear or a report of news is.
    """

    name: str
    says: re.Pattern[str]
    urgency: Urgency = Urgency.BIASA
    sensitive: bool = False
    also: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    now: bool = True


@dataclass(frozen=True)
class Match:
    """A rule that matched the original text between `start` and `end`."""

    rule: str
    urgency: Urgency
    sensitive: bool
    start: int
    end: int


def match(text: str, found: Sequence[Word] | None = None) -> list[Match]:
    """Return the rules that match, at most once each, the most urgent first.

    `found` are the text's words, if somebody has split it already.

    >>> [found.rule for found in match("tolong pak, adik saya terjebak di dalam lift")]
    ['terjebak']
    >>> match("kami terjebak macet tiap pagi")
    []
    """
    parts = [(part, join(part)) for part in sentences(text, found)]
    return [hit for rule in RULES if (hit := _first(rule, parts))]


def _first(rule: Rule, parts: Sequence[tuple[list[Word], str]]) -> Match | None:
    for part, folded in parts:
        said = rule.says.search(folded)
        if said and _holds(rule, folded):
            first, last = (folded.count(" ", 0, at) for at in (said.start(), said.end() - 1))
            start, end = part[first].start, part[last].end
            return Match(rule.name, rule.urgency, rule.sensitive, start, end)
    return None


def _holds(rule: Rule, folded: str) -> bool:
    if rule.also and not rule.also.search(folded):
        return False
    if rule.unless and rule.unless.search(folded):
        return False
    return not rule.now or not _ELSEWHEN.search(folded)


def _words(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of whole words; a space in it is one space."""
    return re.compile(rf"\b(?:{pattern})\b".replace("\n", ""))


_GAP = r"(?:\w+ ){0,4}"
_NOT = r"(?:tidak|tdk|tak|gak|ga|gk|nggak|ngga|enggak|ndak|belum|blm)"
_WANT = r"(?:mau|ingin|pengen|pengin|pingin|kepingin|niat|berniat|hendak|akan|nekat|pgn|arep)"
_PERSON = (
    r"(?:saya|sy|aku|kami|orang|org|warga|anak|anaknya|bocah|balita|bayi|adik|kakak|ibu|bapak"
    r"|ayah|nenek|kakek|suami|istri|teman|tetangga|siswa|siswi|murid|santri|pekerja|penumpang"
    r"|korban|pasien|penghuni|nelayan|tkw|tki|pmi|lansia|keluarga|mereka|dia"
    r"|pengendara)(?:nya|ku)?"
)
_CHILD = (
    r"(?:anak|bocah|balita|bayi|siswa|siswi|murid|santri|santriwati|remaja|keponakan"
    r"|pelajar|cucu)(?:nya|ku)?|di bawah umur"
)
_NOW = r"sekarang|skrg|skrng|saat ini|detik ini|sedang|barusan|baru saja|cepat|cpt|saiki|ayeuna"
_ELSEWHEN = _words(
    r"kemarin|kmrn|kemaren|dulu|dahulu|pernah|tadinya|lalu|silam|tahun 0|thn 0|kejadian 0"
    r"|(?:sudah|sdh|udah|telah) (?:padam|selesai|selamat|ditolong|dievakuasi|sembuh|aman|pulang"
    r"|tertangani|ditangani|ditemukan|disambung|diperbaiki|dipadamkan)|selamat dan|mengevakuasi"
    r"|kalau|kalo|klo|jika|apabila|bila|seandainya|jangan sampai|jgn sampai|rawan|takut|takutnya"
    r"|khawatir|kuatir|semoga|agar|supaya|berpotensi|sering|kadang|setiap|tiap|waktu itu"
    r"|simulasi|latihan|film\w*|sinetron|novel\w*|lagu|berita|viral|diberitakan|webinar|nonton"
    r"|sosialisasi|kampanye|tips|mencegah|pencegahan|berduka|terima kasih|terimakasih|makasih"
)
_OFFICE = (
    r"(?:oknum|petugas|pegawai|aparat|lurah|kelurahan|kades|desa|perangkat|kadus|camat|kecamatan"
    r"|rt|rw|kepsek|kepala sekolah|sekolah|guru|komite|panitia|polisi|polantas|satpol|dishub|kua"
    r"|samsat|puskesmas|rs|rsud|rumah sakit|dinas|disdukcapil|dukcapil|capil|bpn|imigrasi|pemda"
    r"|pejabat|bendahara|bidan|perawat|satpam|kantor|loket|sipir|lapas|penghulu|staf"
    r"|staff)(?:nya)?"
)
_HARMED = (
    r"(?:dipukul|dipukuli|dianiaya|disiksa|dikeroyok|ditampar|ditendang|dicambuk|dirantai"
    r"|dipasung"
    r"|dicekik|disiram|dibacok|ditusuk|digebuki|digebukin|diculik|disekap|ditelantarkan|dirundung"
    r"|dibully|dibuli|dibuly|dieksploitasi|diancam|dipalak|dipaksa|diseret|disundut)"
)
_SEXUAL = (
    r"(?:dicabuli|mencabuli|cabul|pencabulan|dilecehkan|melecehkan|pelecehan|diperkosa|memperkosa"
    r"|perkosaan|pemerkosaan|rudapaksa|dirudapaksa|diraba|meraba(?! raba)|digerayangi"
    r"|kekerasan seksual|video intim|foto intim|foto telanjang|foto bugil|sodomi|disodomi"
    r"|dipegang pegang|memegang payudara)"
)

RULES: tuple[Rule, ...] = (
    Rule(
        "terjebak",
        _words(r"terjebak|kejebak|terjepit|kejepit|terperangkap|tertimbun|ketimbun|terkunci di"),
        Urgency.DARURAT,
        also=_words(
            rf"{_PERSON}|lift|banjir|reruntuhan|longsor|atap|dalam (?:mobil|rumah|kamar"
            rf"|gedung|toko)"
        ),
        unless=_words(
            r"terjebak (?:dalam |di |oleh )?(?:\w+ )?(?:macet|kemacetan|utang|hutang|pinjol"
            r"|judi|judol"
            r"|rutinitas|lumpur politik|antrean|antrian|calo|penipuan|nostalgia|kemiskinan"
            r"|masa lalu)"
        ),
    ),
    Rule(
        "tidak_bernapas",
        _words(
            rf"{_NOT} (?:bisa )?(?:bernapas|bernafas|napas|nafas|sadarkan diri)"
            rf"|henti (?:napas|nafas|jantung)"
            r"|sesak (?:napas|nafas) (?:parah|berat|hebat)|kejang kejang|(?:pendarahan"
            r"|perdarahan) hebat"
            r"|sekarat|kritis dan"
        ),
        Urgency.DARURAT,
        unless=_words(r"bernafas lega|bernapas lega|ekonomi|keuangan|hp|server"),
    ),
    Rule(
        "ditolak_saat_gawat",
        _words(
            r"kritis|sekarat|pendarahan|perdarahan|mau melahirkan|sudah pecah ketuban"
            r"|pecah ketuban"
            r"|serangan jantung|sesak (?:napas|nafas)|stroke|kejang|keracunan"
        ),
        Urgency.DARURAT,
        also=_words(
            rf"ditolak|{_NOT} (?:mau )?(?:dilayani|ditangani|diterima|melayani|menerima"
            rf"|datang|ada ambulans)"
            r"|ambulans|ambulan|ambulance|belum datang|disuruh pulang|butuh pertolongan|tolong"
        ),
        unless=_words(r"berpikir kritis|kritis terhadap|kritik"),
    ),
    Rule(
        "bunuh_diri",
        _words(
            rf"{_WANT} {_GAP}(?:bunuh diri|bundir|gantung diri|akhiri hidup|mengakhiri hidup"
            r"|mati saja|mati aja|loncat dari (?:jembatan|atap|gedung)"
            r"|lompat dari (?:jembatan|atap|gedung))"
            r"|(?:coba|mencoba|percobaan) bunuh diri|(?:sudah|udah|dah) (?:tidak|gak|ga"
            r"|nggak) (?:kuat|sanggup) hidup"
            r"|minum racun"
        ),
        Urgency.DARURAT,
        sensitive=True,
        unless=_words(r"racun (?:tikus|hama) (?:kucing|ayam|sapi)|ketawa"),
    ),
    Rule(
        "mau_lompat",
        _words(
            rf"(?:{_WANT}|coba|mencoba) (?:lompat|loncat|melompat|meloncat|terjun)"
            r"|(?:berdiri|duduk|naik) (?:\w+ ){0,4}(?:pagar|tepi|pinggir|bibir) (?:jembatan"
            r"|atap|gedung)"
        ),
        Urgency.DARURAT,
        sensitive=True,
        also=_words(r"jembatan|gedung|atap|tower|menara|lantai|rel|sungai|jurang"),
        unless=_words(r"lompat tali|lompat jauh|terjun payung|air terjun|kucing|monyet"),
    ),
    Rule(
        "tidak_sadar",
        _words(
            rf"{_NOT} (?:bisa )?(?:bangun bangun|dibangunkan|menyahut|nyahut|merespon|bergerak)"
            rf"|{_NOT} sadar sadar|pingsan|sudah {_NOT} sadar"
            rf"|{_PERSON} {_NOT} sadar(?= (?:lagi|diri|dari|sejak)|$)"
        ),
        Urgency.DARURAT,
        also=_words(_PERSON + rf"|{_NOW}|tolong"),
        unless=_words(r"pingsan (?:lihat|liat|baca|dengar)|pejabat|pemerintah|admin|mimin"),
    ),
    Rule(
        "tidak_bisa_keluar",
        _words(
            rf"(?:masih |msh )?(?:di|dalam) {_GAP}{_NOT} (?:bisa |sempat )?keluar"
            rf"|{_NOT} (?:bisa |sempat )keluar {_GAP}(?:rumah|kamar|lift|mobil|gedung)"
        ),
        Urgency.DARURAT,
        also=_words(
            r"api|asap|banjir|air|longsor|lift|runtuh|ambruk|gempa|terkunci|dikunci|kebakaran"
            r"|terbakar"
        ),
        unless=_words(r"air (?:pam|pdam|keran|kran|ledeng)|hasil|nilai|kartu|surat|sertifikat"),
    ),
    Rule(
        "air_setinggi_badan",
        _words(
            r"(?:air|banjir|banyu|banjirnya|airnya) (?:\w+ ){0,3}(?:sedada|seleher|sepinggang"
            r"|setinggi (?:dada|leher|pinggang|atap)|sampai (?:dada|leher|pinggang|atap|plafon))"
        ),
        Urgency.DARURAT,
        also=_words(_NOW + rf"|masih|msh|tolong|{_PERSON}"),
    ),
    Rule(
        "kapal_dalam_bahaya",
        _words(
            r"(?:kapal|perahu|sampan|speedboat|feri|ferry|kelotok|jukung|pompong)(?:nya)? "
            r"(?:\w+ ){0,4}(?:bocor|terbalik|karam|tenggelam|mati mesin|kemasukan air"
            r"|hilang kontak)"
        ),
        Urgency.DARURAT,
        also=_words(_NOW + rf"|tolong|sar|penumpang|masih|{_PERSON}"),
        unless=_words(r"dermaga rusak|jadwal|tiket|bangkai kapal"),
    ),
    Rule(
        "membawa_senjata",
        _words(
            r"(?:bawa|bawak|pegang|megang|membawa|memegang|mengacungkan|acungin|nodong|menodong)"
            r" (?:\w+ ){0,2}(?:parang|pisau|golok|celurit|clurit|samurai|senjata|pistol|busur"
            r"|bensin)"
        ),
        Urgency.DARURAT,
        sensitive=True,
        also=_words(_NOW + r"|lagi|masih|tolong|depan (?:rumah|pintu|kos)|mukul|dikejar|mengancam"),
        unless=_words(r"mainan|dapur|petani|jualan|antre|antri|eceran"),
    ),
    Rule(
        "dikurung",
        _words(
            r"dikurung|disekap|disandera|dirantai|dipasung|dikunci (?:di|dari|dalam)"
            r"|(?:tidak|tdk|gak|ga) (?:boleh|bisa|dibolehkan) keluar (?:rumah|mess|kamar|dari)"
            r"|paspor(?:nya|ku|ne)? (?:\w+ )?(?:ditahan|disita|dirampas)"
        ),
        Urgency.DARURAT,
        sensitive=True,
        also=_words(_PERSON + r"|majikan|agen|kamar|gudang|mess|rumah"),
        unless=_words(r"ayam|burung|kucing|sapi|kambing|anjing|hewan|monyet|motor|mobil|sepeda"),
    ),
    Rule(
        "kebakaran_sekarang",
        _words(r"kebakaran|terbakar|kebakar|api|kobaran|kobong|kahuruan"),
        Urgency.DARURAT,
        also=_words(
            r"(?:sekarang|skrg|skrng|saat ini|sedang|barusan|baru saja|cepat|cpt|damkar|pemadam)"
            r"|api (?:masih|makin|semakin|sudah|udah|mulai) \w+|membesar|menjalar|merambat"
            r"|berkobar|masih (?:menyala|terbakar|membakar|besar)|belum padam|tolong|saiki"
        ),
        unless=_words(
            r"(?:menyebabkan|bisa) kebakaran|dompet|(?:kereta|rel|palang|gunung) api|kartu|harga"
            r"|(?:kantor|alat|pos) (?:damkar|pemadam)|apar|hydrant|hidran|lahan sejak|stasiun"
            r"|(?:mem)?bakar sampah|pembakaran sampah|sudah padam"
        ),
    ),
    Rule(
        "kebocoran_gas",
        _words(
            r"gas (?:\w+ ){0,3}bocor|kebocoran (?:\w+ ){0,2}gas"
            r"|bau gas (?:\w+ ){0,3}(?:menyengat|kuat|tajam)"
            r"|(?:elpiji|lpg|amonia|klorin) (?:\w+ ){0,3}bocor|kebocoran (?:amonia|klorin"
            r"|elpiji|lpg)"
        ),
        Urgency.DARURAT,
        unless=_words(r"harga|subsidi|isi ulang|isinya"),
    ),
    Rule(
        "kekerasan_sekarang",
        _words(_HARMED + r"|dibunuh|diamuk|digorok|ngamuk bawa|tawuran"),
        Urgency.DARURAT,
        sensitive=True,
        also=_words(
            r"sekarang|skrg|skrng|saat ini|sedang|barusan|saiki|ayeuna|tolong (?:cepat"
            r"|segera)|cepat"
            r"|masih (?:di|ber)\w+|lagi di\w+"
        ),
    ),
    Rule(
        "hanyut_tenggelam",
        _words(
            rf"{_PERSON} {_GAP}(?:hanyut|tenggelam|terseret (?:arus|ombak|banjir)|kelelep"
            rf"|keli|kintir)"
            rf"|(?:hanyut|tenggelam|terseret) {_GAP}{_PERSON}"
        ),
        Urgency.DARURAT,
        unless=_words(
            r"tugas|rumah (?:\w+ )?tenggelam|jalan tenggelam|motor(?:nya)? hanyut|meninggal"
        ),
    ),
    Rule(
        "tersengat_listrik",
        _words(r"kesetrum|tersetrum|tersengat (?:aliran )?listrik|kestrum|nyetrum"),
        Urgency.TINGGI,
        unless=_words(r"ikan|setrum ikan"),
    ),
    Rule(
        "kabel_jatuh",
        _words(
            r"kabel (?:listrik |pln )?(?:\w+ ){0,2}(?:putus|jatuh|terkelupas"
            r"|menjuntai ke jalan|melintang"
            r"|mengeluarkan api|keluar api|percikan api)"
        ),
        Urgency.TINGGI,
        also=_words(
            r"listrik|pln|tegangan|nyetrum|setrum|percikan|menjuntai|melintang"
            r"|(?:di|ke) jalan|genangan"
        ),
        unless=_words(r"kabel (?:wifi|internet|indihome|telkom|fiber|optik|data|charger)"),
    ),
    Rule(
        "tidak_makan",
        _words(
            rf"{_NOT} (?:bisa |ada )?makan(?:an)? {_GAP}(?:(?:0|dua|tiga|empat|lima) (?:hari"
            rf"|hr)|berhari hari)"
            rf"|(?:0|dua|tiga|empat|lima) (?:hari|hr) {_GAP}{_NOT} (?:bisa )?makan|kelaparan"
        ),
        Urgency.TINGGI,
        unless=_words(r"kucing|anjing|hewan|sapi|negara|dunia|afrika"),
    ),
    Rule(
        "pungli",
        _words(
            r"pungli|pungutan liar|uang pelicin|uang rokok|disogok|menyogok|sogokan|menyuap"
            r"|suap|jatah preman"
            r"|gratifikasi|(?:diminta|dimintai|dimintain|minta|mintain|meminta|dipalak|malak"
            r"|disuruh|suruh"
            r"|dipungut|memungut|wajib|harus|diwajibkan|dipaksa|setor|menyetor) (?:\w+ ){0,3}"
            r"(?:uang|duit|bayar|membayar|setoran|iuran|0(?:rb|ribu|jt|juta|k)|0 (?:rb|ribu"
            r"|jt|juta)|amplop)"
            r"|dipotong (?:\w+ ){0,3}(?:0|oleh|sama)"
        ),
        sensitive=True,
        also=_words(_OFFICE + r"|pungli|pungutan liar|bansos|bantuan|pkh|blt|bpnt|ptsl"),
        unless=_words(
            r"minta bantuan|mohon bantuan (?:dana|modal|uang)|bayar (?:pajak|tagihan"
            r"|parkir resmi|pbb)"
            r"|uang kembali|kpk (?:tetapkan|menetapkan|tangkap|menangkap)|uang lembur|gaji"
        ),
        now=False,
    ),
    Rule(
        "anak_korban",
        _words(rf"(?:{_CHILD}) {_GAP}(?:{_HARMED}|{_SEXUAL})|{_HARMED} {_GAP}(?:{_CHILD})"),
        sensitive=True,
        now=False,
    ),
    Rule("kekerasan_seksual", _words(_SEXUAL), sensitive=True, now=False),
    Rule(
        "kekerasan_rumah_tangga",
        _words(
            r"kdrt|kekerasan dalam rumah tangga|(?:suami|istri|bapak|ayah|ibu)(?:nya"
            r"|ku)? (?:tiri )?"
            r"(?:\w+ ){0,3}(?:memukul|mukul|mukuli|mukulin|menyiksa|nyiksa|menganiaya"
            r"|menampar|nampar)"
            rf"|{_HARMED} (?:\w+ ){{0,2}}(?:suami|istri|mertua|majikan|ayah|bapak)"
        ),
        sensitive=True,
        now=False,
    ),
    Rule(
        "takut_balasan",
        _words(
            r"rahasiakan (?:\w+ ){0,2}(?:identitas|nama|pelapor|laporan)|(?:identitas"
            r"|nama)(?: saya| pelapor| sy)?"
            r" (?:\w+ ){0,2}(?:dirahasiakan|disembunyikan|jangan (?:\w+ )?(?:disebut|dibuka"
            r"|disebar))"
            r"|(?:jangan|jgn|tolong jangan) (?:\w+ ){0,2}(?:sebut|sebutkan|sebarkan"
            r"|buka) (?:nama|identitas)"
            r"|(?:takut|diancam|ancaman) (?:\w+ ){0,2}(?:diancam|diintimidasi|dipecat"
            r"|dikeluarkan|dibalas|dipersulit"
            r"|dicoret|dibunuh|diusir|dikucilkan|didatangi)|saya diancam|kami diancam"
            r"|keluarga saya diancam"
        ),
        sensitive=True,
        now=False,
    ),
    Rule(
        "kesehatan_pribadi",
        _words(
            r"(?:positif|kena|terkena|pasien|penderita|pengidap|status) hiv|odha|aborsi|keguguran"
            r"|hamil (?:di )?luar nikah|gangguan jiwa|odgj|depresi|skizofrenia|bipolar"
        ),
        sensitive=True,
        now=False,
    ),
)
"""Every rule, the most urgent first. Each has texts that it must and must not match in its test."""
