"""Folders of pictures: every common kind is read, every broken file is listed, nothing is fatal."""

import os
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.asking.user_input import encode_input
from engine.data.array import Array
from engine.data.pictures.on_disk import PicturesOnDisk
from engine.data.prepare import prepare, prepare_samples
from engine.data.preprocessing import Preprocessing
from engine.data.reading import read
from engine.data.samples import Samples
from engine.data.sources import reader, reader_of
from engine.errors import DataError
from graphs.data.sources import Source
from graphs.plan.plan import Plan


def draw(
    path: Path, colour: Any = "red", mode: str = "RGB", size: tuple[int, int] = (12, 8)
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path)
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two classes with a picture each."""
    draw(tmp_path / "data" / "cat" / "a.png", "red")
    draw(tmp_path / "data" / "dog" / "a.png", "blue")
    return tmp_path / "data"


def scan(root: Path, **options: Any) -> Samples:
    return reader("image_folder", {"path": str(root), "size": 6, **options}).read()


def images(samples: Samples) -> Array:
    values = samples.values["image"]
    assert isinstance(values, np.ndarray)
    return values


def images_at(samples: Samples, *rows: int) -> Array:
    """Of some samples, wherever all are kept."""
    values = samples.values["image"]
    assert isinstance(values, np.ndarray | PicturesOnDisk)
    return values[np.array(rows)]


def test_folders_are_classes_and_pictures_are_brought_to_one_size(root: Path) -> None:
    draw(root / "cat" / "deeper" / "b.jpg", "red", size=(100, 30))
    found = scan(root, size=[5, 7])
    assert found.fields["label"].classes == ("cat", "dog")
    assert found.values["label"].tolist() == [0, 0, 1]  # type: ignore[union-attr]  # an array
    assert images(found).shape == (3, 3, 5, 7)
    assert images(found).dtype == np.uint8
    assert images(found)[2].reshape(3, -1)[:, 0].tolist() == [0, 0, 255]
    assert found.fields["image"].sizes == (3, 5, 7)
    assert found.skipped == ()


def test_grey_has_one_channel(root: Path) -> None:
    found = scan(root, colour="grey")
    assert images(found).shape == (2, 1, 6, 6)
    assert images(found)[0, 0, 0, 0] == 76  # red by its brightness


def test_that_pictures_are_enlarged_is_told_with_the_size_that_they_have(root: Path) -> None:
    draw(root / "cat" / "small.png", size=(10, 9))

    def told(**settings: Any) -> list[str]:
        return [one for one in scan(root, **settings).notices if "enlarged" in one]

    (sentence,) = told(size=[11, 11])
    assert sentence.startswith("1 of 3 pictures are smaller than 11 × 11 and are enlarged to it")
    assert "has 9 × 10 pixels" in sentence
    assert told(size=[9, 10]) == []


def test_what_becomes_of_shapes_and_colours_is_told(root: Path) -> None:
    settings = {"size": [8, 12]}
    assert scan(root, **settings).notices == ()
    draw(root / "cat" / "same.png", size=(25, 16))  # nearly
    draw(root / "cat" / "wide.png", size=(40, 8))
    draw(root / "cat" / "grey.png", 9, "L")
    draw(root / "cat" / "clear.png", (1, 2, 3, 4), "RGBA")
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (8, 12)).save(root / "dog" / "turned.jpg", exif=exif)
    stretched, grey, clear = scan(root, **settings).notices
    assert stretched.startswith("1 of 7 pictures have other proportions than 8 × 12 and are")
    assert grey.startswith("1 of 7 pictures are grey")
    assert clear.startswith("1 of 7 pictures have transparency")
    assert len(scan(root, **settings, colour="grey").notices) == 2


def test_a_proposal_reads_back_alike(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    proposal = reader("image_folder", {"path": "data", "size": 6}).propose()
    assert proposal.section.settings["path"] == str(root)
    monkeypatch.chdir("/")
    assert read(proposal.section).fingerprint() == proposal.samples.fingerprint()


def test_reading_ends_when_the_poll_says_so(root: Path) -> None:
    class Stop(Exception):  # noqa: N818  # no error
        pass

    calls: list[int] = []

    def poll() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise Stop

    for n in range(100):
        draw(root / "cat" / f"{n}.png", size=(1, 1))
    source = Source.get("image_folder").made({"path": str(root), "size": 6})
    with pytest.raises(Stop):
        reader_of(source).read(poll)
    assert len(calls) == 3


def test_a_new_class_folder_is_noticed(root: Path) -> None:
    section = reader("image_folder", {"path": str(root), "size": 6}).section()
    draw(root / "bird" / "a.png")
    with pytest.raises(DataError, match="“label” has the new class “bird”"):
        read(section)


def test_every_common_kind_of_picture_is_read(root: Path) -> None:
    folder = root / "cat"
    draw(folder / "bit.png", 1, "1")
    draw(folder / "grey.png", 128, "L")
    draw(folder / "alpha.png", (255, 0, 0, 0), "RGBA")
    draw(folder / "greyalpha.png", (0, 255), "LA")
    draw(folder / "cmyk.jpg", (0, 0, 0, 0), "CMYK")
    draw(folder / "gif.gif", 0, "P")
    draw(folder / "bmp.bmp", "lime")
    draw(folder / "web.webp", "white")
    draw(folder / "deep.tif", 0.5, "F")
    Image.fromarray(np.full((8, 12), 65535, dtype=np.uint16)).save(folder / "sixteen.png")
    Image.fromarray(np.full((8, 12), 65535, dtype=np.int32)).save(folder / "thirtytwo.tif")
    found = scan(root)
    assert found.skipped == ()
    names = sorted(p.name for p in folder.iterdir())
    first = {name: images(found)[n, :, 3, 3].tolist() for n, name in enumerate(names)}
    assert first["bit.png"] == [255, 255, 255]
    assert first["grey.png"] == [128, 128, 128]
    assert first["alpha.png"] == [255, 255, 255]  # what is transparent lies on white
    assert first["greyalpha.png"] == [0, 0, 0]
    assert first["cmyk.jpg"] == [255, 255, 255]
    assert first["bmp.bmp"] == [0, 255, 0]
    assert first["deep.tif"] == [128, 128, 128]
    assert first["sixteen.png"] == first["thirtytwo.tif"] == [255, 255, 255]


def test_a_transparent_palette_is_read(root: Path) -> None:
    picture = Image.new("P", (4, 4), 0)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    picture.save(root / "cat" / "b.png", transparency=0)
    assert images(scan(root))[1, :, 0, 0].tolist() == [255, 255, 255]


def test_a_picture_is_turned_as_its_camera_says(root: Path) -> None:
    picture = Image.new("RGB", (8, 4), "black")
    picture.paste("white", (0, 0, 4, 4))  # the left half
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter: left becomes top
    picture.save(root / "cat" / "b.png", exif=exif)
    turned = images(scan(root, size=[8, 4]))[1, 0]
    assert (turned[:3] > 200).all()
    assert (turned[5:] < 50).all()


def bomb(path: Path, side: int) -> None:
    """A PNG whose header promises side × side pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + data)


