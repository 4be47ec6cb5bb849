"""How values of settings are written on a line and read from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from graphs.describe import Pair


def _number(text: str) -> float:
    """A number with a point or a comma: ``0.001``, ``1e-3``, ``0,001``."""
    return float(text.strip().replace(",", "."))


def _spell_number(value: Any) -> str:
    return "" if value is None else f"{value:.12g}"


def _whole_numbers(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in re.split(r"[\s,;x×*]+", text.strip()) if word)


def _pair(text: str) -> Any:
    numbers = _whole_numbers(text)
    if len(numbers) not in (1, 2):
        raise ValueError(text)
    return numbers[0] if len(set(numbers)) == 1 else numbers


def _spell_pair(value: Any) -> str:
    if value is None:
        return ""
    return " × ".join(
        str(number) for number in (value if isinstance(value, tuple) else (value,) * 2)
    )


def _step_pair(value: Any, by: int) -> Any:
    return tuple(v + by for v in value) if isinstance(value, tuple) else value + by


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(word) for word in re.split(r"[\s;,]+", text.strip()) if word)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _or_nothing(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: read(text) if text.strip() else None


def _joined(value: Any) -> str:
    return ", ".join(f"{v:.12g}" if isinstance(v, float) else str(v) for v in value or ())


WRITTEN: dict[Any, tuple[Callable[[str], Any], Callable[[Any], str]]] = {
    float: (_number, _spell_number),
    float | None: (_or_nothing(_number), _spell_number),
    int | None: (_or_nothing(int), lambda value: "" if value is None else str(value)),
    Pair: (_pair, _spell_pair),
    Pair | None: (_or_nothing(_pair), _spell_pair),
    tuple[int, ...]: (_whole_numbers, _joined),
    tuple[float, ...]: (_numbers, _joined),
    tuple[float, float]: (_numbers, _joined),
    tuple[str, ...]: (_words, _joined),
    tuple[str, ...] | None: (_or_nothing(_words), _joined),
    str: (str.strip, str),
}
"""By kind of setting: how text is read (ValueError when it cannot be), how a value is written."""

STEPS: dict[Any, Callable[[Any, int], Any]] = {
    int | None: lambda value, by: value + by,
    Pair: _step_pair,
    Pair | None: _step_pair,
}
"""By kind of setting: the value one further up or down, for the arrow keys."""
