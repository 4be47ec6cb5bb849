"""In which nodes what is drawn computes otherwise than the network of a run.

Both are laid out flat, as if no node were in a block, and each node finds its counterpart. So it
is no change to group nodes, to ungroup a block, to make it its own or to promote a setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from graphs.checking.node_kinds import Bindings, block_ends
from graphs.comparing.flat import Drawn, Flat, Leaf, settled
from graphs.document.document import Document, Graph
from graphs.document.edits import GraphId, Node, NodeId, Path
from graphs.files.encoding import complete
from graphs.layers import Layer


def changed_nodes(run: Document, drawn: Document) -> list[str]:
    """The nodes in which what is drawn computes otherwise than the network of a run, by name."""
    suspects = list(_suspects(run, drawn))
    if not suspects and all(_same_ports(run, drawn, id) for id in drawn.graphs):
        return []
    old, new = Flat(run), Flat(drawn)
    if not (old.is_whole and new.is_whole):
        return list(dict.fromkeys(one.name for one in suspects))
    changes = _Changes(old, new)
    if not changes.leaves:
        return []
    named = [one.name for one in suspects if changes.are_in(one)]
    # Else only what lies between is drawn otherwise, such as the order of ports.
    return list(dict.fromkeys(named or [leaf.name for leaf in changes.leaves]))


class _Suspect(NamedTuple):
    """A node that is not drawn as it was."""

    at: Drawn
    old: Node | None
    new: Node | None

    @property
    def name(self) -> str:
        """What it is called, or was where it is no more."""
        node = self.new or self.old
        assert node is not None, "it is in one of both"
        return node.name


def _suspects(run: Document, drawn: Document) -> Iterator[_Suspect]:
    """The nodes that are not in both as they are, graph by graph."""
    for id in dict.fromkeys([*run.graphs, *drawn.graphs]):
        old, new = run.graphs.get(id, Graph(id, run)), drawn.graphs.get(id, Graph(id, drawn))
        for node in dict.fromkeys([*new.nodes, *old.nodes]):
            if _computed(old, node) != _computed(new, node):
                yield _Suspect((id, node), old.nodes.get(node), new.nodes.get(node))


def _computed(graph: Graph, id: NodeId) -> object:
    """What of a node decides what it computes: neither its name nor how it is trained."""
    node = graph.nodes.get(id)
    if node is None:
        return None
    settings = complete(Layer.find(node.layer), node.settings)
    usual = settled(settings, Bindings(graph.definition.parameters))
    return node.layer, usual, graph.entering(id)


def _same_ports(run: Document, drawn: Document, id: GraphId) -> bool:
    """Whether a block of that graph has the same ports in the same order."""
    if id not in run.graphs:
        return False
    before, after = block_ends(run.graphs[id]), block_ends(drawn.graphs[id])
    return [list(ends.values()) for ends in before] == [list(ends.values()) for ends in after]


class _Changes:
    """What one of two networks computes and the other does not."""

    def __init__(self, old: Flat, new: Flat) -> None:
        found = _counterparts(old, new)
        back = {theirs: mine for mine, theirs in found.items()}
        before, after = old.needed(), new.needed()
        other = [
            path for path in _differing(old, new, found) if path in before or found[path] in after
        ]
        gone = [leaf for path, leaf in old.leaves.items() if path in before and path not in found]
        came = [leaf for path, leaf in new.leaves.items() if path in after and path not in back]
        self.leaves = [*(new.leaves[found[path]] for path in other), *came, *gone]
        """By what is drawn, where it is there."""
        kept = [*map(old.leaves.__getitem__, found), *map(new.leaves.__getitem__, back)]
        self._kept = {at for leaf in kept for at in leaf.trail}
        self._opened = {at for leaf in kept for at in leaf.trail[:-1]}
        self._places: set[Drawn] = set()
        for leaf in (*self.leaves, *(old.leaves[path] for path in other)):
            self._places.update(self._told(leaf))

    def _told(self, leaf: Leaf) -> tuple[Drawn, ...]:
        """It and the blocks around it; of a block that is new or gone as a whole, that alone."""
        whole = (n for n, at in enumerate(leaf.trail, 1) if at not in self._kept)
        return leaf.trail[: next(whole, None)]

    def are_in(self, suspect: _Suspect) -> bool:
        """Whether it is for this node, too, that something else is computed."""
        if suspect.old is None or suspect.new is None:
            return suspect.at in self._places and suspect.at not in self._opened
        kind = Layer.find(suspect.new.layer)
        is_end = kind is not None and (kind.is_block_input or kind.is_block_output)
        return is_end or suspect.at in self._places


def _counterparts(old: Flat, new: Flat) -> dict[Path, Path]:
    """What nodes are in the other network: by their paths, their ids, or what enters them."""
    found = {path: path for path in old.leaves if path in new.leaves}
    back = set(found)
    mine, theirs = _by_last(old, found), _by_last(new, back)
    for last, paths in mine.items():
        if len(paths) == len(theirs.get(last, ())) == 1:
            found[paths[0]] = theirs[last][0]
    _add_by_entering(old, new, found)
    return found


def _by_last(flat: Flat, but: Iterable[Path]) -> dict[object, list[Path]]:
    """By their ids, the places that are not known yet."""
    found: dict[object, list[Path]] = {}
    for path in flat.leaves.keys() - but:
        found.setdefault(path[-1], []).append(path)
    return found


def _add_by_entering(old: Flat, new: Flat, found: dict[Path, Path]) -> None:
    """Add those of one kind that the same enters; of several, the one most like it."""
    free: dict[object, list[Path]] = {}
    for path in sorted(new.leaves.keys() - set(found.values()), key=str):
        leaf = new.leaves[path]
        free.setdefault((leaf.layer, leaf.entering), []).append(path)
    for path in _in_order(old):
        if path in found or not free:
            continue
        leaf = old.leaves[path]
        candidates = free.get((leaf.layer, _moved(leaf, found)), [])
        if candidates:
            found[path] = max(candidates, key=lambda one: _likeness(leaf, new.leaves[one]))
            candidates.remove(found[path])


def _likeness(leaf: Leaf, other: Leaf) -> tuple[bool, bool]:
    return leaf.settings == other.settings, leaf.name == other.name


def _in_order(flat: Flat) -> Iterator[Path]:
    """The places, each behind what enters it, as far as there is an order."""
    begun: set[Path] = set()
    for start in flat.leaves:
        waiting = [(start, False)]
        while waiting:
            path, is_ready = waiting.pop()
            if is_ready:
                yield path
            elif path not in begun:
                begun.add(path)
                waiting.append((path, True))
                waiting += [(source, False) for _, source, _ in flat.leaves[path].entering]


def _moved(leaf: Leaf, found: Mapping[Path, Path]) -> tuple[tuple[str, Path | None, str], ...]:
    """What enters it, as it is in the other network."""
    return tuple((port, found.get(source), output) for port, source, output in leaf.entering)


def _differing(old: Flat, new: Flat, found: Mapping[Path, Path]) -> Iterator[Path]:
    """The places of the one network whose counterparts compute something else."""
    homes: dict[Path, Path] = {}
    back: dict[Path, Path] = {}
    for path, other in found.items():
        leaf, theirs = old.leaves[path], new.leaves[other]
        borrowed = {name: found.get(lender) for name, lender in leaf.references.items()}
        are_apart = homes.setdefault(leaf.home, theirs.home) != theirs.home
        are_apart = back.setdefault(theirs.home, leaf.home) != leaf.home or are_apart
        here = leaf.layer, leaf.settings, borrowed, _moved(leaf, found)
        if are_apart or here != (theirs.layer, theirs.settings, theirs.references, theirs.entering):
            yield path
