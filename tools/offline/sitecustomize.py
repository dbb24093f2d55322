"""Python reads this when it starts, where this folder stands in PYTHONPATH: no network.

The tests and ``make notebooks`` put it there, so that a notebook that reaches
for a server fails on every machine, connected or not.  The machine itself may
be called: a kernel does so.
"""

import sys


def refuse(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    from socket import gethostname

    host = host.decode() if isinstance(host, bytes) else host or "localhost"
    if host not in ("localhost", "::1", gethostname()) and not host.startswith("127."):
        # not an OSError: a library that tries again, or elsewhere, would swallow it
        raise RuntimeError(f"{host} was called; notebooks and tests use no network")


sys.addaudithook(refuse)
