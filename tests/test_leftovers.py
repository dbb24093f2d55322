"""What a killed process left is removed, and nothing else."""

import os
import subprocess
import sys

import pytest

from common.leftovers import alive, clear_up, namespace, own_name

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process numbers of POSIX")


def test_only_what_the_dead_left_goes(tmp_path):
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True
    )
    dead = int(dead.stdout)
    here = namespace()
    goes = [f"gbh-{here}-{dead}-abc", f"sem.gbh-{here}-{dead}-abc-xyz", f"gbh-{here}-{dead}-folder"]
    stays = [
        own_name(),
        f"sem.{own_name()}",
        f"gbh-{here}-1-abc",  # it lives, and is somebody else's
        f"gbh-{here + 1}-{dead}-abc",  # of another container
        f"my-gbh-{here}-{dead}-abc",
        f"gbh-{here}-{dead}",
        "gbh-notes",
    ]
    for name in goes + stays:
        (tmp_path / name).mkdir() if "folder" in name else (tmp_path / name).touch()
    (tmp_path / goes[-1] / "ids").touch()
    clear_up(tmp_path)
    assert sorted(os.listdir(tmp_path)) == sorted(stays)


def test_names_are_new():
    assert own_name() != own_name()
    assert f"-{os.getpid()}-" in own_name()
    assert alive(os.getpid())


def test_where_there_is_nothing(tmp_path):
    clear_up(tmp_path / "no")
