"""What a network says about one sample, output by output, and how sure it is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from graphs.wording.figures import figure
from gui.look import theme
from gui.look.stylesheet import give_role
from gui.results.asked import OutputAnswer
from gui.results.trying.sample_part import SamplePicture
from gui.samples.preview import Bar
from gui.samples.sample_widgets import Bars
from gui.samples.tiles import DrawnTile
from gui.widgets.building_blocks import Coloured, column, dots, label, wrapped

if TYPE_CHECKING:  # it imports torch
    from engine.asking.prediction import Prediction

MOST_BARS = 200
"""Classes beyond the likeliest so many are left out."""
MOST_LETTERS = 400
MOST_FIGURES = 12
"""Steps of a forecast that are told as numbers, too."""


class AnswerView(QWidget):
    """The verdict in words, and below it the classes by likelihood, or a picture of the numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._verdict = wrapped("", "", "verdict")
        self._inside = QWidget()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 8, 0)
        self._rows.addWidget(self._verdict)
        self._rows.addWidget(self._inside)
        self._rows.addStretch()

    def show_answers(self, answers: Sequence[OutputAnswer]) -> None:
        """Show what is said of another sample."""
        self._verdict.setText("\n".join(line for each in answers for line in _lines(self, each)))
        self._verdict.setVisible(bool(self._verdict.text()))
        give_role(self._verdict, _verdict_role(answers))
        old, self._inside = self._inside, QWidget()
        self._rows.replaceWidget(old, self._inside)
        old.setParent(None)
        old.deleteLater()
        rows = QVBoxLayout(self._inside)
        rows.setContentsMargins(0, 4, 0, 0)
        for each in answers:
            self._add(rows, each, alone=len(answers) == 1)

    def _add(self, rows: QVBoxLayout, answer: OutputAnswer, *, alone: bool) -> None:
        said = answer.prediction
        if answer.said and said.steps is not None:
            rows.addWidget(
                wrapped(
                    self.tr(
                        "At each step the likeliest is told by itself, so that together they "
                        "need not make sense."
                    ),
                    "muted",
                    "steps_told",
                )
            )
        if answer.continued:
            self._add_continued(rows, answer)
            return
        if said.probabilities is None and answer.said_tile is None:
            return
        if not alone:
            rows.addWidget(label(said.output, "section"))
        if said.probabilities is not None:
            bars = Bars()
            bars.show_bars(probability_bars(said), whole=1.0)
            rows.addWidget(bars)
        if answer.said_tile is not None:
            rows.addLayout(self._beside(answer.said_tile, answer.true_tile))

    def _beside(self, said: DrawnTile, true: DrawnTile | None) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        for tile, words in ((true, self.tr("true")), (said, self.tr("predicted"))):
            if tile is not None:
                below = column(2)
                picture = SamplePicture()
                picture.show_tile(tile)
                below.addWidget(label(words, "muted"))
                below.addWidget(picture)
                row.addLayout(below, 1 if tile.curve else 0)
        if not said.curve:
            row.addStretch()
        return row

    def _predicted(self) -> str:
        return dots([(theme.tokens().accent, self.tr("predicted"))])

    def _true_too(self) -> str:
        look = theme.tokens()
        return dots([(look.accent, self.tr("predicted")), (look.held_out, self.tr("true"))])

    def _add_continued(self, rows: QVBoxLayout, answer: OutputAnswer) -> None:
        """Each value of a series with what is said to come, and what came where it is known."""
        for tile in answer.continued:
            which = Coloured(self._true_too if tile.ahead else self._predicted, "muted")
            picture = SamplePicture()
            picture.show_tile(tile)
            rows.addWidget(label(tile.caption or answer.prediction.output, "section"))
            rows.addWidget(which)
            rows.addWidget(picture)
            rows.addWidget(wrapped(_figures(tile.forecast), "mono", "forecast"))


def _lines(of: QWidget, answer: OutputAnswer) -> list[str]:
    said = answer.prediction
    if answer.said or said.sequence is not None:
        lines = [f"{said.output}: {_short(answer.said) or '–'}"]
    else:
        drawn = answer.said_tile is not None or answer.continued
        lines = [] if drawn else [words(said)]
    if answer.truth:
        lines.append(of.tr("true: {truth}").format(truth=_short(answer.truth)))
    return lines


def _figures(values: Sequence[float]) -> str:
    """The first numbers of a forecast, one step after the other."""
    shown = ", ".join(map(figure, values[:MOST_FIGURES]))
    return shown + (", …" if len(values) > MOST_FIGURES else "")


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[:MOST_LETTERS] + "…"


def _verdict_role(answers: Sequence[OutputAnswer]) -> str:
    """Green when every class is right, red when one is wrong.

    Plain when nobody knows, and beside numbers, which are never just right or wrong.
    """
    if not all(_is_decided(each.prediction) and each.truth for each in answers):
        return ""
    return "ok" if all(map(_is_right, answers)) else "error"


def _is_right(answer: OutputAnswer) -> bool:
    said = answer.prediction
    if said.sequence is not None:
        return answer.said == answer.truth
    return answer.truth in {said.class_, ", ".join(said.labels or ())}


def _is_decided(said: "Prediction") -> bool:
    """Whether it names a class, labels or a series of classes, which are right or wrong."""
    return any(one is not None for one in (said.class_, said.labels, said.sequence))


def words(said: "Prediction") -> str:
    """What one output says, in words."""
    if said.problem:
        return f"{said.output}: {said.problem}"
    if said.class_ is not None:
        if said.probabilities is None:
            return f"{said.output}: {said.class_}"
        share = said.probabilities.get(said.class_, 0.0)
        return f"{said.output}: {said.class_} ({100 * share:.1f} %)"
    if said.labels is not None:
        return f"{said.output}: {', '.join(said.labels) or '–'}"
    values = said.value if isinstance(said.value, tuple) else (said.value,)
    shown = ", ".join(figure(one) for one in values[:8] if one is not None)
    return f"{said.output}: {shown}{', …' if len(values) > 8 else ''}"


def probability_bars(said: "Prediction") -> tuple[Bar, ...]:
    """The classes, the likeliest first."""
    shares = sorted((said.probabilities or {}).items(), key=lambda pair: -pair[1])
    return tuple(Bar(name, share, f"{100 * share:.1f} %") for name, share in shares[:MOST_BARS])
