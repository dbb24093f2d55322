"""Saving and loading: a round trip, a safe format, nothing lost when something goes wrong."""

import io
import os
import pickle
import sys
import zipfile

import numpy
import pytest

from common import base_model, files
from common.model import ArrayUnpickler, BaseModel


class Small(BaseModel):
    """Three arrays of different shape and type, one of them a transposed view of another."""

    def __init__(self, fill=None):
        rng = numpy.random.default_rng(0)
        W = rng.standard_normal((3, 2)).astype("f")
        self.params = [W, rng.standard_normal(4), W.T]
        self.grads = [numpy.zeros_like(p) for p in self.params]
        if fill is not None:
            for p in self.params:
                p[...] = fill


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A working folder of its own for each test."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def same(model, other):
    return all(
        p.dtype == q.dtype and numpy.array_equal(p, q)
        for p, q in zip(model.params, other.params, strict=True)
    )


# --- round trips --------------------------------------------------------------------------


def test_what_is_saved_comes_back_in_place(folder):
    """What: saved without a name, loaded into a model with other numbers.
    Why: layers hold the same arrays; new ones would be loaded for nobody.
    Expected: ``<ClassName>.npz``, every bit the same, in the arrays that were there."""
    Small().save_params()
    assert os.listdir(folder) == ["Small.npz"]
    model = Small(fill=7)
    before = list(model.params)
    model.load_params()
    assert same(model, Small())
    assert all(p is b for p, b in zip(model.params, before, strict=True))


@pytest.mark.parametrize("name", ["weights.npz", "weights", "weights.pkl", "a folder/the weights"])
def test_a_file_has_the_name_that_it_is_given(folder, name):
    """No suffix is added: what one saves is what one loads."""
    (folder / "a folder").mkdir()
    for given in name, folder / name:
        Small().save_params(given)
        assert (folder / name).is_file()
        model = Small(fill=7)
        model.load_params(given)
        assert same(model, Small())


def test_the_file_holds_numbers_and_no_code():
    """NumPy reads it with pickles forbidden."""
    Small().save_params("weights.npz")
    with numpy.load("weights.npz", allow_pickle=False) as arrays:
        assert sorted(arrays.files) == ["arr_0", "arr_1", "arr_2", "format", "model"]
        assert (str(arrays["model"]), int(arrays["format"])) == ("Small", 1)
        assert numpy.array_equal(arrays["arr_1"], Small().params[1])


def test_more_than_ten_parameters_keep_their_order():
    """By name, arr_10 would come before arr_2."""
    model = BaseModel()
    model.params = [numpy.full(1, float(n)) for n in range(12)]
    model.save_params("weights")
    for p in model.params:
        p[...] = -1
    model.load_params("weights")
    assert [int(p[0]) for p in model.params] == list(range(12))


def test_types_stay_those_of_the_model():
    """Weights saved in float64, or in an older file in float16, do not change the model's type."""
    model = BaseModel()
    model.params = [numpy.zeros(2, "f")]
    for dtype in "float64", "float16", "float32":
        numpy.savez("weights.npz", numpy.array([1, 2], dtype))
        model.load_params("weights.npz")
        assert model.params[0].dtype == numpy.float32
        assert model.params[0].tolist() == [1, 2]


def test_base_model_is_the_same_class_under_its_old_name():
    assert base_model.BaseModel is BaseModel
    assert BaseModel().params == BaseModel().grads == []


def test_a_model_must_define_forward_and_backward():
    with pytest.raises(NotImplementedError, match="Small does not define forward"):
        Small().forward(1, 2)
    with pytest.raises(NotImplementedError, match="Small does not define backward"):
        Small().backward()


# --- nothing is lost ----------------------------------------------------------------------


def test_other_shapes_leave_the_model_as_it_was():
    """What: a file of another model: other shapes, one array less, one more.
    Why: a model half of one file and half of another is worse than none.
    Expected: a ValueError that shows both, and not one number changed."""
    for params in (
        [numpy.ones((3, 2)), numpy.ones(5), numpy.ones((2, 3))],
        [numpy.ones((3, 2)), numpy.ones(4)],
        [numpy.ones((3, 2)), numpy.ones(4), numpy.ones((2, 3)), numpy.ones(1)],
        [numpy.ones((3, 2)), numpy.ones(1), numpy.ones((2, 3))],  # could be broadcast
    ):
        numpy.savez("weights.npz", *params)
        model = Small()
        message = r"shapes \[\(3, 2\), .*; this model has \[\(3, 2\), \(4,\), \(2, 3\)\]"
        with pytest.raises(ValueError, match=message):
            model.load_params("weights.npz")
        assert same(model, Small())


