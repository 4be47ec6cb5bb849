"""The function of a file that changes training pictures as the plan says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.data.augmentation import change_of, units_of
from engine.export.python.expressions import literal
from engine.export.python.layout import Group, lines
from engine.export.python.training.constants import Constants
from engine.export.python.training.facts import TrainingFacts
from graphs.plan.augmentations import Augmentation

SETTLED = "warped(images, matrices)"


class AugmentingSource:
    """Lines of code for the augmentations of a plan, in order."""

    def __init__(self, facts: TrainingFacts, constants: Constants) -> None:
        self._facts, self._constants = facts, constants
        self._augmentations = facts.plan.find_augmentations()
        drawn = [n for n in facts.prepared.section.pictures() if n in facts.fields]
        self.pictures: Sequence[str] = drawn if self._augmentations else ()
        """The fields that are changed."""

    def written(self) -> list[str]:
        """The function ``augmented``; nothing where the plan changes no pictures."""
        if not self.pictures:
            return []
        return [
            "def augment(images: Tensor, name: str, epoch: int, number: int) -> Tensor:",
            '    """The pictures of a batch of this number, each changed at random."""',
            "    generator = torch.Generator()",
            *self._unit(),
            *self._changes(),
        ]

    def _changes(self) -> Iterator[str]:
        """Looks at the pixels that follow each other are one look, as each blurs."""
        waits = False
        for place, one in enumerate(self._augmentations):
            change = change_of(one)
            if waits and not change.is_warp:
                yield f"    images = {SETTLED}"
            seeds = f'derived(SEED, "change", {place}, name, epoch, number)'
            yield f"    generator.manual_seed({seeds})"
            target = "matrices" if change.is_warp else "images"
            onto = "matrices @ " if waits and change.is_warp else ""
            is_last = place == len(self._augmentations) - 1
            before = "return " if is_last and not change.is_warp else f"{target} = {onto}"
            yield from lines(self._called(one), 1, before=before)
            waits = change.is_warp
        if waits:
            yield f"    return {SETTLED}"

    def _called(self, one: Augmentation) -> Group:
        change = change_of(one)
        given = [f"{name}={literal(value)}" for name, value in one.settings.items()]
        first = "len(images)" if change.is_warp else "images"
        unit = ["unit=unit"] if change.takes_unit else []
        return Group(f"{change.function.__name__}(", [first, "generator", *unit, *given], ")")

    def _unit(self) -> Iterator[str]:
        """How much of each channel lies between black and white, where that is asked for."""
        if not any(change_of(one).takes_unit for one in self._augmentations):
            return
        known = units_of(self._facts.preprocessing)
        scaled = {name: known[name] for name in self.pictures if name in known}
        if not scaled:
            yield "    unit = torch.ones(images.shape[1]).to(images)"
            return
        each = [f"{literal(name)}: {tuple(unit.tolist())!r}" for name, unit in scaled.items()]
        units = self._constants.spelled("white", Group("{", each, "}"))
        if len(scaled) == len(self.pictures):
            yield f"    unit = torch.tensor({units}[name]).to(images)"
        else:
            yield f"    unit = torch.tensor({units}.get(name, [1.0] * images.shape[1])).to(images)"
