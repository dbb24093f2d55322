"""Writing files: complete or not at all."""

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from common.files import atomic_write, check_writable, open_ordinary, same_file

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


def test_a_file_appears_when_it_is_complete(tmp_path):
    """What: the folder before, while and after writing.
    Why: whoever reads at the same time must see the old file or the new, never half of one.
    Expected: the old contents until the block has ended, then the new, and nothing beside it."""
    path = tmp_path / "data.txt"
    path.write_text("old")
    with atomic_write(path, "w") as file:
        file.write("new, and longer")
        file.flush()
        assert path.read_text() == "old"
        assert len(os.listdir(tmp_path)) == 2
    assert path.read_text() == "new, and longer"
    assert os.listdir(tmp_path) == ["data.txt"]


def test_a_new_file_is_not_there_before_it_is_complete(tmp_path):
    with atomic_write(tmp_path / "data") as file:
        file.write(b"1234")
        assert not (tmp_path / "data").exists()
    assert (tmp_path / "data").read_bytes() == b"1234"


@pytest.mark.parametrize("error", [OSError(28, "No space left"), KeyboardInterrupt(), ValueError()])
@pytest.mark.parametrize("there", [True, False])
def test_a_failure_keeps_the_old_file(tmp_path, error, there):
    """A full disk, the stop button, a mistake: the old file stays, the half-written one goes."""
    path = tmp_path / "data"
    if there:
        path.write_bytes(b"old")

    def write():
        with atomic_write(path) as file:
            file.write(b"new")
            raise error

    with pytest.raises(type(error)):
        write()
    assert os.listdir(tmp_path) == (["data"] if there else [])
    assert not there or path.read_bytes() == b"old"


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_a_failure_in_the_last_moment_keeps_the_old_file(tmp_path, monkeypatch, function):
    path = tmp_path / "data"
    path.write_bytes(b"old")

    def fail(*args):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, function, fail)
        with pytest.raises(OSError, match="Input/output"), atomic_write(path) as file:
            file.write(b"new")
    assert os.listdir(tmp_path) == ["data"]
    assert path.read_bytes() == b"old"