def test_arrays_that_are_no_numbers_leave_the_model_as_it_was():
    words = [numpy.ones((3, 2)), numpy.array(["a", "b", "c", "d"]), numpy.ones((2, 3))]
    numpy.savez("weights.npz", *words)
    model = Small()
    with pytest.raises(ValueError, match=r"array 1 of weights.npz is of type <U1; allowed are fl"):
        model.load_params("weights.npz")
    assert same(model, Small())


@pytest.mark.parametrize("name", [None, "weights.npz"])
def test_a_missing_file_is_named(name):
    with pytest.raises(FileNotFoundError, match=name or "Small.npz"):
        Small().load_params(name)


def test_a_failing_disk_keeps_the_old_file(folder, monkeypatch):
    """What: a disk that fills up while a second save is written.
    Why: a crash must not cost yesterday's training too.
    Expected: OSError; the old file as it was, and no half-written file beside it."""
    Small().save_params()

    def disk_full(file, *arrays, **names):
        file.write(b"PK half a file")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(numpy, "savez", disk_full)
    with pytest.raises(OSError, match="No space left"):
        Small(fill=7).save_params()
    monkeypatch.undo()
    os.chdir(folder)
    assert os.listdir(folder) == ["Small.npz"]
    model = Small(fill=7)
    model.load_params()
    assert same(model, Small())


def test_a_folder_that_is_not_there_is_an_error(folder):
    with pytest.raises(OSError, match="nowhere"):
        Small().save_params(folder / "nowhere" / "weights")
    assert os.listdir(folder) == []


@pytest.mark.parametrize(
    "values",
    [
        numpy.array([1, 2]),
        numpy.array([True, False]),
        numpy.array([1 + 2j, 0]),
        numpy.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]"),
        numpy.array([None, 1.0], dtype=object),
        numpy.array([1.0, numpy.nan]),
        numpy.array([-numpy.inf, 1]),
        numpy.array([1e300, 1]),
    ],
    ids=["int", "bool", "complex", "dates", "None", "nan", "inf", "too large for float32"],
)
def test_what_is_no_finite_float_goes_neither_in_nor_out(folder, values):
    """What: arrays that NumPy would convert, or pickle, without a word.
    Why: a NaN in a file of weights is noticed a week later, in every loss.
    Expected: refused on both sides, with its name; the model and the old file as they were."""
    model = BaseModel()
    model.params = [numpy.zeros(1), numpy.zeros(2, "f")]
    for name, save in ("weights.npz", numpy.savez), ("weights.pkl", pickle_list):
        save(name, numpy.zeros(1), values)
        with pytest.raises((ValueError, pickle.UnpicklingError), match=name) as caught:
            model.load_params(name)
        assert "array 1" in str(caught.value) or "allow_pickle" in str(caught.value)
        assert not any(p.any() for p in model.params)
    model.save_params("old.npz")
    old = (folder / "old.npz").read_bytes()
    if values[0] == 1e300:
        return  # a model in float64 may hold it
    model.params[1] = values
    with pytest.raises(ValueError, match=r"BaseModel.params\[1\] .*allowed are"):
        model.save_params("old.npz")
    assert (folder / "old.npz").read_bytes() == old


def pickle_list(name, *arrays):
    with open(name, "wb") as file:
        pickle.dump(list(arrays), file)


def test_the_first_wrong_number_is_named():
    model = Small()
    model.params[0][1, 1] = numpy.nan
    with pytest.raises(ValueError, match=r"Small.params\[0\] holds nan at \(1, 1\); allowed are"):
        model.save_params()


def test_the_wrong_model_is_refused():
    """Skip-gram's weights have the shapes of CBOW's, and mean something else."""

    class Other(Small):
        pass

    Other().save_params("weights.npz")
    model = Small(fill=7)
    with pytest.raises(ValueError, match="the parameters of a Other; this model is a Small"):
        model.load_params("weights.npz")
    assert same(model, Small(fill=7))


def test_a_class_reads_what_it_builds_on():
    """A model that was trained, and the same one with a method more, that writes text."""

    class More(Small):
        pass

    Small().save_params("weights.npz")
    model = More(fill=7)
    model.load_params("weights.npz")
    assert same(model, Small())


