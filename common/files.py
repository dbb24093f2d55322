"""Files that are never half written, and what can be a file at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

__all__ = ["atomic_write", "check_writable", "open_ordinary", "read_npz", "same_file"]

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
LONGEST = 200  # bytes of a name that its temporary file repeats; most systems take 255 in all


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike, mode: str = "wb", **options) -> Iterator[IO]:
    """Open a file for writing that takes its name only when it is complete.

    What is written goes to a temporary file in the same folder.  When the
    ``with`` block ends well, the file moves to ``path`` in one step; when it
    raises, the temporary file goes and an older ``path`` stays as it was.
    A run that was killed leaves its temporary file behind; the next one that
    writes ``path`` clears it away (not on Windows).

    Parameters
    ----------
    path : path
        A link stays one: the file that it points to is written.  An older
        file hands its permissions on.
    mode, **options
        As for :func:`open`.

    Raises
    ------
    OSError : as in :func:`check_writable`, or the disk is full; the message names the file.
    """
    target = check_writable(path)
    clear_leftovers(target)
    permissions = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    # From the start, so that what only its owner may read is never open to others.
    opener = permissions and (lambda name, flags: os.open(name, flags, permissions))
    part = None
    try:
        with contextlib.ExitStack() as stack:
            while part is None or not part.exists():  # a run that clears up may have been quick
                part = target.with_name(f".{short(target.name)}.{secrets.token_hex(4)}.part")
                options["opener"] = opener
                file = stack.enter_context(open(part, mode.replace("w", "x"), **options))
                lock(file)
            if permissions:
                os.chmod(part, permissions)  # what the mask of this process took away
            yield file
            file.flush()
            os.fsync(file.fileno())  # a full disk shows here at the latest
            if fcntl is None:
                file.close()  # Windows renames no open file
            os.replace(part, target)
    except OSError as error:
        if error.filename is None and error.errno in NO_ROOM:
            error.filename = str(path)
        raise
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def check_writable(path: str | os.PathLike) -> Path:
    """Refuse a name under which no file can be written, and leave everything as it is.

    Returns
    -------
    target : Path
        The file that will be written: ``path``, or what it points to as a link.

    Raises
    ------
    OSError : the name is empty or too long, it belongs to a folder, a device or
        a file that is read-only, or its folder is missing or cannot be written.
    """
    name = os.fspath(path)
    if not name:
        raise FileNotFoundError(errno.ENOENT, "a file needs a name; this one is empty", name)
    path = Path(path)
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = None
    if stat.S_ISDIR(mode or 0) or name.endswith(("/", os.sep)):
        raise IsADirectoryError(errno.EISDIR, "this names a folder, not a file", name)
    if mode is not None and not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "this is a device or a pipe, no ordinary file", name)
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    if mode is not None and not (mode & 0o222 and os.access(target, os.W_OK)):
        raise PermissionError(errno.EACCES, "this file is read-only", name)
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {target.parent}", name)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, f"the folder {target.parent} is read-only", name)
    return target


def same_file(one: str | os.PathLike, other: str | os.PathLike) -> bool:
    """Whether two names mean one file, through links too; the file need not be there yet."""
    with contextlib.suppress(OSError):
        return os.path.samefile(one, other)
    return os.path.realpath(one) == os.path.realpath(other)


@contextlib.contextmanager
def open_ordinary(
    path: str | os.PathLike, error: type[ValueError] = ValueError, *, packed: bool = False
) -> Iterator[IO[bytes]]:
    """Open a file for reading bytes; refuse what would hang, and what must be unpacked first.

    Parameters
    ----------
    path : path
    error : type
        What to raise for a file that cannot be read as it is.
    packed : bool
        The file is meant to be compressed.

    Raises
    ------
    OSError : the file is not there or cannot be read.
    ValueError, or ``error`` : it is a device or a pipe, or compressed and not ``packed``.
    """
    mode = os.stat(path).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # open() says what is wrong with a folder
        raise error(f"{path} is no ordinary file but a device or a pipe; save it as a file")
    with open(path, "rb") as file:
        if file.read(2) == b"\x1f\x8b" and not packed:
            raise error(f"{path} is compressed; unpack it first, as by gunzip")
        file.seek(0)
        yield file


def read_npz(file: IO[bytes]) -> dict[str, numpy.ndarray]:
    """Name -> array of an ``.npz`` file that is open, every checksum verified."""
    with zipfile.ZipFile(file) as archive:
        wrong = archive.testzip()  # numpy.load looks at no checksum if it wants fewer bytes
        if wrong:
            raise zipfile.BadZipFile(f"{wrong} has another checksum than it should")
    file.seek(0)
    with numpy.load(file, allow_pickle=False) as arrays:
        return dict(arrays)


def short(name):
    """As much of a name as leaves room for what is added to it."""
    return name.encode(errors="surrogateescape")[:LONGEST].decode(errors="ignore")


def lock(file, flags=0):
    """Mark a file as being written, until it is closed or its process dies."""
    if fcntl is not None:
        with contextlib.suppress(OSError):  # not every file system has locks
            fcntl.flock(file, fcntl.LOCK_EX | flags)
            return True
    return False


def clear_leftovers(target):
    """Remove the temporary files of ``target`` that no living process writes."""
    if fcntl is None:
        return
    pattern = re.compile(rf"\.{re.escape(short(target.name))}\.[0-9a-f]{{8}}\.part")
    for name in filter(pattern.fullmatch, os.listdir(target.parent)):
        with contextlib.suppress(OSError), open(target.with_name(name), "rb+") as part:
            if lock(part, fcntl.LOCK_NB):
                os.unlink(part.name)
