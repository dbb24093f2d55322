"""Writing files so that nothing is ever half written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

__all__ = ["atomic_write"]


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike, mode: str = "wb", **options) -> Iterator[IO]:
    """Open a file for writing that takes its name only when it is complete.

    What is written goes to a temporary file in the same folder.  When the
    ``with`` block ends well, the file moves to ``path`` in one step; when it
    raises, the temporary file goes and an older ``path`` stays as it was.

    Parameters
    ----------
    path : path
    mode, **options
        As for :func:`open`.

    Raises
    ------
    OSError : the folder cannot be written, or the disk is full.
    """
    path = Path(path)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, mode, **options) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~current_umask())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def current_umask() -> int:
    """The permissions that new files do not get; mkstemp gives even fewer."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
