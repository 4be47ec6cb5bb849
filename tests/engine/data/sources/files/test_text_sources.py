"""Text files and folders of texts of one's own: real files, broken ones too."""

import os
from pathlib import Path

import numpy as np
import pytest

from engine.data.choosing.preview import preview
from engine.data.ragged import Ragged
from engine.data.sources import reader
from engine.data.sources.spec import Proposal
from engine.errors import DataError

SENTENCE = "The quick brown fox jumps over the lazy dog. "


def propose(source: str, path: Path, **settings: object) -> Proposal:
    return reader(source, {"path": str(path), **settings}).propose()


def folder(root: Path) -> Path:
    for name, text in (("cats", "The cat purrs."), ("dogs", "The dog barks.")):
        (root / name).mkdir(parents=True)
        for number in range(4):
            (root / name / f"{number}.txt").write_text(text * (number + 1), encoding="utf-8")
    return root


def test_a_text_file_becomes_windows(tmp_path: Path) -> None:
    path = tmp_path / "fox.txt"
    path.write_text(SENTENCE * 20, encoding="utf-16")
    found = propose("text_file", path, length=8, stride=8)
    assert found.section.settings["path"] == str(path)
    assert found.section.fields["text"].words == tuple(sorted(set(SENTENCE)))
    shown = preview(found.section, 2, found.samples)
    assert shown.first["text"][0] == SENTENCE[:8]
    assert shown.first["next"][0] == SENTENCE[1:9]


def test_all_texts_of_a_folder_are_read_and_broken_ones_are_named(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "b.md").write_text(SENTENCE * 5, encoding="utf-8")
    (tmp_path / "a.txt").write_text("ABC" * 50, encoding="utf-8")
    (tmp_path / "broken.txt").write_bytes(b"\xff" * 30)
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "loop").symlink_to(tmp_path)
    found = propose("text_file", tmp_path, length=8)
    assert set(found.section.fields["text"].words) == {*"ABC", *SENTENCE}
    assert len(found.samples.skipped) == 2
    assert "broken.txt, line 1, is not written in UTF-8" in found.samples.skipped[0]
    assert "empty.txt is empty" in found.samples.skipped[1]


def test_no_text_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no text file \(.md, .text, .txt\)"):
        propose("text_file", tmp_path)
    with pytest.raises(DataError, match="is not there"):
        propose("text_file", tmp_path / "gone.txt")
    with pytest.raises(DataError, match="Choose a text file"):
        reader("text_file", {}).read()
    (tmp_path / "short.txt").write_text("abc")
    with pytest.raises(DataError, match="shorter than a window of 64 characters"):
        propose("text_file", tmp_path / "short.txt")


def test_a_folder_of_texts_gives_words_and_classes(tmp_path: Path) -> None:
    found = propose("text_folder", folder(tmp_path), length=10)
    assert found.section.fields["label"].classes == ("cats", "dogs")
    assert found.section.fields["text"].words[:4] == ("<pad>", "<unk>", ".", "The")
    texts = found.samples.values["text"]
    assert isinstance(texts, Ragged)
    assert texts.lengths.tolist() == [4, 8, 10, 10] * 2
    assert np.asarray(found.samples.values["label"]).tolist() == [0] * 4 + [1] * 4
    assert found.samples.notices == (
        "4 of 8 texts have more than 10 words; the rest of them is not read.",
    )
    shown = preview(found.section, 2, found.samples)
    assert shown.first["text"] == ("The cat purrs .", "The dog barks .")
    assert shown.counts == {"label": {"cats": 4, "dogs": 4}}


def test_broken_texts_in_a_folder_are_left_out_by_name(tmp_path: Path) -> None:
    root = folder(tmp_path / "texts")
    (root / "cats" / "broken.txt").write_bytes(b"\xff\xfe\x00")
    (root / "cats" / "empty.txt").write_bytes(b"")
    (root / "cats" / "gone.txt").symlink_to(root / "nowhere")
    (root / "dogs" / "loop").symlink_to(root)
    (root / "birds").mkdir()
    (root / "own.txt").write_text("in no class")
    (root / "dogs" / os.fsdecode(b"\xe9t\xe9.txt")).write_text("The dog sleeps.")
    found = propose("text_folder", root)
    assert len(found.samples) == 9
    for words in ("broken.txt begins like UTF-16", "empty.txt is empty", "gone.txt is not there"):
        assert sum(words in one for one in found.samples.skipped) == 1
    assert "own.txt lies in no class folder." in found.samples.skipped
    assert "The folder “birds” has no texts, so its class" in found.samples.notices[0]


def test_reading_can_stop_at_broken_texts(tmp_path: Path) -> None:
    root = folder(tmp_path / "texts")
    (root / "cats" / "empty.txt").write_bytes(b"")
    for source in ("text_folder", "text_file"):
        with pytest.raises(
            DataError, match=r"1 of 9 files cannot be read: cats/empty.txt is empty"
        ):
            propose(source, root, broken="stop", length=8)


def test_a_folder_without_classes_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"has no class folders. Put the texts of each class"):
        propose("text_folder", tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with pytest.raises(DataError, match=r"has texts of no classes, and it takes two. Add texts"):
        propose("text_folder", tmp_path)
    with pytest.raises(DataError, match="Choose a folder that holds one folder of texts"):
        reader("text_folder", {}).read()


def test_broken_texts_are_named_with_their_folder(tmp_path: Path) -> None:
    root = folder(tmp_path)
    for name in ("cats", "dogs"):
        (root / name / "1.txt").write_bytes(b"caf\xe9 \xff")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 1234\n"
    (root / "dogs" / "2.txt").write_text(pointer, encoding="utf-8")
    for source in ("text_folder", "text_file"):
        settings = {"length": 8} if source == "text_file" else {}
        said = "\n".join(propose(source, root, **settings).samples.skipped)
        assert "cats/1.txt, line 1, is not written in UTF-8" in said
        assert "dogs/1.txt, line 1, is not written in UTF-8" in said
        assert "dogs/2.txt is a pointer of Git LFS" in said


def test_marks_at_the_very_end_of_a_text_are_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "fox.txt"
    path.write_bytes((SENTENCE * 20).encode() + b"\x1a\0\0")
    found = propose("text_file", path, length=8, stride=8)
    assert found.section.fields["text"].words == tuple(sorted(set(SENTENCE)))
    path.write_bytes((SENTENCE * 20).encode() + b"\0" + SENTENCE.encode())
    with pytest.raises(DataError, match="holds a zero byte"):
        propose("text_file", path, length=8, stride=8)
