"""The process that kernels are forked from: it has imported what each of them would.

It holds nothing of the grader's and nothing of any submission's: it reads orders, a line
each, and what an order says is looked at by the new process alone.
It ends with its standard input, and each kernel ends when it does.
"""

import json
import os
import signal
import sys

os.environ["JPY_PARENT_PID"] = str(os.getpid())  # whose end a kernel looks out for
sys.modules["debugpy"] = None  # the debugger: nobody needs it here, and it takes long to import

import ipykernel.debugger  # noqa: F401, E402
import numpy as np  # noqa: E402
import psutil  # noqa: F401, E402
from ipykernel.kernelapp import IPKernelApp  # noqa: E402

import common.figures  # noqa: E402
import common.optimizer  # noqa: E402
import common.trainer  # noqa: E402
import common.util  # noqa: F401, E402


def become_kernel(order):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    print(os.getpid(), flush=True)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for pipe in (0, 1):  # they lead to the grader
        os.dup2(nowhere, pipe)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    np.random.seed()  # else each kernel draws the same numbers
    IPKernelApp.launch_instance(order["arguments"])


def let_go(*_):
    """Take note of each kernel that has ended, so that its number is free."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, let_go)
    for line in sys.stdin:
        if os.fork() == 0:
            become_kernel(json.loads(line))
            break
