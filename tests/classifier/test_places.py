"""Places in invented texts: found where named, kept apart where alike, none rather than wrong."""

from collections import Counter

import pytest

from classifier.place_names import PROVINCES, REGENCIES
from classifier.places import Level, find_places, find_region, region_named, region_of_code
from classifier.regions import regions_by_code, regions_by_name

NAMED = [
    # provinces
    ("listrik padam se Jawa Barat", "32"),
    ("harga pupuk di Sumut naik", "12"),
    ("banjir di sumatra barat", "13"),
    ("tolong pak gubernur NTB", "52"),
    ("warga kalsel mengeluh", "63"),
    ("Jakarta macet terus", "31"),
    ("dari jkt min", "31"),
    ("di DIY belum ada", "34"),
    ("sinyal hilang se Papua Barat Daya", "96"),
    ("antre solar di kepri", "21"),
    ("babel butuh dokter", "19"),
    ("Jambi kabut asap", "15"),
    # cities and regencies
    ("lampu mati di Surabaya", "3578"),
    ("got mampet, sby", "3578"),
    ("di Sukabumi kota lampu mati", "3272"),
    ("kab. Sukabumi jalan rusak", "3202"),
    ("Kab.Bekasi banjir", "3216"),
    ("kabupaten Bandung, desa terpencil", "3204"),
    ("Pemkab Malang tolong", "3507"),
    ("walikota Malang tolong", "3573"),
    ("di malang lampu mati", "3573"),
    ("PEMKAB BANDUNG TOLONG KAMI", "3204"),
    ("jaksel banjir lagi", "3174"),
    ("tangsel sampah menumpuk", "3674"),
    ("Bandung Barat longsor", "3217"),
    ("warga kbb antre air", "3217"),
    ("di gunung kidul kering", "3403"),
    ("Gunungkidul kering", "3403"),
    ("kota jogja", "3471"),
    ("di solo ada pungutan", "3372"),
    ("kota Batu dingin dan gelap", "3579"),
    ("di Sorong listrik padam", "9671"),
    ("Pare-Pare air mati", "7372"),
    ("parepare air mati", "7372"),
    ("di toli toli", "7204"),
    ("palangka raya kabut", "6271"),
    ("kukar jalan amblas", "6402"),
    ("50 kota belum ada sinyal", "1307"),
    ("kab. Puncak belum ada guru", "9405"),
    ("rsud Sidoarjo antre", "3515"),
    ("jalan di Blitar rusak", "3572"),
    ("jalan kabupaten Garut hancur", "3205"),
    ("Jl. Sudirman, Medan", "1271"),
    ("jl bandung, Malang", "3573"),
    ("kota Jember gelap", "3509"),
    ("kota Kudus gelap", "3319"),
    ("bupati dengarlah desa kami, Malang gelap", "3507"),
    # districts
    ("kec. Coblong, Bandung", "327302"),
    ("kecamatan tebet gelap", "317401"),
    ("puskesmas Jagakarsa antre", "317409"),
    ("di cengkareng banjir", "317301"),
    ("Kepanjen Malang lampu mati", "350713"),
    ("Cibinong, Bogor", "320101"),
    ("RT 3 kel. Sawojajar kec. Kedungkandang kota malang", "357303"),
    ("Pasar Minggu, Jakarta Selatan", "317404"),
    ("Depok, Sleman, DIY", "340407"),
    # agreement
    ("Padang Pariaman, Sumbar", "1305"),
    ("kab Bima NTB", "5206"),
    ("di serang banten", "3673"),
    ("cikarang, bekasi", "3216"),
    ("kab. Banjar, kalsel", "6303"),
    ("banjar, jawa barat", "3279"),
    ("depok jawa barat", "3276"),
    ("timika papua", "9404"),
    ("Manokwari, Papua", "9202"),
    ("kec. Taman, Jawa Timur", "35"),
    ("Kotagede, Jogja", "347114"),
]

