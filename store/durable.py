"""Waiting until a file, or a folder's list of names, is really on the disk."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """fsync a file or a folder: a new or renamed file is safe only when its folder is, too."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
