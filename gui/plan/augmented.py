"""The same training picture nine times, as the plan's augmentations change it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.runs.events.event_types import Failed
from graphs.data import DataSection
from graphs.plan.plan import Plan
from gui.jobs import Jobs
from gui.samples.sample_widgets import Tiles
from gui.samples.tiles import DrawnTile, image_of
from gui.widgets.building_blocks import button, named, wrapped
from gui.workspace import Workspace

if TYPE_CHECKING:
    from engine.data.pictures.augmented import TrainingPictures

WAIT_MILLISECONDS = 120
"""How long settings must be left alone before pictures are changed again."""


class NineTiles(Tiles):
    """Three rows of three pictures without captions."""

    SIDE, GAP, CAPTION = 68, 6, 0

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(3 * (self.SIDE + self.GAP), 3 * (self.SIDE + self.GAP))

    def show_tiles(self, tiles: tuple[DrawnTile, ...]) -> None:
        super().show_tiles(tiles)
        self.setAccessibleName(self.tr("One training picture, changed in nine ways"))


@dataclass(frozen=True, slots=True)
class PictureSource:
    """What decides which pictures there are to change."""

    section: DataSection
    validation: float
    test: float
    seed: int


@dataclass(frozen=True, slots=True)
class DrawnPictures:
    """What a job made: pictures to go on with, and what to show of one of them."""

    source: PictureSource
    pictures: TrainingPictures
    tiles: tuple[DrawnTile, ...]


def draw(
    source: PictureSource, plan: Plan, known: TrainingPictures | None, at: int
) -> DrawnPictures:
    """Change picture number ``at``; reads the data unless it is known. Raises DataError."""
    from engine.data.pictures.augmented import TrainingPictures

    pictures = TrainingPictures(source.section, plan) if known is None else known
    changed = pictures.changed(at % len(pictures), plan.find_augmentations(), plan.seed)
    return DrawnPictures(source, pictures, tuple(DrawnTile(image=image_of(one)) for one in changed))


class AugmentedView(QWidget):
    """Looks at the workspace's plan and data while it can be seen; pictures change on a thread."""

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        super().__init__()
        self._workspace, self._jobs = workspace, jobs
        self._drawn: DrawnPictures | None = None
        self._asked: tuple[object, ...] = ()
        self._at = 0
        self._tiles = named(NineTiles(), "augmented")
        self._told = wrapped("", "muted", "augmented_told")
        self._other = button(self.tr("Another picture"), "another_picture", self._take_other)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MILLISECONDS)
        self._timer.timeout.connect(self._draw)
        pictures = QHBoxLayout()
        pictures.setSpacing(16)
        pictures.addWidget(self._tiles)
        pictures.addWidget(self._other, alignment=Qt.AlignmentFlag.AlignTop)
        pictures.addStretch()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 6, 0, 0)
        rows.addWidget(self._told)
        rows.addLayout(pictures)
        rows.addStretch()
        workspace.replaced.connect(self._look)
        workspace.changed.connect(self._look)
        self._look()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()

    def _look(self) -> None:
        """Show what can be shown of the document as it is now, and ask for the rest."""
        plan, section = self._workspace.document.plan, self._workspace.document.data
        if not section.pictures():
            self._rest(
                self.tr("Augmentation changes pictures, and this data has none.")
                if section.source
                else self.tr("Choose data with pictures to see them changed.")
            )
        elif not plan.augmentation:
            self._rest(self.tr("Switch one on to see how it changes a training picture."))
        elif self.isVisible() and self._asked != self._wanted():
            self._timer.start()

    def _wanted(self) -> tuple[object, ...]:
        plan = self._workspace.document.plan
        return (self._source(), plan.augmentation, self._at)

    def _source(self) -> PictureSource:
        plan = self._workspace.document.plan
        return PictureSource(self._workspace.document.data, plan.validation, plan.test, plan.seed)

    def _draw(self) -> None:
        plan, source, self._asked = self._workspace.document.plan, self._source(), self._wanted()
        drawn = self._drawn
        known = drawn.pictures if drawn is not None and drawn.source == source else None
        if known is None:
            self._say(self.tr("Reading the data…"))
        self._jobs.do(
            partial(draw, source, plan, known, self._at), self._show, self._fail, topic="augmented"
        )

    def _show(self, drawn: DrawnPictures) -> None:
        self._drawn = drawn
        if self._source() == drawn.source and self._workspace.document.plan.augmentation:
            self._tiles.show_tiles(drawn.tiles)
            self._say("")

    def _fail(self, failed: Failed) -> None:
        self._say(failed.message)

    def _say(self, words: str) -> None:
        """Words in the place of pictures; none when there are some."""
        self._told.setText(words)
        self._told.setVisible(bool(words))
        self._tiles.setVisible(not words)
        self._other.setVisible(not words)

    def _rest(self, words: str) -> None:
        """Nothing to show now; later everything is asked for anew."""
        self._asked = ()
        self._timer.stop()
        self._say(words)

    def _take_other(self) -> None:
        self._at += 1
        self._look()
