"""Execute notebooks and store their outputs, the same to the byte on every run.

    python tools/notebooks.py [notebook or folder ...]

By default all of ``notebooks/``.  Cells tagged ``nbval-ignore-output`` show what
differs from run to run (a timing); they keep the output that is stored, as long
as no cell up to and including them has changed.
"""

from __future__ import annotations

import hashlib
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from common.files import atomic_write

ROOT = Path(__file__).resolve().parent.parent
CELL_TIMEOUT = 120  # seconds
IGNORED = "nbval-ignore-output"

# What makes floating-point results repeat from one x86-64 processor to the next,
# keeps progress bars out of the stored outputs, and refuses the network.
OFFLINE = [str(ROOT / "tools" / "offline"), *filter(None, [os.environ.get("PYTHONPATH")])]
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    "TQDM_DISABLE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONPATH": os.pathsep.join(OFFLINE),
}

# Of a cell's metadata: its tags, whether its source is folded away, and what nbgrader reads.
KEPT = ("tags", "jupyter", "nbgrader", "deletable", "editable")

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def find(paths) -> list[Path]:
    """The notebooks among and below the paths, sorted."""
    found = set()
    for path in map(Path, paths):
        found |= {path} if path.suffix == ".ipynb" else set(path.rglob("*.ipynb"))
    return sorted(p for p in found if ".ipynb_checkpoints" not in p.parts)


def normalise(notebook) -> None:
    """Leave in a notebook only what its cells and outputs say."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen = hashlib.sha256()
    for cell in notebook.cells:
        seen.update(f"{cell.cell_type}\n{cell.source}\n".encode())
        cell.id = seen.hexdigest()[:12]
        kept = {key: cell.metadata[key] for key in KEPT if cell.metadata.get(key) not in (None, [])}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":
            for output in cell.outputs:
                output.get("metadata", {}).pop("transient", None)


def execute(path: Path) -> str:
    """Run one notebook from a fresh kernel, in its own folder, and store it; a line to print."""
    old = nbformat.read(path, as_version=4)
    new = nbformat.from_dict(old)
    stored = {c.id: c for c in old.cells if c.cell_type == "code"}
    client = NotebookClient(
        new,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    normalise(new)
    for cell in new.cells:
        if (
            IGNORED in cell.metadata.get("tags", [])
            and cell.id in stored
            and stored[cell.id].outputs
        ):
            cell.outputs = stored[cell.id].outputs
    text = nbformat.writes(new) + "\n"
    if path.read_text(encoding="utf-8") == text:
        return f"unchanged  {path}"
    with atomic_write(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    return f"stored     {path}"


def main(arguments) -> int:
    os.environ.update(ENVIRONMENT)
    failed = 0
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        notebooks = find(arguments or [ROOT / "notebooks"])
        for path, job in [(path, pool.submit(execute, path)) for path in notebooks]:
            try:
                print(job.result(), flush=True)
            except Exception as error:
                failed += 1
                print(f"FAILED     {path}\n{error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
