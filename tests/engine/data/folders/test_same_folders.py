"""Class folders that lead to one place count once, and names that look alike are told."""

from pathlib import Path

import numpy as np
import pytest

from engine.data.sources import reader_of
from tests.engine.data.folders.test_layout import drawn, source, within


@pytest.mark.parametrize("link", ["a", "z"])
@pytest.mark.parametrize("leads_to", ["m", "m/inner"])
def test_a_class_folder_that_is_a_link_to_another_counts_once_and_is_told(
    tmp_path: Path, link: str, leads_to: str
) -> None:
    root = drawn(tmp_path, "m", "m/inner", "n")
    (root / link).symlink_to(root / leads_to)
    found = reader_of(source(root)).read()
    assert found.fields["label"].classes == ("m", "n")
    assert np.bincount(np.asarray(found.values["label"])).tolist() == [8, 4]
    assert any(f"“{link}” leads to the pictures of “m”" in one for one in found.skipped)


def test_of_two_links_to_one_place_the_first_is_kept(tmp_path: Path) -> None:
    root = drawn(tmp_path, ".kept/x", "n")
    for link in ("a", "b"):
        (root / link).symlink_to(root / ".kept/x")
    found = reader_of(source(root)).read()
    assert found.fields["label"].classes == ("a", "n")
    assert any("“b” leads to the pictures of “a”" in one for one in found.skipped)


@pytest.mark.parametrize("whole", [True, False])
def test_no_part_of_a_split_holds_the_pictures_of_another(tmp_path: Path, whole: bool) -> None:
    root = drawn(tmp_path, *within(["train", "val"], ["cat", "dog"]))
    if whole:
        (root / "test").symlink_to(root / "train")
    else:
        drawn(root, "test/dog")
        (root / "test/cat").symlink_to(root / "train/cat")
    found = reader_of(source(root)).read()
    assert found.parts is not None
    assert np.bincount(found.parts).tolist() == ([8, 8] if whole else [8, 8, 4])
    assert any("“test/cat” leads to the pictures of “train/cat”" in one for one in found.skipped)


def test_no_part_within_a_class_holds_the_pictures_of_another(tmp_path: Path) -> None:
    root = drawn(tmp_path, *within(["cat", "dog"], ["train"]), "dog/test")
    (root / "cat/test").symlink_to(root / "cat/train")
    found = reader_of(source(root)).read()
    assert found.parts is not None
    assert np.bincount(found.parts).tolist() == [8, 0, 4]
    assert any("“cat/test” leads to" in one for one in found.skipped)


def test_a_folder_of_its_own_for_the_test_does_not_hold_what_is_trained_on(tmp_path: Path) -> None:
    root = drawn(tmp_path / "data", "cat", "dog")
    own = drawn(tmp_path / "own", "dog")
    (own / "cat").symlink_to(own / "dog")
    found = reader_of(source(root, test_path=str(own))).read()
    assert found.parts is not None
    assert np.bincount(found.parts).tolist() == [8, 0, 4]
    assert any("leads to the pictures of" in one for one in found.skipped)


@pytest.mark.parametrize("other", ["cat", "ＣＡＴ", "Cat "])
def test_classes_whose_names_look_alike_are_told(tmp_path: Path, other: str) -> None:
    found = reader_of(source(drawn(tmp_path, "Cat", other, "dog"))).read()
    assert len(found.fields["label"].classes) == 3
    assert any("are different classes" in one for one in found.notices)
    assert not any(
        "are different" in n
        for n in reader_of(source(drawn(tmp_path / "x", "a", "b"))).read().notices
    )


def test_a_link_to_a_picture_of_another_class_counts_once_and_is_told(tmp_path: Path) -> None:
    root = drawn(tmp_path, "cat", "dog", ".store")
    first = sorted((root / "cat").iterdir())[0]
    (root / "dog" / "a_link.png").symlink_to(first)
    (root / "dog" / "again.png").symlink_to(root / "dog" / "a_link.png")
    kept = sorted((root / ".store").iterdir())[0]
    for name in ("b_first.png", "c_second.png"):
        (root / "dog" / name).symlink_to(kept)
    found = reader_of(source(root)).read()
    assert np.bincount(np.asarray(found.values["label"])).tolist() == [4, 5]
    said = "“dog/{}” is a link to “{}”, which would count twice, and is left out."
    assert {one for one in found.skipped if "is a link to" in one} == {
        said.format("a_link.png", f"cat/{first.name}"),
        said.format("again.png", f"cat/{first.name}"),
        said.format("c_second.png", "dog/b_first.png"),
    }


def test_pictures_that_are_one_file_on_disk_are_told(tmp_path: Path) -> None:
    root = drawn(tmp_path, "cat", "dog")
    assert not any("one file on disk" in one for one in reader_of(source(root)).read().notices)
    first = sorted((root / "cat").iterdir())[0]
    (root / "dog" / "twin.png").hardlink_to(first)
    found = reader_of(source(root)).read()
    assert np.bincount(np.asarray(found.values["label"])).tolist() == [4, 5]
    (said,) = [one for one in found.notices if "one file on disk" in one]
    assert f"“cat/{first.name}” and “dog/twin.png”" in said
