"""Where data files are looked for, how they are verified, and how missing ones arrive.

Two folders are looked into, in this order:

1. the one that the environment variable ``COURSE_DATA`` names, if it is set.
   Files that lie there are verified and read in place; they are never changed;
2. a cache folder of the user (``~/.cache/gradients-by-hand`` on Linux).

A missing file is downloaded into the first of them that can be written.
"""

import hashlib
import os
import secrets
import warnings
from dataclasses import dataclass
from pathlib import Path

from common.files import atomic_write

VARIABLE = "COURSE_DATA"
APPLICATION = "gradients-by-hand"


class DataError(RuntimeError):
    """A data file is missing or damaged and could not be had; the message says what to do."""


@dataclass(frozen=True)
class DataFile:
    """A file with exactly known content.

    Attributes
    ----------
    name : str
        Path inside a data folder, with forward slashes: ``'ptb/ptb.train.txt'``.
    size : int
        In bytes.
    sha256 : str
        Of the content, in hexadecimal.
    urls : tuple of str
        Mirrors, tried in this order.
    """

    name: str
    size: int
    sha256: str
    urls: tuple[str, ...] = ()


def cache_folder() -> Path:
    """Return the user's cache folder of this course (it may not exist yet)."""
    return Path(_pooch().os_cache(APPLICATION))


def data_folders() -> list[Path]:
    """Return the folders that are looked into, in that order: ``COURSE_DATA`` if set, the cache."""
    given = os.environ.get(VARIABLE)
    folders = [Path(given).expanduser().absolute()] if given else []
    return [*folders, cache_folder()]


def fault(path: Path, file: DataFile) -> str | None:
    """Say what is wrong with the file at `path`, ``'missing'`` if it is not there; None if good."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if len(content) != file.size:
        return f"has {len(content):,} bytes, not {file.size:,}"
    digest = hashlib.sha256(content).hexdigest()
    return None if digest == file.sha256 else f"has the SHA-256 {digest}, not {file.sha256}"


def look_for(file: DataFile) -> list[tuple[Path, str | None]]:
    """Look for a file in every data folder, with no download.

    Returns
    -------
    list of (path, fault)
        In the order of `data_folders`; `fault` is None where the file is there and good.
    """
    paths = [folder / file.name for folder in data_folders()]
    return [(path, fault(path, file)) for path in paths]


def find(file: DataFile) -> Path | None:
    """Return the path of the first good copy of a file, or None. Nothing is downloaded."""
    return next((path for path, wrong in look_for(file) if wrong is None), None)


def fetch(file: DataFile) -> Path:
    """Return the path of a good copy of a file; download it if there is none.

    A download goes to a temporary file in the same folder, is verified there, and only then takes
    its name: a cut transfer leaves nothing behind, and processes that load at once do not disturb
    each other.

    Raises
    ------
    DataError
        If a damaged file lies in ``COURSE_DATA`` (it is yours, so it is not overwritten), if no
        data folder can be written, or if every mirror failed.
    """
    found = look_for(file)
    for path, wrong in found:
        if wrong is None:
            return path
    *given, (_, _) = found
    for path, wrong in given:
        if wrong != "missing":
            raise DataError(
                f"{path} {wrong}. It was left as it is: delete it to have it downloaded, "
                f"or replace it by a good copy. {_wanted(file)}"
            )
    target = _first_writable([path for path, _ in found], file)
    failures = []
    for url in file.urls:
        try:
            _download(url, target, file)
        except (OSError, ValueError, DataError) as error:
            if fault(target, file) is None:  # another process was faster
                return target
            failures.append(f"  {url}\n    {type(error).__name__}: {error}")
        else:
            return target
    raise DataError(
        f"{file.name} could not be downloaded. Mirrors tried:\n"
        + "\n".join(failures)
        + f"\nTo put the file there by hand, save it as\n  {target}\n{_wanted(file)}"
    )


def _pooch():
    """Import pooch when it is needed, without the note on ipywidgets that a notebook would show."""
    with warnings.catch_warnings(action="ignore"):
        import pooch
    return pooch


def _download(url, target, file):
    get = _pooch().HTTPDownloader(progressbar=False, chunk_size=1 << 16, timeout=30)
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(target) as part:
        get(url, part, None)
        part.flush()
        wrong = fault(Path(part.name), file)
        if wrong:
            raise DataError(f"what arrived {wrong}")


def _first_writable(paths, file):
    refusals = []
    for path in paths:
        probe = path.with_name(f".{os.getpid()}.{secrets.token_hex(4)}.probe")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            probe.touch()
            probe.unlink()
        except OSError as error:
            refusals.append(f"  {path.parent}: {error.strerror}")
        else:
            return path
    raise DataError(
        f"{file.name} is missing, and no data folder can be written:\n"
        + "\n".join(refusals)
        + f"\nSet the environment variable {VARIABLE} to a folder that can be written, or to one "
        f"that holds {file.name} already. {_wanted(file)}"
    )


def _wanted(file):
    return f"Expected: {file.size:,} bytes, SHA-256 {file.sha256}"
