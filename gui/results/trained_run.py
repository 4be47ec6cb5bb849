"""A trained run that can be asked about its test samples and about new ones.

Made and asked on a thread: torch is imported here, and reading the data may take long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import DataError
from graphs.data import Field, joint_of
from gui.results.answer_tiles import continued, picture_of, tile_of_numbers, true_tile
from gui.results.asked import (
    Asked,
    AskedFile,
    Cell,
    HeldInput,
    OutputAnswer,
    PromptRead,
    SavedAnswers,
    Swept,
    Wish,
)
from gui.results.asked_files import asked_files
from gui.samples.preview import tile_of
from gui.samples.tiles import DrawnTile, image_of
from gui.whose import whose

if TYPE_CHECKING:
    from engine.asking.answers import InputAnswer
    from engine.asking.attention import Attended
    from engine.asking.drawing import Look
    from engine.asking.generation import Writer
    from engine.asking.prediction import Prediction
    from engine.data.array import Array
    from engine.measuring.measures import EvaluationResult
    from engine.runs.trained.read_run import MeasuredPart as Measured
    from engine.runs.trained.read_run import ReadRun

MOST_SORTED = 20_000
"""Test samples beyond this many are neither sorted into cells nor drawn as points."""
CHUNK = 256
LOOKED_AT = 200
"""So many test pictures tell what one looks like."""
PROMPT_LETTERS = 60
"""So much of a sample is proposed as a prompt."""


class TrainedRun:
    """A run's network with its test split, or with another part of its samples."""

    def __init__(self, read: ReadRun, evaluated: EvaluationResult, part: Measured = "test") -> None:
        from engine.asking.attention import AttentionReader
        from engine.asking.prediction import Predictor

        self.folder, self.evaluated = read.run.folder, evaluated
        self._samples = read.samples
        self._predictor = Predictor(read.loaded)
        self._known = read.document.data.fields
        self.fields: Mapping[str, Field] = {
            name: self._known[name] for name in sorted(set(self._predictor.fields))
        }
        """The fields that a sample consists of."""
        self._rows = read.rows(part)
        self._split = read.split(part)
        known_as = self._predictor.epoch, self._predictor.step
        shown = "train" if read.learned_from(part) else part
        self.whose = whose(read.run, shown, *known_as)
        """What stands above all that is shown of it."""
        self._targets = {
            place.name: loss.target
            for place in self._predictor.network.output_places
            for loss in self._predictor.network.losses
            if loss.name == place.loss
        }
        self.swept = self._sweep()
        self._writer = self._found_writer()
        self._attention = AttentionReader(self._predictor)
        self.attends = bool(self._attention.nodes)
        """Whether there is an attention to look at."""
        self.looks = {name: look for name in self.fields if (look := self._look(name)) is not None}
        """How the pictures look that can be drawn by hand, by field."""
        self.prompt = self._prompt() if self.writes else ""
        """Where a text may begin: as a sample of the test split does."""

    @property
    def writes(self) -> bool:
        """Whether the network is a language model."""
        return self._writer is not None

    def __len__(self) -> int:
        return len(self._rows)

    # ---- asking ----

    def ask(self, at: int) -> Asked:
        """The test sample number ``at`` and what the network says about it.

        Raises DataError where the sample cannot be read any more.
        """
        held = {name: self._held(name, self._value(name, at)) for name in self.fields}
        (said,) = self._said(at, at + 1)
        return Asked(held, tuple(self._answer(one, held, at) for one in said))

    def ask_new(self, held: Mapping[str, HeldInput]) -> Asked:
        """What the network says about one new sample. Raises DataError."""
        from engine.devices import threads

        with threads(1):
            found = self._predictor.predict(_given(held))
        answers = tuple(self._answer(one, held) for one in found.samples[0])
        return Asked(held, answers, notes=found.notices)

    def attended(self, held: Mapping[str, HeldInput]) -> tuple[Attended, ...]:
        """Where the network looks in a sample. Raises DataError."""
        from engine.devices import threads

        with threads(1):
            return self._attention.read(_given(held))

    def written(self, wish: Wish, stop: Callable[[], bool]) -> Iterator[PromptRead | str]:
        """A text that goes on where its prompt ends, token by token. Raises DataError.

        First comes what is made of the prompt.
        """
        from engine.asking.generation import Sampling
        from engine.devices import threads

        assert self._writer is not None, "it is no language model"
        sampling = Sampling(wish.length, wish.temperature, seed=wish.seed)
        with threads(1):
            prompt = self._writer.read(wish.prompt)
            yield PromptRead(prompt.notices)
            yield from self._writer.write(prompt, sampling, stop)

    def _found_writer(self) -> Writer | None:
        from engine.asking.generation import Writer, language

        network, preprocessing = self._predictor.network, self._predictor.preprocessing
        if language(network, preprocessing.fields) is None:
            return None
        return Writer(network, preprocessing)

    def _prompt(self) -> str:
        """As much of the first test sample as the model needs to begin, and a line at most."""
        (name,) = self.fields
        text = str(self._held(name, self._value(name, 0)).given)
        assert self._writer is not None
        for end in (PROMPT_LETTERS, len(text)):
            try:
                self._writer.read(text[:end])
            except DataError:
                continue
            return text[:end]
        return text

    def ask_file(self, path: Path) -> list[Asked]:
        """What the network says about the new samples in a file. Raises DataError."""
        from engine.asking.answers import InputAnswers
        from engine.devices import threads

        with threads(1):
            answers = InputAnswers(self._predictor, [path])
            found = list(answers)
        (name,) = self.fields
        notices = tuple(answers.notices)
        return [
            self._asked(answer, {name: one}, notices)
            for answer, one in zip(found, self._held_of(path, name, found), strict=True)
        ]

    def _asked(
        self, found: InputAnswer, held: Mapping[str, HeldInput], notices: tuple[str, ...]
    ) -> Asked:
        """A sample of a file with what is said of it, or why nothing is."""
        answers = tuple(self._answer(each, held) for each in found.predictions)
        is_told = found.problem or found.notes or found.series or found.after
        place = found.place if is_told else ""
        return Asked(held, answers, notices, notes=found.notes, place=place, problem=found.problem)

    def ask_files(self, paths: Sequence[Path]) -> AskedFile:
        """What the network says about several files, of which the first are shown."""
        from engine.data.pictures.named import named_files
        from engine.data.tables.files.content import holds_rows

        def named_in(path: Path) -> Sequence[Path] | None:
            is_table = self._predictor.takes_pictures and holds_rows(path)
            return named_files(path) if is_table else None

        return asked_files(paths, self.ask_file, named_in)

    @property
    def takes_files(self) -> bool:
        """Whether a file holds whole samples: of one input, or rows with all of them."""
        return len(self.fields) == 1 or self._predictor.takes_rows

    def save_answers(
        self, paths: Sequence[Path], target: Path, poll: Callable[[], None]
    ) -> SavedAnswers:
        """Write what is said of all files. Raises DataError and what ``poll`` raises."""
        from engine.asking.answer_file import write
        from engine.asking.answers import InputAnswers
        from engine.devices import threads

        with threads(1):
            answers = InputAnswers(self._predictor, paths, poll)
            count, problems = write(target, self._predictor, answers)
        return SavedAnswers(target, count, problems, tuple(answers.notices))

    def held_in(self, name: str, path: Path) -> HeldInput:
        """A file as what one input holds. Raises DataError when it cannot be."""
        self._predictor.encode_field(name, path)
        return HeldInput(path, picture_of(path))

    # ---- drawing ----

    def _look(self, name: str) -> Look | None:
        import numpy as np

        from engine.asking.drawing import can_be_drawn, look_of, unit

        if not can_be_drawn(self._known[name]) or not len(self):
            return None
        raw = np.stack([self._value(name, at) for at in range(min(len(self), LOOKED_AT))])
        return look_of(unit(self._predictor.preprocessing, name, raw))

    def drawn(self, name: str, coverage: Array) -> HeldInput:
        """What was drawn by hand (rows × columns, from 0 to 1) as a sample of a field."""
        from engine.asking.drawing import as_given, fitted

        _, height, width = (int(size) for size in self._known[name].sizes)
        picture = fitted(coverage, self.looks[name], height, width)
        given = as_given(self._predictor.preprocessing, name, picture)
        pixels = (picture * 255).round().astype("uint8")
        return HeldInput(given, DrawnTile(image=image_of(pixels[..., None])))

    # ---- samples ----

    def _value(self, name: str, at: int) -> Any:
        """What the source gave for a field of the test sample number ``at``."""
        return self._samples.sample(name, int(self._rows[at]))

    def _held(self, name: str, value: Any) -> HeldInput:
        """As a user would give it: texts as texts, and what is not drawn as numbers."""
        from engine.data.texts.tokens import Speller

        field = self._known[name]
        if field.words:
            return HeldInput(Speller.of(field).spelled(value.reshape(-1)))
        if (tile := tile_of(field, value)) is not None or isinstance(value, Mapping):
            return HeldInput(value, tile)
        return HeldInput(value.tolist())

    def _held_of(self, path: Path, name: str, found: Sequence[InputAnswer]) -> list[HeldInput]:
        """The samples of a file, to look at; a table shows its rows, and a text what it says.

        Of a series that goes on the end is shown that was taken.
        """
        if any(one.given for one in found):
            return [
                self._held(name, one.given[name]) if one.given else HeldInput(path) for one in found
            ]
        if any(one.cells for one in found):
            is_text = bool(self._known[name].words)
            return [HeldInput(one.cells[name] or "" if is_text else one.cells) for one in found]
        return self._rows_of(path, name, len(found))

    def _rows_of(self, path: Path, name: str, count: int) -> list[HeldInput]:
        """The samples of a file that is no table."""
        from engine.asking.user_input import rows_given
        from engine.asking.user_text import texts_given

        known, sheet = self._predictor.preprocessing, self._predictor.sheet
        if known.fields[name].kind.has_columns:
            return [HeldInput(row) for row in rows_given(known, name, path, sheet)]
        texts = texts_given(name, path, sheet) if known.fields[name].words else None
        if texts is not None:
            return [HeldInput(text) for text in texts.texts]
        return [HeldInput(path, picture_of(path))] * count

    # ---- answers ----

    def _said(self, first: int, end: int) -> list[list[Prediction]]:
        from engine.asking.prediction import predicted
        from engine.devices import threads

        part = self._split.take(slice(first, end))
        with threads(1):
            return predicted(self._predictor.network, self._predictor.preprocessing, part)

    def _answer(
        self, said: Prediction, held: Mapping[str, HeldInput], at: int | None = None
    ) -> OutputAnswer:
        """What is said, with what is true of the test sample number ``at``."""
        target = self._targets.get(said.output)
        field = self._known[target] if target is not None else None
        numbers = said.value if isinstance(said.value, tuple) else ()
        true = self._value(target, at) if target is not None and at is not None else None
        past = self._past(held)
        if field is not None and past is not None and field.kind.is_series and numbers:
            names = field.names or self.fields[past].names[:1]
            drawn = continued(held[past].given, field, names, numbers, true)
            return OutputAnswer(said, continued=drawn)
        tile = tile_of_numbers(field, numbers)
        if field is None:
            return OutputAnswer(said, said_tile=tile)
        if true is None:
            return OutputAnswer(said, said=self._in_a_row(field, said), said_tile=tile)
        if tile is not None:
            return OutputAnswer(said, said_tile=tile, true_tile=true_tile(field, true))
        return OutputAnswer(said, self._true_words(field, true), self._in_a_row(field, said))

    def _in_a_row(self, field: Field, said: Prediction) -> str:
        """The classes of steps, or of a series, as one text."""
        return self._joint(field).join(said.steps or said.sequence or ())

    def _true_words(self, field: Field, value: Any) -> str:
        """What is right, as short as what is said."""
        from engine.data.kinds import RawValues

        return RawValues.of(field.kind).told(field, value, self._joint(field))

    def _joint(self, target: Field) -> str:
        return joint_of(target, self._known.values())

    def _past(self, held: Mapping[str, HeldInput]) -> str | None:
        """Which input is the one series of a sample, that another may continue; None for none."""
        found = [name for name, field in self.fields.items() if field.kind.is_series]
        return found[0] if len(found) == 1 and held[found[0]].tile is not None else None

    def _sweep(self) -> Swept:
        """Ask about every test sample once, for the cells of the matrix and for the points."""
        cells: dict[Cell, list[int]] = {}
        points: dict[str, list[tuple[float, float]]] = {}
        classes = next((name for name in self._targets if self._is_class(name)), None)
        numbers = [name for name in self._targets if self._is_number(name)]
        wanted = len(self) if numbers or (classes and self.evaluated.classes) else 0
        for first in range(0, min(wanted, MOST_SORTED), CHUNK):
            for at, row in enumerate(self._said(first, first + CHUNK), first):
                for said in row:
                    if said.output == classes and said.class_ is not None:
                        target = self._known[self._targets[classes]]
                        right = target.classes[int(self._true(classes, at))]
                        cells.setdefault((right, said.class_), []).append(at)
                    elif said.output in numbers and isinstance(said.value, float):
                        right_number = float(self._true(said.output, at).reshape(-1)[0])
                        points.setdefault(said.output, []).append((right_number, said.value))
        return Swept(
            {cell: tuple(members) for cell, members in cells.items()},
            {name: tuple(pairs) for name, pairs in points.items()},
        )

    def _true(self, output: str, at: int) -> Any:
        return self._value(self._targets[output], at)

    def _is_class(self, output: str) -> bool:
        field = self._known[self._targets[output]]
        return field.is_one_class and field.classes == self.evaluated.classes

    def _is_number(self, output: str) -> bool:
        return self._known[self._targets[output]].is_one_number


def _given(held: Mapping[str, HeldInput]) -> Any:
    """A sample as the network takes it: by input, or as it is when there is one."""
    given = {name: one.given for name, one in held.items()}
    return given if len(given) > 1 else next(iter(given.values()))