def test_the_numbers_are_on_the_disk_before_the_name_moves(tmp_path, monkeypatch):
    """What: the order of flush, fsync and rename.
    Why: after a power cut, a renamed file without its contents is empty.
    Expected: all bytes handed over, then synchronised, then renamed."""
    events, fsync, replace = [], os.fsync, os.replace
    size = lambda handle: os.fstat(handle).st_size
    monkeypatch.setattr(os, "fsync", lambda h: (events.append(("fsync", size(h))), fsync(h)))
    monkeypatch.setattr(os, "replace", lambda a, b: (events.append("rename"), replace(a, b)))
    with atomic_write(tmp_path / "data") as file:
        file.write(b"1234")
    assert events == [("fsync", 4), "rename"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_others_may_read_what_the_mask_allows(tmp_path, mask, mode):
    """Temporary files are closed to everyone else; a class shares a folder of data."""
    old = os.umask(mask)
    try:
        with atomic_write(tmp_path / "data") as file:
            file.write(b"1")
        assert stat.S_IMODE(os.stat(tmp_path / "data").st_mode) == mode
        assert os.umask(mask) == mask  # and the mask itself is as it was
    finally:
        os.umask(old)


def test_text_with_its_encoding_and_line_ends(tmp_path):
    with atomic_write(tmp_path / "text", "w", encoding="utf-8", newline="\n") as file:
        file.write("σ\n")
    assert (tmp_path / "text").read_bytes() == "σ\n".encode()


def test_a_name_without_a_folder_is_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with atomic_write("data") as file:
        file.write(b"1")
    assert os.listdir(tmp_path) == ["data"]


def test_impossible_places_are_errors(tmp_path):
    """No such folder; a file where the folder should be; a folder of that name; a wrong mode."""
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for path in tmp_path / "nowhere" / "data", tmp_path / "file" / "data", tmp_path / "folder":
        with pytest.raises(OSError, match=path.name), atomic_write(path) as file:
            file.write(b"1")
    with pytest.raises(ValueError, match="mode"), atomic_write(tmp_path / "data", "z"):
        pass
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_two_writers_of_one_file_have_a_temporary_file_each(tmp_path):
    with atomic_write(tmp_path / "data", "w") as one, atomic_write(tmp_path / "data", "w") as two:
        assert one.name != two.name
        one.write("one")
        two.write("two")
    assert (tmp_path / "data").read_text() == "one"
    assert os.listdir(tmp_path) == ["data"]


@pytest.mark.skipif(os.name == "nt", reason="Windows does not replace a file that is open")
def test_a_reader_of_the_old_file_never_sees_half_of_the_new_one(tmp_path):
    (tmp_path / "data").write_text("old")
    with open(tmp_path / "data") as reader:
        with atomic_write(tmp_path / "data", "w") as file:
            file.write("new")
        assert reader.read() == "old"


# --- what can be a file ----------------------------------------------------------------------


def write(path, content=b"new"):
    with atomic_write(path) as file:
        file.write(content)


def refused(tmp_path, case):
    """A name under which nothing can be written, and what the message says of it."""
    here = tmp_path / case
    if case == "a folder":
        here.mkdir()
        return here, "names a folder"
    if case == "a name that ends as a folder's":
        return f"{here}/", "names a folder"
    if case == "a device":
        return os.devnull, "a device or a pipe"
    if case == "a pipe":
        os.mkfifo(here)
        return here, "a device or a pipe"
    if case == "a link to a pipe":
        os.mkfifo(tmp_path / "pipe")
        here.symlink_to("pipe")
        return here, "a device or a pipe"
    if case == "a link round in a circle":
        here.symlink_to(here)
        return here, "levels of symbolic links"
    if case == "a read-only file":
        here.write_bytes(b"old")
        here.chmod(0o444)
        return here, "read-only"
    if case == "a name too long":
        return tmp_path / ("a" * 256), "too long"
    if case == "no name":
        return "", "needs a name"
    return tmp_path / "nowhere" / "data", f"no folder {tmp_path / 'nowhere'}"


CASES = [
    "a folder",
    "a name that ends as a folder's",
    "a device",
    "a pipe",
    "a link to a pipe",
    "a link round in a circle",
    "a read-only file",
    "a name too long",
    "no name",
    "no folder",
]


@posix
@pytest.mark.parametrize("case", CASES)
def test_a_name_that_cannot_be_written_is_refused_before_anything_happens(tmp_path, case):
    """What: names that belong to no ordinary file, asked about, and written to.
    Why: hours of training end with the file that was named at their start.
    Expected: an OSError that names the file, from both; the folder is as it was."""
    path, message = refused(tmp_path, case)
    before = {p.name: p.lstat() for p in tmp_path.iterdir()}
    for use in check_writable, write:
        with pytest.raises(OSError, match=message) as caught:
            use(path)
        assert repr(str(path)) in str(caught.value)
    after = {p.name: p.lstat() for p in tmp_path.iterdir()}
    # all but the times: to follow a link is to read it
    assert {name: s[:7] for name, s in after.items()} == {name: s[:7] for name, s in before.items()}


def test_to_ask_changes_nothing(tmp_path):
    (tmp_path / "old").write_bytes(b"old")
    for name in "old", "new":
        assert check_writable(tmp_path / name) == tmp_path / name
    assert os.listdir(tmp_path) == ["old"]
    assert (tmp_path / "old").read_bytes() == b"old"


@posix
@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_a_link(tmp_path, there):
    """The file that it points to is written, in another folder, there or not yet."""
    target = tmp_path / "else" / "data"
    target.parent.mkdir()
    if there:
        target.write_bytes(b"old")
    (tmp_path / "link").symlink_to("else/data")
    assert check_writable(tmp_path / "link") == Path(os.path.realpath(target))
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert target.read_bytes() == b"new"
    assert os.listdir(target.parent) == ["data"]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_a_file_keeps_its_permissions(tmp_path, mode):
    """Also while it is written: what only its owner may read is never open to others."""
    path = tmp_path / "data"
    path.write_bytes(b"old")
    path.chmod(mode)
    with atomic_write(path, "w", encoding="utf-8") as file:
        assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == mode
        file.write("new")
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_text() == "new"


@pytest.mark.parametrize("name", ["a" * 255, "σ" * 127])
def test_the_longest_name_that_is_allowed(tmp_path, name):
    write(tmp_path / name)
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_names_the_file(tmp_path, number):
    def full():
        with atomic_write(tmp_path / "data"):
            raise OSError(number, "No room")

    with pytest.raises(OSError, match=r"No room: .*data'"):
        full()


def test_other_errors_keep_their_words(tmp_path):
    """A server that ends a download is no fault of the file; one that names a file names it."""

    def fail(error):
        with atomic_write(tmp_path / "data"):
            raise error

    for error in ConnectionResetError(104, "reset"), OSError(28, "full", "another"):
        before = str(error)
        with pytest.raises(OSError, match=r"reset|another") as caught:
            fail(error)
        assert str(caught.value) == before


KILLED = """
import os, signal, sys
from common.files import atomic_write
with atomic_write(sys.argv[1]) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@posix
@pytest.mark.parametrize("name", ["data", "a[b]*c", "a" * 255])
def test_what_a_killed_run_left_goes_with_the_next(tmp_path, name):
    """What: a run killed while it writes, beside a run that is writing now.
    Why: half-written files pile up, and a class shares a folder.
    Expected: the dead run's file goes, the living one's stays, and so does all else."""
    for other in f".{name[:200]}.part", ".other.01234567.part":
        (tmp_path / other).write_bytes(b"not ours")
    kept = set(os.listdir(tmp_path))
    died = subprocess.run([sys.executable, "-c", KILLED, tmp_path / name], check=False)
    assert died.returncode == -signal.SIGKILL
    assert len(os.listdir(tmp_path)) == 3
    with atomic_write(tmp_path / name) as living:
        living.write(b"first")
        assert len(os.listdir(tmp_path)) == 3
        write(tmp_path / name)
        assert len(os.listdir(tmp_path)) == 4
    assert set(os.listdir(tmp_path)) == {*kept, name}
    assert (tmp_path / name).read_bytes() == b"first"


@posix
def test_a_run_that_clears_up_in_the_first_moment_does_no_harm(tmp_path, monkeypatch):
    """The new file is cleared away before it is marked: another one is made."""
    from common import files

    lock, taken = files.lock, []

    def too_late(file, *flags):
        if not taken:
            taken.append(file.name)
            os.unlink(file.name)
        return lock(file, *flags)

    monkeypatch.setattr(files, "lock", too_late)
    write(tmp_path / "data")
    assert os.listdir(tmp_path) == ["data"]


@posix
def test_two_names_of_one_file(tmp_path):
    (tmp_path / "file").write_bytes(b"1")
    (tmp_path / "other").write_bytes(b"1")
    (tmp_path / "link").symlink_to("file")
    os.link(tmp_path / "file", tmp_path / "hard")
    (tmp_path / "folder").mkdir()
    for name in "file", "link", "hard", "folder/../file":
        assert same_file(tmp_path / "file", tmp_path / name)
    for name in "other", "none":
        assert not same_file(tmp_path / "file", tmp_path / name)
    assert same_file(tmp_path / "none", tmp_path / "folder" / ".." / "none")


@posix
def test_reading_refuses_what_would_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in tmp_path / "pipe", Path(os.devnull):
        with pytest.raises(ValueError, match="is no ordinary file") as caught, open_ordinary(path):
            pass
        assert str(path) in str(caught.value)
    with pytest.raises(IsADirectoryError, match=tmp_path.name), open_ordinary(tmp_path):
        pass
    with pytest.raises(FileNotFoundError, match="none"), open_ordinary(tmp_path / "none"):
        pass


def test_reading_starts_at_the_first_byte_and_says_what_is_compressed(tmp_path):
    for content in b"", b"1", b"123":
        (tmp_path / "data").write_bytes(content)
        with open_ordinary(tmp_path / "data") as file:
            assert file.read() == content
    (tmp_path / "data").write_bytes(b"\x1f\x8b\x08")
    with (
        pytest.raises(ValueError, match="data is compressed; unpack it first"),
        open_ordinary(tmp_path / "data"),
    ):
        pass


def test_reading_what_is_meant_to_be_compressed(tmp_path):
    (tmp_path / "data.gz").write_bytes(b"\x1f\x8b\x08")
    with open_ordinary(tmp_path / "data.gz", packed=True) as file:
        assert file.read() == b"\x1f\x8b\x08"
    with pytest.raises(ValueError, match="no ordinary"), open_ordinary(os.devnull, packed=True):
        pass
