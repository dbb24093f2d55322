"""Writing files so that nothing is ever half written."""

from __future__ import annotations

import contextlib
import os
import secrets
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
    # Not tempfile.mkstemp: only their owner may read its files, also after they have moved.
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with open(part, mode.replace("w", "x"), **options) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # a full disk shows here at the latest
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
