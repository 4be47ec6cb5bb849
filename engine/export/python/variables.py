"""What each value in ``forward`` is called."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterator, Sequence

from engine.export.python.parts import GraphPlace, Item, NodeOutput
from engine.network import calls

CHAINED = ("x", "h", "y", "z")
"""What a value is called that goes from one line to the next and nowhere else."""


class Variables:
    """The variables of one ``forward``; ``entering`` and ``returned`` are names wished for.

    Without wishes, what enters a block is called by its ports, and a single input ``x``.
    """

    def __init__(
        self,
        part: GraphPlace,
        reserved: Collection[str],
        entering: Sequence[str] = (),
        returned: str = "",
    ) -> None:
        self._readers: dict[NodeOutput, list[int]] = {}
        for at, item in enumerate(part.items):
            for value in item.reads:
                self._readers.setdefault(value, []).append(at)
        for value in part.leaving:
            self._readers.setdefault(value, []).append(len(part.items))
        self._taken = {*reserved, *dir(builtins), "self"}
        self._names: dict[NodeOutput, str] = {}
        taken = self._taken | {item.node.name for item in part.items}
        chained = next((one for one in CHAINED if one not in taken), "value")
        wishes = entering or self._ports(part, chained)
        brought = (*part.entering, *part.lengths)
        self.entering = tuple(map(self.free, wishes))
        """What ``forward`` takes."""
        self._names.update(zip(brought, self.entering, strict=True))
        if chained in self._taken and not self._goes_on(brought):
            chained = next((one for one in CHAINED if one not in taken | self._taken), "value")
        self._taken.add(chained)
        self._name(part, chained)
        self.returned = self.free(returned or part.leaving[0][0])
        """What the last value is called before it is returned."""

    def __getitem__(self, value: NodeOutput) -> str:
        return self._names[value]

    def pattern(self, item: Item) -> str:
        """What stands before the sign of equality."""
        return self._spelled(item.use.outputs, iter(item.writes))

    def free(self, wish: str) -> str:
        """The name wished for, or one like it that is not taken."""
        while wish in self._taken:
            wish += "_"
        self._taken.add(wish)
        return wish

    def _ports(self, part: GraphPlace, chained: str) -> Iterator[str]:
        if len(part.entering) == 1:
            yield chained
        else:
            yield from (part.graph.nodes[node].name for node, _ in part.entering)  # type: ignore[index]
        yield from (f"{name}_lengths" for _, name in part.lengths)

    def _goes_on(self, brought: Sequence[NodeOutput]) -> bool:
        """Whether the only thing that enters is read by the first line alone."""
        return self._readers.get(brought[0]) == [0]

    def _name(self, part: GraphPlace, chained: str) -> None:
        following = len(part.items) - (len(part.leaving) > 1)  # several are returned by names
        for at, item in enumerate(part.items):
            outputs = calls.names(item.use.outputs)
            beside = {self._names[value] for value in item.reads[1:]} if item.is_looped else ()
            for place, (value, output) in enumerate(zip(item.writes, outputs, strict=True)):
                goes_on = at < following and self._readers.get(value) == [at + 1]
                if len(outputs) == 1 and goes_on and chained not in beside:
                    self._names[value] = chained
                    continue
                is_read = value in self._readers or (item.is_looped and place < item.handed)
                own = item.node.name if len(outputs) == 1 else f"{item.node.name}_{output}"
                self._names[value] = self.free(own) if is_read else "_"

    def _spelled(self, pattern: object, values: Iterator[NodeOutput], inside: bool = False) -> str:
        if not isinstance(pattern, tuple):
            return self._names[next(values)]
        parts = [self._spelled(part, values, inside=True) for part in pattern]
        if inside and set(parts) == {"_"}:
            return "_"
        return f"({', '.join(parts)})" if inside else ", ".join(parts)