def test_broken_files_are_listed_with_reasons_and_the_rest_is_read(root: Path) -> None:
    folder = root / "cat"
    whole = draw(root / "dog" / "photo.jpg", size=(200, 200)).read_bytes()
    (folder / "truncated.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "empty.png").write_bytes(b"")
    (folder / "notes.txt").write_text("no picture")
    (folder / "vector.eps").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    bomb(folder / "bomb.png", 50_000)
    bomb(folder / "large.png", 10_000)
    (folder / "gone.png").symlink_to(folder / "nothing.png")
    (root / "stray.png").write_bytes(b"x")
    found = scan(root)
    assert len(found) == 3
    said = "\n".join(found.skipped)
    assert "cat/truncated.jpg is damaged" in said
    assert "cat/empty.png is empty." in said
    assert "cat/notes.txt is no picture of a known kind." in said
    assert "cat/vector.eps is no picture of a known kind." in said
    assert "cat/bomb.png has more than 89 million pixels." in said
    assert "cat/large.png has more than 89 million pixels." in said
    assert "cat/gone.png is not there, or is a link that leads nowhere." in said
    assert "stray.png lies in no class folder." in said
    assert len(found.skipped) == 8


def test_reading_can_stop_at_broken_files_and_says_how_many_there_are(root: Path) -> None:
    for number in range(5):
        (root / "cat" / f"broken {number}.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"5 of 7 files .*broken 0.png is empty. .* 2 more like it"):
        scan(root, broken="stop")


def test_of_many_broken_files_the_first_are_named_and_the_rest_counted(root: Path) -> None:
    for number in range(40):
        (root / "cat" / f"{number:02}.png").write_bytes(b"")
    found = scan(root)
    assert len(found) == 2
    (told,) = found.skipped
    assert told.startswith("40 of 42 files cannot be read: cat/00.png is empty. cat/01.png ")
    assert told.endswith(" 37 more like them.")


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damage_anywhere_in_a_file_is_survived(root: Path) -> None:
    random = np.random.RandomState(0)
    noise = Image.fromarray(random.randint(256, size=(9, 9, 3)).astype(np.uint8))
    for kind in ("png", "jpg", "gif", "bmp", "tif", "webp"):
        whole = root.parent / f"whole.{kind}"
        noise.save(whole)
        data = whole.read_bytes()
        for n in range(25):
            broken = bytearray(data)
            broken[random.randint(len(data))] ^= 1 << random.randint(8)
            (root / "cat" / f"{kind}{n}.{kind}").write_bytes(bytes(broken))
    found = scan(root)
    more = int(found.skipped[-1].split()[0])  # beyond those that are named
    assert len(found) + len(found.skipped) - 1 + more == 2 + 6 * 25


def test_loops_of_links_are_not_followed(root: Path) -> None:
    (root / "cat" / "up").symlink_to(root)
    (root / "loop").symlink_to(root)
    (root / "circle").symlink_to(root / "circle")
    found = scan(root)
    assert found.fields["label"].classes == ("cat", "dog")
    assert len(found) == 2
    assert "loop is a link back to a folder that holds it." in found.skipped


def test_an_unreadable_file_is_listed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def denied(path: Path, flags: int, mode: int = 0o777) -> int:
        if Path(path).name == "locked.png":
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, mode)

    draw(root / "cat" / "locked.png")
    monkeypatch.setattr(os, "open", denied)
    assert scan(root).skipped == ("cat/locked.png may not be read.",)


def test_an_empty_class_folder_is_noticed_and_keeps_its_class(root: Path) -> None:
    (root / "bird").mkdir()
    found = scan(root)
    assert found.fields["label"].classes == ("bird", "cat", "dog")
    assert found.notices[0].startswith("The folder “bird” has no pictures")


def test_names_of_any_script_are_kept(root: Path) -> None:
    draw(root / "猫 und Ça" / "größe ☃.png")
    assert scan(root).fields["label"].classes == ("cat", "dog", "猫 und Ça")


def test_names_that_are_no_text_are_made_one(root: Path) -> None:
    try:
        draw(Path(os.fsdecode(os.fsencode(root) + b"/\xff\xfe")) / "a.png")
    except OSError:
        pytest.skip("this file system has no such names")
    names = scan(root).fields["label"].classes
    assert [name.encode() for name in names] and len(names) == 3


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ([], "has no class folders"),
        (["cat/a.png"], "has 1 class folder. "),
        (["a.png", "b.png"], "has no class folders"),
        (["cat/", "dog/"], "has pictures of no classes"),
        (["cat/a.png", "dog/"], "has pictures of 1 class, "),
    ],
)
def test_too_little_to_learn_from_is_said(tmp_path: Path, made: list[str], words: str) -> None:
    for name in made:
        if name.endswith("/"):
            (tmp_path / name).mkdir()
        else:
            draw(tmp_path / name)
    with pytest.raises(DataError, match=words):
        scan(tmp_path)


