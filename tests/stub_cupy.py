"""A stand-in for CuPy on a machine without a GPU: strict where CuPy is strict.

Its arrays keep their numbers in NumPy, but refuse what a GPU array refuses:
NumPy's functions, NumPy arrays on the other side of an operator, a silent
conversion.  Code that runs on it makes its arrays with the arrays' own module.
"""

import types

import numpy


class ndarray:
    """An array "on the device"; :meth:`get` is the only way back."""

    __module__ = "cupy"
    __array_ufunc__ = None  # NumPy's operators and functions step back
    __hash__ = None

    def __init__(self, numbers):
        self.numbers = numbers

    def get(self):
        return self.numbers.copy()

    def __array__(self, *args, **kwargs):
        raise TypeError("Implicit conversion to a NumPy array is not allowed.")

    @property
    def data(self):
        return types.SimpleNamespace(ptr=self.numbers.ctypes.data)

    def __getattr__(self, name):
        if name.startswith("__") or name == "ctypes":
            raise AttributeError(name)
        value = getattr(self.numbers, name)
        return on_device(value) if callable(value) else wrap(value)

    def __setitem__(self, key, value):
        self.numbers[unwrap(key)] = unwrap(value)

    def __deepcopy__(self, memo):
        return ndarray(self.numbers.copy())

    def __len__(self):
        return len(self.numbers)

    def __bool__(self):
        return bool(self.numbers)

    def __float__(self):
        return float(self.numbers)

    def __int__(self):
        return int(self.numbers)


def _operator(name):
    def operate(self, *others):
        result = getattr(self.numbers, name)(*map(unwrap, others))
        return self if result is self.numbers else wrap(result)

    return operate


ARITHMETIC = ["add", "sub", "mul", "truediv", "mod", "pow", "matmul", "and", "or", "xor"]
OTHERS = ["eq", "ne", "lt", "le", "gt", "ge", "neg", "abs", "invert", "getitem"]
for _name in [kind + name for kind in ("", "r", "i") for name in ARITHMETIC] + OTHERS:
    setattr(ndarray, f"__{_name}__", _operator(f"__{_name}__"))


def wrap(result):
    """What NumPy gives, as the device would: arrays, and numbers as 0-d arrays."""
    if isinstance(result, tuple) and not all(isinstance(part, int) for part in result):
        return tuple(map(wrap, result))
    if isinstance(result, numpy.ndarray | numpy.generic):
        return ndarray(numpy.asarray(result))
    return result


def unwrap(argument):
    """The numbers of a device array; a NumPy array is refused, as CuPy refuses it."""
    if isinstance(argument, ndarray):
        return argument.numbers
    if isinstance(argument, numpy.ndarray):
        raise TypeError("Unsupported type <class 'numpy.ndarray'>")
    if isinstance(argument, list | tuple):
        return type(argument)(map(unwrap, argument))
    return argument


def on_device(function):
    def call(*args, **kwargs):
        kwargs = {name: unwrap(value) for name, value in kwargs.items()}
        return wrap(function(*map(unwrap, args), **kwargs))

    return call


class StubModule(types.ModuleType):
    """``cupy``, or a submodule such as ``cupy.random``: NumPy's functions for device arrays.

    ``made`` lists the names of the functions that were called.
    """

    def __init__(self, name, numpy_module):
        super().__init__(name)
        self.__dict__.update(numpy_module=numpy_module, made=[])

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(self.numpy_module, name)
        if isinstance(value, types.ModuleType):
            self.__dict__[name] = StubModule(f"cupy.{name}", value)
            return self.__dict__[name]
        if isinstance(value, type) or not callable(value):
            return value
        call = on_device(value)

        def recorded(*args, **kwargs):
            self.made.append(name)
            return call(*args, **kwargs)

        if isinstance(value, numpy.ufunc):
            recorded.at = on_device(value.at)
        return recorded

    def asarray(self, x, dtype=None):
        """The way onto the device: this one takes NumPy arrays too."""
        self.made.append("asarray")
        if isinstance(x, ndarray):
            return x if dtype in (None, x.numbers.dtype) else ndarray(x.numbers.astype(dtype))
        x = unwrap(x) if isinstance(x, list | tuple) else x
        return ndarray(numpy.array(x, dtype=dtype))

    array = asarray


def stub_cupy():
    """A new ``cupy`` module; put it into ``sys.modules``."""
    module = StubModule("cupy", numpy)
    module.__dict__["ndarray"] = ndarray
    return module
