"""Say in plain lines what is installed, whether a GPU is seen, and where data are looked for."""

import importlib.metadata
import platform
import sys

from dataset import files, numpy_docs, ptb


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
    print("data are looked for in")
    for folder in files.data_folders():
        print(f"  {folder}{'' if folder.is_dir() else ' (not there yet)'}")
    if ptb.is_available():
        print("Penn Treebank: present")
    else:
        print("Penn Treebank: not present; it is downloaded when a notebook first asks for it")
        print(f"  with no network, set {files.VARIABLE} to a folder that holds ptb/ptb.train.txt")
    print(f"NumPy's documentation as a corpus: {len(numpy_docs.load_text().split()):,} words")


if __name__ == "__main__":
    packages()
    gpu()
    data()
