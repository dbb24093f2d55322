import pytest

from dataset import files


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """COURSE_DATA is an empty folder, and the cache another one beside it."""
    monkeypatch.setattr(files, "cache_folder", lambda: tmp_path / "cache")
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("COURSE_DATA", str(folder))
    return folder
