"""What a message wants from us, by rules: a command, a follow-up, an answer, or none of these.

A wish is recognised only when the WHOLE message says it: a mention, politeness, punctuation and
emoji aside, every word must belong to the way people say that wish. So "tolong pungli ini
BERHENTI" is no opt-out, and a message with a matter of its own is `none`: the caller asks the
model. Indonesian with its abbreviations, and short Javanese, Sundanese, Minang and Betawi forms.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum


class Intent(StrEnum):
    """What a message wants; `none` leaves the decision to the caller."""

    NEW = "new"
    ADDITION = "addition"
    STATUS = "status"
    ANSWER = "answer"
    ME_TOO = "me_too"
    UNSOLVED = "unsolved"
    SOLVED = "solved"
    WITHDRAW = "withdraw"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    MY_DATA = "my_data"
    NEWS = "news"
    NONE = "none"


class Awaiting(StrEnum):
    """What the conversation waits for: nothing, the place, or SUDAH/BELUM to a resolution."""

    NOTHING = "nothing"
    PLACE = "place"
    CONFIRMATION = "confirmation"


class Command(StrEnum):
    """The words we tell people to send; the value is the word itself."""

    STATUS = "STATUS"
    KABARI = "KABARI"
    BERHENTI = "BERHENTI"
    SUDAH = "SUDAH"
    BELUM = "BELUM"
    BATAL = "BATAL"
    DATA = "DATA"
    LANJUT = "LANJUT"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# ---------------------------------------------------------------- reading the words

_LONGEST_READ = 4_000
_MENTION = re.compile(r"@\w+")
_WEB = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
# Written like a report's number. Whether it is one is not this module's question.
_NUMBER = re.compile(
    r"\b[li1]pr[\s.:#\-]{0,3}(?=[a-z]{0,7}[\s\-]{0,2}[a-z]{0,7}\d)[0-9a-z]{4}[\s\-]{0,3}[0-9a-z]{4}\b"
)
_REPEATED = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"[^\W_]+")
# Minang: "lah" is "already", "siap" is "finished"; alone they are a particle and "all right".
_MINANG_DONE = re.compile(r"\ba?lah (?:siap|salasai|elok|rancak|iduik)\b")

# Each line: how we read a word, and the spellings and languages it comes in.
_SPELLINGS = """
sudah: udah udh sdh sudh dah ud wis wes uwis uwes sampun mpun pun atos tos parantos geus
  enggeus ges alah suda sudha syudah
belum: blm blom belom belon blum bloom blon durung urung drg dereng acan tacan alun balun
  bolum lom lum
tidak: tdk tak gak ga gk g nggak ngga enggak engga kagak kaga ndak nda ndk ora mboten teu
  henteu indak tida gada gaada
beres: kelar kelarr rampung rampungan selesai slesai slese selese rengse tuntas clear done
  fix tokcer
juga: jg jga jugak ugi oge ge juo
masih: msh msih isih tasih keneh masi
lagi: lg lgi maneh deui liak
bagaimana: gimana gmn gmna gimn piye pripun kumaha baa bgmn bagaimanakah kepiye kados pundi
saya: sy aku ak gue gua gw ane kulo kula abdi ambo awak den kami kita kt sya
sama: sm podo sami samo idem sarua
laporan: lapor laporanku laporannya aduan pengaduan lporan lap laporane aduanku tiket
  keluhan
kabar: kabarnya kbr kabare info infonya infone perkembangan perkembangannya progres progress
  progresnya kelanjutan kelanjutannya lanjutannya update updatenya apdet nasib nasibnya
  hasil hasilnya tanggapan tanggapannya respon respons responnya jawaban jawabannya balasan
  tindakan kejelasan kepastian proses prosesnya status statusnya statuse
