from classifier.duplicates import group_duplicates

PLAIN = "lampu jalan di depan sekolah dasar mati sejak minggu lalu mohon diperbaiki"


def test_copies_with_small_changes_share_a_group() -> None:
    copies = [PLAIN, "@lapor1708 " + PLAIN.upper() + "!!", PLAIN.replace("minggu", "bulan")]

    assert set(group_duplicates([*copies, "jadwal imunisasi anak kapan ya"])) == {0, 3}


def test_different_texts_about_one_thing_stay_apart() -> None:
    texts = [PLAIN, "pju padam di dekat sekolah, gelap sekali kalau malam, tolong"]

    assert group_duplicates(texts).tolist() == [0, 1]


def test_empty_texts_are_copies_of_one_another() -> None:
    assert group_duplicates(["", "🙏", "halo semua"]).tolist() == [0, 0, 2]


def test_what_belongs_together_shares_a_group_however_different_it_is() -> None:
    texts = ["pju padam", "kapan jadwal vaksin anak", "got mampet di gang"]

    assert group_duplicates(texts, together=["a", None, "a"]).tolist() == [0, 1, 0]
