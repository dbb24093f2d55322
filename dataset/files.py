"""Where data files are looked for, how they are verified, and how missing ones arrive.

Two folders are looked into, in this order:

1. the one that the environment variable ``COURSE_DATA`` names, if it is set.
   Files that lie there are verified and read in place; they are never changed;
2. a cache folder of the user (``~/.cache/gradients-by-hand`` on Linux).

A missing file is downloaded into the first of them that can be written.  The folder that
``COURSE_DATA`` names must be there: it is not made, because a name may be misspelt.
"""

import hashlib
import os
import threading
import warnings
from dataclasses import dataclass
from pathlib import Path

from common.files import atomic_write, check_writable, open_ordinary

VARIABLE = "COURSE_DATA"
PATIENCE = 30  # seconds to wait for a connection, or for the next bytes
SLOWEST = 20_000  # bytes a second; what comes more slowly is given up
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
    # os.path leaves the name of an unknown user as it is, and then there is no such folder.
    folders = [Path(os.path.expanduser(given)).absolute()] if given else []
    return [*folders, cache_folder()]


def misnamed() -> str | None:
    """Say what is wrong with the folder that ``COURSE_DATA`` names; None if nothing is."""
    given = os.environ.get(VARIABLE)
    if not given or data_folders()[0].is_dir():
        return None
    return (
        f"{VARIABLE}={given} names no folder: there is no {data_folders()[0]}. "
        "Correct the name, or make the folder"
    )


def fault(path: Path, file: DataFile) -> str | None:
    """Say what is wrong with the file at `path`, ``'missing'`` if it is not there; None if good."""
    try:
        with open_ordinary(path, packed=file.name.endswith(".gz")) as opened:
            content = opened.read()
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    except ValueError as error:
        return f"cannot be read ({error})"
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
        If ``COURSE_DATA`` names no folder, or a damaged file lies there (it is yours, so it is
        not overwritten), if no data folder can be written, or if every mirror failed.
    """
    found = look_for(file)
    for path, wrong in found:
        if wrong is None:
            return path
    if misnamed():
        raise DataError(f"{misnamed()}. {file.name} is not in the cache either")
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
    """Download into a temporary file, in bounded time: whatever the server does."""
    target.parent.mkdir(parents=True, exist_ok=True)
    limit = 2 * PATIENCE + file.size / SLOWEST
    with atomic_write(target) as part:
        # In a thread: to look up a name, and to wait for single bytes, has no limit of its own.
        transfer = Transfer(url, part, file.size)
        transfer.start()
        transfer.join(limit)
        if transfer.is_alive():
            raise DataError(f"it did not arrive in {limit:.0f} seconds")
        if transfer.error:
            raise transfer.error
        wrong = fault(Path(part.name), file)
        if wrong and transfer.start_of_file.lstrip().startswith(b"<"):
            raise DataError(f"what arrived is a web page, such as a login; it {wrong}")
        if wrong:
            raise DataError(f"what arrived {wrong}")


class Transfer(threading.Thread):
    """A download, as something that one may stop to wait for.

    Attributes
    ----------
    error : Exception or None
        What went wrong.
    start_of_file : bytes
    """

    def __init__(self, url, part, size):
        super().__init__(daemon=True)
        self.url, self.part, self.room = url, part, size
        self.error, self.start_of_file = None, b""

    def run(self):
        get = _pooch().HTTPDownloader(progressbar=False, chunk_size=1 << 16, timeout=PATIENCE)
        try:
            get(self.url, self, None)
        except Exception as error:
            self.error = error

    def write(self, piece):
        """Called by the downloader."""
        self.start_of_file = self.start_of_file or piece[:100]
        self.room -= len(piece)
        if self.room < 0:
            raise DataError("it sends more bytes than the file has")
        self.part.write(piece)

    def flush(self):
        """Called by the downloader, at the end."""
        self.part.flush()


def _first_writable(paths, file):
    refusals = []
    for path in paths:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return check_writable(path)
        except OSError as error:
            refusals.append(f"  {path.parent}: {error.strerror}")
    raise DataError(
        f"{file.name} is missing, and no data folder can be written:\n"
        + "\n".join(refusals)
        + f"\nSet the environment variable {VARIABLE} to a folder that can be written, or to one "
        f"that holds {file.name} already. {_wanted(file)}"
    )


def _wanted(file):
    return f"Expected: {file.size:,} bytes, SHA-256 {file.sha256}"
