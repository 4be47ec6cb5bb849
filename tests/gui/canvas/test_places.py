"""Links run where they can be told from those of other nodes."""

import itertools

import pytest
from PySide6.QtCore import QPointF, QRectF

from graphs.steps.placing import BESIDE, DOWN, GRID
from gui.canvas.scene import places

COLUMN = [(0, row * DOWN) for row in range(5)]
ROWS = [(place * BESIDE, row * 2 * DOWN) for row in range(3) for place in range(2)]


def ends(source: tuple[int, int], target: tuple[int, int]) -> tuple[QPointF, QPointF]:
    """Where a link leaves one card and arrives at another, at the rings of their ports."""
    middle = places.HEIGHT / 2
    start = QPointF(source[0] + places.WIDTH + places.PORT, source[1] + middle)
    return start, QPointF(target[0] - places.PORT, target[1] + middle)


@pytest.mark.parametrize("cards", [COLUMN, ROWS], ids=["a column", "two in each row"])
@pytest.mark.parametrize("aside", [0, -16, 16])
def test_a_link_that_leads_back_runs_behind_no_card(
    cards: list[tuple[int, int]], aside: int
) -> None:
    for source, other in itertools.permutations(cards, 2):
        target = (other[0] + aside, other[1])
        start, end = ends(source, target)
        if end.x() - start.x() >= GRID:
            continue
        bent = places.curve(start, end)
        points = [places.point_on(bent, step / 200) for step in range(201)]
        for x, y in [target, *(card for card in cards if card != other)]:
            card = QRectF(x, y, places.WIDTH, places.HEIGHT)
            assert not any(map(card.contains, points)), f"{source} to {target} behind {(x, y)}"
