"""Kernels forked from a process that has imported what each of them needs.

Most of a kernel's time went into starting Python and importing.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from subprocess import PIPE, Popen

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

INSIDE = Path(__file__).resolve().parent / "inside"


class Kernel:
    """What jupyter_client asks of a Popen, for a process that is not our child."""

    stdin = stdout = stderr = None

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        """None while it runs."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    wait = poll

    def send_signal(self, signum):
        """Asked for when the kernel's whole group has ended already."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signum)


class Forked(LocalProvisioner):
    """Starts a kernel in a session of its own, by ``inside/warm.py``."""

    warm = None  # started with the first kernel of each process that grades, and if it is gone

    async def launch_kernel(self, cmd, env, cwd, **options):
        if Forked.warm is None or Forked.warm.poll() is not None:
            program = [sys.executable, str(INSIDE / "warm.py")]
            pipes = {"stdin": PIPE, "stdout": PIPE, "text": True}
            Forked.warm = Popen(program, **pipes, start_new_session=True)
        order = {"arguments": cmd[cmd.index("-f") :], "env": env, "cwd": str(cwd)}
        print(json.dumps(order), file=Forked.warm.stdin, flush=True)
        self.pid = self.pgid = int(Forked.warm.stdout.readline())
        self.process = Kernel(self.pid)
        return self.connection_info


def fork_kernels():
    """From now on this process starts its kernels so, where forking is safe."""
    if sys.platform == "linux":
        factory = KernelProvisionerFactory.instance()
        factory.provisioners["forked"] = EntryPoint(
            "forked", f"{__name__}:Forked", factory.GROUP_NAME
        )
        factory.default_provisioner_name = "forked"
