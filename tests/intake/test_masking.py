"""Personal numbers are masked in every spelling; what only looks like one stays readable."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.masking import EMAIL, NIK, PHONE, looks_personal, mask


@pytest.mark.parametrize(
    "written",
    [
        "3578014507900001",
        "3578 0145 0790 0001",
        "357801.450790.0001",
        "35.78.01.450790.0001",
        "357801-450790-0001",
        "9171051212850003",
        "1234567890123456",
    ],
)
def test_a_nik_is_masked_in_every_spelling(written: str) -> None:
    assert mask(f"nama saya ada, {written} belum jadi") == f"nama saya ada, {NIK} belum jadi"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("NIK 357801450790001 tidak terdaftar", f"NIK {NIK} tidak terdaftar"),
        ("no kk: 35780145079000012", f"no kk: {NIK}"),
        ("nik saya 3578 0145 0790 001", f"nik saya {NIK}"),
        ("KTP:3578014507900001", f"KTP:{NIK}"),
    ],
)
def test_a_number_beside_its_name_is_masked_even_with_a_digit_too_few(
    text: str, masked: str
) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "written",
    [
        "081234567890",
        "0812-3456-7890",
        "0812 3456 7890",
        "0812.3456.7890",
        "0812 345 678 90",
        "08 12 34 56 78 90",
        "0 8 1 2 3 4 5 6 7 8 9",
        "+6281234567890",
        "+62 812-3456-7890",
        "+62 0812 3456 7890",
        "6281234567890",
        "62 812 3456 7890",
        "006281234567890",
        "81234567890",
        "o81234567890",
        "O812 3456 7890",
        "0812345678",
        "0812/3456/7890",
        "021-5551234",
        "0274 123456",
        "+62 21 5551234",
        "+60 12-345 6789",
        "nol delapan satu dua tiga empat lima enam tujuh delapan",
    ],
)
def test_a_phone_number_is_masked_in_every_spelling(written: str) -> None:
    assert mask(f"hubungi {written} ya") == f"hubungi {PHONE} ya"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("WA0812 3456 7890.", f"WA{PHONE}."),
        ("(0812) 3456-7890", f"({PHONE}"),
        ("(021) 5551234", f"({PHONE}"),
        ("wa.me/6281234567890", f"wa.me/{PHONE}"),
        ("08123456789 / 08129876543", f"{PHONE} / {PHONE}"),
        ("08123456789 08129876543", f"{PHONE} {PHONE}"),
        ("08123456789,08129876543", f"{PHONE},{PHONE}"),
        ("RT 03/08 081234567890", f"RT 03/08 {PHONE}"),
        ("24-11-2026 081234567890", f"24-11-2026 {PHONE}"),
        ("3578014507900001 081234567890", f"{NIK} {PHONE}"),
    ],
)
def test_a_phone_number_is_found_among_its_neighbours(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "written",
    [
        "siti.contoh@example.com",
        "siti_contoh+lapor@surat.contoh.go.id",
        "siti(at)example.com",
        "siti [at] example [dot] com",
    ],
)
def test_a_mail_address_is_masked(written: str) -> None:
    assert mask(f"kirim ke {written} ya") == f"kirim ke {EMAIL} ya"


@pytest.mark.parametrize(
    "text",
    [
        "dimintai Rp 1.500.000 per orang",
        "Rp85.000.000.000 dari APBD",
        "anggaran Rp 8512345678",
        "kerugian 8.500.000.000 rupiah",
        "sejak 08-11-2026 09.30 sampai 2026-11-24",
        "tanggal 08/11/2026 10.00.00",
        "tahun 2022 2023 2024 2025 tidak pernah",
        "jam 08.15-12.00 13.00-16.00 tutup",
        "RT 03 RW 08 no 15 blok 12",
        "RT 03/RW 08",
        "telepon 112, 110, 119, 115, 129, 137, 1708 atau 14045",
        "call center 1500567",
        "LPR-7K3M-9QTG dan LPR-0812-3456",
        "lpr 0812 3456",
        "koordinat -6.2088123, 106.8455990",
        "@lapor1708 tolong.min segera",
        "KM 27+400 arah timur",
        "kode pos 60293",
        "Perda 12 Tahun 2019 pasal 8 ayat 1",
        "kursi 12345678 rusak",
        "",
    ],
)
def test_what_is_nobodys_number_stays(text: str) -> None:
    assert mask(text) == text


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_at_all_is_masked_without_an_error_and_only_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)
    looks_personal(text)


@given(st.from_regex(r"08[1-9][0-9]{8,9}", fullmatch=True), st.sampled_from(["", " ", "-", "."]))
def test_no_mobile_number_survives_in_groups_of_four(number: str, gap: str) -> None:
    written = gap.join([number[:4], number[4:8], number[8:]])

    assert mask(f"telp {written} makasih") == f"telp {PHONE} makasih"


@given(st.from_regex(r"35780[1-9][0-3][1-9]0[1-9][0-9]{6}", fullmatch=True))
def test_no_sixteen_digits_survive(number: str) -> None:
    assert mask(f"nik{number}") == f"nik{NIK}"


def test_lone_surrogates_and_nul_are_kept() -> None:
    assert mask("\ud83d\x00 081234567890 \udc00") == f"\ud83d\x00 {PHONE} \udc00"


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["a", "1", "Jalan rusak parah min, RT 3. "])
def test_ten_megabytes_are_masked_in_reasonable_time(piece: str) -> None:
    started = time.perf_counter()

    mask(piece * (10_000_000 // len(piece)))

    assert time.perf_counter() - started < 20


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["0 ", "0 8 ", "0812 ", "02 12 ", "1.000.", "a@", "a.", "(+62"])
def test_a_text_made_to_be_slow_costs_time_in_step_with_its_length(piece: str) -> None:
    """Four times the text may cost about four times the time; a square would be sixteen."""
    times = []
    for size in (50_000, 200_000):
        started = time.perf_counter()
        mask(piece * (size // len(piece)))
        times.append(time.perf_counter() - started)

    assert times[1] < 9 * times[0] + 0.1


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("Lubang sudah ditambal 24 November oleh Dinas PU.", []),
        ("Lampu di RT 03 RW 08 sudah menyala, biaya Rp 1.500.000.", []),
        ("Kel. Contoh dan Kec.Contoh sudah dibersihkan, a.n. warga.", []),
        ("Hubungi 081234567890.", ["nomor telepon"]),
        ("NIK 3578014507900001 sudah aktif.", ["NIK atau nomor KK"]),
        ("Kirim ke siti@example.com.", ["alamat surel"]),
        ("Lihat https://contoh.test/a", ["tautan"]),
        ("Lihat lapor.go.id untuk lanjut.", ["nama domain"]),
        ("Cek dinas-pu.id ya", ["nama domain"]),
        ("Kata @siti_contoh sudah baik.", ["nama akun"]),
        ("Rekening 123456789012 sudah dikembalikan.", ["nomor panjang"]),
        ("Tanya @siti, 081234567890.", ["nomor telepon", "nama akun"]),
    ],
)
def test_a_public_sentence_is_told_what_it_must_not_have(sentence: str, named: list[str]) -> None:
    assert looks_personal(sentence) == named
