"""A small table, and what tests of tables ask of it."""

from pathlib import Path
from typing import Any

import numpy as np
import polars

from engine.data.samples import Samples
from engine.data.sources import Proposal, reader

PEOPLE = """id,age,city,height,smokes
1,31,Bern,1.70,no
2,42,Chur,,yes
3,,Bern,1.62,no
4,28,Basel,1.81,no
5,35,,1.75,yes
6,51,Chur,1.68,yes
7,44,Bern,1.90,no
8,39,Basel,1.77,no
9,23,Bern,1.66,yes
10,60,Chur,1.71,no
"""


def propose(path: Path, text: str | bytes, **options: Any) -> Proposal:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return reader("table", {"path": str(path), **options}).propose()


def frame(samples: Samples, name: str = "features") -> polars.DataFrame:
    values = samples.values[name]
    assert isinstance(values, polars.DataFrame)
    return values


def labels(samples: Samples, name: str) -> list[str]:
    return [samples.fields[name].classes[int(n)] for n in np.asarray(samples.values[name])]
