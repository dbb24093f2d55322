"""A stand-in for CuPy on a machine without a GPU: strict where CuPy is strict.

Its arrays keep their numbers in NumPy, but refuse what a GPU array refuses:
NumPy's functions, NumPy arrays on the other side of an operator, a silent
conversion, functions and arguments that only NumPy has.  Code that runs on it
makes its arrays with the arrays' own module.  ``TRAFFIC`` counts what goes to
the host.
"""

import types

import numpy

# What NumPy has and CuPy 13.2 has not, found by comparing the two.
NAMES = """acos acosh apply_over_axes asin asinh asmatrix astype atan atan2 atanh bitwise_count
    bitwise_invert bitwise_left_shift bitwise_right_shift block bmat busday_count busday_offset
    concat datetime_as_string datetime_data einsum_path errstate frompyfunc fromregex geomspace
    get_state getbufsize geterr geterrcall histogram_bin_edges insert is_busday isdtype isnat
    matrix_transpose nanpercentile nanquantile nested_iters permute_dims polyder polydiv polyint
    pow put_along_axis set_state setbufsize seterr seterrcall spacing trapezoid unique_all
    unique_counts unique_inverse unique_values vecdot"""
ABSENT = set(NAMES.split())
ABSENT_METHODS = {"byteswap", "ctypes", "getfield", "mT", "resize", "setfield", "setflags"}
# Arguments that NumPy's reductions take, and CuPy's methods do not.
ABSENT_ARGUMENTS = {"initial", "where", "mode"}
FEW = 100  # numbers that are read at one look
# NumPy's functions that CuPy answers without moving a number.
OF_THE_SHAPE = {"ndim", "shape", "size"}


class Traffic:
    """What went from the device to the host, and to the device.

    Attributes
    ----------
    copies, uploads : list of tuple
        The shape of each array that was copied to the host, and to the device.
    looks : int
        How often a few numbers were read, for which the processor has to wait.
    """

    def __init__(self):
        self.clear()

    def clear(self):
        self.copies, self.uploads, self.looks = [], [], 0


TRAFFIC = Traffic()


class ndarray:
    """An array "on the device"; :meth:`get` is the only way back."""

    __module__ = "cupy"
    __array_ufunc__ = None  # NumPy's operators and functions step back
    __hash__ = None

    def __init__(self, numbers):
        self.numbers = numbers

    def get(self):
        TRAFFIC.copies.append(self.numbers.shape)
        return self.numbers.copy()

    def tolist(self):
        if self.numbers.size > FEW:
            return self.get().tolist()
        TRAFFIC.looks += 1
        return self.numbers.tolist()

    def item(self, *place):
        TRAFFIC.looks += 1
        return self.numbers.item(*place)

    def __array__(self, *args, **kwargs):
        raise TypeError("Implicit conversion to a NumPy array is not allowed.")

    def __array_function__(self, function, types, args, kwargs):
        if function.__name__ not in OF_THE_SHAPE:
            raise TypeError(f"numpy.{function.__name__} of an array on the device")
        return getattr(numpy, function.__name__)(*map(unwrap, args), **kwargs)

    @property
    def data(self):
        return types.SimpleNamespace(ptr=self.numbers.ctypes.data)

    def __getattr__(self, name):
        if name.startswith("__") or name in ABSENT_METHODS:
            raise AttributeError(name)
        value = getattr(self.numbers, name)
        return on_device(value) if callable(value) else wrap(value)

    def __setitem__(self, key, value):
        self.numbers[unwrap(key)] = unwrap(value)

    def __deepcopy__(self, memo):
        return ndarray(self.numbers.copy())

    def __len__(self):
        return len(self.numbers)


def _look(name):
    def look(self):
        TRAFFIC.looks += 1
        return getattr(self.numbers, name)()

    return look


for _name in "__bool__", "__float__", "__int__":
    setattr(ndarray, _name, _look(_name))


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
        if ABSENT_ARGUMENTS & kwargs.keys():
            raise TypeError(f"CuPy has no argument {[*ABSENT_ARGUMENTS & kwargs.keys()]}")
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
        if name.startswith("__") or name in ABSENT:
            raise AttributeError(f"module 'cupy' has no attribute {name!r}")
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
        if isinstance(x, numpy.ndarray):
            TRAFFIC.uploads.append(x.shape)
        if isinstance(x, ndarray):
            return x if dtype in (None, x.numbers.dtype) else ndarray(x.numbers.astype(dtype))
        x = unwrap(x) if isinstance(x, list | tuple) else x
        return ndarray(numpy.array(x, dtype=dtype))

    array = asarray


def stub_cupy():
    """A new ``cupy`` module; put it into ``sys.modules``."""
    module = StubModule("cupy", numpy)
    runtime = types.SimpleNamespace(
        getDeviceCount=lambda: 1,
        getDeviceProperties=lambda device: {"name": b"a stand-in"},
        runtimeGetVersion=lambda: 13000,
        driverGetVersion=lambda: 13010,
        deviceSynchronize=lambda: None,
    )
    cuda = types.SimpleNamespace(runtime=runtime)
    module.__dict__.update(ndarray=ndarray, __version__="14.2.0", cuda=cuda)
    TRAFFIC.clear()
    return module