def test_a_path_that_is_no_folder_is_said(root: Path) -> None:
    for path, words in (
        ("", "Choose a folder"),
        (str(root / "cat" / "a.png"), "is a file"),
        (str(root / "gone"), "is not there"),
        ("a\0b", "is no path"),
    ):
        with pytest.raises(DataError, match=words):
            reader("image_folder", {"path": path}).read()


def test_what_is_to_be_kept_in_memory_is_refused_by_its_size(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=10**8))
    assert len(scan(root)) == 2
    with pytest.raises(
        DataError, match=r"2 pictures of 4096 × 4096 need 805\.3 MB .* 100\.0 MB are"
    ):
        scan(root, size=4096, kept_in="memory")


def twelve_bits(root: Path) -> Path:
    """Two classes of dark and light pictures of 16 bits, of which 12 are used."""
    for folder, low in (("cat", 0), ("dog", 2000)):
        (root / folder).mkdir(parents=True)
        for n in range(5):
            values = (low + 400 * n + np.arange(64).reshape(8, 8)).astype(np.uint16)
            Image.fromarray(values).save(root / folder / f"{n}.png")
    return root


def test_twelve_bits_in_sixteen_keep_their_levels(tmp_path: Path) -> None:
    root = twelve_bits(tmp_path / "deep")
    proposal = reader("image_folder", {"path": str(root), "size": 8}).propose()
    data = prepare_samples(proposal.samples, proposal.section, Plan(), "cpu")
    train = data.train.take(slice(None))["image"]
    assert float(train.min()) == pytest.approx(0)
    assert float(train.max()) == pytest.approx(1)
    assert len(np.unique(train.numpy())) >= 64 * 5
    assert any("scaled by what the training pictures use" in one for one in data.notices)
    first = root / "cat" / "0.png"
    assert (
        encode_input(data.preprocessing, "image", first).tensor
        == data.preprocessing.encode("image", images(proposal.samples)[:1])
    ).all()


