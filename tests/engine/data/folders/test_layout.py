"""What folders of samples are: classes, a split with classes in it, or something to be refused."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.data import prepare
from engine.data.folders.layout import layout
from engine.data.sources import reader, reader_of
from engine.data.splitting.given_split import are_parts, part_named, parts_in
from engine.errors import DataError
from graphs.data.sources import Source
from graphs.plan.plan import Plan


def drawn(root: Path, *folders: str, each: int = 4) -> Path:
    """Pictures in each folder, every one of its own grey."""
    for at, folder in enumerate(folders):
        (root / folder).mkdir(parents=True, exist_ok=True)
        for n in range(each):
            Image.new("L", (4, 4), 10 * at + n).save(root / folder / f"{n}.png")
    return root


def within(parts: Iterable[str], classes: Iterable[str]) -> list[str]:
    return [f"{part}/{name}" for part in parts for name in classes]


def source(root: Path, **settings: Any) -> Source:
    return Source.get("image_folder").made({"path": str(root), "size": 4, **settings})


@pytest.mark.parametrize(
    "names",
    [("train", "val", "test"), ("Training", "Validation", "Testing"), ("TRAIN", "dev"),
     ("train", "valid"), ("training_set", "test_set")],
)  # fmt: skip
def test_folders_of_a_split_are_no_classes(tmp_path: Path, names: tuple[str, ...]) -> None:
    root = drawn(tmp_path, *within(names, ["cat", "dog"]))
    found = reader_of(source(root)).read()
    assert found.fields["label"].classes == ("cat", "dog")
    assert found.parts is not None
    assert set(found.parts) == {part_named(name) for name in names}
    assert any("are taken as the split" in one for one in found.notices)


@pytest.mark.parametrize(
    "names",
    [("seg_train/seg_train", "seg_test/seg_test"), ("dataset-train", "dataset-val"),
     ("my_training_set", "my_test_set"), ("TrainImages", "TestImages"), ("train2017", "val2017"),
     ("train/train", "test/test"), ("x-train-small", "x-dev-small")],
)  # fmt: skip
def test_the_parts_of_a_split_may_have_the_same_words_around_them(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    root = drawn(tmp_path, *within(names, ["cat", "dog"]))
    found = reader_of(source(root)).read()
    assert found.fields["label"].classes == ("cat", "dog")
    assert found.parts is not None and len(set(found.parts)) == 2
    assert any("are taken as the split" in one for one in found.notices)
    told = reader_of(source(root, folders="parts")).read()
    assert told.fingerprint() == found.fingerprint()


def test_other_folders_beside_such_parts_are_left_out(tmp_path: Path) -> None:
    root = drawn(tmp_path, *within(["seg_train/seg_train", "seg_test/seg_test"], ["cat", "dog"]))
    found = reader_of(source(drawn(root, "seg_pred/seg_pred"))).read()
    assert found.fields["label"].classes == ("cat", "dog")
    assert any(one.startswith("“seg_pred” lies beside") for one in found.skipped)


@pytest.mark.parametrize("names", [("my_train", "val"), ("a_train", "b_test")])
def test_parts_called_alike_in_no_way_are_so_only_where_it_is_said(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    root = drawn(tmp_path, *within(names, ["cat", "dog"]))
    assert reader_of(source(root)).read().fields["label"].classes == names
    told = reader_of(source(root, folders="parts")).read()
    assert told.fields["label"].classes == ("cat", "dog")
    assert told.parts is not None and len(set(told.parts)) == 2


def test_names_like_parts_with_other_classes_in_each_are_told(tmp_path: Path) -> None:
    root = drawn(tmp_path, "big_train/red", "big_train/blue", "big_test/old", "big_test/new")
    found = reader_of(source(root)).read()
    assert found.fields["label"].classes == ("big_test", "big_train")
    assert any("set the folders to parts" in one for one in found.notices)


def test_an_unlabelled_part_that_repeats_its_name_is_left_out(tmp_path: Path) -> None:
    root = drawn(tmp_path, *within(["train/train", "val/val"], ["cat", "dog"]), "test/test")
    found = reader_of(source(root)).read()
    assert found.fields["label"].classes == ("cat", "dog")
    assert any("“test” has no class folders" in one for one in found.skipped)


def test_classes_may_hold_parts_that_repeat_their_names(tmp_path: Path) -> None:
    drawn(
        tmp_path,
        *(f"{name}/{name}_{part}" for name in ("cat", "dog") for part in ("train", "test")),
    )
    found = reader_of(source(tmp_path)).read()
    assert found.fields["label"].classes == ("cat", "dog")
    assert found.parts is not None and set(found.parts) == {0, 2}


def test_a_given_split_is_what_trains_validates_and_tests(tmp_path: Path) -> None:
    drawn(tmp_path, "train/cat", "train/dog", each=6)
    drawn(tmp_path, *within(["val", "test"], ["cat", "dog"]), each=2)
    proposal = reader_of(source(tmp_path)).propose()
    data = prepare.prepare_samples(proposal.samples, proposal.section, Plan(), "cpu")
    assert [len(part) for part in (data.train, data.valid, data.test())] == [12, 4, 4]
    folders = [sorted(str(one) for one in tmp_path.glob(f"{p}/*/*.png")) for p in ("train", "test")]
    assert [len(one) for one in folders] == [12, 4]
    assert proposal.section.settings["folders"] == "parts"


def test_a_part_that_is_not_given_is_drawn_from_training_and_told(tmp_path: Path) -> None:
    drawn(tmp_path, "train/cat", "train/dog", each=10)
    drawn(tmp_path, "test/cat", "test/dog", each=3)
    proposal = reader_of(source(tmp_path)).propose()
    data = prepare.prepare_samples(proposal.samples, proposal.section, Plan(validation=0.2), "cpu")
    assert [len(part) for part in (data.train, data.valid, data.test())] == [16, 4, 6]
    told = "no samples for validation, so 20% of the training samples are taken for validation."
    assert any(told in notice for notice in data.notices)
    given = np.asarray(proposal.samples.parts)
    assert set(given[data.indices.valid]) == {0}
    assert set(given[data.indices.test]) == {2}


def test_folds_leave_the_given_test_apart_and_say_so(tmp_path: Path) -> None:
    drawn(tmp_path, *within(["train", "val", "test"], ["cat", "dog"]))
    proposal = reader_of(source(tmp_path)).propose()
    given = np.asarray(proposal.samples.parts)
    tested: set[int] = set()
    for fold in (1, 2, 3):
        plan = Plan(folds=3, fold=fold)
        data = prepare.prepare_samples(proposal.samples, proposal.section, plan, "cpu")
        assert not any((given[rows] == 2).any() for rows in (data.indices.train, data.indices.test))
        assert any("8 samples given for the test are in no fold" in n for n in data.notices)
        tested |= set(data.indices.test.tolist())
    assert tested == set(np.flatnonzero(given != 2).tolist())


def test_a_split_can_be_drawn_anew_and_its_folders_read_as_classes(tmp_path: Path) -> None:
    root = drawn(tmp_path, *within(["train", "test"], ["cat", "dog"]))
    pooled = reader_of(source(root, split="shares")).read()
    assert pooled.parts is None
    assert pooled.fields["label"].classes == ("cat", "dog")
    classes = reader_of(source(root, folders="classes")).read()
    assert classes.fields["label"].classes == ("test", "train")


def test_classes_with_a_split_in_each_are_the_same_split(tmp_path: Path) -> None:
    found = reader_of(source(drawn(tmp_path, *within(["cat", "dog"], ["train", "test"])))).read()
    assert found.fields["label"].classes == ("cat", "dog")
    assert np.asarray(found.parts).tolist().count(2) == 8


def test_vehicles_called_train_are_a_class(tmp_path: Path) -> None:
    found = reader_of(source(drawn(tmp_path, "bus", "plane", "train"))).read()
    assert found.fields["label"].classes == ("bus", "plane", "train")
    assert found.parts is None


def test_folders_beside_a_split_are_left_out_and_told(tmp_path: Path) -> None:
    found = reader_of(
        source(drawn(tmp_path, *within(["train", "val"], ["a", "b"]), "backup/a"))
    ).read()
    assert found.fields["label"].classes == ("a", "b")
    assert any("“backup” lies beside the folders for training" in one for one in found.skipped)


def test_a_test_folder_without_classes_is_left_out_and_told(tmp_path: Path) -> None:
    found = reader_of(source(drawn(tmp_path, "train/a", "train/b", "test"))).read()
    assert np.asarray(found.parts).tolist() == [0] * 8
    assert any("“test” has no class folders" in one for one in found.skipped)


def test_classes_that_are_not_in_the_training_part_are_told(tmp_path: Path) -> None:
    found = reader_of(source(drawn(tmp_path, "train/a", "train/b", "test/a", "test/c"))).read()
    assert found.fields["label"].classes == ("a", "b", "c")
    assert any("“c” has no folder for training" in one for one in found.notices)


@pytest.mark.parametrize(
    "names", [("images", "masks"), ("Image", "Mask"), ("imgs", "ground_truth")]
)
@pytest.mark.parametrize("above", ["", "train/"])
def test_pictures_beside_their_masks_are_no_classes(
    tmp_path: Path, names: tuple[str, str], above: str
) -> None:
    drawn(tmp_path, *(above + name for name in names), *(["val/images"] if above else []))
    with pytest.raises(DataError, match="pictures and their masks, which cannot be learned"):
        reader_of(source(tmp_path)).read()


def test_masked_faces_are_classes(tmp_path: Path) -> None:
    assert reader_of(source(drawn(tmp_path, "mask", "no_mask"))).read().fields["label"].classes


def test_parts_without_classes_are_refused_with_the_ways_out(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"parts of a split.*set the folders to classes"):
        reader_of(source(drawn(tmp_path, "train", "test"))).read()


def test_folders_that_hold_one_folder_are_gone_through_and_told(tmp_path: Path) -> None:
    root = drawn(tmp_path / "download", "data/pets/cat", "data/pets/dog")
    proposal = reader_of(source(root)).propose()
    assert proposal.samples.fields["label"].classes == ("cat", "dog")
    assert proposal.section.settings["path"] == str(root / "data" / "pets")
    assert any("looked for in “data/pets”" in one for one in proposal.samples.notices)


def test_hidden_folders_and_stray_files_are_told(tmp_path: Path) -> None:
    root = drawn(tmp_path, "cat", "dog", ".thumbnails", "__MACOSX")
    (root / "readme.txt").write_text("hello")
    found = reader_of(source(root)).read()
    assert found.fields["label"].classes == ("cat", "dog")
    assert [one.split()[0] for one in found.skipped] == [".thumbnails", "__MACOSX", "readme.txt"]


def test_folders_of_ones_own_for_validation_and_test(tmp_path: Path) -> None:
    drawn(tmp_path / "main", "cat", "dog")
    drawn(tmp_path / "more", "cat", "dog", each=2)
    drawn(tmp_path / "exam", "cat", "dog", each=1)
    paths = {"validation_path": str(tmp_path / "more"), "test_path": str(tmp_path / "exam")}
    found = reader_of(source(tmp_path / "main", **paths)).read()
    assert np.bincount(np.asarray(found.parts)).tolist() == [8, 4, 2]
    assert found.fields["label"].classes == ("cat", "dog")


def test_texts_in_folders_of_a_split_are_split_alike(tmp_path: Path) -> None:
    for folder in within(["train", "test"], ["pos", "neg"]):
        (tmp_path / folder).mkdir(parents=True)
        for n in range(4):
            (tmp_path / folder / f"{n}.txt").write_text(f"some words {n}")
    found = reader("text_folder", {"path": str(tmp_path)}).read()
    assert found.fields["label"].classes == ("neg", "pos")
    assert np.asarray(found.parts).tolist().count(2) == 8


def test_only_names_of_parts_are_parts() -> None:
    assert are_parts(["Train", "TEST"])
    assert not are_parts(["train"])
    assert not are_parts(["val", "test"])
    assert not are_parts(["train", "val", "valid"])
    assert not are_parts(["train", "car"])
    assert parts_in(["train", "train", None]) is None
    found = parts_in(["train", "Test", "valid"])
    assert found is not None
    assert found.tolist() == [0, 2, 1]


def test_an_empty_path_asks_for_a_folder() -> None:
    with pytest.raises(DataError, match="Choose a folder"):
        layout(Path(), "pictures")


def test_folders_in_the_classes_that_are_not_told_apart_are_said(tmp_path: Path) -> None:
    drawn(tmp_path, *within(["animals"], ["cat", "dog"]), *within(["plants"], ["rose", "oak"]))
    found = reader_of(source(tmp_path)).read()
    assert found.fields["label"].classes == ("animals", "plants")
    said = [one for one in found.notices if "are not told apart" in one]
    assert len(said) == 1
    assert "the 4 folders in them, such as “cat”" in said[0]


@pytest.mark.parametrize(
    "folders",
    [
        ("cat", "dog"),
        ("cat/a", "cat/b", "dog/a", "dog/b"),
        ("cat", "cat/more", "dog", "dog/others"),
        ("cat/pictures of cats", "dog/pictures of dogs"),
    ],
)
def test_folders_in_the_classes_that_mean_nothing_are_not_spoken_of(
    tmp_path: Path, folders: tuple[str, ...]
) -> None:
    found = reader_of(source(drawn(tmp_path, *folders))).read()
    assert not any("are not told apart" in one for one in found.notices)


def test_files_of_the_system_are_no_pictures(tmp_path: Path) -> None:
    drawn(tmp_path, "cat", "dog")
    for name in ("Thumbs.db", "desktop.ini", "Icon\r"):
        (tmp_path / "cat" / name).write_bytes(b"\xd0\xcf\x11\xe0")
    assert not reader_of(source(tmp_path)).read().skipped
    (tmp_path / "cat" / "Thumbs.dbx").write_bytes(b"\xd0\xcf\x11\xe0")
    assert "Thumbs.dbx" in reader_of(source(tmp_path)).read().skipped[0]
