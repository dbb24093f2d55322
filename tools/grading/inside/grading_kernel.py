"""The kernel that a submission is executed in: IPython's, and three things more.

1. It refuses to open the solutions, other people's work and the network, to change
   the course's files, and to start and stop programs.
2. A check is executed by itself, not through IPython's machinery, which a notebook
   may have changed; the names that the course imports mean the course's own there.
3. Around each check it compares NumPy and the course with what they were before the
   first cell ran, and puts back what was replaced.

What it finds goes to the grader with the check's verdict and a proof of origin.
All this runs in the learner's own process: it stops what a learner tries in an
evening, and no attacker.
"""

import ast
import builtins
import contextlib
import copy
import hashlib
import hmac
import importlib
import json
import os
import sys
from pathlib import Path
from types import FunctionType, ModuleType

from ipykernel.ipkernel import IPythonKernel

WATCHED = {"numpy", "common", "dataset", "builtins", "importlib", "math", "operator", "functools"}
OPEN_TO_ALL = {"common.functions", "common.np", "common.config"}  # what any answer may call
CHANGES = {
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.truncate",
    "os.chmod",
    "os.link",
    "os.symlink",
    "shutil.rmtree",
    "shutil.move",
}
PROGRAMS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "pty.spawn"}
SIGNALS = {"os.kill", "os.killpg"}