jangan: jgn jgan ojo ulah jan
kapan: kpn kapankah iraha bilo
mana: mn endi mane ma
yang: yg nu sing nan
kenapa: knp kok kq ko napa ngapa kunaon dek
hapus: hapuskan apus delete dihapus hapusin apusin
"""


def _canonical_words(spellings: str) -> dict[str, str]:
    """Lines that begin with two spaces go on with the line before."""
    entries = spellings.replace("\n  ", " ").strip().splitlines()
    pairs = (entry.split(": ") for entry in entries)
    return {spelling: word for word, others in pairs for spelling in others.split()}


_CANONICAL = _canonical_words(_SPELLINGS)

_THANKS = _words(
    "terima kasih makasih makasi mksh makasihh trims trimakasih terimakasih tq thanks thank you"
    " thx tks ty suwun nuwun matur maturnuwun hatur nuhun haturnuhun tarimo tarimokasih kasi"
    " mantap mantab sip siip oke ok okay okey baik siap alhamdulillah syukur hebat top"
)
_POLITE = _words(
    "min mimin admin kak kakak pak bapak bu ibu bang mas mbak mba om gan bos sis kang teh uda uni"
    " tolong tlg tlong mohon mhn plis please pliss ya yaa yah yak iya dong donk sih nih deh lah"
    " kan ah eh oh loh lho halo hallo hai hi haloo permisi punten nuwun sewu monggo mangga maaf"
    " izin ijin selamat pagi siang sore malam assalamualaikum assalamu alaikum wr wb salam"
    " sejahtera banyak sekali bgt banget sangat semoga sehat wkwk wkwkwk hehe hadeh bro cuk rek"
    " euy atuh mah tah da ciek yo to tho ki iki ini itu tu tuh aja saja dulu ges gaes guys bantu"
    " bantuannya bantuin amin aamiin saudara"
)
_FILLER = _THANKS | _POLITE
_NO_MATTER = _FILLER | _words(
    "up sundul cek help sos lapor laporkan bantu cc simak liat lihat pantau tes test viral"
    " viralkan fyp p ping woi woy oi hey hei kepada follow mention tag colek"
)


@dataclass(frozen=True)
class _Reading:
    """A message as its words, common spellings made one; `numbers`: it names a report."""

    words: tuple[str, ...]
    raw: tuple[str, ...]
    asks: bool
    numbers: bool

    @property
    def core(self) -> tuple[str, ...]:
        return tuple(word for word in self.words if word not in _FILLER)

    @property
    def text(self) -> str:
        return " ".join(self.core)


def _read(text: str) -> _Reading:
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_READ]).lower()
    plain = _WEB.sub(" tautan ", _MENTION.sub(" ", plain))
    plain, numbers = _NUMBER.subn(" ", plain)
    plain = _MINANG_DONE.sub("sudah beres", plain)
    raw = tuple(_WORD.findall(_REPEATED.sub(r"\1", plain)))
    words = tuple(_CANONICAL.get(word, word) for word in raw)
    return _Reading(words, raw, "?" in plain, numbers > 0)


# ---------------------------------------------------------------- commands and empty messages

_COMMANDS = {
    "status": Command.STATUS,
    "kabari": Command.KABARI,
    "berhenti": Command.BERHENTI,
    "stop": Command.BERHENTI,
    "sudah": Command.SUDAH,
    "belum": Command.BELUM,
    "batal": Command.BATAL,
    "data": Command.DATA,
    "lanjut": Command.LANJUT,
}
_OF_COMMAND = {
    Command.STATUS: Intent.STATUS,
    Command.KABARI: Intent.NEWS,
    Command.BERHENTI: Intent.OPT_OUT,
    Command.BATAL: Intent.WITHDRAW,
    Command.DATA: Intent.MY_DATA,
    Command.LANJUT: Intent.OPT_IN,
}


def command_of(text: str) -> Command | None:
    """The command that the whole message is; a report's number and politeness may stand beside."""
    raw = [word for word in _read(text).raw if word not in _FILLER]
    return _COMMANDS.get(raw[0]) if len(raw) == 1 else None


def is_thanks_only(text: str) -> bool:
    """Whether the message thanks and says nothing else."""
    reading = _read(text)
    return any(word in _THANKS for word in reading.raw) and not reading.core


