"""The page of augmentations shows one training picture as it will be changed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from graphs.data import DataSection
from graphs.describe import Chosen
from graphs.document.edits import ChangeData, ChangePlan, Step
from graphs.plan.augmentations import RandomShift
from graphs.templates import find
from gui.jobs import Jobs
from gui.plan.augmented import AugmentedView, NineTiles
from gui.plan.plan_form import PlanForm
from gui.workspace import Workspace
from tests.gui.found_widgets import click, part
from tests.gui.windows import LONG, show_page


class Page:
    """A plan form whose page of augmentations is open."""

    def __init__(self, qtbot: QtBot, template: str) -> None:
        self.qtbot, self.workspace, self.jobs = qtbot, Workspace(), Jobs()
        self.form = PlanForm(self.workspace, self.jobs, AugmentedView(self.workspace, self.jobs))
        qtbot.addWidget(self.form)
        self.form.resize(900, 500)
        self.form.show()
        show_page(self.form, "Augmentation")
        self.open(template)

    def open(self, template: str) -> None:
        found = find(template)
        assert found is not None
        self.workspace.new(found.document())

    def augment(self, *chosen: Chosen) -> None:
        old = self.workspace.document.plan
        new = replace(old, augmentation=chosen)
        self.workspace.history.do(Step("Change the plan", (ChangePlan(old, new),)))

    @property
    def pictures(self) -> list[bytes]:
        """What is shown, picture by picture; empty while there is nothing."""
        tiles = part(self.form, NineTiles)
        shown = [tile.image for tile in tiles.tiles] if tiles.isVisible() else []
        return [bytes(image.constBits()) for image in shown if image is not None]

    @property
    def told(self) -> str:
        label = part(self.form, QLabel, "augmented_told")
        return label.text() if label.isVisible() else ""

    def wait_for_other_pictures(self, than: list[bytes]) -> list[bytes]:
        self.qtbot.waitUntil(lambda: self.pictures not in ([], than), timeout=LONG)
        return self.pictures


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[Page]:
    shown = Page(qtbot, "digits-cnn")
    yield shown
    qtbot.waitUntil(lambda: not shown.jobs.busy, timeout=LONG)


def test_one_picture_is_seen_nine_times_each_changed_otherwise(page: Page) -> None:
    page.augment(Chosen.of(RandomShift(pixels=0)))
    still = page.wait_for_other_pictures([])
    assert len(still) == 9
    assert len(set(still)) == 1

    part(page.form, QSpinBox, "pixels").setValue(9)
    moved = page.wait_for_other_pictures(still)
    assert len(set(moved)) > 5

    click(part(page.form, QPushButton, "another_picture"))
    page.wait_for_other_pictures(moved)


def test_what_cannot_be_shown_is_said(page: Page) -> None:
    page.augment()
    assert "Switch one on" in page.told
    part(page.form, QCheckBox, "augment_random_flip").click()
    page.wait_for_other_pictures([])
    assert page.told == ""

    page.open("breast-cancer")
    assert "this data has none" in page.told
    assert page.pictures == []
    data = page.workspace.document.data
    page.workspace.history.do(Step("Choose data", (ChangeData(data, DataSection()),)))
    assert "Choose data with pictures" in page.told


def test_data_that_cannot_be_read_says_why(page: Page) -> None:
    page.augment()
    data = page.workspace.document.data
    gone = replace(data, source="image_folder", settings={"folder": "/nowhere"})
    page.workspace.history.do(Step("Choose data", (ChangeData(data, gone),)))
    page.augment(Chosen.of(RandomShift()))
    page.qtbot.waitUntil(lambda: page.told not in {"", "Reading the data…"}, timeout=LONG)
    assert page.pictures == []
    assert page.told.endswith(".")