def test_a_picture_of_eight_bits_is_brought_to_the_training_range_and_told(tmp_path: Path) -> None:
    root = twelve_bits(tmp_path / "deep")
    proposal = reader("image_folder", {"path": str(root), "size": 8}).propose()
    known = prepare_samples(proposal.samples, proposal.section, Plan(), "cpu").preprocessing
    found = encode_input(known, "image", draw(tmp_path / "white.png", 255, "L"))
    assert np.unique(found.tensor.numpy()).tolist() == pytest.approx([1])
    assert "has 8 bits" in found.notices[0]


def test_pictures_of_both_depths_are_told(root: Path) -> None:
    Image.fromarray(np.full((8, 12), 4095, dtype=np.uint16)).save(root / "cat" / "deep.png")
    found = scan(root)
    assert images(found).dtype == np.uint8
    assert "1 of 3 pictures have more than 8 bits" in found.notices[0]


@pytest.mark.parametrize("kept_in", ["memory", "disk"])
def test_deep_pictures_among_others_are_as_light_as_these(tmp_path: Path, kept_in: str) -> None:
    grey = np.random.RandomState(0).randint(0, 256, (8, 8)).astype(np.uint16)
    for name, times, kind in (("plain", 1, np.uint8), ("deep", 16, np.uint16)):
        for folder in ("cat", "dog"):
            (tmp_path / "data" / folder).mkdir(parents=True, exist_ok=True)
            picture = Image.fromarray((grey * times).astype(kind))
            picture.save(tmp_path / "data" / folder / f"{name}.png")
    settings = {"path": str(tmp_path / "data"), "size": 8, "kept_in": kept_in}
    proposal = reader("image_folder", settings).propose()
    assert proposal.section.settings["deep_white"] == 4095
    deep, plain = images_at(proposal.samples, 0, 1)
    assert deep.astype(int) == pytest.approx(plain.astype(int), abs=2)
    assert "2 of 4 pictures have more than 8 bits" in proposal.samples.notices[0]
    assert "with 4095 as white" in proposal.samples.notices[0]
    assert read(proposal.section).fingerprint() == proposal.samples.fingerprint()

    known = prepare(proposal.section, Plan(validation=0, test=0), "cpu").preprocessing
    known = Preprocessing.decoded(known.encoded())
    given = encode_input(known, "image", tmp_path / "data" / "cat" / "deep.png")
    assert given.tensor[0].numpy() * 255 == pytest.approx(deep, abs=1e-3)
    assert given.notices == ()

    older = dict(proposal.section.settings)
    del older["deep_white"]
    before = read(replace(proposal.section, settings=older))
    assert images_at(before, 0).max() < 17
    by_hand = reader("image_folder", {**settings, "deep_white": 9000}).propose().section
    assert by_hand.settings["deep_white"] == 9000


