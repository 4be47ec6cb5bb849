"""What the search at the top can find in the window as it is now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QTabBar, QWidget

from graphs.layers import Layer
from graphs.layers.blocks import Block
from graphs.types import spell
from gui.canvas import Canvas
from gui.data.preview_view import OF_DATA
from gui.layers import catalogue
from gui.layers.document_blocks import offered_blocks
from gui.layers.ready_blocks import folders_for, library_blocks
from gui.look import icons
from gui.widgets.finder import Find
from gui.window.docks import Docks
from gui.window.shortcuts import spelled


class Everything(QObject):
    """Lists commands, panels, nodes, layers and recent files, as they are at the moment."""

    def __init__(
        self,
        actions: Callable[[], Sequence[QAction]],
        canvas: Canvas,
        docks: Docks,
        recent: Callable[[], Sequence[str]],
        open_file: Callable[[Path], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._actions, self._canvas, self._docks = actions, canvas, docks
        self._recent, self._open = recent, open_file

    def finds(self) -> list[Find]:
        """Commands and panels with their keys, nodes, layers to add, and recent files."""
        views = (*self._commands(), *self._panels())
        return [*views, *self._nodes(), *self._blocks(), *self._layers(), *self._files()]

    def _commands(self) -> list[Find]:
        command, template = self.tr("command"), self.tr("new from template")
        return [
            Find(
                action.text().replace("…", ""),
                template if action.objectName().startswith("template_") else command,
                action.trigger,
                f"{action.toolTip()} {action.objectName().removeprefix('canvas_')}",
                keys=next(iter(spelled(action)), ""),
                usable=action.isEnabled(),
                why="" if action.isEnabled() else str(action.property("otherwise") or ""),
                comes_later=action.objectName().startswith("template_"),
            )
            for action in self._actions()
            if action.objectName() != "search"
        ]

    def _panels(self) -> Iterator[Find]:
        """The panels by what stands on them, and the pages of each by what stands on their tabs."""
        leading = {action.objectName(): action for action in self._actions()}
        for name, title in self._docks.titles.items():
            keys = next(iter(spelled(leading[f"go_{name}"])), "")
            yield Find(title, self.tr("panel"), partial(self._docks.focus, name), keys=keys)
            kind = self.tr("page of {panel}").format(panel=title)
            for bar in self._docks[name].findChildren(QTabBar):
                for at in self._pages(self._docks[name], bar):
                    words = str(bar.tabData(at) or bar.tabText(at))  # the whole of what is cut
                    yield Find(words, kind, partial(self._turn_to, name, bar, at))

    def _pages(self, panel: QWidget, bar: QTabBar) -> list[int]:
        """The tabs that can be turned to, or of which the panel says why they are not there yet."""
        if bar.isVisibleTo(panel):
            return [at for at in range(bar.count()) if bar.isTabVisible(at)]
        return [] if bar.property(OF_DATA) else list(range(bar.count()))

    def _turn_to(self, panel: str, bar: QTabBar, page: int) -> None:
        self._docks.show(panel)
        if bar.isVisibleTo(self._docks[panel]) and bar.isTabVisible(page):
            bar.setCurrentIndex(page)
        self._docks.focus(panel)

    def _files(self) -> list[Find]:
        kind = self.tr("recent file")
        paths = [Path(name) for name in self._recent()]
        return [Find(path.name, kind, partial(self._open, path), str(path)) for path in paths]

    def _nodes(self) -> list[Find]:
        workspace, kind = self._canvas.workspace, self.tr("node")
        found = []
        for node in workspace.graph.nodes.values():
            shapes = ", ".join(spell(t) for t in workspace.evaluation[node.id].outputs.values())
            title = f"{node.name}   {shapes}" if shapes else node.name
            graphs = workspace.document.graphs
            titles = [graphs[id].definition.title for id in node.blocks.values() if id in graphs]
            search = " ".join((node.layer, shapes.replace(" × ", "x"), *titles))
            icon = icons.layer_icon(node.layer)
            found.append(Find(title, kind, partial(workspace.reveal, [node.id]), search, icon))
        return found

    def _blocks(self) -> list[Find]:
        """The blocks of the document that can be used once more, and the ready-made ones."""
        kind, icon = self.tr("add block"), icons.layer_icon(Block.id)
        folders = folders_for(self._canvas.workspace.path)
        add, ready = self._canvas.adding.add_block, self._canvas.adding.add_ready
        once_more = [
            Find(one.title, kind, partial(add, one.graph), one.search, icon)
            for one in offered_blocks(self._canvas.workspace.graph)
        ]
        return once_more + [
            Find(
                one.title,
                f"{kind} · {one.where}" if one.where else kind,
                partial(ready, one.block),
                one.search,
                icon,
                comes_later=True,
            )
            for one in library_blocks(folders)  # "dense" is a layer first
        ]

    def _layers(self) -> list[Find]:
        kind = self.tr("add layer")
        layers = catalogue.found("", Layer.members())

        @lru_cache(maxsize=1)  # all layers are asked about the same words
        def places(text: str) -> dict[str, int]:
            return {layer.id: n for n, layer in enumerate(catalogue.meant(text, layers))}

        def place(layer: str, text: str) -> int | None:
            return places(text).get(layer)

        return [
            Find(
                layer.title,
                kind,
                partial(self._canvas.add_layer, layer.id),
                f"{layer.search} {layer.group} {layer.id}",
                icons.layer_icon(layer.id),
                meant=partial(place, layer.id),
            )
            for layer in layers
        ]
