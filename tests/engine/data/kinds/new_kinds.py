"""Kinds of data that tests bring along: one class each, and a source to read them from."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.kinds import RawValues
from engine.data.ragged import Ragged
from engine.data.samples import Samples
from engine.data.sources import SourceReader
from graphs.data import ClassKind, DataKind, Domain, Field, ImageKind, Normalize, SeriesKind
from graphs.data.sources import Source
from graphs.types import Kind

MOMENTS, SIDE, COUNT = 32, 8, 60
TONES = "cdefgab"


@contextmanager
def new_kinds() -> Iterator[None]:
    """Sound, outlines and melodies are kinds of data for a while."""
    with pytest.MonkeyPatch.context() as patch:
        for family in (DataKind, Source):
            members: dict[str, Any] = dict(family._members)
            patch.setattr(family, "_members", members)
        for registered in (RawValues, SourceReader):
            patch.setattr(registered, "_of", dict(registered._of))
        for define in (_sound, _outline, _corners, _melody):
            define()
        yield


def squares(places: Array) -> Array:
    """For each place of a first corner the pixels of a square, 1 on 0."""
    shown = np.zeros((len(places), SIDE, SIDE), dtype=np.int64)
    for one, (row, column) in zip(shown, places, strict=True):
        one[row : row + 4, column : column + 4] = 1
    return shown


def _sound() -> None:
    """A kind without anything further."""

    class Sound(DataKind, id="sound"):
        """A recording: how high it is at each moment."""

    class Recordings(Source, id="recordings"):
        """High and low tones, as a recorder of 16 bits gives them."""

    class RecordingsReader(SourceReader[Recordings], of=Recordings):
        """Made here."""

        def read(self, poll: Poll = go_on) -> Samples:
            random = np.random.RandomState(0)
            tone = np.arange(COUNT) % 2
            turns = np.arange(MOMENTS) * np.where(tone, 0.25, 0.07)[:, None]
            waves = np.sin(2 * np.pi * (turns + random.uniform(0, 1, (COUNT, 1))))
            return Samples(
                fields={
                    "clip": Field(Sound.id, (MOMENTS,), normalize=Normalize.STANDARD),
                    "tone": Field(ClassKind.id, classes=("low", "high"), target=True),
                },
                domains={},
                values={
                    "clip": (waves * 9000 + 500).astype(np.int16),
                    "tone": tone.astype(np.int64),
                },
            )


def _outline() -> None:
    """A kind that is predicted for each pixel."""

    class Outline(DataKind, id="outline"):
        """What each pixel of a picture shows."""

        tensor = Kind.INDEX
        noun = "outlines"
        learned = "class"
        has_classes = True

    class Outlined(Source, id="outlined"):
        """Bright squares on a dark ground, with their pixels."""

    class OutlinedReader(SourceReader[Outlined], of=Outlined):
        """Made here."""

        def read(self, poll: Poll = go_on) -> Samples:
            shown = squares(np.random.RandomState(0).randint(0, 5, (COUNT, 2)))
            return Samples(
                fields={
                    "outline": Field(
                        Outline.id, (SIDE, SIDE), classes=("ground", "square"), target=True
                    ),
                    "picture": Field(ImageKind.id, (1, SIDE, SIDE)),
                },
                domains={},
                values={
                    "outline": shown,
                    "picture": (shown[:, None] * 200 + 20).astype(np.uint8),
                },
            )


def _corners() -> None:
    """A kind of several numbers that are predicted."""

    class Corners(DataKind, id="corners"):
        """Where a square begins and where it ends."""

    class Cornered(Source, id="cornered"):
        """Bright squares on a dark ground, with their corners."""

    class CorneredReader(SourceReader[Cornered], of=Cornered):
        """Made here."""

        def read(self, poll: Poll = go_on) -> Samples:
            places = np.random.RandomState(0).randint(0, 5, (COUNT, 2))
            return Samples(
                fields={
                    "corners": Field(Corners.id, (2, 2), normalize=Normalize.STANDARD, target=True),
                    "picture": Field(ImageKind.id, (1, SIDE, SIDE)),
                },
                domains={},
                values={
                    "corners": np.stack([places, places + 4], axis=1),
                    "picture": (squares(places)[:, None] * 200 + 20).astype(np.uint8),
                },
            )


def _melody() -> None:
    """A derived kind, and what it brings of its own."""

    class Melody(SeriesKind, id="melody"):
        """Tones one after the other, of which some melodies have more; derived from series."""

        noun = "melodies"

    class RawMelodies(RawValues, of=Melody):
        """Melodies have a file format of their own: tones by name."""

        def in_file(self, path: Path) -> Array | None:
            return np.array([float(TONES.index(tone)) for tone in path.read_text().split()])

    class Melodies(Source, id="melodies"):
        """Melodies that rise or fall."""

    class MelodiesReader(SourceReader[Melodies], of=Melodies):
        """Made here."""

        def read(self, poll: Poll = go_on) -> Samples:
            falls = np.arange(COUNT) % 2
            lengths = 4 + np.arange(COUNT) // 2 % 4
            tones = [
                np.arange(length)[:: -1 if fall else 1]
                for length, fall in zip(lengths, falls, strict=False)
            ]
            return Samples(
                fields={
                    "melody": Field(Melody.id, ("T",), normalize=Normalize.STANDARD, ragged=True),
                    "way": Field(ClassKind.id, classes=("up", "down"), target=True),
                },
                domains={"T": Domain(1, 10)},
                values={"melody": Ragged.of(tones), "way": falls},
            )