def test_a_dark_deep_picture_is_told_when_it_is_given(root: Path) -> None:
    section = reader("image_folder", {"path": str(root), "size": 6}).section()
    assert section.settings["deep_white"] == 0
    known = prepare(section, Plan(validation=0, test=0), "cpu").preprocessing
    for most in (200, 4080):
        Image.fromarray(np.full((8, 12), most, dtype=np.uint16)).save(root / "given.png")
        (told,) = encode_input(known, "image", root / "given.png").notices
        assert f"holds numbers up to {most}, while 65535 counts as white" in told
    Image.fromarray(np.full((8, 12), 60000, dtype=np.uint16)).save(root / "given.png")
    assert encode_input(known, "image", root / "given.png").notices == ()


def test_colours_of_sixteen_bits_are_told(root: Path) -> None:
    row = b"\0" + np.full((4, 3), 4095, dtype=">u2").tobytes()
    head = struct.pack(">IIBBBBB", 4, 4, 16, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n"
    for kind, body in ((b"IHDR", head), (b"IDAT", zlib.compress(row * 4)), (b"IEND", b"")):
        data += struct.pack(">I", len(body)) + kind + body
        data += struct.pack(">I", zlib.crc32(kind + body))
    (root / "cat" / "deep.png").write_bytes(data)
    assert "have 16 bits per colour" in scan(root).notices[0]


def test_a_model_of_float_pictures_takes_picture_files_on_their_scale(tmp_path: Path) -> None:
    grey = np.full((8, 1, 4, 4), 128, dtype=np.float32)
    grey[0, 0, 0, :2] = 0, 255
    for scaled, low in ((grey, 0), (grey / 127.5 - 1, -1), (grey / 255, 0)):
        np.savez(tmp_path / "a.npz", x=scaled)
        section = reader("arrays", {"path": str(tmp_path / "a.npz")}).section()
        known = prepare(section, Plan(validation=0, test=0), "cpu").preprocessing
        given = draw(tmp_path / "grey.png", 128, "L", (4, 4))
        wanted = known.encode("x", scaled[1:2])
        assert encode_input(known, "x", given).tensor.numpy() == pytest.approx(
            wanted.numpy(), abs=1e-5
        ), low
    np.savez(tmp_path / "a.npz", x=np.random.RandomState(0).normal(0, 9, (8, 1, 4, 4)))
    section = reader("arrays", {"path": str(tmp_path / "a.npz")}).section()
    known = prepare(section, Plan(validation=0, test=0), "cpu").preprocessing
    with pytest.raises(DataError, match="numbers that no picture file has"):
        encode_input(known, "x", given)


def test_a_document_that_says_nothing_of_bits_reads_eight_as_it_did(tmp_path: Path) -> None:
    found = scan(twelve_bits(tmp_path / "deep"))
    assert images(found).dtype == np.uint8
    assert "Read all bits" in found.notices[0]
    section = reader("image_folder", {"path": str(tmp_path / "deep")}).section()
    assert section.settings["bits"] == "all bits"
    assert read(section).values["image"].dtype == np.float32  # type: ignore[union-attr]  # an array


@pytest.mark.parametrize("ending", ["gif", "tiff", "webp", "png"])
def test_files_of_several_pictures_are_said_to_give_their_first(root: Path, ending: str) -> None:
    frames = [Image.new("RGB", (12, 8), (n, 100 - n, 0)) for n in (0, 50, 100)]
    frames[0].save(root / "cat" / f"several.{ending}", save_all=True, append_images=frames[1:])
    said = [one for one in scan(root).notices if "only the first is read" in one]
    assert len(said) == 1
    assert said[0].startswith("1 of 3 files hold several pictures")


@pytest.mark.parametrize("ending", ["gif", "tiff", "webp", "png", "jpg"])
def test_files_of_one_picture_are_not_spoken_of(root: Path, ending: str) -> None:
    draw(root / "cat" / f"one.{ending}")
    assert not any("several pictures" in one for one in scan(root).notices)


def test_previews_in_a_photo_are_not_spoken_of(root: Path) -> None:
    photo, preview = Image.new("RGB", (12, 8), "red"), Image.new("RGB", (6, 4), "red")
    photo.save(root / "cat" / "b.jpg", "MPO", save_all=True, append_images=[preview])
    found = scan(root)
    assert len(found) == 3
    assert not any("several pictures" in one for one in found.notices)


def test_a_pointer_of_git_lfs_is_said_to_be_one(root: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 1234\n"
    (root / "cat" / "b.png").write_text(pointer, encoding="utf-8")
    assert "cat/b.png is a pointer of Git LFS" in scan(root).skipped[0]
