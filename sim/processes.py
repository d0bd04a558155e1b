"""Processes as they are known beyond this one: whose leftovers lie on a shared disk, and who ends with whom."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import threading
import time
from pathlib import Path

LOOKS_EVERY = 0.5
"""Seconds after which a worker looks whether its main process is still there."""

SAME_START = 1.0
"""Start times of one process, in seconds since the epoch, agree to this."""

_KNOWN_BY = ("/etc/machine-id", "/proc/sys/kernel/random/boot_id")


def this_machine() -> str:
    """Eight hex digits of where process numbers mean the same: the host, and the part of it that sees them."""
    known = [socket.gethostname()]
    with contextlib.suppress(OSError):
        known.append(os.readlink("/proc/self/ns/pid"))
    for path in _KNOWN_BY:
        # A container may have no machine-id: then only the kernel's own.
        with contextlib.suppress(OSError):
            known.append(Path(path).read_text(encoding="ascii"))
            break
    return hashlib.sha256("\n".join(known).encode(errors="surrogateescape")).hexdigest()[:8]


def started(pid: int) -> float | None:
    """When the process began, in seconds since the epoch; None where none of this number runs: one that has ended, and
    whose parent has not looked yet, is as good as gone."""
    import psutil

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except psutil.NoSuchProcess:
        return None


def this_process() -> tuple[int, float]:
    """Its number and start, by which others know it."""
    return os.getpid(), started(os.getpid()) or 0.0


def is_running(pid: int, since: float) -> bool:
    """Whether the process that began then is still there; its number may be another's by now."""
    began = started(pid)
    return began is not None and abs(began - since) <= SAME_START


_watched: set[int] = set()


def end_with(pid: int, since: float) -> None:
    """End this process soon after that one does, however it went: a worker that nobody waits for holds memory, a core
    and the main process's output."""
    if pid in _watched or pid == os.getpid():
        return
    _watched.add(pid)

    def watch() -> None:
        while is_running(pid, since):
            time.sleep(LOOKS_EVERY)
        os._exit(1)

    threading.Thread(target=watch, name="ends with the main process", daemon=True).start()
