"""Writing files: complete or not at all."""

import os
import stat

import pytest

from common.files import atomic_write


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
