"""The labels: kinds, topics and urgencies, their names, and which are which.

Everybody who names a label takes it from here, except the store, which keeps plain strings.
Definitions that a second person can apply stand in `docs/taxonomy.md`.
"""

from enum import StrEnum


class Kind(StrEnum):
    """What a post is, in the national system's own words."""

    PENGADUAN = "pengaduan"
    ASPIRASI = "aspirasi"
    PERMINTAAN_INFORMASI = "permintaan_informasi"
    BUKAN_LAPORAN = "bukan_laporan"


class Urgency(StrEnum):
    """How soon a person must see a report."""

    DARURAT = "darurat"
    TINGGI = "tinggi"
    BIASA = "biasa"

    @property
    def severity(self) -> int:
        """0 for what can wait, more for what cannot."""
        return (Urgency.BIASA, Urgency.TINGGI, Urgency.DARURAT).index(self)


class Topic(StrEnum):
    """What a report is about. `LAINNYA` is a label that only people give."""

    JALAN_JEMBATAN = "jalan_jembatan"
    PENERANGAN_JALAN = "penerangan_jalan"
    DRAINASE_BANJIR = "drainase_banjir"
    SAMPAH_LINGKUNGAN = "sampah_lingkungan"
    LALU_LINTAS_TRANSPORTASI = "lalu_lintas_transportasi"
    AIR_BERSIH = "air_bersih"
    LISTRIK_ENERGI = "listrik_energi"
    KESEHATAN = "kesehatan"
    PENDIDIKAN = "pendidikan"
    KEPENDUDUKAN = "kependudukan"
    BANTUAN_SOSIAL = "bantuan_sosial"
    KETENAGAKERJAAN_EKONOMI = "ketenagakerjaan_ekonomi"
    KEAMANAN_KETERTIBAN = "keamanan_ketertiban"
    KORUPSI_PUNGLI = "korupsi_pungli"
    LAYANAN_PERIZINAN_PAJAK = "layanan_perizinan_pajak"
    PERTANAHAN_PERUMAHAN = "pertanahan_perumahan"
    TELEKOMUNIKASI_DIGITAL = "telekomunikasi_digital"
    DESA_PERTANIAN = "desa_pertanian"
    LAINNYA = "lainnya"
