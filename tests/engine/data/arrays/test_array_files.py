"""Files of arrays: headers before data, nothing that can run, nothing that does not fit."""

import io
import pickle
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.array import Array
from engine.data.arrays.array_files import Header, headers, read_arrays
from engine.errors import DataError


class Payload:
    """Unpickling it makes a file, which shows that it ran."""

    def __init__(self, sentinel: Path) -> None:
        self.sentinel = sentinel

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.sentinel,)


def saved(array: Array) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def header(text: str) -> bytes:
    written = text.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(written).to_bytes(2, "little") + written


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name.replace("__", "."), data)
    return path


def test_arrays_are_read_as_they_were_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    x, y = np.arange(12, dtype=">i2").reshape(3, 4), np.asfortranarray(np.eye(3))
    np.savez_compressed(path, x=x, y=y)
    known = headers(path)
    assert {name: one.shape for name, one in known.items()} == {"x": (3, 4), "y": (3, 3)}
    found = read_arrays(path, known)
    assert np.array_equal(found["x"], x) and np.array_equal(found["y"], y)
    np.save(tmp_path / "one.npy", x)
    known = headers(tmp_path / "one.npy")
    assert np.array_equal(read_arrays(tmp_path / "one.npy", known)["one"], x)


@pytest.mark.parametrize("kind", ["object array", "in an archive", "pickle", "torch file"])
def test_what_could_run_a_program_is_refused_and_does_not_run(tmp_path: Path, kind: str) -> None:
    sentinel, path = tmp_path / "ran", tmp_path / "evil.npz"
    payload = Payload(sentinel)
    objects = saved(np.array([payload, 1], dtype=object))
    if kind == "in an archive":
        archive(path, x__npy=saved(np.eye(2)), y__npy=objects)
    elif kind == "torch file":
        archive(path, data__pkl=pickle.dumps(payload))
    else:
        path.write_bytes(objects if kind == "object array" else pickle.dumps(payload))
    with pytest.raises(DataError, match=r"evil\.npz is in an unsafe format"):
        headers(path)
    wanted = {name: Header((2, 2), np.dtype("f8"), 32) for name in ("x", "y", "data", "evil")}
    with pytest.raises(DataError, match=r"unsafe format|cannot be read"):
        read_arrays(path, wanted)
    assert not sentinel.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is no .npy or .npz file"),
        (b"x,y\n1,2\n", "is no .npy or .npz file"),
        (b"PK\x05\x06" + b"\0" * 18, "holds no arrays"),
        (b"PK\x03\x04junk", "cannot be read"),
        (b"\x93NUMPY\x01\x00", "cannot be read"),
        (b"\x93NUMPY\x09\x00\x10\x00" + b" " * 16, "cannot be read|version 9"),
        (header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}"), "negative size"),
        (header("{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}"), "is cut off"),
        (header("{'descr': '<f8', 'fortran_order': False, 'shape': ('3',)}"), "cannot be read"),
        (header("{'descr': '<f8', 'fortran_order': False, 'shape': (True, 2)}"), "no number"),
        (header("__import__('os').system('true')"), "cannot be read"),
        (header("(" * 100), "cannot be read"),
    ],
)
def test_a_damaged_file_is_refused_in_words(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(data)
    with pytest.raises(DataError, match=words):
        read_arrays(path, headers(path))


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.npz", tmp_path):
        with pytest.raises(DataError, match=r"is not there|is a folder"):
            headers(path)


def test_sizes_beyond_the_memory_are_refused_by_the_header(tmp_path: Path) -> None:
    path = tmp_path / "huge.npz"
    huge = header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000)}")
    archive(path, x__npy=huge, y__npy=saved(np.arange(3)))
    known = headers(path)
    assert known["x"].shape == (1_000_000, 1_000_000)
    with pytest.raises(
        DataError, match=r"“x” in huge\.npz is cut off: it says to have 8,000\.0 GB"
    ):
        read_arrays(path, known)
    assert read_arrays(path, {"y": known["y"]})["y"].tolist() == [0, 1, 2]


def test_an_archive_with_twice_the_same_name_or_too_many_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "twice.npz", "w") as file:
        file.writestr("x.npy", saved(np.eye(2)))
        with pytest.warns(UserWarning, match="Duplicate name"):
            file.writestr("x.npy", saved(np.eye(3)))
    with pytest.raises(DataError, match="two arrays called “x”"):
        headers(tmp_path / "twice.npz")
    many = {f"a{n}__npy": b"" for n in range(1001)}
    with pytest.raises(DataError, match="holds 1,001 arrays"):
        headers(archive(tmp_path / "many.npz", **many))


def test_what_lies_outside_by_its_name_is_only_a_name(tmp_path: Path) -> None:
    path = tmp_path / "inside" / "a.npz"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("../../x.npy", saved(np.arange(2)))
    assert read_arrays(path, headers(path))["../../x"].tolist() == [0, 1]
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.npz", "inside"]


@pytest.mark.filterwarnings("ignore:Reading `.npy` or `.npz` file required:UserWarning")
@given(at=st.integers(0, 400), value=st.integers(0, 255))
def test_a_changed_byte_gives_arrays_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, at: int, value: int
) -> None:
    file = io.BytesIO()
    np.savez_compressed(file, x=np.arange(20), y=np.eye(3))
    data = bytearray(file.getvalue())
    data[at % len(data)] = value
    path = tmp_path_factory.getbasetemp() / "changed.npz"
    path.write_bytes(data)
    with suppress(DataError):  # anything else that is raised fails the test
        found = read_arrays(path, headers(path))
        assert all(isinstance(array, np.ndarray) for array in found.values())