NOT_NAMED = [
    "",
    "lubang di jalan Surabaya nomor 5",
    "jl. Bandung rusak",
    "jl raya Bogor km 30",
    "tol jakarta-cikampek macet",
    "jl raya Surabaya-Malang km 5",
    "di Waru lampu mati",
    "gang Jember gelap",
    "desa Bangkalan belum ada air",
    "perumahan Bali Indah banjir",
    "nasi padang mahal",
    "soto Lamongan depan kantor",
    "sungai Kapuas keruh",
    "nasib malang warga kami",
    "batu besar di tengah jalan",
    "sorong meja itu ke kiri",
    "kaur keuangan tidak pernah di kantor",
    "puncak acara ditunda",
    "lampu taman padam",
    "anjing menyerang warga, diserang lagi",
    "ibu saya belum selesai urus surat",
    "warga kota butuh air",
    "metro tv meliput",
    "solo karir",
    "usaha maju makmur jaya",
    "batubara tumpah",
    "orang Padang baik",
    "minta tolong bapak ibu",
    "sinar harapan baru",
    "kec. Sukasari",
]


@pytest.mark.parametrize(("text", "code"), NAMED)
def test_a_named_region_is_found(text: str, code: str) -> None:
    region = find_region(text)

    assert region is not None
    assert (region.code, text) == (code, text)


@pytest.mark.parametrize("text", NOT_NAMED)
def test_what_is_no_region_or_could_be_several_is_left_out(text: str) -> None:
    assert find_places(text) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("bus Surabaya ke Jember telat", ["3578", "3509"]),
        ("KTP Jakarta, tinggal di Bogor", ["31", "3271"]),
        ("beda kota Malang dan kabupaten Malang", ["3573", "3507"]),
        ("dari Medan ke Aceh", ["1271", "11"]),
    ],
)
def test_two_unrelated_regions_both_stand_and_none_is_chosen(text: str, codes: list[str]) -> None:
    assert [region.code for region in find_places(text)] == codes
    assert find_region(text) is None


def test_a_region_says_what_and_where_it_is() -> None:
    district, city, province = find_places("kec. Coblong, Bandung, Jabar")

    assert (district.level, district.name) == (Level.KECAMATAN, "Kecamatan Coblong")
    assert (city.level, city.name) == (Level.KOTA, "Kota Bandung")
    assert (province.level, province.name) == (Level.PROVINSI, "Jawa Barat")
    assert {district.province, city.province, province.province} == {"Jawa Barat"}


def test_a_place_named_twice_is_listed_once() -> None:
    assert len(find_places("Surabaya, sekali lagi Surabaya")) == 1


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800 di Surabaya", "🙏" * 4000, "di " * 20_000, "kota bandung " * 100_000]
)
def test_a_strange_text_breaks_nothing(text: str) -> None:
    find_places(text)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Kota Malang", "3573"),
        ("kabupaten malang", "3507"),
        ("sukun", "357304"),
        ("Sukun, Kota Malang", "357304"),
        ("jatim", "35"),
        ("Malang", "3573"),
        ("batu", "3579"),
        ("kec. Sukasari", None),
        ("entah", None),
        ("", None),
    ],
)
def test_a_person_may_name_a_region_without_a_cue(name: str, code: str | None) -> None:
    region = region_named(name)

    assert (region.code if region else None) == code


def test_a_region_is_found_by_its_code() -> None:
    region = region_of_code("3273")

    assert region is not None
    assert region.name == "Kota Bandung"
    assert region_of_code("0000") is None


def test_all_provinces_and_regencies_of_2024_are_known() -> None:
    levels = Counter(region.level for region in regions_by_code().values())

    assert levels[Level.PROVINSI] == 38
    assert levels[Level.KABUPATEN] + levels[Level.KOTA] == 514
    assert levels[Level.KECAMATAN] == 7277


def test_every_hand_written_name_means_a_region_that_exists() -> None:
    names = regions_by_name()

    for alias in [*PROVINCES, *REGENCIES]:
        assert tuple(alias.split()) in names


def test_every_province_regency_and_city_is_found_by_its_own_name() -> None:
    larger = [
        region for region in regions_by_code().values() if region.level is not Level.KECAMATAN
    ]
    found = {region: find_region(f"lampu jalan mati di {region.name}, tolong") for region in larger}

    assert len(larger) == 38 + 514
    assert [region.name for region in larger if found[region] != region] == []