def is_empty_mention(text: str) -> bool:
    """Whether the message has no matter of its own: "@lapor1708 tolong", "up", emoji, nothing."""
    reading = _read(text)
    return not reading.numbers and all(word in _NO_MATTER for word in reading.raw)


# ---------------------------------------------------------------- wishes said freely


@dataclass(frozen=True)
class _Wish:
    """A wish: one of `cues` stands in the message, and every other word is one of `light`.

    `strangers` other words are forgiven, unless `never` stands in the message.
    """

    cues: re.Pattern[str]
    light: frozenset[str]
    strangers: int = 0
    never: re.Pattern[str] | None = None

    def is_said_in(self, reading: _Reading) -> bool:
        text = reading.text
        if not self.cues.search(text) or (self.never and self.never.search(text)):
            return False
        return self.strangers_in(reading) <= self.strangers

    def strangers_in(self, reading: _Reading) -> int:
        return sum(word not in self.light and not word.isdecimal() for word in reading.core)


def _cues(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b")


_WE = _words("saya kalian kamu anda nya punya milik punyaku ku nomor no nomer lapor1708 bot akun")
_TIME = _words(
    "hari minggu bulan tahun jam seminggu sebulan setahun sehari kemarin kemaren kmrn tadi lalu"
    " sejak dari sampai smp sampe sekarang skrg skrng saat detik lama lamanya berhari berbulan dua"
    " tiga empat lima padahal sdah hingga malam pagi senin selasa rabu kamis jumat sabtu dulunya"
)
_DONE_WORDS = _words(
    "beres diperbaiki dibenerin dibetulkan dibenahi didandani dandan ditambal nyala menyala murub"
    " hurung terang lancar bersih diangkut dibersihkan dikerjakan ditangani diaspal mulus normal"
    " ngalir mengalir hidup benar bener dicor dipangkas ditebang diganti dipasang terpasang"
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

_OPT_OUT = _Wish(
    _cues(
        r"berhenti",
        r"stop",
        r"unsubscribe",
        r"jangan (?:\w+ ){0,3}?(?:balas|bales|kirim|kirimi|kirimin|mention|ganggu|kabari|kabarin"
        r"|hubungi|chat|reply|tag|colek|dibalas|dikabari|dikirim|spam|ngetag)",
        r"tidak (?:usah|perlu|mau) (?:\w+ ){0,2}?(?:dibalas|dibales|balas|bales|dikabari|kabari"
        r"|dikirim|dikirimi|kirim|dihubungi|menerima|nerima|terima|dapat)",
    ),
    _WE
    | _words(
        "berhenti stop unsubscribe jangan balas bales kirim kirimi kirimin mengirim ngirim"
        " mention ganggu kabari kabarin hubungi chat reply tag colek spam ngetag dibalas dibales"
        " dikabari dikirim dikirimi dihubungi menerima nerima terima dapat tidak usah perlu mau"
        " pesan notifikasi notif laporan kabar lagi ke untuk dan apa pun apapun apa2 langganan"
        " membalas mengganggu pemberitahuan dm wa semua"
    ),
)
_WITHDRAW = _Wish(
    _cues(
        r"batal(?:kan|in)?",
        r"dibatalkan",
        r"dibatalin",
        r"cancel",
        r"(?:cabut|tarik|dicabut|ditarik|hapus) (?:\w+ )?laporan",
        r"laporan (?:\w+ ){0,2}?(?:dicabut|ditarik|hapus|cabut|tarik)",
        r"tidak (?:jadi|sido|sida|jd) ?(?:laporan|melapor|ngelapor|melaporkan)?",
        r"urungkan",
        r"mencabut laporan",
        r"menarik laporan",
    ),
    _WE
    | _words(
        "batal batalkan batalin dibatalkan dibatalin cancel cabut tarik dicabut ditarik hapus"
        " laporan tidak jadi sido sida jd melapor ngelapor melaporkan urungkan mencabut menarik"
        " membatalkan mau ingin minta yang tadi kemarin sudah aja kembali dari pembatalan"
    ),
    never=_cues("data"),
)
_MY_DATA = _Wish(
    _cues(
        r"(?:hapus|minta|lihat|liat|cek|tampilkan|kirim|menghapus|lupakan|unduh|hilangkan|salinan"
        r"|tunjukkan) (?:\w+ ){0,2}?data(?:ku)?(?: (?:saya|pribadi))?",
        r"data(?:ku)? (?:\w+ ){0,2}?(?:hapus|simpan|disimpan|kalian|dihilangkan)",
        r"data (?:pribadi )?saya",
        r"lupakan saya",
        r"hapus (?:\w+ )?(?:akun|jejak|identitas) saya",
    ),
    _WE
    | _words(
        "hapus minta lihat liat cek tampilkan kirim menghapus lupakan unduh hilangkan salinan"
        " tunjukkan dihilangkan data dataku pribadi semua seluruh simpan disimpan apa tentang dan"
        " jejak identitas mau ingin bisa yang di sini dari sistem bagaimana cara laporan ada"
    ),
)
_NEWS = _Wish(
    _cues(
        r"kabari(?:n)?",
        r"kabarkan",
        r"dikabari(?:n)?",
        r"beri ?tahu(?:kan)?",
        r"kasih ?tau",
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
    | _words(
        "kabari kabarin kabarkan dikabari dikabarin beri tahu tau kasih kabar wartosi diwartosi"
        " beritahu beritahukan diberi infokan infoin abari kalau kalo klo kl jika bila nek lamun"
        " kok sudah ada beres laporan mau ingin terus di sini selanjutnya setiap perubahan lewat"
        " jadinya nanti ntar via"
    ),
)
_STATUS = _Wish(
    _cues(
        r"bagaimana (?:\w+ ){0,3}?(?:kabar|laporan)",
        r"(?:kabar|laporan) (?:\w+ ){0,5}?(?:bagaimana|mana|apa|sampai)",
        r"(?:sampai|smp|sampe|nyampe|tekan|dugi) (?:mana|\w+ mana|pundi)",
        r"(?:belum|tidak) (?:juga )?(?:ada|aya|ono|enten|dapat|menerima|terima) (?:\w+ )?kabar",
        r"belum (?:\w+ ){0,2}?(?:ditanggapi|direspon|direspons|dijawab|dibalas|diproses|ditangani"
        r"|dikerjakan|ditindak|ditindaklanjuti|dicek|kabar)",
        r"sudah (?:\w+ ){0,4}?(?:belum|apa|sampai)",
        r"(?:mana|minta|cek|lihat|tanya|nanya|menanyakan|nanyain|tagih) (?:\w+ ){0,2}?kabar",
        r"kabar (?:\w+ ){0,2}?laporan",
        r"^kabar$",
        r"kapan (?:\w+ ){0,2}?(?:diperbaiki|ditangani|dikerjakan|diproses|dijawab|dibalas|beres"
        r"|ditindak|ditindaklanjuti|didandani|dibenerin|dibetulkan|direspon|ditanggapi)",
        r"(?:ada|wonten|aya) kabar",
        r"(?:cek|cari) laporan",
        r"kabar",
    ),
    _WE
    | _DONE_WORDS
    | _TIME
    | _words(
        "bagaimana kabar laporan mana apa sampai nyampe tekan dugi pundi belum tidak juga ada aya"
        " ono enten dapat menerima terima ditanggapi direspon direspons dijawab dibalas diproses"
        " ditangani dikerjakan ditindak ditindaklanjuti dicek sudah minta cek lihat tanya nanya"
        " menanyakan nanyain tagih kapan diperbaiki beres didandani dibenerin dibetulkan wonten"
        " cari kenapa yang untuk soal tentang mengenai terus trus lalu jadi jadinya jadine masih"
        " di ke dengan dgn nomer dr apakah lanjut mau ingin sekarang ditindak2 tindak perbaikan"
        " pengerjaan dijalankan lagi sama sekali kah terbaru terakhir pripun adakah bisa"
        " kelanjutane ditangane mantau nggih nopo"
    ),
    never=_cues(r"^sudah beres$"),
)
_ME_TOO = _Wish(
    _cues(
        r"(?:di|ning|dek|neng) (?:\w+ ){0,4}?juga",
        r"(?:disini|sini|dimari|tempatku|kampungku|desaku|daerahku|rumahku) (?:\w+ )?(?:juga|sama)",
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
    | _words(
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
    r"kenapa",
    r"segera",
    r"moga",
    r"mudah mudahan",
    r"supaya",
    r"biar",
    r"cepetan",
)
# "tidak banjir lagi" is good news, although each of its words alone is bad.
_NO_LONGER = re.compile(
    r"\b(?:sudah )?tidak (?:ada )?(?:masalah|genangan|banjir|bocor|bau|macet|mati|padam|rusak"
    r"|berlubang|lubang|gelap|numpuk|menumpuk|mampet|sampah|tergenang|keruh)(?: lagi)?\b"
)
_NOT_LOOKED = re.compile(
    r"^belum (?:saya |sempat )?(?:tau|tahu|cek|dicek|lihat|liat|ngecek|kesana|ke sana|lewat)\b"
)
_NOT_DONE = _cues(
    r"belum",
    r"masih (?:\w+ ){0,2}?(?:rusak|mati|padam|banjir|sama|berlubang|bolong|gelap|macet|numpuk"
    r"|menumpuk|bocor|bau|becek|parah|begitu|gitu|saja|kotor|mampet|tersumbat|ada|rusak2|sami|ngono"
    r"|kitu|nunggu|menunggu|jelek|ambles|buntu|tergenang|kering|keruh|liar|ditagih|diminta|dipungut"
    r"|kurang|seperti)",
    r"^masih$",
    r"tetap (?:\w+ )?(?:sama|rusak|mati|begitu|gitu|saja|banjir|padam|gelap|numpuk)",
    r"tetep (?:\w+ )?(?:sama|rusak|mati|begitu|gitu|saja|banjir|padam|gelap|numpuk)",
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
    r"(?:cuma|cuman|hanya|baru) (?:\w+ ){0,2}?(?:sebagian|separo|separuh|setengah|janji|ditutup"
    r"|difoto|foto|dilihat|disurvei|survei|survey|diukur)",
    r"(?:asal asalan|asalan|asal2an)",
    r"sudah (?:\w+ ){0,3}?(?:tapi|tp|tpi|namun)",
    r"malah (?:\w+ ){0,2}?(?:parah|rusak|tambah|makin)",
)
# Said without "sudah" only these are news; "tolong diperbaiki" is a request.
_DONE_ALONE = _words("beres nyala menyala murub hurung terang lancar mulus normal aman surut")
_WISHED = _words("tolong tlg mohon mhn semoga plis please")
_SOLVED = _Wish(
    _cues(r"sudah", r"beres", *sorted(_DONE_WORDS - {"jadi", "dikirim", "keluar", "siap"})),
    _DONE_WORDS
    | _words(
        "sudah beres semua semuanya sekarang tadi pagi siang sore malam kemarin kmrn hari betul"
        " bener benar kembali lagi jalannya lampunya airnya sampahnya jalan lampu air sampah pju"
        " selokannya salurannya pohonnya lubangnya di sini lapangan lokasi oleh petugas dinas dari"
        " pemda cepat kerja kerjanya puas senang ditempat tempat saya laporan nya dan untuk dengan"
        " atas perbaikannya bantuan responnya tanggapannya yang"
    ),
    strangers=3,
    never=_NEGATIVE,
)
# "sudah" alone is an answer; with anything but a done word after it ("sudah 3 bulan") it is not.
_LONGEST_UNSOLVED = 25


def _is_unsolved(core: tuple[str, ...]) -> bool:
    text = " ".join(core)
    if _NOT_LOOKED.search(text):
        return False
    if core[:1] == ("belum",):
        return True
    return len(core) <= _LONGEST_UNSOLVED and _NOT_DONE.search(text) is not None


def _is_solved(reading: _Reading) -> bool:
    core = reading.core
    if core == ("sudah",):
        return True
    if reading.asks or any(word.isdecimal() for word in core):
        return False
    if "sudah" in core:
        done = any(word in _DONE_WORDS for word in core)
    else:
        done = any(word in _DONE_ALONE for word in core) and not _WISHED & set(reading.raw)
    return done and _SOLVED.is_said_in(reading)


# ---------------------------------------------------------------- beginnings

_NEW = re.compile(
    r"^(?:saya )?(?:mau |ingin |izin |ijin |hendak |arep |pengen |pengin |bade |nak )?"
    r"(?:(?:laporan|melapor|melaporkan|ngelaporin|ngelapor|nglaporke) (?:baru|lain|lagi)\b"
    r"|(?:ada )?(?:laporan|masalah) (?:yang )?(?:baru|lain)\b"
    r"|melaporkan\b|ngelaporin\b)"
    r"|^(?:saya )?(?:mau|ingin|hendak|arep|pengen|pengin|bade|nak) "
    r"(?:laporan|melapor|ngadu|mengadu)\b"
)
_ADDITION = re.compile(
    r"^(?:saya )?(?:mau |ingin )?(?:tambahan|tambahin|nambahin|nambah|tambah info|menambahkan"
    r"|tambahkan|ralat|koreksi|lanjutan|susulan|menyusul|menyusulkan|maksud saya|maksudnya)\b"
    r"|^(?:foto|fotonya|videonya|video|bukti|buktinya|gambar|gambarnya|lampiran)"
    r"(?: (?:nya|lokasi|lokasinya|tambahan|menyusul))?$"
)
_LONGEST_ANSWER = 25


def _free_wish(reading: _Reading) -> Intent | None:
    wishes = (
        (Intent.MY_DATA, _MY_DATA),
        (Intent.OPT_OUT, _OPT_OUT),
        (Intent.WITHDRAW, _WITHDRAW),
        (Intent.NEWS, _NEWS),
        (Intent.STATUS, _STATUS),
        (Intent.ME_TOO, _ME_TOO),
    )
    return next((intent for intent, wish in wishes if wish.is_said_in(reading)), None)


def _beginning(reading: _Reading) -> Intent | None:
    if _NEW.search(reading.text):
        return Intent.NEW
    return Intent.ADDITION if _ADDITION.search(reading.text) else None


def _asks_for_status(reading: _Reading) -> bool:
    core = reading.core
    either_or = len(core) > 1 and (core[0], core[-1]) == ("sudah", "belum")
    if not (either_or or reading.asks or "kabar" in core):
        return False
    return core[0] != "belum" and _STATUS.is_said_in(reading)


def _confirmation(reading: _Reading) -> Intent | None:
    if _asks_for_status(reading):
        return Intent.STATUS
    reading = replace(
        reading, words=tuple(_NO_LONGER.sub("beres", " ".join(reading.words)).split())
    )
    if _is_unsolved(reading.core):
        return Intent.UNSOLVED
    return Intent.SOLVED if _is_solved(reading) else None


def _place(reading: _Reading) -> Intent | None:
    return Intent.ANSWER if len(reading.core) <= _LONGEST_ANSWER else None


def find_intent(text: str, *, awaiting: Awaiting) -> Intent:
    """What `text` wants from us, given what the conversation waits for."""
    reading = _read(text)
    command = command_of(text)
    if command in _OF_COMMAND:
        return _OF_COMMAND[command]
    if not reading.core:
        return Intent.STATUS if reading.numbers else Intent.NONE
    if is_empty_mention(text):
        return Intent.NONE
    if awaiting is Awaiting.CONFIRMATION and (answer := _confirmation(reading)):
        return answer
    if found := _free_wish(reading) or _beginning(reading):
        return found
    return (_place(reading) if awaiting is Awaiting.PLACE else None) or Intent.NONE
