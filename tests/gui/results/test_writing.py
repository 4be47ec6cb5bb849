"""A language model in the window: what it writes, where it looks, and how it is stopped."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTabBar,
)
from pytestqt.qtbot import QtBot

from engine.data.sources import reader_of
from graphs.data.sources import Source
from graphs.document.edits import ChangePlan, Step
from graphs.mending.choosing import choose_data
from gui.jobs import Jobs
from gui.results.attention_view import AttentionMap
from gui.results.results_view import Results
from gui.results.trained_run import TrainedRun
from gui.widgets.building_blocks import scrolled
from tests.gui.finished_runs import template, trained
from tests.gui.found_widgets import choose, part, press
from tests.gui.windows import LONG, show_page, words

POEM = "the cat sat on the mat and the dog sat on the log. " * 40


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small Transformer that has read a poem."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "poem.txt").write_text(POEM, encoding="utf-8")
    document = template("char-transformer", epochs=1)
    source = Source.get("text_file").made(
        {"path": str(folder / "poem.txt"), "unit": "characters", "length": 16, "stride": 8}
    )
    document.apply(choose_data(document, reader_of(source).propose().section))
    change = ChangePlan(document.plan, replace(document.plan, epochs=1, device="cpu"))
    document.apply(Step("Change the plan", (change,)))
    return trained(document, folder)


@pytest.fixture
def results(qtbot: QtBot, run: Path) -> Results:
    jobs = Jobs()
    view = Results(jobs)
    qtbot.addWidget(view)
    view.setProperty("jobs", jobs)
    view.resize(1000, 400)
    view.show()
    view.show_run(run)
    qtbot.waitUntil(lambda: view.trial is not None and not jobs.busy, timeout=LONG)
    return view


def settle(qtbot: QtBot, view: Results) -> None:
    jobs = view.property("jobs")
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)


def test_it_goes_on_where_the_prompt_ends_and_alike_for_one_seed(
    qtbot: QtBot, results: Results
) -> None:
    show_page(results, "Write")
    part(results, QPlainTextEdit, "prompt").setPlainText("the cat sat on the")
    part(results, QSpinBox, "length").setValue(30)
    texts = []
    for seed in (1, 1, 2):
        part(results, QSpinBox, "seed").setValue(seed)
        press(results, "write")
        assert part(results, QPushButton, "stop_writing").isEnabled()
        settle(qtbot, results)
        texts.append(part(results, QPlainTextEdit, "written").toPlainText())
    assert all(text.startswith("the cat sat on the") and len(text) == 18 + 30 for text in texts)
    assert texts[0] == texts[1] != texts[2]


def test_the_button_is_in_sight_in_a_low_panel(qtbot: QtBot, results: Results) -> None:
    show_page(results, "Write")
    area = scrolled(results)
    qtbot.addWidget(area)
    area.resize(1000, 200)
    area.show()
    begin = part(results, QPushButton, "write")
    qtbot.waitUntil(lambda: begin.visibleRegion().boundingRect().height() == begin.height())
    area.takeWidget()  # the results are closed by themselves


def test_only_what_was_written_is_copied(qtbot: QtBot, results: Results) -> None:
    show_page(results, "Write")
    assert not part(results, QPushButton, "copy_written").isEnabled()
    press(results, "write")
    settle(qtbot, results)
    press(results, "copy_written")
    copied = QGuiApplication.clipboard().text()
    assert copied and copied == part(results, QPlainTextEdit, "written").toPlainText()


def test_the_likeliest_text_needs_no_seed(qtbot: QtBot, results: Results) -> None:
    show_page(results, "Write")
    part(results, QDoubleSpinBox, "temperature").setValue(0)
    part(results, QSpinBox, "length").setValue(20)
    texts = set()
    for seed in (1, 2):
        part(results, QSpinBox, "seed").setValue(seed)
        press(results, "write")
        settle(qtbot, results)
        texts.add(part(results, QPlainTextEdit, "written").toPlainText())
    assert len(texts) == 1


def test_a_text_is_stopped_before_its_end(qtbot: QtBot, results: Results) -> None:
    show_page(results, "Write")
    part(results, QSpinBox, "length").setValue(10_000)
    press(results, "write")
    text = part(results, QPlainTextEdit, "written")
    before = len(part(results, QPlainTextEdit, "prompt").toPlainText())
    qtbot.waitUntil(lambda: len(text.toPlainText()) > before + 3, timeout=LONG)
    press(results, "stop_writing")
    settle(qtbot, results)
    assert len(text.toPlainText()) < 10_000
    assert part(results, QPushButton, "write").isEnabled()


def test_a_prompt_that_is_too_short_is_refused_with_a_sentence(
    qtbot: QtBot, results: Results
) -> None:
    show_page(results, "Write")
    part(results, QPlainTextEdit, "prompt").setPlainText("")
    press(results, "write")
    settle(qtbot, results)
    assert "Give a longer one" in words(results, "writing_told")


def test_characters_that_the_model_never_saw_are_named_and_not_dropped_in_silence(
    qtbot: QtBot, results: Results
) -> None:
    show_page(results, "Write")
    prompt, length = part(results, QPlainTextEdit, "prompt"), part(results, QSpinBox, "length")
    length.setValue(1)
    prompt.setPlainText("the cat§ sat on the Ωmat")
    press(results, "write")
    settle(qtbot, results)
    told = words(results, "writing_told")
    assert told == "These characters did not occur in the data and are left out: “§”, “Ω”."
    prompt.setPlainText("the cat sat on the mat")
    press(results, "write")
    settle(qtbot, results)
    assert words(results, "writing_told") == ""


def test_the_proposed_prompt_is_text_from_the_test_split(results: Results) -> None:
    show_page(results, "Write")
    prompt = part(results, QPlainTextEdit, "prompt").toPlainText()
    assert prompt and prompt in POEM


def test_where_it_looks_is_a_picture_of_each_head(qtbot: QtBot, results: Results) -> None:
    show_page(results, "Attention")
    settle(qtbot, results)
    shown = part(results, AttentionMap)
    steps = len(shown.queries)
    assert shown.weights.shape == (steps, steps) and steps > 1
    assert "".join(shown.queries) in POEM
    assert shown.weights.sum(axis=1) == pytest.approx([1.0] * steps, abs=1e-4)
    assert shown.weights[0, 1:].max() == 0, "it may not look at what comes later"
    assert part(results, QComboBox, "attention").count() == 2
    mean = shown.weights.copy()
    choose(part(results, QComboBox, "head"), "Head 2")
    assert not (shown.weights == mean).all()
    assert shown.words(0, 0).endswith(": 100.0 %")


def test_the_next_sample_is_looked_at_from_there(qtbot: QtBot, results: Results) -> None:
    show_page(results, "Attention")
    settle(qtbot, results)
    shown = part(results, AttentionMap)
    before = shown.weights.copy()
    press(results, "next_attended")
    settle(qtbot, results)
    assert before.shape != shown.weights.shape or (before != shown.weights).any()


def test_other_networks_neither_write_nor_show_where_they_look(
    qtbot: QtBot, results: Results, tmp_path: Path
) -> None:
    other = trained(template("xor", epochs=2), tmp_path)
    results.show_run(other)
    qtbot.waitUntil(lambda: isinstance(results.trial, TrainedRun), timeout=LONG)
    settle(qtbot, results)
    bar = part(results, QTabBar, "results_tabs")
    seen = [bar.tabText(at) for at in range(bar.count()) if bar.isTabVisible(at)]
    assert seen == ["Test split", "Try it"]


def test_a_passage_that_is_changed_is_asked_about_at_once(qtbot: QtBot, results: Results) -> None:
    show_page(results, "Try it")
    field = part(results, QPlainTextEdit, "text")
    assert field.toPlainText() in POEM
    field.setPlainText("the dog sat on the mat and")
    settle(qtbot, results)
    assert words(results, "which") == "changed by hand"
    assert "next: " in words(results, "verdict")
