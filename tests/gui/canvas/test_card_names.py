"""The names that the program itself gives can be read on their cards, with a badge or without."""

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from graphs.document.document import Document
from graphs.layers import Layer
from graphs.steps import operations
from gui.canvas.scene import painting, places
from gui.look import theme


@pytest.fixture(autouse=True)
def faces(qapp: QApplication) -> None:
    """The program's own, measured anew: what was kept may be of before they were loaded."""
    theme.load_fonts()
    painting.name_faces.cache_clear()
    painting.name_written.cache_clear()


@pytest.mark.parametrize("layer", [kind.id for kind in Layer.members()])
def test_the_name_of_a_new_node_and_of_the_second_one_are_whole(layer: str) -> None:
    document = Document()
    for _ in range(2):
        document.apply(operations.add(document.main, layer, (0, 0)))
    for node in document.main.nodes.values():
        written, face = painting.name_written(node.name)
        width = QFontMetricsF(face).horizontalAdvance(written)
        assert written == node.name
        assert painting.NAME_LEFT + width <= places.WIDTH


def test_the_badge_takes_nothing_from_the_line_of_the_name() -> None:
    badge = painting.BADGE.y() + painting.BADGE_RADIUS
    letters = QFontMetricsF(theme.font(painting.NAME_SIZES[0], bold=True)).capHeight()
    assert badge <= painting.NAME_BASE - letters


def test_long_names_that_differ_at_their_end_look_different() -> None:
    one, other = (painting.name_written("a" * 40 + str(n))[0] for n in (2, 3))
    assert "…" in one and one != other
