"""Where Chromium is: the tests of the pages and `make pdf` need one, and install none.

    python tools/chromium.py

prints its path, or what to install.
"""

import os
import shutil
import sys

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
CURE = (
    "there is no Chromium: install it (Debian: apt-get install chromium), "
    "or name one in the environment variable CHROMIUM"
)
# The browser calls no server of its own accord, and finds no host but this one.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def find():
    """The browser's path, or None."""
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else NAMES
    return next(filter(None, map(shutil.which, names)), None)


if __name__ == "__main__":
    path = find()
    print(path) if path else sys.exit(CURE)
