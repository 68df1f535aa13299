"""The journal of erasures: what it says, to whom, and what crashes and full disks leave of it."""

import errno
import multiprocessing
import os
import resource
import signal
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.erasures import ErasureNotRecorded, Journal

NOW = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
SARI, BUDI = "5000001", "5000002"
KEY, NEW_KEY = "kunci lama", "kunci baru"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "erasures"


@pytest.fixture
def journal(path: Path) -> Journal:
    return Journal(path, [KEY])


def test_who_was_noted_is_recognised_and_nobody_else(journal: Journal) -> None:
    journal.note_person("telegram", SARI, NOW)
    journal.note_post("x", BUDI, NOW)

    read = journal.read()

    assert read.person_erased_at("telegram", SARI) == NOW
    assert read.post_forgotten_at("x", BUDI) == NOW
    assert read.person_erased_at("telegram", BUDI) is None
    assert read.person_erased_at("x", SARI) is None
    assert read.post_forgotten_at("telegram", SARI) is None


def test_of_two_erasures_the_later_one_counts(journal: Journal) -> None:
    for days in (0, 3, 1):
        journal.note_person("x", SARI, NOW + timedelta(days=days))

    assert journal.read().person_erased_at("x", SARI) == NOW + timedelta(days=3)


def test_the_file_names_nobody(journal: Journal, path: Path) -> None:
    journal.note_person("telegram", SARI, NOW)
    journal.note_post("telegram", f"{SARI}:1", NOW)

    assert SARI not in path.read_text()
    assert Journal(path, ["another key"]).read().person_erased_at("telegram", SARI) is None


def test_only_its_owner_may_read_it(journal: Journal, path: Path) -> None:
    journal.note_person("x", SARI, NOW)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_journal_that_is_not_there_says_so(journal: Journal) -> None:
    read = journal.read()

    assert not read.is_there
    assert read.person_erased_at("x", SARI) is None


def test_an_old_key_still_recognises_and_a_lost_one_is_counted(
    journal: Journal, path: Path
) -> None:
    journal.note_person("x", SARI, NOW)
    Journal(path, [NEW_KEY, KEY]).note_person("x", BUDI, NOW)

    rotated, lost = Journal(path, [NEW_KEY, KEY]).read(), Journal(path, [NEW_KEY]).read()

    assert rotated.person_erased_at("x", SARI) == rotated.person_erased_at("x", BUDI) == NOW
    assert (rotated.foreign, lost.foreign) == (0, 1)
    assert lost.person_erased_at("x", SARI) is None


def test_a_line_that_a_crash_has_torn_spoils_no_other(journal: Journal, path: Path) -> None:
    journal.note_person("x", SARI, NOW)
    whole = path.read_bytes()
    for length in range(1, len(whole)):
        path.write_bytes(whole + whole[:length])

        journal.note_person("x", BUDI, NOW)

        read = journal.read()
        assert read.person_erased_at("x", SARI) == read.person_erased_at("x", BUDI) == NOW
        # The last length holds all but the line's end.
        assert read.unreadable == (length < len(whole) - 1)


def test_damage_is_counted_and_the_rest_is_read(journal: Journal, path: Path) -> None:
    journal.note_person("x", SARI, NOW)
    with path.open("ab") as file:
        file.write(b'\xff\x00\n[1]\n"at"\n{"at": "2026-11-02", "key": "a", "of": "b"}\n\n')

    read = journal.read()

    assert read.unreadable == 4
    assert read.person_erased_at("x", SARI) == NOW


def test_a_journal_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(ErasureNotRecorded, match="LAPOR_ERASURES_FILE"):
        Journal(tmp_path / "file" / "erasures", [KEY]).note_person("x", SARI, NOW)


def _write_on_a_full_disk(path: Path) -> None:
    """The kernel lets a file grow to a limit and no further, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 10, resource.RLIM_INFINITY))
    try:
        Journal(path, [KEY]).note_person("x", BUDI, NOW)
    except ErasureNotRecorded:
        os._exit(errno.ENOSPC)


def test_a_full_disk_leaves_no_half_line(journal: Journal, path: Path) -> None:
    journal.note_person("x", SARI, NOW)
    whole = path.read_bytes()

    process = multiprocessing.get_context("fork").Process(
        target=_write_on_a_full_disk, args=(path,)
    )
    process.start()
    process.join(10)

    assert process.exitcode == errno.ENOSPC
    assert path.read_bytes() == whole


def _note_many(path: Path, first: int) -> None:
    journal = Journal(path, [KEY])
    for number in range(first, first + 50):
        journal.note_person("x", str(number), NOW)


def test_two_processes_at_once_lose_nothing(path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_note_many, args=(path, first)) for first in (0, 50)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(20)

    read = Journal(path, [KEY]).read()

    assert read.unreadable == 0
    assert [n for n in range(100) if read.person_erased_at("x", str(n)) is None] == []
