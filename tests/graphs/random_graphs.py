"""Documents without problems, drawn at random from all kinds of layers.

Each layer is tried on what is there already; its type rule says whether that fits, and where it
offers a fix, that is taken. So a new kind of layer is drawn as soon as its file exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from graphs.data import ClassKind, DataSection, Domain, Field, ImageKind, SeriesKind, TokensKind
from graphs.document.document import Document
from graphs.document.edits import MAIN, AddNode, ChangeData, Connect, Edit, Link, Node, NodeId, Step
from graphs.layers import Layer
from graphs.layers.losses.losses import Loss
from graphs.layers.spec import Port, Reaching
from graphs.problems import Insert, Problem, Set
from graphs.sizes import bounds
from graphs.types import Kind, TensorType
from tests.graphs.examples import setting

DATA = DataSection(
    "made up",
    {},
    {
        "answer": Field(ClassKind.id, classes=("no", "yes"), target=True),
        "row": Field(SeriesKind.id, (6,)),
        "image": Field(ImageKind.id, (3, 8, 8)),
        "picture": Field(ImageKind.id, (2, "H", "W")),
        "volume": Field(SeriesKind.id, (2, 4, 6, 5)),
        "series": Field(SeriesKind.id, ("T", 8)),
        "text": Field(TokensKind.id, ("T",), vocabulary=11),
        "story": Field(TokensKind.id, ("L",), vocabulary=9, ragged=True),
    },
    {"T": Domain(2, 12), "L": Domain(1, 9), "H": Domain(8, 16, 4), "W": Domain(4, 12, 4)},
)
KINDS = tuple(
    kind
    for kind in Layer.members()
    if not issubclass(kind, Loss) and kind.id not in {"input", "target_input", "output"}
)
MOST_VALUES = 20_000
"""A sample of one tensor holds no more, so that thousands of graphs can be run."""
MOST_WEIGHTS = 50_000
BEFORE = {"where": "greater", "gather": "topk", "fold": "unfold"}
"""Kinds that can hardly be drawn without another, which comes first."""
TAKEN = {"condition": Kind.MASK, "index": Kind.INDEX}
"""What a port takes and few layers give, by its name."""
TRIES = 30
MENDS = 3


@dataclass(frozen=True)
class Place:
    """Something to wire: an output of a node, and its type."""

    node: NodeId
    output: str
    type: TensorType


@dataclass
class Growing:
    """A graph while it is drawn."""

    random: Random
    places: list[Place] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    read: set[tuple[NodeId, str]] = field(default_factory=set)
    names: int = 0

    def begin(self, names: list[str]) -> None:
        """Draw one Input per field."""
        for name in names:
            made = self._put(Layer.get("input").made({"field": name}), {}, name)
            assert made is not None, "an Input fits everywhere"

    def _put(
        self, layer: Layer, wired: Mapping[str, list[Place]], name: str = ""
    ) -> list[Place] | None:
        """Draw a layer; None when it does not fit, even mended, and nothing is drawn then."""
        given = Reaching(
            {port: tuple(place.type for place in some) for port, some in wired.items()},
            DATA.types(),
        )
        answer = layer.infer(given)
        if isinstance(answer, Problem) or not self._is_small(layer, given, answer):
            return None
        self.names += 1
        node = NodeId(f"n{self.names:03}")
        made_of = Node(node, layer.id, name or f"{layer.id}_{self.names}", layer.settings)
        self.edits.append(AddNode(MAIN, made_of, (240 * self.names, 0)))
        for port, some in wired.items():
            for slot, place in enumerate(some):
                link = Link(place.node, place.output, node, port, slot)
                self.edits.append(Connect(MAIN, link))
                self.read.add((place.node, place.output))
        outputs = layer.ports().outputs
        made = [Place(node, name, kind) for name, kind in zip(outputs, answer, strict=True)]
        self.places += made
        return made

    def _is_small(self, layer: Layer, given: Reaching, answer: tuple[TensorType, ...]) -> bool:
        weights = layer.weights(given).values()
        values = [bounds(tensor.elements())[1] for tensor in answer]
        count = sum(_product(sizes) for sizes in weights)
        return max(values, default=0) <= MOST_VALUES and count <= MOST_WEIGHTS

    def grow(self, kind: type[Layer]) -> bool:
        """Draw a layer of a kind somewhere; False when it fits nowhere."""
        if kind.id in BEFORE:
            self.grow(Layer.get(BEFORE[kind.id]))
        for _ in range(TRIES):
            settings = {p.name: setting(p, self.random) for p in kind.parameters()}
            if kind.faults(settings):
                continue
            layer = kind.made(settings)
            wired = {
                port.name: self._feeding(port)
                for port in layer.ports().inputs
                if not port.optional or self.random.random() < 0.4
            }
            if self._put_mended(layer, wired):
                return True
        return False

    def _feeding(self, port: Port) -> list[Place]:
        count = self.random.randint(2, 3) if port.variadic else 1
        fitting = [place for place in self.places if place.type.kind is TAKEN.get(port.name)]
        first = self.random.choice(fitting or self.places)
        alike = [place for place in self.places if place.type == first.type]
        likely = alike if self.random.random() < 0.8 else self.places
        return [first, *(self.random.choice(likely) for _ in range(count - 1))]

    def _put_mended(self, layer: Layer, wired: dict[str, list[Place]]) -> bool:
        for _ in range(MENDS):
            if self._put(layer, wired) is not None:
                return True
            given = {port: tuple(p.type for p in some) for port, some in wired.items()}
            answer = layer.infer(Reaching(given, DATA.types()))
            if not isinstance(answer, Problem):
                return False  # too large
            match answer.fix:
                case Set(setting, value, None):
                    settings = {**layer.settings, setting: value}
                    if type(layer).faults(settings):
                        return False
                    layer = type(layer).made(settings)
                case Insert(between, port, settings, slot, False) if wired.get(port):
                    kind = Layer.get(between)
                    inserted = kind.made({**kind.defaults(), **settings})
                    made = self._put(inserted, {"input": [wired[port][slot]]})
                    if not made:
                        return False
                    wired[port][slot] = made[0]
                case _:
                    return False
        return False

    def finish(self) -> Document:
        """A loss, and an Output for everything that nothing reads."""
        unread = [place for place in self.places if (place.node, place.output) not in self.read]
        for place in unread:
            self._put(Layer.get("output").made({}), {"input": [place]})
        head = Layer.get("linear").made({**Layer.get("linear").defaults(), "out_features": 2})
        made = self._put(head, {"input": [self.places[0]]})
        assert made is not None, "the first Input is a row"
        kind = Layer.get("cross_entropy_loss")
        self._put(kind.made({**kind.defaults(), "target": "answer"}), {"input": made})
        document = Document()
        document.apply(Step("Draw", (ChangeData(document.data, DATA), *self.edits)))
        return document


def random_document(seed: int, size: int = 8) -> Document:
    """A document of about ``size`` layers and no errors, the same one for a seed."""
    random = Random(seed)
    growing = Growing(random)
    others = [name for name in DATA.inputs() if name != "row"]
    growing.begin(["row", *random.sample(others, random.randint(1, 3))])
    for _ in range(size):
        growing.grow(random.choice(KINDS))
    return growing.finish()


def _product(sizes: tuple[int, ...]) -> int:
    total = 1
    for size in sizes:
        total *= size
    return total
