"""Say in plain lines what is installed, whether a GPU is seen, and where data are looked for."""

import importlib.metadata
import importlib.util
import platform
import re
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
    for name in ("numpy", "scipy", "scikit-learn", "matplotlib", "jupyterlab", "nbval", "gensim"):
        try:
            print(f"  {name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            print(f"  {name} is missing: pip install -r requirements.txt")


# What CuPy calls from NVIDIA's toolkit, and an array operation that needs it.
TOOLKIT = {
    "NVRTC": lambda cupy: cupy.zeros(3) + 1,
    "cuBLAS": lambda cupy: cupy.zeros((3, 3)) @ cupy.zeros((3, 3)),
    "cuRAND": lambda cupy: cupy.random.random(3),
}


def gpu():
    try:
        import cupy
    except ImportError:
        print("CuPy is not installed; everything runs on the processor")
        print("  with an NVIDIA GPU, and CUDA 13 as nvidia-smi says: a wheel of 70 MB,")
        print("    pip install -r requirements-gpu.txt")
        print("  with CUDA 12: a wheel of 137 MB,")
        print('    pip install "cupy-cuda12x[ctk]>=13.2,<15"')
        return
    found = f"CuPy {cupy.__version__}"
    if tuple(map(int, re.findall(r"\d+", cupy.__version__)[:2])) < (13, 2):
        print(f"{found} is too old, 13.2 or newer is needed; everything runs on the processor")
        return
    try:
        count = cupy.cuda.runtime.getDeviceCount()
        name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
        print(f"{found} sees {count} GPU, the first an {name}")
    except Exception as error:
        print(f"{found} is installed and sees no GPU ({error}); everything runs on the processor")
        return
    missing = [part for part, use in TOOLKIT.items() if why_not(use, cupy)]
    if missing:
        major = cupy.cuda.runtime.runtimeGetVersion() // 1000
        print(f"  and cannot use it without {', '.join(missing)} of NVIDIA's toolkit:")
        print(f'    pip install "cupy-cuda{major}x[ctk]" brings them')
        print(f"  ({why_not(TOOLKIT[missing[0]], cupy)})")
    else:
        print("  to use it: from common import config; config.GPU = True")
        print("  to compare it with the processor: make gpu-test")


def why_not(use, cupy):
    """The error's first line, or an empty text."""
    try:
        use(cupy)
    except Exception as error:
        return str(error).partition("\n")[0] or type(error).__name__
    return ""


def data():
    from dataset import files, mnist, numpy_docs, ptb

    print("data are looked for in")
    for folder in files.data_folders():
        print(f"  {folder}{'' if folder.is_dir() else ' (not there yet)'}")
    if files.misnamed():
        print(f"  {files.misnamed()}")
    for name, room in ("Penn Treebank", ptb), ("MNIST", mnist):
        if room.is_available():
            print(f"{name}: present")
            continue
        wanted = list(room.FILES.values())
        damaged = list(damaged_files(files, wanted))
        what = "damaged" if damaged else "not present; it is downloaded when a notebook asks for it"
        print(f"{name}: {what}")
        for line in damaged:
            print(f"  {line}")
        print(f"  with no network, set {files.VARIABLE} to a folder that holds {wanted[0].name}")
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
