"""Folders changed over in one step, and kept through a power cut."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

_HERE = -100
"""AT_FDCWD of Linux: paths are the process's own."""
_EXCHANGE = 2
"""RENAME_EXCHANGE of Linux's renameat2, RENAME_SWAP of macOS's renamex_np."""
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def exchange(one: Path, other: Path) -> bool:
    """Swap two existing paths in one step, so that nobody finds either missing; False where the system cannot."""
    first, second = os.fsencode(one), os.fsencode(other)
    sys.audit("sim.exchange", str(one), str(other))
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            failed = library.renameat2(_HERE, first, _HERE, second, _EXCHANGE)
        elif sys.platform == "darwin":
            failed = library.renamex_np(first, second, _EXCHANGE)
        else:
            return False
    except (AttributeError, OSError, TypeError):
        # A system library without the call.
        return False
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(one))


def keep_on_disk(folder: Path) -> None:
    """Wait until every file and folder of a tree is on the disk, not only in the system's memory."""
    for place, _, names in os.walk(folder):
        for name in names:
            # Windows lets only whoever may write wait for the disk.
            with (Path(place) / name).open("r+b") as file:
                os.fsync(file.fileno())
        keep_entries(Path(place))


def keep_entries(folder: Path) -> None:
    """Likewise for what a folder holds by name; Windows cannot, and needs not."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
