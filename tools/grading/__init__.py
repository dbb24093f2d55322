"""What `tools/grade.py` does, by subject.

| room | subject |
|---|---|
| `collect` | which files were handed in, and by whom |
| `repair` | a submitted notebook put in order: nothing that was written is lost |
| `run` | execute one submission, and decide each check |
| `kernels` | a kernel of its own for each, forked and not started anew |
| `inside/` | the kernel that a submission runs in, and the process that it is forked from |
| `book` | the gradebook: what a reader entered stays |
"""
