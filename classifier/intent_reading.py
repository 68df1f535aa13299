"""A short message as `intent` reads it: its words, with common spellings made one.

Abbreviations and short Javanese, Sundanese, Minang and Betawi words are read as the Indonesian
ones; greetings, politeness and thanks are told apart from what the message is about.
"""

import re
import unicodedata
from dataclasses import dataclass


def words(text: str) -> frozenset[str]:
    """A list of words as a set."""
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
mana: mn endi ndi mane ma kamana
ada: ono aya wonten enten ado ana
sini: disini kene mriki dieu siko
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

THANKS = words(
    "terima kasih makasih makasi mksh makasihh trims trimakasih terimakasih tq thanks thank you"
    " thx tks ty suwun nuwun matur maturnuwun hatur nuhun haturnuhun tarimo tarimokasih kasi"
    " mantap mantab sip siip oke ok okay okey baik siap alhamdulillah syukur hebat top"
)
_POLITE = words(
    "min mimin admin kak kakak pak bapak bu ibu bang mas mbak mba om gan bos sis kang teh uda uni"
    " tolong tlg tlong mohon mhn plis please pliss ya yaa yah yak iya dong donk sih nih deh lah"
    " kan ah eh oh loh lho halo hallo hai hi haloo permisi punten nuwun sewu monggo mangga maaf"
    " izin ijin selamat pagi siang sore malam assalamualaikum assalamu alaikum wr wb salam"
    " sejahtera banyak sekali bgt banget sangat semoga sehat wkwk wkwkwk hehe hadeh bro cuk rek"
    " euy atuh mah tah da ciek yo to tho ki iki ini itu tu tuh aja saja dulu ges gaes guys bantu"
    " bantuannya bantuin amin aamiin saudara"
)
FILLER = THANKS | _POLITE
THANKED_FOR = words(
    "infonya informasinya kabarnya jawabannya tanggapannya responnya bantuannya updatenya"
    " perhatiannya kerjanya kerjasamanya atas untuk"
)
NO_MATTER = FILLER | words(
    "up sundul cek help sos lapor laporkan bantu cc simak liat lihat pantau tes test viral"
    " viralkan fyp p ping woi woy oi hey hei kepada follow mention tag colek"
)


@dataclass(frozen=True)
class Reading:
    """A message as its words, common spellings made one; `numbers`: it names a report."""

    words: tuple[str, ...]
    raw: tuple[str, ...]
    asks: bool
    numbers: bool

    @property
    def core(self) -> tuple[str, ...]:
        """The words that are left without politeness."""
        return tuple(word for word in self.words if word not in FILLER)

    @property
    def text(self) -> str:
        """The core in one line, for patterns."""
        return " ".join(self.core)


def read(text: str) -> Reading:
    """Read the first 4,000 characters of a message."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_READ]).lower()
    plain = _WEB.sub(" tautan ", _MENTION.sub(" ", plain))
    plain, numbers = _NUMBER.subn(" ", plain)
    plain = _MINANG_DONE.sub("sudah beres", plain)
    raw = tuple(_WORD.findall(_REPEATED.sub(r"\1", plain)))
    words = tuple(_CANONICAL.get(word, word) for word in raw)
    return Reading(words, raw, "?" in plain, numbers > 0)
