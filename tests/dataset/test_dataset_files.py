"""Downloads are tried against a server on this machine; nothing here needs a network."""

import hashlib
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dataset import files

CONTENT = b"no it was n't black monday \n" * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NOWHERE = "http://127.0.0.1:9/file.txt"  # nobody listens there


class Server(ThreadingHTTPServer):
    """`answers[path]` is (declared length, bytes sent); `wait` is called before each answer."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = {}
        self.requested = []
        self.wait = lambda: None
        self.handle_error = lambda *_: None  # a client that hangs up is what some tests are about

    def serve(self, name, sent, declared=None):
        self.answers["/" + name] = (len(sent) if declared is None else declared, sent)
        return f"http://127.0.0.1:{self.server_port}/{name}"


class Handler(BaseHTTPRequestHandler):
    drip = None  # an event that ends the sending of single bytes

    def do_GET(self):
        self.server.requested.append(self.path)
        self.server.wait()
        declared, sent = self.server.answers.get(self.path, (0, None))
        self.send_response(404 if sent is None else 200)
        self.send_header("Content-Length", str(declared))
        self.end_headers()
        if self.drip:
            for byte in sent:
                if self.drip.wait(0.1):
                    return
                self.wfile.write(bytes([byte]))
        self.wfile.write(sent or b"")

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def wanted(*urls):
    return files.DataFile("set/file.txt", len(CONTENT), SHA256, urls)


def put(folder, content=CONTENT):
    path = folder / "set" / "file.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def everything_in(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_folders_in_order(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert files.data_folders() == [tmp_path, files.cache_folder()]
    monkeypatch.setenv("COURSE_DATA", "")
    assert files.data_folders() == [files.cache_folder()]
    monkeypatch.delenv("COURSE_DATA")
    assert files.data_folders() == [files.cache_folder()]
    assert "gradients-by-hand" in str(files.cache_folder())


def test_no_warning_shows_in_a_notebook(monkeypatch, tmp_path, recwarn):
    (tmp_path / "pooch.py").write_text(
        "import warnings\nwarnings.warn('no ipywidgets')\nos_cache = str\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pooch", raising=False)
    assert files.cache_folder().name == "gradients-by-hand"
    monkeypatch.delitem(sys.modules, "pooch")
    assert not recwarn.list


def test_a_file_in_the_folder_is_read_in_place(folder, server):
    path = put(folder)
    before = path.stat()
    assert files.fetch(wanted(server.serve("file.txt", CONTENT))) == path
    assert server.requested == []
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_a_file_in_the_cache_is_found(folder):
    path = put(files.cache_folder())
    assert files.fetch(wanted(NOWHERE)) == path
    assert everything_in(folder) == []


def test_a_missing_file_is_downloaded_into_the_folder(folder, server):
    path = files.fetch(wanted(server.serve("file.txt", CONTENT)))
    assert path == folder / "set" / "file.txt"
    assert path.read_bytes() == CONTENT
    assert everything_in(folder) == ["set/file.txt"]
    assert files.fetch(wanted()) == path


def test_a_downloaded_file_can_be_read_like_any_other(folder, server):
    (folder / "plain").touch()
    path = files.fetch(wanted(server.serve("file.txt", CONTENT)))
    assert path.stat().st_mode == (folder / "plain").stat().st_mode


@pytest.mark.parametrize("name", ["new/one", "file", "~nobody-here/data"])
def test_a_folder_that_is_not_there_is_said_and_not_made(folder, server, monkeypatch, name):
    """A name may be misspelt, belong to a file, or to a user that there is not."""
    (folder / "file").touch()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COURSE_DATA", name)
    for call in files.misnamed, lambda: files.fetch(wanted(server.serve("f", CONTENT))):
        try:
            said = call()
        except files.DataError as error:
            said = str(error)
        assert f"COURSE_DATA={name} names no folder: there is no {folder / name}. Corr" in said
    assert (server.requested, everything_in(folder)) == ([], ["file"])
    put(files.cache_folder())  # what is there and good is read whatever the variable says
    assert files.fetch(wanted()) == files.cache_folder() / "set" / "file.txt"


def test_a_folder_that_is_there_is_not_misnamed(folder, monkeypatch):
    assert files.misnamed() is None
    monkeypatch.delenv("COURSE_DATA")
    assert files.misnamed() is None


def test_the_next_mirror_is_tried(folder, server):
    urls = [
        NOWHERE,
        server.serve("cut", CONTENT[:5000], declared=len(CONTENT)),
        server.serve("file.txt", CONTENT),
    ]
    assert files.fetch(wanted(*urls)).read_bytes() == CONTENT
    assert server.requested == ["/cut", "/file.txt"]
    assert everything_in(folder) == ["set/file.txt"]


def wrong_answers(server):
    flipped = CONTENT[:-1] + b"!"
    return {
        "cut short": (server.serve("a", CONTENT[:5000], declared=len(CONTENT)), "read"),
        "short, and said so": (server.serve("b", CONTENT[:5000]), "has 5,000 bytes, not 112,000"),
        "too long": (server.serve("c", CONTENT + b"\n"), "sends more bytes than the file has"),
        "a web page": (
            server.serve("f", b"\n<!DOCTYPE html>"),
            "a web page, such as a login; it has",
        ),
        "longer than it says": (server.serve("g", CONTENT, declared=9), "has 9 bytes, not 112,000"),
        "one byte wrong": (server.serve("d", flipped), "SHA-256 .*, not " + SHA256),
        "not there": (server.serve("e", CONTENT)[:-1] + "missing", "404"),
        "no network": (NOWHERE, "Connection|refused"),
    }


FAULTS = [
    "cut short",
    "short, and said so",
    "too long",
    "a web page",
    "longer than it says",
    "one byte wrong",
    "not there",
    "no network",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failed_download_leaves_nothing_and_says_what_to_do(folder, server, fault):
    url, why = wrong_answers(server)[fault]
    with pytest.raises(files.DataError, match=why) as caught:
        files.fetch(wanted(url))
    message = str(caught.value)
    assert url in message
    assert str(folder / "set" / "file.txt") in message
    assert "112,000 bytes" in message
    assert SHA256 in message
    assert everything_in(folder) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failed_download_keeps_the_old_file(folder, server, fault, monkeypatch):
    """An older version in the cache: not what is wanted now, and not lost before that has come."""
    monkeypatch.delenv("COURSE_DATA")
    old = put(files.cache_folder(), b"old")
    url, _ = wrong_answers(server)[fault]
    with pytest.raises(files.DataError):
        files.fetch(wanted(url))
    assert old.read_bytes() == b"old"
    assert everything_in(files.cache_folder()) == ["set/file.txt"]
    assert files.fetch(wanted(server.serve("good", CONTENT))) == old
    assert old.read_bytes() == CONTENT


def test_a_damaged_file_of_yours_is_named_and_not_touched(folder, server):
    path = put(folder, b"mine")
    with pytest.raises(files.DataError, match=r"has 4 bytes, not 112,000.*left as it is") as caught:
        files.fetch(wanted(server.serve("file.txt", CONTENT)))
    assert str(path) in str(caught.value)
    assert path.read_bytes() == b"mine"
    assert server.requested == []


@pytest.mark.parametrize("drip", [True, False])
def test_a_server_that_stalls_is_given_up(folder, server, monkeypatch, drip):
    """What: a server that sends a byte now and then, and one that sends nothing at all.
    Why: a time limit for the next bytes is never reached by the first.
    Expected: an error in bounded time, and no file."""
    monkeypatch.setattr(files, "PATIENCE", 0.5)
    monkeypatch.setattr(files, "SLOWEST", 10**9)
    stop = threading.Event()
    if drip:
        monkeypatch.setattr(Handler, "drip", stop)
    else:
        server.wait = lambda: stop.wait(20)
    with pytest.raises(files.DataError, match=r"did not arrive in 1 seconds|timed out"):
        files.fetch(wanted(server.serve("file.txt", CONTENT)))
    stop.set()
    assert everything_in(folder) == []


def test_a_pipe_in_a_data_folder_is_a_fault(folder):
    (folder / "set").mkdir()
    os.mkfifo(folder / "set" / "file.txt")
    with pytest.raises(files.DataError, match=r"cannot be read .*a device or a pipe"):
        files.fetch(wanted())


def test_a_folder_that_cannot_be_written_is_passed_over(folder, server, monkeypatch):
    (folder / "set").touch()  # a file, so no folder can be made there
    path = files.fetch(wanted(server.serve("file.txt", CONTENT)))
    assert path == files.cache_folder() / "set" / "file.txt"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_a_read_only_folder_is_passed_over(folder, server):
    folder.chmod(0o555)
    path = files.fetch(wanted(server.serve("file.txt", CONTENT)))
    assert path == files.cache_folder() / "set" / "file.txt"


def test_no_folder_can_be_written(folder, server, monkeypatch):
    blocked = folder / "set"
    blocked.touch()
    monkeypatch.setattr(files, "cache_folder", lambda: blocked / "cache")
    with pytest.raises(files.DataError, match="no data folder can be written") as caught:
        files.fetch(wanted(server.serve("file.txt", CONTENT)))
    assert "COURSE_DATA" in str(caught.value)
    assert str(blocked) in str(caught.value)
    assert SHA256 in str(caught.value)
    assert server.requested == []


def test_two_processes_at_once(folder, server):
    """The server answers only when both have asked: both download, and neither harms the other."""
    server.wait = threading.Barrier(2, timeout=20).wait
    file = wanted(server.serve("file.txt", CONTENT))
    code = f"from dataset import files\nprint(files.fetch(files.{file!r}))"
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[0].strip() for process in running]
    assert said == [str(folder / "set" / "file.txt")] * 2
    assert len(server.requested) == 2
    assert (folder / "set" / "file.txt").read_bytes() == CONTENT
    assert everything_in(folder) == ["set/file.txt"]


def test_another_process_was_faster(folder, server):
    """This download fails, and meanwhile somebody else's has arrived."""
    server.wait = lambda: put(folder)
    assert files.fetch(wanted(server.serve("cut", b"x"))) == folder / "set" / "file.txt"


def test_look_for_tells_each_place_and_its_fault(folder):
    (first, second) = files.look_for(wanted())
    assert first == (folder / "set/file.txt", "missing")
    assert second == (files.cache_folder() / "set/file.txt", "missing")
    put(folder, b"mine")
    put(files.cache_folder())
    assert [wrong for _, wrong in files.look_for(wanted())] == ["has 4 bytes, not 112,000", None]
    assert files.find(wanted()) == files.cache_folder() / "set/file.txt"