def test_a_newer_format_and_other_names_are_refused():
    arrays = Small().params
    numpy.savez("newer", *arrays, model="Small", format=2)
    numpy.savez("names", *arrays, bias=1)
    for name, message in [
        ("newer.npz", "newer.npz is of format 2; this version of the course reads 1"),
        ("names.npz", "names.npz holds arrays called .*bias.*; save_params calls them arr_0"),
    ]:
        with pytest.raises(ValueError, match=message):
            Small().load_params(name)


def test_one_array_is_told_what_it_is():
    numpy.save("vectors.npy", numpy.ones((3, 2)))
    with pytest.raises(ValueError, match=r"vectors.npy is one array, .* read it with numpy.load"):
        Small().load_params("vectors.npy")


def test_an_empty_name_is_no_default(folder):
    with pytest.raises(OSError, match="a file needs a name"):
        Small().save_params("")
    with pytest.raises(OSError, match="directory"):
        Small().load_params("")
    assert os.listdir(folder) == []


def damaged(content, count):
    """The content cut at ``count`` places, and with one bit of each of ``count`` bytes flipped."""
    rng = numpy.random.default_rng(0)
    for end in rng.choice(len(content), count, replace=False):
        yield content[:end]
    for place in rng.choice(len(content), count, replace=False):
        flipped = bytearray(content)
        flipped[place] ^= 1 << int(rng.integers(8))
        yield bytes(flipped)


def test_a_damaged_file_loads_nothing_or_what_was_saved(folder):
    """What: a file cut anywhere, or with one bit turned over.
    Why: copies break off, and disks and sticks grow old.
    Expected: an error that names the file and a model as it was, or the very numbers saved."""
    Small().save_params("weights.npz")
    content = (folder / "weights.npz").read_bytes()
    for data in damaged(content, 60):
        (folder / "weights.npz").write_bytes(data)
        model, told = Small(fill=7), ""
        try:
            model.load_params("weights.npz")
        except (ValueError, pickle.UnpicklingError) as error:
            told = str(error)
        if told or len(data) < len(content):
            assert "weights.npz" in told
            assert same(model, Small(fill=7))
        else:
            assert same(model, Small())


# --- older files, pickled -----------------------------------------------------------------


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("name", [None, "Small.pkl"])
def test_pickled_lists_of_arrays_are_read(protocol, name):
    """What: a list of float16 arrays, pickled, as older notebooks left them, in each protocol.
    Why: whoever has trained for a night wants to keep it; Python 3.14 pickles by protocol 5.
    Expected: read, into float32, from the default name too."""
    with open("Small.pkl", "wb") as file:
        pickle.dump([p.astype("f2") for p in Small().params], file, protocol)
    model = Small(fill=7)
    model.load_params(name)
    for p, q in zip(model.params, Small().params, strict=True):
        assert p.dtype == q.dtype
        numpy.testing.assert_allclose(p, q, atol=1e-2)


def test_files_of_older_numpy_are_read(monkeypatch):
    """NumPy 1 called its insides ``numpy.core``, a name that NumPy 2 is about to drop."""
    monkeypatch.setitem(sys.modules, "numpy.core", None)
    for name in "multiarray", "numeric":
        monkeypatch.setitem(sys.modules, f"numpy.core.{name}", None)
    for protocol in 2, 4, 5:
        new = pickle.dumps([p.astype("f2") for p in Small().params], protocol)
        old = new.replace(b"numpy._core", b"numpy.core")
        if protocol > 2:  # these write how long a name is in front of it, and how long a frame is
            for module in b"multiarray", b"numeric":
                name = b"numpy.core." + module
                old = old.replace(bytes([len(name) + 1]) + name, bytes([len(name)]) + name)
            old = old[:2] + old[11:]
        assert b"numpy.core" in old
        with open("Small.pkl", "wb") as file:
            file.write(old)
        model = Small(fill=7)
        model.load_params("Small.pkl")
        numpy.testing.assert_allclose(model.params[1], Small().params[1], atol=1e-2)


def test_the_new_format_goes_before_the_old():
    """With both files there, the default name means the .npz."""
    with open("Small.pkl", "wb") as file:
        pickle.dump([p * 0 for p in Small().params], file)
    Small().save_params()
    model = Small(fill=7)
    model.load_params()
    assert same(model, Small())
    os.remove("Small.npz")
    model.load_params()
    assert not any(p.any() for p in model.params)