def refuse(closed, fixed, say):
    """Forbid reading below ``closed``, writing below ``fixed``, programs, and the network."""
    parts = str.startswith, os.path.realpath, os.fsdecode, os.sep

    def below(path, folders):
        starts, real, decode, slash = parts
        if not isinstance(path, (str, bytes, os.PathLike)):
            return False
        try:
            path = real(decode(path))
        except OSError:  # the folder that we are in was deleted
            return False
        return any(path == f or starts(path, f + slash) for f in folders)

    def hook(event, arguments):
        wanted = None
        if event == "open":
            path, mode, flags = arguments
            writes = isinstance(mode, str) and set(mode) & set("wax+")
            writes = writes or (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if below(path, closed):
                wanted = f"to read {Path(os.fsdecode(path)).name}"
            elif writes and below(path, fixed):
                wanted = f"to change {Path(os.fsdecode(path)).name} of the course"
        elif event in ("os.listdir", "os.scandir") and below(arguments[0], closed):
            wanted = f"to look into {Path(os.fsdecode(arguments[0])).name}/"
        elif event in CHANGES:
            if any(below(path, fixed) for path in arguments):
                wanted = f"to change files of the course ({event})"
        elif event in PROGRAMS:
            wanted = "to start another program"
        elif event in SIGNALS:
            wanted = "to stop another program"
        elif event == "socket.connect" and not is_here(arguments[1]):
            wanted = "to reach the network"
        if wanted:
            say(f"tried {wanted}: refused")
            raise PermissionError(f"this submission tried {wanted}")

    sys.addaudithook(hook)


def is_here(address):
    """Whether a socket's address is of this machine."""
    return not isinstance(address, tuple) or address[0] in ("localhost", "127.0.0.1", "::1")


def contents(value):
    """What can be changed inside a function or a class."""
    if isinstance(value, FunctionType):
        cells = tuple(c.cell_contents for c in value.__closure__ or ())
        return {
            "__code__": value.__code__,
            "__defaults__": value.__defaults__,
            "__kwdefaults__": value.__kwdefaults__,
            "closure": cells,
        }
    return dict(vars(value))


def same_code(old, new):
    """Whether a module, or a class, that was imported anew still does what it did."""
    for key, value in vars(old).items():
        if getattr(value, "__module__", None) != getattr(old, "__module__", old.__name__):
            continue  # not written there
        other = getattr(new, key, None)
        if isinstance(value, type):
            if not (isinstance(other, type) and same_code(value, other)):
                return False
        elif getattr(value, "__code__", None) != getattr(other, "__code__", None):
            return False
    return True


def alike(a, b):
    """Whether two collections hold the same; arrays in them are compared by what they show."""
    try:
        return bool(a == b)
    except Exception:
        return repr(a) == repr(b)


class Watch:
    """NumPy, the course and Python's own functions, as they were before the first cell."""

    def __init__(self, weeks=()):
        self.modules = {
            name: module
            for name, module in sys.modules.items()
            if name.split(".")[0] in WATCHED and isinstance(module, ModuleType)
        }
        self.names = {
            name: {key: v for key, v in vars(m).items() if self.counts(name, key, v)}
            for name, m in self.modules.items()
        }
        self.whole = [  # what an exam is made of, and could be changed in place
            (f"{name}.{key}", value, copy.deepcopy(value))
            for name, names in self.names.items()
            if name == "common.checks.exam" or set(name.split(".")) & set(weeks)
            for key, value in names.items()
            if isinstance(value, dict | list) and not key.startswith("__")
        ]
        self.inside, seen = [], set()
        for name in self.names:
            if name.split(".")[0] in ("common", "dataset"):
                for value in self.names[name].values():
                    self.look_inside(value, seen)
        self.streams = sys.stdout, sys.stderr

    @staticmethod
    def counts(module, key, value):
        if key in ("input", "raw_input", "__builtins__", "__warningregistry__", "STATE"):
            return False
        return callable(value) or module.startswith("common.checks")

    def look_inside(self, value, seen):
        ours = (getattr(value, "__module__", None) or "").split(".")[0] in ("common", "dataset")
        if id(value) in seen or not ours or not isinstance(value, (FunctionType, type)):
            return
        seen.add(id(value))
        was = contents(value)
        self.inside.append((value, was))
        for part in [*was.values(), *was.get("closure", ())]:
            self.look_inside(part, seen)

    def put_back(self):
        """Undo what was replaced; its names."""
        sys.stdout, sys.stderr = self.streams
        changed = []
        for name, module in self.modules.items():
            now = sys.modules.get(name)
            if now is not module:
                sys.modules[name] = module
                # A hidden test imports the checks anew: the same code, read from the file again.
                if not (name.startswith("common.checks") and same_code(module, now)):
                    changed.append(name)
            space = vars(module)
            for key, value in self.names[name].items():
                if space.get(key) is not value:
                    space[key] = value
                    changed.append(f"{name}.{key}")
        for name, value, was in self.whole:
            if not alike(value, was):
                changed.append(name)
                value.clear()
                value.update(copy.deepcopy(was)) if isinstance(value, dict) else value.extend(
                    copy.deepcopy(was)
                )
        for value, was in self.inside:
            now = contents(value)
            for key, old in was.items():
                if key == "closure":
                    same = all(a is b for a, b in zip(now[key], old, strict=True))
                else:
                    same = now.get(key) is old
                if same or key in ("__doc__", "__dict__", "__weakref__", "__annotations__"):
                    continue
                changed.append(f"{value.__module__}.{value.__qualname__}")
                if key == "closure":
                    for cell, inner in zip(value.__closure__, old, strict=True):
                        cell.cell_contents = inner
                else:
                    with contextlib.suppress(AttributeError, TypeError):
                        setattr(value, key, old)
        return list(dict.fromkeys(changed))


class Calls:
    """Which functions of the course are called from outside of it, or by its checks."""

    def __init__(self, course):
        self.course = str(course) + os.sep
        self.checks = self.course + "checks" + os.sep
        self.found = set()

    def outside(self, frame):
        file = frame.f_code.co_filename if frame else ""
        return not file.startswith(self.course) or file.startswith(self.checks)

    def __call__(self, frame, event, argument):
        if event == "call" and not self.outside(frame) and self.outside(frame.f_back):
            module = frame.f_globals.get("__name__", "")
            if module not in OPEN_TO_ALL and "<" not in frame.f_code.co_name:
                self.found.add(f"{module}.{frame.f_code.co_qualname}")


def make_judge(order, shell):
    """A function ``(name, source) -> verdict`` that executes a check.

    Parameters
    ----------
    order : dict
        secret : what proves that a verdict comes from here
        imports : the course's import lines; their names win over the notebook's
        calls : check -> functions of the course that its model answer calls, or None
        keys : weeks of an exam, whose key the notebook is not to find
        closed, fixed : folders that may not be read, and not be changed
    """
    course = {}
    exec(order["imports"], course)
    for week in order["keys"]:
        lend(f"common.checks.{week}")
    import common

    watch, machinery, said = Watch(order["keys"]), Machinery(shell), []
    secret, allowed = order["secret"].encode(), order["calls"]
    folder = Path(common.__file__).parent
    names = [name for name in course if name not in order["answers"] and name != "__builtins__"]
    refuse(order["closed"], order["fixed"], lambda text: text in said or said.append(text))

    def judge(name, source):
        undone = machinery.put_back() + watch.put_back()
        notes = [f"replaced {few(undone)} before {name}: put back"] if undone else []
        space = {**shell.user_ns, **{key: course[key] for key in names}}
        space["__builtins__"] = builtins
        calls, error, reload = Calls(folder), None, importlib.reload
        points = None
        importlib.reload = lambda module: module  # it is as its file has it; a new one is not
        sys.setprofile(calls)
        try:
            points = execute(source, space)
        except BaseException as problem:
            error = [type(problem).__name__, str(problem)]
        stopped = sys.getprofile() is not calls
        sys.setprofile(None)
        importlib.reload = reload
        undone = watch.put_back() + (["the grader's eyes"] if stopped else [])
        more = sorted(calls.found - set(allowed.get(name, ()))) if allowed is not None else []
        if undone:
            error = ["TamperError", f"replaced {few(undone)} during {name}"]
            notes.append(f"{error[1]}: no points for it")
        elif error and "from the package: here you write it yourself" in error[1]:
            notes.append(f"{name}: {error[1].splitlines()[0]}; no points")
        elif more:
            error = error or ["OwnWorkError", f"calls {few(more)}: write it yourself"]
            notes.append(f"{name} calls {few(more)}, which the model answer does not: no points")
        verdict = {"name": name, "error": error, "notes": notes + said, "calls": list(calls.found)}
        verdict["points"] = points
        said.clear()
        text = json.dumps(verdict, sort_keys=True)
        return {"text": text, "proof": hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()}

    return judge


def lend(package):
    """Take an exam's key out of sight of the notebook; ``judged`` alone gets it from now on."""
    from common.checks import exam

    key, judged = importlib.import_module(f"{package}.key"), exam.judged.__code__
    del sys.modules[f"{package}.key"], sys.modules[package].key

    def key_of(_):
        if sys._getframe(1).f_code is not judged:
            raise PermissionError("this submission asked for the exam's key")
        return key

    exam.key_of = key_of


def execute(source, space):
    """Execute a check; the value of its last line if that is a number: points for a part."""
    tree, last = ast.parse(source), None
    if isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    exec(compile(tree, "<check>", "exec"), space)
    value = eval(compile(last, "<check>", "eval"), space) if last else None
    return value if type(value) in (int, float) else None


class Machinery:
    """IPython's hooks, which can change a cell before it runs, or hide its error."""

    def __init__(self, shell):
        self.shell, manager = shell, shell.input_transformer_manager
        lists = {
            "input transformers": [
                manager.cleanup_transforms,
                manager.line_transforms,
                manager.token_transformers,
                shell.input_transformers_post,
            ],
            "syntax transformers": [shell.ast_transformers],
        }
        self.hooks = [(what, each, list(each)) for what, some in lists.items() for each in some]

    def put_back(self):
        """Undo what was added; its names."""
        changed = []
        for what, now, was in self.hooks:
            if now != was:
                now[:] = was
                changed.append(f"IPython's {what}")
        if self.shell.custom_exceptions:
            self.shell.custom_exceptions = ()
            changed.append("IPython's report of errors")
        return changed


def few(names):
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def make_kernel(path):
    """The kernel's class, for the order that lies in a file; the file is gone then."""
    order = json.loads(Path(path).read_text("utf-8"))
    Path(path).unlink()
    mark = order["mark"]

    class GradingKernel(IPythonKernel):
        judge = None

        def start(self):
            super().start()
            sys.path[:] = [p for p in sys.path if p] + [""]  # the course first
            judge, sys.dont_write_bytecode = make_judge(order, self.shell), True
            order.clear()
            usual = super().do_execute

            async def do_execute(code, *arguments, **options):
                if not code.startswith(mark):
                    return await usual(code, *arguments, **options)
                name, source = code.removeprefix(mark).split("\n", 1)
                verdict = judge(name, source)
                error = json.loads(verdict["text"])["error"]
                reply = {"execution_count": self.shell.execution_count, "verdict": verdict}
                if error is None:
                    return reply | {"status": "ok", "payload": [], "user_expressions": {}}
                what = {"ename": error[0], "evalue": error[1], "traceback": [": ".join(error)]}
                self.send_response(self.iopub_socket, "error", what)
                return reply | {"status": "error"} | what

            self.do_execute = do_execute

    return GradingKernel


if "GRADING_ORDER" in os.environ:
    GradingKernel = make_kernel(os.environ.pop("GRADING_ORDER"))
