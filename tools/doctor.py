"""Say in plain lines what is installed, whether a GPU is seen, and where data are looked for."""

import importlib.metadata
import importlib.util
import platform
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
CURE = f"make doctor, called in {HERE}, sets it up anew"


def project():
    """Where Python finds the package; False if that is not this folder, or nowhere."""
    print(f"this project is in {HERE}")
    found = importlib.util.find_spec("common")
    if not found:
        print(f"  its package is not installed in this Python: {CURE}")
        return False
    there = Path(found.submodule_search_locations[0]).resolve().parent
    if there != HERE:
        print(f"  and `import common` finds the package of {there}: {CURE}")
    return there == HERE


def packages():
    print(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    print(f"  {sys.executable}")
    for name in ("numpy", "scipy", "matplotlib", "jupyterlab", "nbval", "gensim"):
        try:
            print(f"  {name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            print(f"  {name} is missing: pip install -r requirements.txt")


def gpu():
    try:
        import cupy

        count = cupy.cuda.runtime.getDeviceCount()
        name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
        print(f"CuPy {cupy.__version__} sees {count} GPU, the first an {name}")
        print("  to use it: from common import config; config.GPU = True")
    except ImportError:
        print("CuPy is not installed; everything runs on the processor")
        print("  with an NVIDIA GPU: pip install -r requirements-gpu.txt")
    except Exception as error:
        print(f"CuPy is installed and sees no GPU ({error}); everything runs on the processor")


def data():
    from dataset import files, numpy_docs, ptb

    print("data are looked for in")
    for folder in files.data_folders():
        print(f"  {folder}{'' if folder.is_dir() else ' (not there yet)'}")
    if files.misnamed():
        print(f"  {files.misnamed()}")
    if ptb.is_available():
        print("Penn Treebank: present")
    else:
        damaged = list(damaged_files(files, ptb.FILES.values()))
        what = "damaged" if damaged else "not present; it is downloaded when a notebook asks for it"
        print(f"Penn Treebank: {what}")
        for line in damaged:
            print(f"  {line}")
        print(f"  with no network, set {files.VARIABLE} to a folder that holds ptb/ptb.train.txt")
    for folder in files.data_folders():
        for part in sorted(folder.glob("*/.*.part")):
            print(f"  {part} is left of a download that was stopped; delete it if none runs now")
    print(f"NumPy's documentation as a corpus: {len(numpy_docs.load_text().split()):,} words")


def damaged_files(files, wanted):
    """A line for each file that is there and not as it should be, with the cure."""
    for file in wanted:
        for path, wrong in files.look_for(file):
            if wrong not in (None, "missing"):
                yield f"{path} {wrong}: delete it, and it is downloaded anew"


if __name__ == "__main__":
    here = project()
    packages()
    gpu()
    if here:
        data()