class Calls:
    """An object whose pickle calls a function when it is read."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (Calls(os.system, "touch harm"), "system"),
        (Calls(eval, "open('harm', 'w')"), "eval"),
        (Calls(exec, "open('harm', 'w')"), "exec"),
        (Calls(open, "harm", "w"), "open"),
        ([numpy.ones(2), [{"a": (Calls(os.system, "touch harm"),)}]], "system"),
        ([Calls(getattr, numpy, "load")], "getattr|_import"),
        ([Calls(numpy.load, "x")], "load"),
        ([Calls(numpy.save, "harm", 1)], "save"),
    ],
    ids=["os.system", "eval", "exec", "open", "nested", "getattr", "numpy.load", "numpy.save"],
)
def test_a_pickle_that_calls_anything_is_refused_without_calling(folder, payload, name, protocol):
    """What: files that would run a command while they are read.
    Why: weights are passed on from hand to hand, and a pickle is a program.
    Expected: UnpicklingError that names what was asked for; nothing ran, the model as it was."""
    try:
        data = pickle.dumps(payload, protocol)
    except (TypeError, pickle.PicklingError):
        data = pickle.dumps(Calls(os.system, "touch harm"), protocol)
        name = "system"
    (folder / "Small.pkl").write_bytes(data)
    model = Small()
    with pytest.raises(pickle.UnpicklingError, match=rf"asks for .*({name}).*; only NumPy arrays"):
        model.load_params("Small.pkl")
    assert os.listdir(folder) == ["Small.pkl"]
    assert same(model, Small())


@pytest.mark.parametrize("module", ["numpy.core.multiarray", "numpy._core.multiarray", "numpy"])
@pytest.mark.parametrize("name", ["fromfile", "_reconstruct.__globals__", "load", "ndarray.tofile"])
def test_nothing_but_the_names_that_arrays_need_can_be_asked_for(module, name):
    """Protocol 4 admits dotted names, by which one could climb from a harmless one."""
    data = b"\x80\x04\x8c" + bytes([len(module)]) + module.encode()
    data += b"\x8c" + bytes([len(name)]) + name.encode() + b"\x93."
    with pytest.raises(pickle.UnpicklingError, match="only NumPy arrays are allowed"):
        ArrayUnpickler(io.BytesIO(data)).load()


@pytest.mark.parametrize(
    ("thing", "kind"),
    [({"W": numpy.ones(2)}, "dict"), ([1, 2], "list"), (numpy.ones(2), "ndarray"), ("W", "str")],
)
def test_a_pickle_of_something_else_is_refused(thing, kind):
    with open("Small.pkl", "wb") as file:
        pickle.dump(thing, file)
    with pytest.raises(pickle.UnpicklingError, match=f"Small.pkl holds {kind}; allowed is a list"):
        Small().load_params()


@pytest.mark.parametrize("data", [b"", b"hello", b"PK", b"PK\x03\x04 cut short", b"\x80\x04"])
def test_a_broken_file_is_an_error(folder, data):
    (folder / "Small.npz").write_bytes(data)
    model = Small()
    with pytest.raises((pickle.UnpicklingError, EOFError, ValueError, zipfile.BadZipFile)):
        model.load_params()
    assert same(model, Small())


def test_objects_hidden_in_an_npz_are_refused():
    """NumPy can store pickles inside an .npz; they are not read."""
    numpy.savez("Small.npz", numpy.array([Calls(os.system, "touch harm")], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        Small().load_params()
    assert os.listdir(".") == ["Small.npz"]


def test_saving_goes_through_the_one_safe_way_of_writing(monkeypatch):
    written = []
    monkeypatch.setattr(
        "common.model.atomic_write",
        lambda path: (written.append(path), files.atomic_write(path))[1],
    )
    Small().save_params()
    Small().save_params("other")
    assert written == ["Small.npz", "other"]


@pytest.mark.parametrize("text", ["2 3\na 1.0 2.0 3.0\n", "{}", "no parameters\n"])
def test_a_text_is_no_file_of_parameters(folder, text):
    (folder / "a.txt").write_text(text)
    with pytest.raises(
        (ValueError, pickle.UnpicklingError),
        match=r"^a\.txt is no file of parameters, or damaged: ",
    ):
        Small().load_params("a.txt")
