"""What is asked of a trained run and what it answers, as plain values for the views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gui.samples.tiles import DrawnTile

if TYPE_CHECKING:  # they import torch
    from engine.asking.prediction import Prediction
    from engine.asking.user_input import UserInput

Cell = tuple[str, str]
"""The right class and the one that was said."""
Points = tuple[tuple[float, float], ...]
"""The right number and the one that was said, of one sample after the other."""


@dataclass(frozen=True, slots=True)
class HeldInput:
    """What one input of a sample holds: as it is given to the network, and to look at."""

    given: UserInput
    tile: DrawnTile | None = None


@dataclass(frozen=True, slots=True)
class OutputAnswer:
    """What one output says of a sample, and what is right where that is known."""

    prediction: Prediction
    truth: str = ""
    said: str = ""
    """The classes of several steps, or of a series, as one text."""
    said_tile: DrawnTile | None = None
    """Many numbers as a picture or a curve."""
    continued: tuple[DrawnTile, ...] = ()
    """Where series go on: each with what is said to come, by the caption of the value."""
    true_tile: DrawnTile | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One sample with what was said of it."""

    held: Mapping[str, HeldInput]
    answers: tuple[OutputAnswer, ...]
    notices: tuple[str, ...] = ()
    """What is to be known of the file that it lies in, counted over all of its samples."""
    notes: tuple[str, ...] = ()
    """What is to be known of this sample."""
    file: str = ""
    """The name of the file that it lies in, where it is one of new samples."""
    place: str = ""
    """Which series of its file it is and which moment it is about, or the line of a problem or of
    what is to be known."""
    problem: str = ""
    """Why nothing can be said of it, as a sentence; then there are no answers."""


@dataclass(frozen=True, slots=True)
class AskedFile:
    """The new samples of a file or of several, with what was said of them."""

    paths: tuple[Path, ...]
    """All files; of many only the first are shown."""
    samples: tuple[Asked, ...] = ()
    shown: int = 1
    """So many of the files were asked about."""
    problems: tuple[str, ...] = ()
    """Why some of these cannot be read."""
    left_out: tuple[str, ...] = ()
    """What lies in the folders that were chosen, but is not among the files, and why."""


@dataclass(frozen=True, slots=True)
class SavedAnswers:
    """A table with what was said of new samples."""

    path: Path
    count: int
    problems: int
    """So many of these are no answers, but reasons why there is none."""
    notices: tuple[str, ...] = ()
    """What is to be known of the samples, counted over all of them."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What was said of the whole test split: samples by cell, and points by output."""

    cells: Mapping[Cell, tuple[int, ...]] = field(default_factory=dict)
    points: Mapping[str, Points] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """A text that a language model is to write."""

    prompt: str
    length: int
    temperature: float
    seed: int


@dataclass(frozen=True, slots=True)
class PromptRead:
    """What the model makes of a prompt, such as characters that it leaves out, as sentences."""

    notices: tuple[str, ...]
