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
from gui.layers.intent import Worded
from gui.layers.ready_blocks import LibraryBlock, folders_for, library_blocks
from gui.look import icons
from gui.plan.plan_form import PlanForm
from gui.widgets.finder import Find
from gui.window.docks import Docks
from gui.window.shortcuts import spelled


class Everything(QObject):
    """Lists commands, panels, settings, nodes, layers and recent files, as they are now."""

    def __init__(
        self,
        actions: Callable[[], Sequence[QAction]],
        canvas: Canvas,
        docks: Docks,
        plan: PlanForm,
        recent: Callable[[], Sequence[str]],
        open_file: Callable[[Path], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._actions, self._canvas, self._docks = actions, canvas, docks
        self._plan, self._recent, self._open = plan, recent, open_file

    def finds(self) -> list[Find]:
        """Commands, panels and settings, nodes, blocks and layers to add, and recent files."""
        views = (*self._commands(), *self._panels(), *self._settings())
        return [*views, *self._nodes(), *self._blocks(), *self._addable(), *self._files()]

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
                comes_later=partial(_is_template, action),
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

    def _settings(self) -> Iterator[Find]:
        """The settings of the plan by what stands beside their fields."""
        kind = self.tr("setting of {panel}").format(panel=self._docks.titles["plan"])
        for title, field in self._plan.fields():
            search = field.toolTip()  # lr is asked for as "learning rate"
            yield Find(title, kind, partial(self._go_to, field), search, comes_later=_always)

    def _go_to(self, field: QWidget) -> None:
        self._docks.show("plan")
        self._plan.go_to(field)

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
        """The blocks of the document that can be used once more."""
        kind = self.tr("add block · this document")  # one of its title may be kept elsewhere
        icon, add = icons.layer_icon(Block.id), self._canvas.adding.add_block
        return [
            Find(
                one.title,
                f"{kind} · {one.where}" if one.where else kind,
                partial(add, one.graph),
                one.search,
                icon,
            )
            for one in offered_blocks(self._canvas.workspace.graph)
        ]

    def _addable(self) -> list[Find]:
        """The ready-made blocks and the layers, each with its place among what words mean."""
        ready = library_blocks(folders_for(self._canvas.workspace.path))
        layers = catalogue.found("", Layer.members())

        @lru_cache(maxsize=1)  # all of them are asked about the same words
        def places(text: str) -> dict[str, int]:
            among: tuple[Worded, ...] = (*layers, *ready)
            meant = catalogue.meant(text, among)
            return {one.id: n for n, one in enumerate(meant)}

        def place(id: str, text: str) -> int | None:
            return places(text).get(id)

        return [
            *(self._ready(one, partial(place, one.id)) for one in ready),
            *(self._layer(layer, partial(place, layer.id)) for layer in layers),
        ]

    def _ready(self, one: LibraryBlock, meant: Callable[[str], int | None]) -> Find:
        kind = self.tr("add block")
        return Find(
            one.title,
            f"{kind} · {one.where}" if one.where else kind,
            partial(self._canvas.adding.add_ready, one.block),
            one.search,
            icons.layer_icon(Block.id),
            comes_later=partial(_asks_for_layers, one),  # "dense" is a layer first
            meant=meant,
        )

    def _layer(self, layer: type[Layer], meant: Callable[[str], int | None]) -> Find:
        return Find(
            layer.title,
            self.tr("add layer"),
            partial(self._canvas.add_layer, layer.id),
            f"{layer.search} {layer.group} {layer.id}",
            icons.layer_icon(layer.id),
            meant=meant,
        )


def _always(text: str) -> bool:
    return True


def _is_template(action: QAction, text: str) -> bool:
    return action.objectName().startswith("template_")


def _asks_for_layers(block: LibraryBlock, text: str) -> bool:
    return not catalogue.asks_for_block(text, block)
