"""The gallery: every template with a picture, found by words, started by keys or mouse."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QPushButton

from graphs.templates import LEVELS, Template, find, templates
from gui.gallery import Gallery, thumbnail
from gui.gallery.cards import CARD, GAP, RIM, TEMPLATE, TITLE
from gui.look import icons, theme
from gui.window.window import Window
from tests.gui.found_widgets import click, part, press
from tests.gui.hand import settled
from tests.gui.windows import trigger
from tests.quickly import some_of


@pytest.fixture
def gallery(window: Window) -> Gallery:
    trigger(window, "templates")
    settled()
    return part(window, Gallery)


def shown(gallery: Gallery) -> list[Template]:
    cards = part(gallery, QListWidget, "gallery_cards")
    items = [cards.item(row) for row in range(cards.count())]
    return [item.data(TEMPLATE) for item in items if not item.isHidden()]


def item_of(gallery: Gallery, title: str) -> QListWidgetItem:
    cards = part(gallery, QListWidget, "gallery_cards")
    (item,) = cards.findItems(title, Qt.MatchFlag.MatchExactly)
    return item


def names(window: Window) -> set[str]:
    return set(window.workspace.document.main.names)


def test_every_template_is_shown_the_easiest_first(gallery: Gallery) -> None:
    found = shown(gallery)
    assert {one.id for one in found} == {one.id for one in templates()}
    levels = [LEVELS.index(one.level) for one in found]
    assert levels == sorted(levels) and set(levels) == set(range(len(LEVELS)))


def test_a_card_tells_under_the_pointer_what_its_template_is(gallery: Gallery) -> None:
    for template in shown(gallery):
        item = item_of(gallery, template.title)
        assert item.toolTip() == f"{template.title}\n{template.summary}"


@pytest.mark.parametrize("width", [300, 520, 720, 1064, 1300])
def test_cards_fill_their_rows_and_no_title_is_cut(gallery: Gallery, width: int) -> None:
    gallery.resize(width, 700)
    settled()
    cards = part(gallery, QListWidget, "gallery_cards")
    areas = [cards.visualItemRect(cards.item(row)) for row in range(cards.count())]
    first = [area for area in areas if area.top() == areas[0].top()]
    free = cards.viewport().width() - max(area.right() for area in first)
    assert 0 <= free < 16 + len(first), "no room for a card is left empty"
    words = QFontMetrics(theme.font(13, bold=True))
    inside = areas[0].width() - 2 * (GAP + RIM)
    high = areas[0].height() - CARD.height() + TITLE
    for template in shown(gallery):
        wrapped = words.boundingRect(
            0, 0, inside, 500, Qt.TextFlag.TextWordWrap.value, template.title
        )
        assert wrapped.width() <= inside and wrapped.height() <= high, template.title


def test_words_leave_what_they_fit_and_enter_starts_it(window: Window, gallery: Gallery) -> None:
    line = part(gallery, QLineEdit, "gallery_filter")
    QTest.keyClicks(line, "exclusive")
    assert [one.id for one in shown(gallery)] == ["xor"]
    assert part(gallery, QLabel, "gallery_about").text() == shown(gallery)[0].summary
    QTest.keyClick(line, Qt.Key.Key_Return)
    settled()
    xor = find("xor")
    assert xor is not None
    assert names(window) == set(xor.document().main.names)


def test_letters_that_only_follow_each_other_count_where_no_word_fits(gallery: Gallery) -> None:
    line = part(gallery, QLineEdit, "gallery_filter")
    QTest.keyClicks(line, "text")
    tasks = {one.task for one in shown(gallery)}
    assert tasks == {"Text classification", "Text recognition", "Language model"}
    line.clear()
    QTest.keyClicks(line, "exclor")
    assert [one.id for one in shown(gallery)] == ["xor"]


def test_what_fits_nothing_is_said_and_cannot_be_started(gallery: Gallery) -> None:
    QTest.keyClicks(part(gallery, QLineEdit, "gallery_filter"), "qqqq")
    assert part(gallery, QLabel, "gallery_none").isVisible()
    assert not part(gallery, QPushButton, "gallery_start").isEnabled()


def test_arrows_lead_to_the_cards_and_enter_starts_the_chosen_one(
    window: Window, gallery: Gallery
) -> None:
    cards = part(gallery, QListWidget, "gallery_cards")
    QTest.keyClick(part(gallery, QLineEdit, "gallery_filter"), Qt.Key.Key_Down)
    assert cards.hasFocus()
    QTest.keyClick(cards, Qt.Key.Key_Right)
    template: Template = cards.selectedItems()[0].data(TEMPLATE)
    assert template != shown(gallery)[0]
    QTest.keyClick(cards, Qt.Key.Key_Return)
    settled()
    assert names(window) == set(template.document().main.names)
    assert window.workspace.title == template.id


def test_a_double_click_starts_a_template_once(window: Window, gallery: Gallery) -> None:
    cards = part(gallery, QListWidget, "gallery_cards")
    started: list[Template] = []
    gallery.chosen.connect(started.append)
    middle = cards.visualItemRect(item_of(gallery, "Two moons")).center()
    click(cards.viewport(), middle)
    QTest.mouseDClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert [one.id for one in started] == ["binary-classifier"]


def test_nothing_is_replaced_without_a_choice(window: Window, gallery: Gallery) -> None:
    press(gallery, "gallery_cancel")
    assert names(window) == set()


@pytest.mark.parametrize("template", some_of([one.id for one in templates()], 5))
def test_a_picture_shows_every_family_of_its_network(template: str, window: Window) -> None:
    picture = QImage(240, 100, QImage.Format.Format_RGB32)
    picture.fill(theme.color("raised"))
    painter = QPainter(picture)
    thumbnail.paint(painter, template, QRectF(10, 10, 220, 80))
    painter.end()
    seen = {picture.pixelColor(x, y).name() for x in range(240) for y in range(100)}
    found = find(template)
    assert found is not None
    layers = {node.layer for node in found.document().main.nodes.values()}
    assert {QColor(icons.family_color(layer)).name() for layer in layers} <= seen
    border = {picture.pixelColor(x, 1).name() for x in range(240)}
    assert border == {theme.color("raised").name()}
