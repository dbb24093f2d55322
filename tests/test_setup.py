"""Setting up: the Makefile and `make doctor` say what is wrong with a folder, and mend it."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from stub_cupy import stub_cupy

from common.np import OLDEST

ROOT = Path(__file__).parents[1]

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


@pytest.fixture
def project(tmp_path):
    """A folder with a blank in its name, with all that the Makefile asks about, and a .venv."""
    folder = tmp_path / "a project"
    (folder / "tools" / "jupyterlab").mkdir(parents=True)
    for name in "Makefile", "requirements.txt", "pyproject.toml", "tools/jupyterlab/overrides.json":
        shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").mkdir()
    (folder / ".venv" / ".ready").write_text(f"{folder}\n")
    return folder


def plan(folder):
    """What `make doctor` would do."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "-n", "doctor"]
    done = subprocess.run(
        command, cwd=folder, env=clean, capture_output=True, text=True, check=True
    )
    return done.stdout


@needs_make
def test_a_folder_that_stayed_is_not_set_up_again(project):
    assert "-m venv" not in plan(project)


@needs_make
@pytest.mark.parametrize("how", [shutil.move, shutil.copytree])
def test_a_folder_that_was_moved_or_copied_is_set_up_anew(project, how):
    """What: `make` in a project folder whose .venv was made under another path.
    Why: its Python imports the package of the old folder, or of none.
    Expected: .venv is emptied and made, and .ready names the new folder."""
    new = project.parent / "moved"
    how(project, new)
    steps = plan(new)
    assert "was made in another folder" in steps
    assert "-m venv --clear .venv" in steps
    assert f'echo "{new}" > .venv/.ready' in steps


@needs_make
def test_the_first_set_up_empties_nothing(project):
    (project / ".venv" / ".ready").unlink()
    assert "--clear" not in plan(project)
    assert "-m venv" in plan(project)


def doctor(file=ROOT / "tools" / "doctor.py", python=(sys.executable,), **environment):
    done = subprocess.run(
        [*python, file], env=os.environ | environment, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_doctor_names_a_misspelt_folder(tmp_path):
    said = doctor(COURSE_DATA=str(tmp_path / "dtaa"))
    assert f"this project is in {ROOT}\nPython " in said
    assert f"COURSE_DATA={tmp_path / 'dtaa'} names no folder: " in said
    assert not (tmp_path / "dtaa").exists()


def test_the_doctor_names_damaged_files_and_what_a_stopped_download_left(tmp_path):
    (tmp_path / "ptb").mkdir()
    (tmp_path / "ptb" / "ptb.train.txt").write_text("cut")
    left = tmp_path / "ptb" / ".ptb.test.txt.01234567.part"
    left.touch()
    said = doctor(COURSE_DATA=str(tmp_path))
    assert "Penn Treebank: damaged" in said
    assert f"{tmp_path / 'ptb' / 'ptb.train.txt'} has 3 bytes, not 5,101,618: delete it" in said
    assert f"{left} is left of a download that was stopped" in said
    assert "MNIST: not present; it is downloaded when a notebook asks for it" in said
    assert "to a folder that holds mnist/train-images-idx3-ubyte.gz" in said


def test_the_doctor_notices_the_package_of_another_folder(tmp_path):
    """And none at all, as in a folder that was moved: a cure, no traceback."""
    (tmp_path / "tools").mkdir()
    file = shutil.copy(ROOT / "tools" / "doctor.py", tmp_path / "tools")
    assert f"`import common` finds the package of {ROOT}: make doctor" in doctor(file)
    assert "not installed in this Python: make doctor" in doctor(file, (sys.executable, "-I", "-S"))


def gpu_part(monkeypatch, capsys, cupy):
    """What the doctor says of the GPU, with this module as CuPy."""
    spec = importlib.util.spec_from_file_location("doctor", ROOT / "tools" / "doctor.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    module.gpu()
    return capsys.readouterr().out


def test_the_doctor_tells_what_a_gpu_needs(monkeypatch, capsys):
    """What: no CuPy, an old one, one that sees no GPU, one without NVIDIA's toolkit, and all well.
    Why: CuPy can be installed and imported in each of these cases.
    Expected: what to install, by name and size, for CUDA 12 and 13; or that it works."""
    said = gpu_part(monkeypatch, capsys, None)
    assert "70 MB,\n    pip install -r requirements-gpu.txt\n" in said
    assert '137 MB,\n    pip install "cupy-cuda12x[ctk]>=13.2,<15"\n' in said
    cupy = stub_cupy()
    said = gpu_part(monkeypatch, capsys, cupy)
    assert "CuPy 14.2.0 sees 1 GPU, the first an a stand-in\n  to use it: from common" in said
    assert "make gpu-test" in said

    def absent(*args):
        raise RuntimeError("CuPy failed to load libcurand.so.12: OSError\nmore")

    monkeypatch.setitem(cupy.random.__dict__, "random", absent)
    monkeypatch.setattr(cupy.cuda.runtime, "runtimeGetVersion", lambda: 12090)
    assert gpu_part(monkeypatch, capsys, cupy).endswith(
        "  and cannot use it without cuRAND of NVIDIA's toolkit:\n"
        '    pip install "cupy-cuda12x[ctk]" brings them\n'
        "  (CuPy failed to load libcurand.so.12: OSError)\n"
    )
    monkeypatch.setattr(cupy.cuda.runtime, "getDeviceCount", absent)
    assert "CuPy 14.2.0 is installed and sees no GPU (CuPy failed" in gpu_part(
        monkeypatch, capsys, cupy
    )
    monkeypatch.setitem(cupy.__dict__, "__version__", "13.1.0")
    assert "CuPy 13.1.0 is too old, 13.2 or newer" in gpu_part(monkeypatch, capsys, cupy)


def test_the_doctor_and_the_package_need_the_same_cupy():
    """Told in four places: they must not drift apart."""
    oldest = ".".join(map(str, OLDEST))
    for file in "tools/doctor.py", "requirements-gpu.txt":
        assert f"cupy-cuda12x[ctk]>={oldest},<15" in (ROOT / file).read_text()
    assert f"< {OLDEST}" in (ROOT / "tools" / "doctor.py").read_text()
