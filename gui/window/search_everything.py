"""What the search at the top can find in the window as it is now."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from graphs.layers import Layer
from graphs.types import spell
from gui.layers import catalogue
from gui.look import icons
from gui.widgets.finder import Find
from gui.window.shortcuts import spelled

if TYPE_CHECKING:
    from gui.window.window import Window


def finds(window: Window) -> list[Find]:
    """Commands with their keys, nodes by name and shape, layers to add, and recent files."""
    return [*_commands(window), *_nodes(window), *_layers(window), *_recent(window)]


def _commands(window: Window) -> list[Find]:
    command, template = window.tr("command"), window.tr("new from template")
    return [
        Find(
            action.text().replace("…", ""),
            template if action.objectName().startswith("template_") else command,
            action.trigger,
            f"{action.toolTip()} {action.objectName().removeprefix('canvas_')}",
            keys=next(iter(spelled(action)), ""),
            usable=action.isEnabled(),
        )
        for action in window.menus.all_actions()
        if action.objectName() != "search"
    ]


def _recent(window: Window) -> list[Find]:
    kind = window.tr("recent file")
    paths = [Path(name) for name in window.kept.recent]
    return [Find(path.name, kind, partial(window.open, path), str(path)) for path in paths]


def _nodes(window: Window) -> list[Find]:
    workspace, kind = window.workspace, window.tr("node")
    found = []
    for node in workspace.document.main.nodes.values():
        shapes = ", ".join(spell(t) for t in workspace.evaluation[node.id].outputs.values())
        title = f"{node.name}   {shapes}" if shapes else node.name
        search = f"{node.layer} {shapes.replace(' × ', 'x')}"
        icon = icons.layer_icon(node.layer)
        found.append(Find(title, kind, partial(workspace.reveal, [node.id]), search, icon))
    return found


def _layers(window: Window) -> list[Find]:
    kind = window.tr("add layer")
    return [
        Find(
            layer.title,
            kind,
            partial(window.canvas.add_layer, layer.id),
            f"{layer.search} {layer.group} {layer.id}",
            icons.layer_icon(layer.id),
        )
        for layer in catalogue.found("", Layer.members())
    ]
