"""The journal of erasures: a file beside the database, so that an older backup cannot undo them.

A restored backup does not know who was erased since. Each line says that something was, and when;
whom, it says only to somebody who already has the person's id and the installation's key. A line
is on the disk before the erasing transaction commits: to erase twice is harmless, to forget an
erasure is not.
"""

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store.durable import sync

# So that the same secret never signs two things that could be taken for one another.
PURPOSE = b"lapor: journal of erasures"
PERSON, POST = "person", "post"
KEY_NAME_LENGTH = 8
"""Hexadecimal digits by which a line tells which key it was written with."""


class ErasureNotRecorded(Exception):
    """The journal could not be written, so nothing was erased."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"The journal of erasures {path} cannot be written: {why}. Nothing was erased: mend "
            "that and erase again (LAPOR_ERASURES_FILE says where the journal is)."
        )


@dataclass(frozen=True)
class Erasures:
    """What a journal says, as it was read.

    `is_there` is false without a file. `unreadable` counts damaged lines (a crash may leave one, of
    an erasure that was never carried out), `foreign` those of a key that is not configured any
    more: nobody can tell whom they are about.
    """

    is_there: bool
    unreadable: int
    foreign: int
    newest: Mapping[str, datetime]
    digests: Callable[[str, str, str], Sequence[str]]

    def person_erased_at(self, platform: str, external_id: str) -> datetime | None:
        """When this person was last erased, None if never."""
        return self._newest(PERSON, platform, external_id)

    def post_forgotten_at(self, platform: str, external_id: str) -> datetime | None:
        """When this post was forgotten because its author had deleted it, None if never."""
        return self._newest(POST, platform, external_id)

    def _newest(self, what: str, platform: str, external_id: str) -> datetime | None:
        found = (self.newest.get(digest) for digest in self.digests(what, platform, external_id))
        return max((moment for moment in found if moment), default=None)


class Journal:
    """An append-only file, one JSON object a line; several processes may write to it at once."""

    def __init__(self, path: Path, keys: Sequence[str]) -> None:
        """The first key writes; the others still recognise what was written with them."""
        self.path = path
        self._keys = [hmac.digest(key.encode(), PURPOSE, hashlib.sha256) for key in keys]

    def note_person(self, platform: str, external_id: str, at: datetime) -> None:
        """This person is about to be erased; raises `ErasureNotRecorded`."""
        self._note(PERSON, platform, external_id, at)

    def note_post(self, platform: str, external_id: str, at: datetime) -> None:
        """This post is about to be forgotten; raises `ErasureNotRecorded`."""
        self._note(POST, platform, external_id, at)

    def read(self) -> Erasures:
        """Everything that was ever noted."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return Erasures(False, 0, 0, {}, self._digests)
        ours = {_name_of(key) for key in self._keys}
        newest: dict[str, datetime] = {}
        unreadable = foreign = 0
        for line in filter(None, lines):
            try:
                key, digest, moment = _parse(line)
            except (ValueError, KeyError, TypeError):
                unreadable += 1
                continue
            foreign += key not in ours
            newest[digest] = max(moment, newest.get(digest, moment))
        return Erasures(True, unreadable, foreign, newest, self._digests)

    def _note(self, what: str, platform: str, external_id: str, at: datetime) -> None:
        line = json.dumps(
            {
                "at": at.isoformat(),
                "key": _name_of(self._keys[0]),
                "of": self._digests(what, platform, external_id)[0],
            }
        )
        try:
            self._append(line.encode() + b"\n")
        except OSError as error:
            raise ErasureNotRecorded(self.path, error.strerror or str(error)) from None

    def _digests(self, what: str, platform: str, external_id: str) -> list[str]:
        named = json.dumps([what, platform, external_id]).encode()
        return [hmac.digest(key, named, hashlib.sha256).hex() for key in self._keys]

    def _append(self, line: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(self.path) as file:
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                # A crash tore the last line; this one must not become part of it.
                line = b"\n" + line
            try:
                if os.write(file, line) < len(line):
                    raise OSError("only a part of the line could be written")
                os.fsync(file)
            except OSError:
                os.ftruncate(file, size)
                raise
            if not size:
                sync(self.path.parent)


def _parse(line: bytes) -> tuple[str, str, datetime]:
    entry = json.loads(line)
    moment = datetime.fromisoformat(entry["at"])
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return str(entry["key"]), str(entry["of"]), moment


def _name_of(key: bytes) -> str:
    return hmac.digest(key, b"name", hashlib.sha256).hex()[:KEY_NAME_LENGTH]


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file, opened for appending by one process at a time."""
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)
