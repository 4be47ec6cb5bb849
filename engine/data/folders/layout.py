"""Finds the class folders of a data set, perhaps below the folders of a split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.data.array import Array
from engine.data.folders.class_folders import folders_in, glance
from engine.data.folders.same_folders import alike, once
from engine.data.folders.split_folders import (
    looking_like_parts,
    parts_as_told,
    parts_of,
    parts_on_top,
    without_wrappers,
)
from engine.data.splitting.given_split import PARTS, TRAIN, are_parts, told
from engine.errors import DataError
from graphs.data.sources.choices import Folders, SplitBy
from graphs.wording.phrases import phrase, with_and
from graphs.wording.visible import spelled

NO_FOLDERS = (
    "{inner} has no class folders. Put the {noun} of each class into a folder of its own, named "
    "like the class; it takes two.{table}"
)
ONE_FOLDER = (
    "{inner} has 1 class folder. Put the {noun} of each class into a folder of its own, named "
    "like the class; it takes two.{table}"
)
NO_CLASSES = "{root} has {noun} of no classes, and it takes two. Add {noun}. {shown}"
ONE_CLASS = "{root} has {noun} of 1 class, and it takes two. Add {noun}. {shown}"
SHOWN_INSIDE = 2
"""Classes that are named as examples."""
DEEPEST = 8
"""So many folders that hold nothing but one other folder are gone through."""
_PICTURES = frozenset({"image", "images", "img", "imgs", "picture", "pictures", "photo", "photos"})
_MASKS = frozenset({
    "mask", "masks", "groundtruth", "gt", "annotation", "annotations", "segmentation",
    "segmentations", "segmentationmasks", "maskimages",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleFolder:
    """A folder of samples: their class by its position, and the part they are given for."""

    folder: Path
    label: int
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of samples below one folder, always in the same order."""

    root: Path
    noun: str
    """What they hold, in the plural."""
    classes: tuple[str, ...]
    places: tuple[SampleFolder, ...]
    skipped: tuple[str, ...]
    """What lies beside them and is left out, one sentence each."""
    notices: tuple[str, ...]
    split: SplitBy = "given"
    top: Folders = "classes"
    """What the folders on top are; auto for classes with the parts of a split in each."""

    def parts(self, chosen: Sequence[int]) -> Array | None:
        """The part of each sample, by the position of its place; None where no split is given."""
        given = [self.places[at].part for at in chosen]
        if self.split == "shares" or None in given:
            return None
        return np.array(given, dtype=np.int64)


def layout(root: Path, noun: str, folders: Folders = "auto", split: SplitBy = "given") -> Layout:
    """What the folders below ``root`` are. Raises DataError where there are no classes."""
    if root == Path():
        raise DataError("Choose a folder that holds one folder of {noun} per class.", noun=noun)
    skipped: list[str] = []
    notices: list[str] = []
    inner, found = _descended(root, noun, skipped, notices, folders)
    parts = parts_as_told(found) if folders == "parts" else {}
    if folders == "parts" or (folders == "auto" and (parts := parts_on_top(found))):
        return _split_layout(inner, found, parts, noun, skipped, notices, split)
    if folders == "auto" and len(found) > 1 and (turned := _turned(found)):
        classes, places = turned
        notices.append(_split_told())
        whole = Layout(inner, noun, classes, places, tuple(skipped), tuple(notices), split, "auto")
        return _without_repeats(whole)
    if folders == "auto":
        _refuse_masks(inner, found, noun)
        _refuse_bare_parts(inner, found, noun)
    found = once(found, noun, inner, skipped)
    if len(found) < 2:
        table = (
            phrase(
                " If a table beside them names the {noun}, choose “Pictures named in a table”.",
                noun=noun,
            )
            if noun == "pictures"
            else ""
        )
        raise DataError(
            ONE_FOLDER if found else NO_FOLDERS,
            inner=inner,
            noun=noun,
            table=table,
        )
    if folders == "auto" and (like := looking_like_parts(found)):
        notices.append(_doubt(like))
    notices += _inner_folders(found)
    classes = tuple(spelled(folder.name) for folder in found)
    places = tuple(SampleFolder(folder, label) for label, folder in enumerate(found))
    return Layout(inner, noun, classes, places, tuple(skipped), tuple(notices))


