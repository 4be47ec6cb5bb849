"""Equations of Einsum, such as ``bij,bjk->bik``: what they say, and what is wrong with them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from graphs.problems import Problem, problem
from graphs.wording.visible import visible

REST = "..."
"""Stands for all axes that have no letter."""
ARROW = "->"
AxisName: TypeAlias = str | int
"""An axis by its letter; one of those without a letter by its place, -1 for the last."""


@dataclass(frozen=True, slots=True)
class Equation:
    """The letters of each tensor that enters, and of the one that comes out."""

    operands: tuple[tuple[str, ...], ...]
    output: tuple[str, ...] | None
    """None where nothing is said of it: then it has all letters that stand once, in order."""

    def axes(self, ranks: Sequence[int]) -> tuple[list[list[AxisName]], list[AxisName]]:
        """The axes of each tensor of so many axes, and those of the output."""
        found = [
            _spread(letters, rank - len(letters) + 1)
            for letters, rank in zip(self.operands, ranks, strict=True)
        ]
        rest = max((_unnamed(axes) for axes in found), default=0)
        return found, _spread(self._shown(), rest)

    def _shown(self) -> tuple[str, ...]:
        if self.output is not None:
            return self.output
        counts = Counter(letter for letters in self.operands for letter in letters)
        once = sorted(letter for letter, count in counts.items() if count == 1 and letter != REST)
        return (REST, *once)


def _spread(letters: Sequence[str], rest: int) -> list[AxisName]:
    found: list[AxisName] = []
    for letter in letters:
        found += range(-rest, 0) if letter == REST else [letter]
    return found


def _unnamed(axes: list[AxisName]) -> int:
    return sum(isinstance(axis, int) for axis in axes)


def parsed(written: str) -> Equation | Problem:
    """What an equation says, or what is wrong with it before anything is wired."""
    before, arrow, behind = written.partition(ARROW)
    parts = [*before.split(","), *([behind] if arrow else [])]
    split = [[one for one in re.findall(r"\.\.\.|.", p, re.DOTALL) if one != " "] for p in parts]
    for letters in split:
        if wrong := _letters_fault(letters):
            return wrong
    operands = tuple(map(tuple, split[: len(split) - bool(arrow)]))
    if not arrow:
        return Equation(operands, None)
    output = tuple(split[-1])
    return _output_fault(operands, output) or Equation(operands, output)


def _letters_fault(letters: list[str]) -> Problem | None:
    for letter in letters:
        if letter != REST and not re.fullmatch("[A-Za-z]", letter):
            return problem(
                "“{letter}” stands for no axis. An equation has a letter for each axis, a comma "
                "between tensors, and the axes of the output behind ->, such as bij,bjk->bik.",
                setting="equation",
                letter=visible(letter),
            )
    if letters.count(REST) > 1:
        return problem(
            "... stands for all axes without a letter, so each tensor can have it only once.",
            setting="equation",
        )
    return None


def _output_fault(operands: tuple[tuple[str, ...], ...], output: tuple[str, ...]) -> Problem | None:
    known = {letter for letters in operands for letter in letters}
    for letter in output:
        if letter == REST:
            continue
        if output.count(letter) > 1:
            return problem(
                "The output has the axis {letter} twice. Each letter can stand only once behind "
                "->.",
                setting="equation",
                letter=letter,
            )
        if letter not in known:
            return problem(
                "The output has an axis {letter}, which no tensor has. Take it out behind ->, or "
                "name an axis by it.",
                setting="equation",
                letter=letter,
            )
    return None
