"""The page of the inspector for an empty or multiple selection."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from graphs.data.sources import Source
from graphs.document.edits import Link, NodeId, nodes_on
from graphs.files.data_paths import is_path
from graphs.steps import block_ports
from graphs.steps.annotation_steps import Marks
from graphs.types import spell
from graphs.wording.visible import visible
from gui.inspector.block_section import BlockSection
from gui.widgets.figures import Figures, counted, words
from gui.workspace import Workspace

MARGIN = 16
LONGEST, END = 26, 10
"""Letters of a file's name that are shown, and how many of them are its last."""


class SummaryPage(QWidget):
    """What there is to say when not one node alone is chosen."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        rows.setSpacing(8)
        self.heading = words("", "title")
        self.about = words("", "muted")
        self._block = BlockSection(workspace)
        self._facts = Figures()
        for widget in (self.heading, self.about, self._block, self._facts):
            rows.addWidget(widget)
        rows.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Count again."""
        workspace = self._workspace
        count, links = len(workspace.selection), workspace.selected_links
        self._block.hide()
        if count > 1:
            self._show_several(count)
        elif workspace.selected_marks:
            self._show_marks(workspace.selected_marks)
        elif len(links) == 1:
            self._show_link(next(iter(links)))
        elif workspace.inside:
            self._show_block()
        else:
            self._show_document()

    def _show_several(self, count: int) -> None:
        chosen = self._workspace.selection
        self.heading.setText(self.tr("{count} nodes").format(count=count))
        self.about.setText(self.tr("Drag to move them together. Delete removes them."))
        self._facts.show_figures(self._totals(chosen))

    def _show_marks(self, marks: Marks) -> None:
        graph = self._workspace.graph
        if marks.frames:
            titles = [graph.frames[id].title for id in sorted(marks.frames)]
            self.heading.setText(", ".join(filter(None, titles)) or self.tr("Frame"))
            about = self.tr("A frame moves with all that lies in it. F2 edits its title.")
        else:
            self.heading.setText(self.tr("Note"))
            about = self.tr("Words on the canvas. F2 edits them.")
        self.about.setText(about)
        self._facts.show_figures([])

    def _show_link(self, link: Link) -> None:
        nodes, evaluation = self._workspace.graph.nodes, self._workspace.evaluation
        self.heading.setText(f"{nodes[link.source].name} → {nodes[link.target].name}")
        self.about.setText(f"{link.output} → {link.input}")
        tensor = evaluation[link.source].outputs.get(link.output)
        figures = []
        if tensor is not None:
            figures = [(self.tr("Shape"), spell(tensor)), (self.tr("Kind"), tensor.kind.value)]
        self._facts.show_figures(figures)

    def show_title(self) -> None:
        """Call the document, or the block, by its name where it is what is shown."""
        workspace = self._workspace
        links = workspace.selected_links
        if len(workspace.selection) > 1 or workspace.selected_marks or len(links) == 1:
            return
        if workspace.inside:
            self._title_block()
        else:
            self.heading.setText(workspace.title)

    def _title_block(self) -> None:
        graph = self._workspace.graph
        names = self._workspace.document.name_at(self._workspace.inside)
        self.heading.setText(graph.definition.title or names)
        self._block.show_graph(graph)

    def _show_block(self) -> None:
        """The block that was entered."""
        workspace = self._workspace
        graph = workspace.graph
        names = workspace.document.name_at(workspace.inside)
        self._title_block()
        told = self.tr("The inside of {names}. Escape leads out.").format(names=names)
        used = sorted(at.nodes[block].name for at, block in block_ports.uses(graph))
        if len(used) > 1:
            others = self.tr("{blocks} compute the same graph: what is edited here changes all.")
            told += " " + others.format(blocks=", ".join(used))
        elif self._is_elsewhere():
            told += " " + self.tr(
                "It is computed at other places, too: what is edited here changes all, and the "
                "figures are of this one."
            )
        self.about.setText(told)
        self._block.show()
        self._facts.show_figures(
            [
                (self.tr("Uses"), f"{len(used):,}"),
                (self.tr("Nodes"), f"{len(graph.nodes):,}"),
                (self.tr("Links"), f"{graph.link_count():,}"),
                *self._totals(graph.nodes),
            ]
        )

    def _is_elsewhere(self) -> bool:
        """Whether what is shown is computed again: in another copy, or where its block lies."""
        document, inside = self._workspace.document, self._workspace.inside
        blocks = nodes_on(inside)
        around = (document.graph_at(inside[:to]) for to in range(1, len(inside) + 1))
        return len(blocks) < len(inside) or any(
            len([*block_ports.uses(graph)]) > 1 for graph in around
        )

    def _show_document(self) -> None:
        document = self._workspace.document
        self.heading.setText(self._workspace.title)
        source = Source.find(document.data.source)
        advice = self.tr("Choose a node to see its settings.")
        self.about.setText(advice if document.main.nodes else self.tr("Nothing is drawn yet."))
        everything = document.main.nodes
        title = source.title if source is not None else document.data.source
        paths = _paths(document.data.settings)
        file = self.tr("File")
        self._facts.show_figures(
            [
                (self.tr("Data"), title or self.tr("none yet")),
                *([(file, _short(os.path.basename(paths[0])))] if paths else []),
                (self.tr("Nodes"), f"{len(document.main.nodes):,}"),
                (self.tr("Links"), f"{document.main.link_count():,}"),
                *self._totals(everything),
            ],
            {file: "\n".join(paths)},
        )

    def _totals(self, ids: Iterable[NodeId]) -> list[tuple[str, str]]:
        """What nodes come to together; where not all are known yet, so much at the least."""
        nodes, results = self._workspace.graph.nodes, self._workspace.evaluation
        found = {id: results[id] for id in ids}
        known = all(result.accepted for result in found.values())
        said = "{count}" if known else self.tr("at least {count}")
        parameters = sum(result.parameters for result in found.values())
        trained = sum(0 if nodes[id].frozen else one.parameters for id, one in found.items())
        flops = counted(*(result.flops for result in found.values()))
        return [
            (self.tr("Parameters"), said.format(count=f"{parameters:,}")),
            *(
                [(self.tr("Trained"), said.format(count=f"{trained:,}"))]
                if trained != parameters
                else []
            ),
            (self.tr("Multiply-adds"), said.format(count=flops)),
        ]


def _paths(settings: Mapping[str, Any]) -> list[str]:
    """The files and folders that data comes from, the main one first."""
    named = sorted((name for name in settings if is_path(name)), key=lambda name: name != "path")
    return [str(settings[name]).rstrip("/\\") for name in named if settings[name]]


def _short(name: str) -> str:
    """A name that fits: its beginning and its end."""
    shown = visible(name)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - END - 1]}…{shown[-END:]}"