def with_own(found: Layout, own: Mapping[int, Path]) -> Layout:
    """The same with folders of its own for validation and test, which hold class folders, too.

    Raises DataError when they hold none.
    """
    own = {part: path for part, path in own.items() if path != Path()}
    if not own:
        return found
    skipped = list(found.skipped)
    below = [
        (place.part if place.part is not None else TRAIN, place.folder, found.classes[place.label])
        for place in found.places
        if place.part not in own
    ]
    for part, path in own.items():
        inside = folders_in(path, skipped, prefix=path.name)
        if not inside:
            raise DataError(
                "{path} has no class folders. Put the {noun} of each class into a folder of "
                "its own, named like the class.",
                path=path,
                noun=found.noun,
            )
        below += [(part, folder, spelled(folder.name)) for folder in inside]
    classes = tuple(sorted({*found.classes, *(name for _, _, name in below)}))
    places = tuple(SampleFolder(folder, classes.index(name), part) for part, folder, name in below)
    whole = replace(found, classes=classes, places=places, skipped=tuple(skipped))
    return _without_repeats(whole)


def _without_repeats(found: Layout) -> Layout:
    """The same without folders that hold what others hold, too."""
    skipped = list(found.skipped)
    kept = set(once([one.folder for one in found.places], found.noun, found.root, skipped))
    places = tuple(one for one in found.places if one.folder in kept)
    return replace(found, places=places, skipped=tuple(skipped))


def _split_told() -> str:
    return phrase(
        "The folders for training, validation and test are taken as the split, and "
        "those in them as the classes. To read them otherwise, set what the folders "
        "are."
    )


def _doubt(like: Mapping[Path, int]) -> str:
    shown = with_and(f"“{spelled(folder.name)}”" for folder in like)
    return phrase(
        "{shown} are read as classes. If they are the parts of a split, set the folders to parts.",
        shown=shown,
    )


def _descended(
    root: Path, noun: str, skipped: list[str], notices: list[str], folders: Folders
) -> tuple[Path, list[Path]]:
    """The first folder that holds more than one other folder, and those in it."""
    inner = root
    for _ in range(DEEPEST):
        beside: list[str] = []
        found = folders_in(inner, beside, within=root)
        if len(found) != 1 or folders != "auto" or glance(inner)[1] or not glance(found[0])[0]:
            break
        inner = found[0]
    if inner != root:
        notices.append(
            phrase(
                "“{name}” holds nothing but one folder, so the {noun} are looked for in "
                "“{relative_to}”.",
                name=spelled(root.name),
                noun=noun,
                relative_to=spelled(str(inner.relative_to(root))),
            )
        )
    skipped += beside
    return inner, found


def _inner_folders(folders: Sequence[Path]) -> list[str]:
    """What is said where classes hold nothing but folders, which may be the classes that are meant.

    Folders that are called alike in several classes are none.
    """
    inside: list[str] = []
    for folder in folders:
        below, has_files = glance(folder)
        if has_files or not below:
            return []
        inside += [one.name for one in below]
    if len(set(inside)) < len(inside) or len(inside) == len(folders):
        return []
    shown = with_and(f"“{spelled(folder.name)}”" for folder in folders[:SHOWN_INSIDE])
    return [
        phrase(
            "The classes are the folders on top, such as {shown}; the {count:,} folders in them, "
            "such as “{inner}”, are not told apart. If these are the classes, put them side by "
            "side into one folder.",
            shown=shown,
            count=len(inside),
            inner=spelled(inside[0]),
        )
    ]


def _split_layout(
    root: Path,
    folders: Sequence[Path],
    parts: Mapping[Path, int],
    noun: str,
    skipped: list[str],
    notices: list[str],
    split: SplitBy,
) -> Layout:
    """Parts on top and classes below; the classes of all parts are known by their names."""
    below = _class_folders_of(root, folders, parts, noun, skipped)
    kept = set(once([folder for _, folder in below], noun, root, skipped))
    below = [(part, folder) for part, folder in below if folder in kept]
    if not any(part == TRAIN for part, _ in below):
        raise DataError(
            "{root} has no folder “train” with class folders in it. Put the {noun} for "
            "training there, or set the folders to classes.",
            root=root,
            noun=noun,
        )
    classes = sorted({folder.name for _, folder in below})
    if len(classes) < 2:
        raise DataError(
            "The parts of the split in {root} have one class folder only, “{classes}”. Put "
            "the {noun} of each class into a folder of its own; it takes two.",
            root=root,
            classes=spelled(classes[0]),
            noun=noun,
        )
    places = tuple(SampleFolder(folder, classes.index(folder.name), part) for part, folder in below)
    notices += _not_learned(classes, places, noun)
    notices.append(_split_told())
    spelt = tuple(spelled(name) for name in classes)
    return Layout(root, noun, spelt, places, tuple(skipped), tuple(notices), split, "parts")


