"""Problems of the chosen source that show without reading any data, and without numpy."""

from __future__ import annotations

from graphs.data import DataSection
from graphs.data.sources import Source
from graphs.problems import Problem, problem

UNKNOWN_SOURCE = "This version knows no data source “{source}”. Choose another."
WRONG_SETTING = "{source}: the setting “{name}” {fault}. Choose the data again."


def problems(section: DataSection) -> list[Problem]:
    """What can be seen of the source without reading it: that it is unknown, or set wrongly.

    A section without a source has none here; that nothing is chosen is said of every graph.
    """
    if not section.source:
        return []
    kind = Source.find(section.source)
    if kind is None:
        return [problem(UNKNOWN_SOURCE, source=section.source)]
    return [
        problem(
            WRONG_SETTING,
            source=kind.title,
            name=name,
            fault=fault,
        )
        for name, fault in kind.faults(section.settings).items()
    ]
