"""A disk that fails under a bot: full, unable to keep what it took, or with a limit on files.

The kernel itself refuses the chosen calls (seccomp), with the error that such a disk gives, for
the rest of the process's life. SQLite alone uses these calls here: sockets, logs and Python itself
write otherwise. libfiu would do the same by LD_PRELOAD, but its `malloc` needs thread-local
storage, and glibc aborts when that has to grow, which SciPy's many libraries make it do.
"""

import ctypes
import errno
import platform
import resource
import struct
from dataclasses import dataclass
from enum import StrEnum

HOW = "the kernel lets no process refuse its own calls here (seccomp); run it on Linux"


class Fault(StrEnum):
    """What is wrong with the disk, from a moment on.

    FULL: no room is left, writes fail with ENOSPC; beyond `room` bytes of a file if that is set.
    UNSYNCED: fsync and fdatasync fail with EIO, though the writes before went well. LIMITED: no
    file may grow beyond `room` bytes (EFBIG).
    """

    NONE = "none"
    FULL = "full"
    UNSYNCED = "unsynced"
    LIMITED = "limited"


@dataclass
class Disk:
    """The disk of one run. It breaks at its `at`-th look: 0 is before anything was opened."""

    fault: Fault = Fault.NONE
    at: int = 0
    room: int = 0
    _looks: int = 0

    @classmethod
    def read(cls, words: str) -> "Disk":
        """From "FAULT AT ROOM"."""
        fault, at, room = words.split()
        return cls(Fault(fault), int(at), int(room))

    def __str__(self) -> str:
        return f"{self.fault} {self.at} {self.room}"

    def look(self) -> None:
        """Called when a run begins and then a few times a second."""
        if self._looks == self.at:
            self._break()
        self._looks += 1

    def _break(self) -> None:
        if self.fault is Fault.FULL:
            refuse(_beyond(_calls().pwrite64, self.room, errno.ENOSPC))
        elif self.fault is Fault.UNSYNCED:
            refuse(_always(_calls().fsync, errno.EIO) + _always(_calls().fdatasync, errno.EIO))
        elif self.fault is Fault.LIMITED:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.room, resource.RLIM_INFINITY))


# ---------------------------------------------------------------- seccomp


@dataclass(frozen=True)
class _Calls:
    """Numbers of system calls (asm/unistd_64.h and asm-generic/unistd.h)."""

    pwrite64: int
    fsync: int
    fdatasync: int
    seccomp: int


_NUMBERS = {"x86_64": _Calls(18, 74, 75, 317), "aarch64": _Calls(68, 82, 83, 277)}

# Classic BPF (linux/filter.h): load a word, compare it, return a verdict.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _FAIL_WITH = 0x7FFF0000, 0x00050000
# Where `struct seccomp_data` has the number of the call and the low half of its fourth argument.
_NUMBER, _OFFSET_IN_FILE = 0, 16 + 3 * 8
_PR_SET_NO_NEW_PRIVS, _SET_MODE_FILTER, _ALL_THREADS = 38, 1, 1


def can_refuse() -> bool:
    """Whether a process may refuse its own calls here."""
    return platform.system() == "Linux" and platform.machine() in _NUMBERS


def refuse(rules: bytes) -> None:
    """Put rules between this process, all of its threads, and the kernel; nothing takes them away.

    Raises `OSError` where that is not allowed.
    """
    program = rules + _step(_RETURN, 0, 0, _ALLOW)
    steps = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    order = Program(len(program) // 8, ctypes.addressof(steps))
    if libc.syscall(_calls().seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(order)):
        raise OSError(ctypes.get_errno(), HOW)


def _calls() -> _Calls:
    return _NUMBERS[platform.machine()]


def _always(call: int, error: int) -> bytes:
    return (
        _step(_LOAD, 0, 0, _NUMBER)
        + _step(_IF_EQUAL, 0, 1, call)
        + _step(_RETURN, 0, 0, _FAIL_WITH | error)
    )


def _beyond(call: int, offset: int, error: int) -> bytes:
    return (
        _step(_LOAD, 0, 0, _NUMBER)
        + _step(_IF_EQUAL, 0, 3, call)
        + _step(_LOAD, 0, 0, _OFFSET_IN_FILE)
        + _step(_IF_AT_LEAST, 0, 1, offset)
        + _step(_RETURN, 0, 0, _FAIL_WITH | error)
    )


def _step(code: int, if_true: int, if_false: int, value: int) -> bytes:
    """One `struct sock_filter`; the jumps say how many steps are left out."""
    return struct.pack("=HBBI", code, if_true, if_false, value)