def _class_folders_of(
    root: Path, folders: Sequence[Path], parts: Mapping[Path, int], noun: str, skipped: list[str]
) -> list[tuple[int, Path]]:
    """The class folders in the folders of all parts, with the part that each is for."""
    below: list[tuple[int, Path]] = []
    for folder in folders:
        part = parts.get(folder)
        if part is None:
            skipped.append(
                phrase(
                    "“{name}” lies beside the folders for training, validation and test, and is "
                    "left out.",
                    name=spelled(folder.name),
                )
            )
            continue
        holding = without_wrappers(folder)
        prefix = str(holding.relative_to(root))
        inside = folders_in(holding, skipped, prefix=prefix, within=root)
        if not inside:
            skipped.append(
                phrase(
                    "The folder “{name}” has no class folders, so its {noun} have no class. They "
                    "are left out; a trained run can predict them.",
                    name=spelled(folder.name),
                    noun=noun,
                )
            )
        _refuse_masks(folder, inside, noun)
        below += [(part, one) for one in inside]
    return below


def _not_learned(
    classes: Sequence[str], places: Sequence[SampleFolder], noun: str
) -> Iterator[str]:
    """What is said of classes that no folder for training has."""
    for label, name in enumerate(classes):
        if not any(place.label == label and place.part == TRAIN for place in places):
            yield phrase(
                "The class “{name}” has no folder for training, so it cannot be learned. Add "
                "{noun} of it, or delete its folders.",
                name=spelled(name),
                noun=noun,
            )


def _turned(folders: Sequence[Path]) -> tuple[tuple[str, ...], tuple[SampleFolder, ...]] | None:
    """Classes on top with the same parts in every one of them; None for anything else."""
    places = []
    for label, folder in enumerate(folders):
        inside, files = glance(folder)
        parts = parts_of(one.name for one in inside)
        if files or parts is None:
            return None
        places += [SampleFolder(one, label, parts[one.name]) for one in inside]
    return tuple(spelled(folder.name) for folder in folders), tuple(places)


def _refuse_masks(root: Path, folders: Sequence[Path], noun: str) -> None:
    """Pictures beside their masks are no classes. Raises DataError."""
    names = [_plain(folder.name) for folder in folders]
    if set(names) <= _PICTURES | _MASKS and set(names) & _PICTURES and set(names) & _MASKS:
        pictures, masks = (
            next(folder.name for folder, n in zip(folders, names, strict=True) if n in known)
            for known in (_PICTURES, _MASKS)
        )
        raise DataError(
            "“{pictures}” and “{masks}” in {root} are no classes but pictures and their "
            "masks, which cannot be learned from yet. To classify the pictures, put those "
            "of each class into a folder of its own, or name them in a table with a column "
            "of classes. If they are classes, set the folders to classes, and their {noun} "
            "are told apart.",
            pictures=pictures,
            masks=masks,
            root=root,
            noun=noun,
        )


def _refuse_bare_parts(root: Path, folders: Sequence[Path], noun: str) -> None:
    """Parts of a split without classes in them are no classes. Raises DataError."""
    names = [folder.name for folder in folders]
    is_flat = not any(glance(folder)[0] for folder in folders)
    if are_parts(names) or (is_flat and parts_of(names)):
        shown = with_and(f"“{folder.name}”" for folder in folders)
        raise DataError(
            "{shown} in {root} are the parts of a split, but they hold no class folders. "
            "Put the {noun} of each class into a folder of its own in each part, or name "
            "the {noun} in a table with a column of classes. If they are classes, set the "
            "folders to classes.",
            shown=shown,
            root=root,
            noun=noun,
        )


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def checked(
    found: Layout, labels: Array, skipped: Sequence[str], parts: Array | None
) -> tuple[str, ...]:
    """What to say about classes and parts. Raises DataError when too little is left."""
    noun, counts = found.noun, np.bincount(labels, minlength=len(found.classes))
    filled = int((counts > 0).sum())
    if filled < 2:
        shown = " ".join(skipped[:3])
        raise DataError(
            phrase(
                ONE_CLASS if filled else NO_CLASSES,
                root=found.root,
                noun=noun,
                shown=shown,
            ).rstrip()
        )
    said = [
        phrase(
            "The folder “{name}” has no {noun}, so its class cannot be learned. Add some, "
            "or delete the folder.",
            name=name,
            noun=noun,
        )
        for name, count in zip(found.classes, counts, strict=True)
        if not count
    ]
    if parts is not None:
        given = {place.part for place in found.places}
        said += [
            phrase(
                "The folders for {parts} have no {noun} that can be read.",
                parts=PARTS[part],
                noun=noun,
            )
            for part in sorted(part for part in given if part is not None)
            if not (parts == part).any()
        ]
        said.append(told(parts, phrase("The folders say")))
    return (*found.notices, *alike(found.classes, noun), *said)
