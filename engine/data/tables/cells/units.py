"""Units behind numbers, such as “70 kg”: which a column has, and its numbers without them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from engine.data.tables.cells import numbers
from engine.data.tables.cells.months import MONTHS

if TYPE_CHECKING:
    import polars

_WORDS: Final = """
kg mg µg μg g t lb lbs oz ct km m dm cm mm µm μm nm mi ft in yd ha ac acre acres sqm sqft
l L ml mL cl dl hl gal qt s ms µs μs ns sec secs min mins h hr hrs hour hours day days week
weeks month months year years yr yrs mo W kW MW GW kWh MWh GWh Wh V mV kV A mA mAh Ah Hz kHz
MHz GHz Pa kPa hPa MPa bar mbar psi K J kJ MJ cal kcal N kN Nm mol mmol B kB KB MB GB TB KiB MiB
GiB bit kbit Mbit Gbit kbps Mbps Gbps bps ppm ppb dB dBm px dpi rpm hp PS bhp cc mph kph kmh
knots km/h k M mn bn mio lx lm Ω ohm F IU
"""
_NAMES: Final = frozenset(_WORDS.split())
_LOWER: Final = frozenset(name.lower() for name in _NAMES)
_MARKS: Final = frozenset("″′\"'°")
_NEVER: Final = frozenset(("am", "pm", "st", "nd", "rd", "th", "er", *MONTHS))
"""What stands behind digits in times, dates and ranks."""
_CODES: Final = frozenset("ABFJKMN")
"""What close behind digits, as in 12A, is rather part of a code."""
_PER: Final = re.compile(r"/(?:100)?")
_FORM: Final = (
    r"^(?P<number>[^\p{L}]*\d[.,]?)(?P<space>\s*)"
    r"(?P<unit>°\p{L}?|[″\"′']|[\p{L}Ω]+(?:[²³]|\^?[23])?(?:/(?:100)?\p{L}+(?:[²³]|\^?[23])?)?)$"
)
_WORD: Final = 3
"""A word of so many small letters behind a space is a unit, if it is the only one."""
HEAD: Final = 100
"""Cells that are looked at first; mostly they settle that there are none."""


def of(texts: polars.Series, is_set: bool) -> tuple[str, ...]:
    """The units behind the numbers of a column, where every cell is a number with one.

    ``is_set`` tells that they are meant as numbers; then some cells suffice, and any unit. Several
    kinds are named only if all are well known.
    """
    if not is_set and _among(texts.head(HEAD)) is None:
        return ()
    found = _among(texts if not is_set else texts.filter(texts.str.contains(_FORM)))
    if not found:
        return ()
    if is_set:
        return tuple(sorted(found))
    if len(kinds(found)) == 1:
        one_alone = all(_is_unit(name, glued) for name, glued in found.items())
        few = texts.n_unique() < numbers.FEW_SIGNED
        return tuple(sorted(found)) if one_alone and not few else ()
    several = all(is_known(name) and len(name) > 1 for name in found)
    return tuple(sorted(found)) if several else ()


def kinds(named: Iterable[str]) -> frozenset[str]:
    """The units without different spellings of the same, such as “year” and “years”."""
    return frozenset(_kind(name) for name in named)


def is_known(unit: str) -> bool:
    """Whether a unit is one of measures, so that what it stands behind is an amount."""
    return all(_is_name(part) for part in _PER.split(unit))


def without(texts: polars.Series, named: Iterable[str]) -> polars.Series:
    """The texts without these units behind their numbers."""
    ends = "|".join(re.escape(name) for name in sorted(named, key=len, reverse=True))
    return texts.str.replace(rf"([\d.,])\s*(?:{ends})$", "${1}") if ends else texts


def _among(texts: polars.Series) -> dict[str, bool] | None:
    """What stands behind numbers, and whether without a space; None where one is no such."""
    if not texts.len():
        return None
    parts = texts.str.extract_groups(_FORM).struct.unnest()
    if parts["unit"].null_count() or not numbers.is_number(parts["number"]).all():
        return None
    glued: dict[str, bool] = {}
    for unit, space in parts.select("unit", "space").unique().iter_rows():
        glued[unit] = glued.get(unit, False) or not space
    return glued


def _is_unit(name: str, glued: bool) -> bool:
    if name.lower() in _NEVER or (glued and name in _CODES):
        return False
    return is_known(name) or (not glued and name.islower() and len(name) >= _WORD)


def _is_name(part: str) -> bool:
    if part[:1] in _MARKS:
        return True
    plain = part.rstrip("²³23^")
    return plain in _NAMES or (len(plain) > 1 and plain.lower() in _LOWER)


def _kind(name: str) -> str:
    """The same for spellings that mean the same: “Kg”, “kg”; but not “mW”, “MW”."""
    plain = name if name[0] in "mM" or name[-1] in "bB" or len(name) == 1 else name.casefold()
    return plain.removesuffix("s") if len(plain) >= _WORD else plain
