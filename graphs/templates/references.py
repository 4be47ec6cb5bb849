"""What published networks have in common: the data that they are drawn for, and their ends."""

from graphs.data import ClassKind, DataSection, Domain, Field, ImageKind, Normalize, TokensKind
from graphs.describe import Chosen
from graphs.library.drawing import Drawing, DrawnGraph
from graphs.plan.optimizers import SGD
from graphs.plan.plan import Plan
from graphs.plan.schedules import Cosine

CLASSES = 1000
"""How many classes ImageNet has."""

IMAGENET = DataSection(
    fields={
        "image": Field(ImageKind.id, (3, 224, 224), normalize=Normalize.STANDARD),
        "label": Field(ClassKind.id, classes=tuple(map(str, range(CLASSES))), target=True),
    },
)
"""Without a source: what the pictures look like, before any are chosen."""


def language(vocabulary: int, longest: int, target: str, **others: int) -> DataSection:
    """Texts of so many steps at most, before any are chosen; others by their vocabulary."""
    inputs = {"tokens": vocabulary, **others}
    fields = {name: Field(TokensKind.id, ("T",), vocabulary=n) for name, n in inputs.items()}
    learned = Field(TokensKind.id, ("T",), vocabulary=vocabulary, target=True)
    return DataSection(fields={**fields, target: learned}, domains={"T": Domain(1, longest)})


def picture_network(lr: float = 0.1) -> Drawing:
    """A drawing for the pictures of ImageNet, with its Input and a plan as papers have it."""
    plan = Plan(
        epochs=90,
        batch_size=32,
        optimizer=Chosen.of(SGD(lr=lr, momentum=0.9, weight_decay=1e-4)),
        schedule=Chosen.of(Cosine()),
    )
    drawing = Drawing(IMAGENET, plan)
    drawing.node("input", "image", (0, 0), field="image")
    return drawing


def scored(graph: DrawnGraph, at: tuple[int, int], scores: str, target: str = "label") -> None:
    """The Output and the loss behind scores of classes."""
    graph.node("output", target, at)
    graph.node("cross_entropy_loss", "loss", (at[0], at[1] + 1), target=target)
    graph.wire(scores, target)
    graph.wire(scores, "loss")
