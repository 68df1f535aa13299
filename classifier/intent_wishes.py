"""How people say what they want from us: the words of each wish, as data for `intent`.

All words stand in the spelling that `intent_reading` gives them. To teach the bot a new way of
saying something, add it to a wish here and to the table in the wish's test.
"""

import re
from dataclasses import dataclass

from classifier.intent_reading import Reading, words

# ---------------------------------------------------------------- wishes said freely


@dataclass(frozen=True)
class Wish:
    """A wish: one of `cues` stands in the message, and every other word is one of `light`.

    `strangers` other words are forgiven, unless `never` stands in the message.
    """

    cues: re.Pattern[str]
    light: frozenset[str]
    strangers: int = 0
    never: re.Pattern[str] | None = None

    def is_said_in(self, reading: Reading) -> bool:
        """Whether the whole message says this wish."""
        text = reading.text
        if not self.cues.search(text) or (self.never and self.never.search(text)):
            return False
        return self.strangers_in(reading) <= self.strangers

    def strangers_in(self, reading: Reading) -> int:
        """How many of its words do not belong to this wish."""
        return sum(word not in self.light and not word.isdecimal() for word in reading.core)


def _cues(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b")


_WE = words("saya kalian kamu anda nya punya milik punyaku ku nomor no nomer lapor1708 bot akun")
_TIME = words(
    "hari minggu bulan tahun jam seminggu sebulan setahun sehari kemarin kemaren kmrn tadi lalu"
    " sejak dari sampai smp sampe sekarang skrg skrng saat detik lama lamanya berhari berbulan dua"
    " tiga empat lima padahal sdah hingga malam pagi senin selasa rabu kamis jumat sabtu dulunya"
)
DONE_WORDS = words(
    "beres diperbaiki dibenerin dibetulkan dibenahi didandani dandan ditambal nyala menyala murub"
    " hurung terang lancar bersih diangkut dibersihkan dikerjakan ditangani diaspal mulus normal"
    " ngalir mengalir hidup benar bener dicor dikerjain dipotong diambil diangkat"
    " ditutup dipangkas ditebang diganti dipasang terpasang"
    " diselesaikan baik bagus jadi apik sae alus aman surut kering dibuang diurus ditindak keluar"
    " cair terbit dikirim siap saged dibayarkan rapi"
)
_MATTER = _cues(
    "pungli",
    "korupsi",
    "rusak",
    "berlubang",
    "lubang",
    "banjir",
    "sampah",
    "mati",
    "padam",
    "bocor",
    "macet",
    "begal",
    "maling",
    "suap",
    "rujukan",
    "gaji",
    "bansos",
    "tilang",
)

OPT_OUT = Wish(
    _cues(
        r"berhenti",
        r"stop",
        r"hentikan (?:pesan|kirim|notif|notifikasi|kabar|balasan)",
        r"unsubscribe",
        r"jangan (?:\w+ ){0,3}?(?:balas|bales|kirim|kirimi|kirimin|mention|ganggu|kabari|kabarin"
        r"|hubungi|chat|reply|tag|colek|dibalas|dikabari|dikirim|spam|ngetag)",
        r"tidak (?:usah|perlu|mau) (?:\w+ ){0,2}?(?:dibalas|dibales|balas|bales|dikabari|kabari"
        r"|dikirim|dikirimi|kirim|dihubungi|menerima|nerima|terima|dapat)",
    ),
    _WE
    | words(
        "berhenti hentikan sudah stop unsubscribe jangan balas bales kirim kirimi"
        " kirimin mengirim ngirim"
        " mention ganggu kabari kabarin hubungi chat reply tag colek spam ngetag dibalas dibales"
        " dikabari dikirim dikirimi dihubungi menerima nerima terima dapat tidak usah perlu mau"
        " pesan notifikasi notif laporan kabar lagi ke untuk dan apa pun apapun apa2 langganan"
        " membalas mengganggu pemberitahuan dm wa semua"
    ),
)
WITHDRAW = Wish(
    _cues(
        r"batal(?:kan|in)?",
        r"dibatalkan",
        r"dibatalin",
        r"cancel",
        r"(?:cabut|tarik|dicabut|ditarik|hapus) (?:\w+ )?laporan",
        r"laporan (?:\w+ ){0,4}?(?:dicabut|ditarik|hapus|cabut|tarik)",
        r"tidak (?:jadi|sido|sida|jd) ?(?:laporan|melapor|ngelapor|melaporkan)?",
        r"urungkan",
        r"mencabut laporan",
        r"menarik laporan",
    ),
    _WE
    | words(
        "batal batalkan batalin dibatalkan dibatalin cancel cabut tarik dicabut ditarik hapus"
        " laporan tidak jadi sido sida jd melapor ngelapor melaporkan urungkan mencabut menarik"
        " membatalkan mau ingin minta yang ini itu tadi kemarin sudah aja saja kembali dari"
        " pembatalan"
    ),
    never=_cues("data"),
)
MY_DATA = Wish(
    _cues(
        r"(?:hapus|minta|lihat|liat|cek|tampilkan|kirim|menghapus|lupakan|unduh|hilangkan|salinan"
        r"|tunjukkan) (?:\w+ ){0,2}?data(?:ku)?(?: (?:saya|pribadi))?",
        r"data(?:ku)? (?:\w+ ){0,2}?(?:hapus|simpan|disimpan|kalian|dihilangkan)",
        r"data (?:pribadi )?saya",
        r"lupakan saya",
        r"hapus (?:\w+ )?(?:akun|jejak|identitas) saya",
    ),
    _WE
    | words(
        "hapus minta lihat liat cek tampilkan kirim menghapus lupakan unduh hilangkan salinan"
        " tunjukkan dihilangkan data dataku pribadi semua seluruh simpan disimpan apa tentang dan"
        " jejak identitas mau ingin bisa yang di sini dari sistem bagaimana cara laporan ada"
    ),
)
NEWS = Wish(
    _cues(
        r"kabari(?:n)?",
        r"kabarkan",
        r"dikabari(?:n)?",
        r"beri ?tahu(?:kan)?",
        r"kasih ?tau",
        r"(?:tau|tahu) (?:kalau|kalo|klo|jika|bila)",
        r"kasih tahu",
        r"kasih kabar",
        r"wartosi",
        r"diwartosi",
        r"beritahu",
        r"diberi tahu",
        r"infokan",
        r"infoin",
        r"abari",
    ),
    _WE
    | _TIME
    | words(
        "kabari kabarin kabarkan dikabari dikabarin beri tahu tau kasih kabar wartosi diwartosi"
        " beritahu beritahukan diberi infokan infoin abari kalau kalo klo kl jika bila nek lamun"
        " kok sudah ada beres laporan mau ingin terus di sini selanjutnya setiap perubahan lewat"
        " jadinya nanti ntar via"
    ),
)
STATUS = Wish(
    _cues(
        r"bagaimana (?:\w+ ){0,3}?(?:kabar|laporan)",
        r"(?:kabar|laporan) (?:\w+ ){0,5}?(?:bagaimana|mana|apa|sampai)",
        r"(?:sampai|smp|sampe|nyampe|tekan|dugi) (?:mana|\w+ mana|pundi)",
        r"(?:belum|tidak) (?:juga )?(?:ada|dapat|menerima|terima) (?:\w+ )?kabar",
        r"tidak (?:ditanggapi|ditanggepin|ditanggapin|direspon|dijawab|dibalas|diproses)",
        r"belum (?:\w+ ){0,2}?(?:ditanggapi|ditanggepin|ditanggapin|direspon|direspons"
        r"|dijawab|dibalas|diproses|ditangani"
        r"|dikerjakan|ditindak|ditindaklanjuti|dicek|kabar)",
        r"sudah (?:\w+ ){0,4}?(?:belum|apa|sampai)",
        r"(?:mana|minta|cek|lihat|tanya|nanya|menanyakan|nanyain|tagih) (?:\w+ ){0,2}?kabar",
        r"kabar (?:\w+ ){0,2}?laporan",
        r"^kabar$",
        r"kapan (?:\w+ ){0,2}?(?:diperbaiki|ditangani|dikerjakan|diproses|dijawab|dibalas|beres"
        r"|ditindak|ditindaklanjuti|didandani|dibenerin|dibetulkan|direspon|ditanggapi)",
        r"ada (?:tindak lanjut|kabar)",
        r"(?:cek|cari) laporan",
        r"kabar",
    ),
    _WE
    | DONE_WORDS
    | _TIME
    | words(
        "bagaimana kabar laporan mana apa sampai nyampe tekan dugi pundi belum tidak juga ada aya"
        " ono enten dapat menerima terima ditanggapi ditanggepin ditanggapin ka direspon"
        " direspons dijawab dibalas diproses"
        " ditangani dikerjakan ditindak ditindaklanjuti dicek sudah minta cek lihat tanya nanya"
        " menanyakan nanyain tagih kapan diperbaiki beres didandani dibenerin dibetulkan wonten"
        " cari kenapa yang untuk soal tentang mengenai terus trus lalu jadi jadinya jadine masih"
        " di ke dengan dgn nomer dr apakah lanjut mau ingin sekarang ditindak2 tindak perbaikan"
        " pengerjaan dijalankan lagi sama sekali kah terbaru terakhir pripun adakah bisa"
        " kelanjutane ditangane mantau nggih nopo"
    ),
    never=_cues(r"^sudah beres$", r"^(?:\w+ )?apa kabar$"),
)
ME_TOO = Wish(
    _cues(
        r"(?:di|ning|dek|neng) (?:\w+ ){0,4}?juga",
        r"(?:sini|dimari|tempatku|kampungku|desaku|daerahku|rumahku) (?:\w+ )?(?:juga|sama)",
        r"saya juga (?:\w+ ){0,2}?(?:sama|begitu|gitu|ngalamin|mengalami|ngalami|merasakan|kena"
        r"|alami|ngerasain|kitu|ngono|mengalaminya|merasakannya)",
        r"saya juga$",
        r"^sama$",
        r"^sama (?:\w+ ){0,2}?(?:di|saya|sini|disini|dengan|nggonku|tempatku|kampungku)",
        r"^(?:di|tempat|kampung|desa) (?:\w+ ){0,4}?(?:sama|begitu juga)",
        r"^same here$",
        r"^(?:1|plus 1)$",
        r"^dukung$",
        r"^senasib$",
        r"^(?:tempat|kampung|daerah|desa|wilayah|rt|rw) (?:\w+ ){0,3}?juga",
    ),
    _WE
    | words(
        "sama juga di ning dek neng disini sini dimari tempat tempatku kampung kampungku desa"
        " desaku daerah daerahku rumah rumahku begitu gitu kitu ngono ngalamin mengalami ngalami"
        " alami mengalaminya merasakan merasakannya ngerasain kena same here plus dukung senasib"
        " rt rw kecamatan kec kelurahan kel kabupaten kab kota wilayah komplek perumahan gang"
        " dusun persis seperti kayak kyk hal kasus nasib kejadian kejadiannya dengan dekat depan"
        " belakang yang sebelah kondisinya parah masalah masalahnya lingkungan kulo nggon nggonku"
        " panggonan"
    ),
    strangers=2,
    never=_MATTER,
)

ECHO_FIRST = {("sama",), ("samaa",), ("idem",), ("senasib",), ("podo",), ("dukung",)}

# ---------------------------------------------------------------- solved or not

_NEGATIVE = _cues(
    r"belum",
    r"tidak",
    r"tetap",
    r"tetep",
    r"tapi",
    r"tp",
    r"tpi",
    r"namun",
    r"cuma",
    r"cuman",
    r"hanya",
    r"baru",
    r"sebagian",
    r"separo",
    r"separuh",
    r"setengah",
    r"masih",
    r"bohong",
    r"boong",
    r"ngapusi",
    r"hoax",
    r"hoaks",
    r"palsu",
    r"apanya",
    r"mananya",
    r"dari mana",
    r"darimana",
    r"kata siapa",
    r"asal asalan",
    r"asal2an",
    r"asalan",
    r"malah",
    r"lagi rusak",
    r"rusak lagi",
    r"jangan",
    r"kurang",
    r"percuma",
    r"lapor",
    r"laporan",
    r"bayar",
    r"dibayar",
    r"kalau",
    r"kalo",
    r"klo",
    r"kabari",
    r"kabarin",
    r"kapan",
    r"segera",
    r"moga",
    r"mudah mudahan",
    r"supaya",
    r"biar",
    r"cepetan",
)
# "tidak banjir lagi" is good news, although each of its words alone is bad.
NO_LONGER = re.compile(
    r"\b(?:sudah )?tidak (?:ada )?(?:masalah|genangan|banjir|bocor|bau|macet|mati|padam|rusak"
    r"|berlubang|lubang|gelap|numpuk|menumpuk|mampet|sampah|tergenang|keruh)(?: lagi)?\b"
)
NOT_LOOKED = re.compile(
    r"^belum (?:saya |sempat )?(?:tau|tahu|cek|dicek|lihat|liat|ngecek|kesana|ke sana|lewat)\b"
)
NOT_DONE = _cues(
    r"belum",
    r"masih (?:kayak|kaya|kyk|seperti|begitu\w*|gitu\w*)\b",
    r"^boro boro",
    r"^tidak ada$",
    r"masih (?:\w+ ){0,2}?(?:rusak|mati|padam|banjir|sama|berlubang|bolong|gelap|macet|numpuk"
    r"|menumpuk|bocor|bau|becek|parah|begitu|gitu|saja|kotor|mampet|tersumbat|ada|rusak2|sami|ngono"
    r"|kitu|nunggu|menunggu|jelek|ambles|buntu|tergenang|kering|keruh|liar|ditagih|diminta|dipungut"
    r"|kurang|seperti)",
    r"^masih$",
    r"tetap (?:\w+ )?(?:bolong|berlubang|sama|rusak|mati|begitu|gitu|saja|banjir|padam"
    r"|gelap|numpuk)",
    r"tetep (?:\w+ )?(?:bolong|berlubang|sama|rusak|mati|begitu|gitu|saja|banjir|padam"
    r"|gelap|numpuk)",
    r"(?:rusak|mati|padam|bocor|banjir|ambles|berlubang|mampet|numpuk) lagi",
    r"tidak (?:\w+ )?(?:beres|benar|bener|sesuai|diperbaiki|dikerjakan|nyala|ditambal|selesai"
    r"|ngalir|mengalir|berubah|hidup|diangkut|ditangani|urus)",
    r"tidak ada (?:perubahan|perbaikan|petugas|tindakan|bedanya|yang|hasil|kemajuan|apa)",
    r"^sama$",
    r"(?:bohong|boong|ngapusi|hoax|hoaks|palsu)",
    r"beres (?:apanya|dari mana|darimana|mananya)",
    r"(?:apanya|mananya) (?:\w+ )?(?:beres|diperbaiki)",
    r"beres kata siapa",
    r"kata siapa (?:\w+ )?beres",
    r"(?:cuma|cuman|hanya|baru) (?:\w+ ){0,2}?(?:ditimbun|diurug|diuruk|sebagian|separo"
    r"|separuh|setengah|janji|ditutup"
    r"|difoto|foto|dilihat|disurvei|survei|survey|diukur)",
    r"(?:asal asalan|asalan|asal2an)",
    r"sudah (?:\w+ ){0,3}?(?:tapi|tp|tpi|namun)",
    r"malah (?:\w+ ){0,2}?(?:parah|rusak|tambah|makin)",
)
# Said without "sudah" only these are news; "tolong diperbaiki" is a request.
DONE_ALONE = words("beres nyala menyala murub hurung terang lancar mulus normal aman surut")
WISHED = words("tolong tlg mohon mhn semoga plis please")
SOLVED = Wish(
    _cues(r"sudah", r"beres", *sorted(DONE_WORDS - {"jadi", "dikirim", "keluar", "siap"})),
    DONE_WORDS
    | words(
        "sudah beres semua semuanya sekarang tadi pagi siang sore malam kemarin kmrn hari betul"
        " bener benar kembali lagi jalannya lampunya airnya sampahnya jalan lampu air sampah pju"
        " selokannya salurannya pohonnya lubangnya di sini lapangan lokasi oleh petugas dinas dari"
        " pemda cepat kerja kerjanya puas senang ditempat tempat saya laporan nya dan untuk dengan"
        " atas perbaikannya bantuan responnya tanggapannya yang"
    ),
    strangers=3,
    never=_NEGATIVE,
)

# ---------------------------------------------------------------- beginnings

NEW = re.compile(
    r"^(?:saya )?(?:mau |ingin |izin |ijin |hendak |arep |pengen |pengin |bade |nak )?"
    r"(?:(?:laporan|melapor|melaporkan|ngelaporin|ngelapor|nglaporke) (?:baru|lain|lagi)\b"
    r"|(?:ada )?(?:laporan|masalah) (?:yang )?(?:baru|lain)\b"
    r"|melaporkan\b|ngelaporin\b)"
    r"|^(?:saya )?(?:mau|ingin|hendak|arep|pengen|pengin|bade|nak) "
    r"(?:laporan|melapor|ngadu|mengadu)\b"
)
ADDITION = re.compile(
    r"^(?:saya )?(?:mau |ingin )?(?:tambahan|tambahin|nambahin|nambah|tambah info|menambahkan"
    r"|tambahkan|ralat|koreksi|lanjutan|susulan|menyusul|menyusulkan|maksud saya|maksudnya)\b"
    r"|^(?:foto|fotonya|videonya|video|bukti|buktinya|gambar|gambarnya|lampiran)"
    r"(?: (?:nya|lokasi|lokasinya|tambahan|menyusul))?$"
)
