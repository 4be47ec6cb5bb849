"""Data from strangers: what is no file, what has no end, and what is larger than it looks."""

import os
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.arrays.array_files import headers, read_arrays
from engine.data.choosing.likely_source import likely_source
from engine.data.pictures.decoding import PictureError, decoded
from engine.data.sources import reader
from engine.data.texts.text_files import read_text
from engine.errors import DataError

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes and links"),
]

ODD: tuple[Callable[[Path], object], ...] = (
    os.mkfifo,
    lambda path: path.symlink_to("/dev/zero"),
    Path.mkdir,
    lambda path: path.symlink_to(path),
)


def picture(path: Path) -> None:
    Image.new("L", (4, 4)).save(path, "PNG")


@pytest.mark.parametrize("make", ODD)
@pytest.mark.parametrize("source", ["text_file", "arrays"])
def test_what_is_no_file_is_no_data(
    make: Callable[[Path], object], source: str, tmp_path: Path
) -> None:
    path = tmp_path / "data.npz"
    make(path)
    with pytest.raises(DataError, match=r"\.$"):
        reader(source, {"path": str(path)}).read()
    for reads in (read_text, headers):
        with pytest.raises(DataError):
            reads(path)
    with pytest.raises(PictureError, match=r"is no file|cannot be read"):
        decoded(path, 1, 4, 4)
    likely_source(path.rename(tmp_path / "data.txt"))


@pytest.mark.parametrize("make", ODD[:2])
def test_a_folder_is_read_around_what_is_no_file(
    make: Callable[[Path], object], tmp_path: Path
) -> None:
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        picture(tmp_path / name / "1.png")
        (tmp_path / name / "1.txt").write_text("words of a kind")
        make(tmp_path / name / "2.png")
        make(tmp_path / name / "2.txt")
    pictures = reader("image_folder", {"path": str(tmp_path), "size": 4}).read()
    texts = reader("text_folder", {"path": str(tmp_path), "least": 1}).read()
    assert len(pictures) == len(texts) == 2
    for said in (pictures.skipped, texts.skipped):
        assert sum("no file" in one or "leads out" in one for one in said) >= 2
    assert reader("text_file", {"path": str(tmp_path), "length": 4}).read().skipped


def test_links_are_followed_inside_the_folder_only(tmp_path: Path) -> None:
    root, outside = tmp_path / "data", tmp_path / "home"
    for folder in (root / "cat", root / "dog", root / ".kept", outside):
        folder.mkdir(parents=True)
        picture(folder / "1.png")
    (root / "cat" / "inside.png").symlink_to(root / ".kept" / "1.png")
    (root / "cat" / "outside.png").symlink_to(outside / "1.png")
    (root / "wolf").symlink_to(outside)
    found = reader("image_folder", {"path": str(root), "size": 4}).read()
    assert found.fields["label"].classes == ("cat", "dog") and len(found) == 3
    assert set(found.skipped) == {
        "cat/outside.png is a link that leads out of the folder that is read.",
        "wolf is a link that leads out of the folder that is read.",
        ".kept is a hidden folder, and is left out.",
    }


# ---- larger than they look ----


def packed(path: Path, array_header: str, numbers: int = 0) -> Path:
    """An archive with one array of zeros, of which little lies on the disk."""
    head = array_header.encode().ljust(117) + b"\n"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("x.npy", "w", force_zip64=True) as file,
    ):
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head)
        block = bytes(2**20)
        for _ in range(numbers // len(block)):
            file.write(block)
    return path


SMALL_ARRAY = "{'descr': '|u1', 'fortran_order': False, 'shape': (%d, 1024), }"


def test_an_archive_is_asked_for_its_sizes_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packed(tmp_path / "bomb.npz", SMALL_ARRAY % 2**16, 2**26)
    assert path.stat().st_size < 100_000
    monkeypatch.setattr("engine.data.memory.free_memory", lambda: 10**9)
    known = headers(path)
    monkeypatch.setattr("numpy.lib.format.read_array", pytest.fail)
    with pytest.raises(
        DataError, match=r"bomb\.npz, 67\.1 MB of numbers, need 1\.6 GB .* only 1\.0 GB are free"
    ):
        read_arrays(path, known)


def test_an_array_that_is_shorter_than_it_says_is_refused_unread(tmp_path: Path) -> None:
    known = headers(packed(tmp_path / "short.npz", SMALL_ARRAY % 10**9))
    with pytest.raises(DataError, match=r"is cut off: it says to have 1,024\.0 GB, and 0 bytes"):
        read_arrays(tmp_path / "short.npz", known)


def test_a_header_without_end_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "long.npy"
    with path.open("wb") as file:
        file.write(b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**31))
        file.truncate(2**31)
    start = time.process_time()
    with pytest.raises(DataError, match="cannot be read"):
        headers(path)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("array", [np.array([{}, 1], dtype=object), np.array([(1, 2.0)], "i4,f8")])
def test_objects_and_records_are_refused(array: np.ndarray, tmp_path: Path) -> None:
    np.save(tmp_path / "odd.npy", array, allow_pickle=True)
    with pytest.raises(DataError, match=r"unsafe|cannot be learned from|no numbers"):
        reader("arrays", {"path": str(tmp_path / "odd.npy")}).read()


def bomb(width: int, height: int) -> bytes:
    """A picture of one colour, of which nearly nothing lies on the disk."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = zlib.compressobj()
    packed_rows = (
        b"".join(rows.compress(bytes(width * 3 + 1)) for _ in range(height)) + rows.flush()
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", packed_rows)
        + chunk(b"IEND", b"")
    )


def test_a_picture_with_more_points_than_it_may_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(bomb(10_000, 10_000))
    with pytest.raises(PictureError, match="has more than 89 million pixels"):
        decoded(tmp_path / "bomb.png", 3, 8, 8)


def test_a_picture_that_the_memory_cannot_hold_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "large.png").write_bytes(bomb(4000, 1000))
    monkeypatch.setattr("engine.data.pictures.decoding.free_memory", lambda: 10**8)
    with pytest.raises(
        PictureError, match=r"has 4,000 × 1,000 points, .* while 100\.0 MB are free"
    ):
        decoded(tmp_path / "large.png", 3, 8, 8)


def test_texts_are_asked_for_their_sizes_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text("word " * 200)
    monkeypatch.setattr("engine.data.memory.free_memory", lambda: 100_000)
    read_text(tmp_path / "a.txt")
    with pytest.raises(DataError, match=r"3\.0 kB of texts in .* need 120\.0 kB"):
        reader("text_file", {"path": str(tmp_path)}).read()


SECTION = """
import resource, sys
import numpy, torch
from engine.data.prepare import prepare
from engine.data.sources import reader
from engine.errors import DataError
from graphs.data import DataSection
from graphs.plan.plan import Plan
import engine.data.memory

found = reader("arrays", {"path": sys.argv[1]}).propose()
import psutil
engine.data.memory.check_memory.__globals__["free_memory"] = lambda: 10**12  # it is not foreseen
limit = psutil.Process().memory_info().vms + 150_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    prepare(found.section, Plan(), "cpu")
except DataError as error:
    print(error)
"""


def test_when_the_memory_runs_out_the_data_is_named_and_not_the_batch_size(tmp_path: Path) -> None:
    path = tmp_path / "much.npz"
    np.savez_compressed(path, x=np.zeros((60_000, 200)), y=np.arange(60_000) % 2)
    done = subprocess.run(
        [sys.executable, "-c", SECTION, str(path)], capture_output=True, text=True, check=False
    )
    assert "The data in " in done.stdout and "does not fit into the memory" in done.stdout, done
