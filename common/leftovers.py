"""Names that tell whose they are, so that the next run can clear up what a killed one left.

Shared memory, semaphores and temporary folders outlive a process that is
ended by kill -9.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from pathlib import Path

__all__ = ["SHARED_MEMORY", "clear_up", "own_name"]

SHARED_MEMORY = Path("/dev/shm")  # where Linux shows it as files; other systems do not show it
NAME = re.compile(r"(?:sem\.)?gbh-(\d+)-(\d+)-")


def own_name():
    """A new name that tells of which process it is."""
    return f"gbh-{namespace()}-{os.getpid()}-{secrets.token_hex(4)}"


def namespace():
    """In which world of process numbers this process lives: containers have their own."""
    try:
        return os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        return 0


def clear_up(folder):
    """Remove what processes that live no more have left in a folder under an ``own_name``."""
    if os.name != "posix":
        return
    here = str(namespace())
    for path in Path(folder).glob("*gbh-*"):
        name = NAME.match(path.name)
        if name and name[1] == here and not alive(int(name[2])):
            shutil.rmtree(path, ignore_errors=True)  # does nothing to a file
            with contextlib.suppress(OSError):  # somebody else's
                path.unlink()


def alive(pid):
    """Whether there is a process of that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's process
        return True
    return True
