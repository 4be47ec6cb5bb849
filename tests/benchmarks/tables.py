"""How long a table takes to be read: `python -m tests.benchmarks.tables`.

Beside it stands what polars takes for the same file by itself, without a look at what the file is.
Goal for 100,000 rows of 21 columns: within 4 times that.
"""

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np
import polars

from engine.data.sources import reader_of
from engine.data.tables.files.reading_tables import read_sheet
from graphs.data.sources import Source
from tests.benchmarks.files import timed

ROWS, NUMBERS = 100_000, 19
GOAL = 4.0


def write(path: Path, style: Literal["necessary", "non_numeric"]) -> None:
    """Write numbers, a column of categories, and one to predict."""
    random = np.random.RandomState(0)
    columns = {f"x{at}": random.rand(ROWS).round(6) for at in range(NUMBERS)}
    texts = {
        "colour": random.choice(["red", "green", "blue"], ROWS),
        "y": random.randint(0, 2, ROWS),
    }
    polars.DataFrame({**columns, **texts}).write_csv(path, quote_style=style)


def measured(rounds: int) -> dict[str, dict[str, float]]:
    """Seconds for reading by polars, for the sheet, and for the samples as a run reads them."""
    with TemporaryDirectory() as folder:
        path, quoted = Path(folder) / "table.csv", Path(folder) / "quoted.csv"
        write(path, "necessary")
        write(quoted, "non_numeric")
        chosen = Source.get("table").made({"path": str(path)})
        settled = Source.get("table").made(reader_of(chosen).section().settings)
        return {
            "polars": timed(lambda: polars.read_csv(path), rounds),
            "sheet": timed(lambda: read_sheet(path), rounds),
            "sheet with quotation marks": timed(lambda: read_sheet(quoted), rounds),
            "samples": timed(reader_of(settled).read, rounds),
            "choosing": timed(reader_of(chosen).propose, max(rounds // 3, 1)),
        }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    found = measured(given.rounds)
    if given.json:
        print(json.dumps({"goal": GOAL, "seconds": found}))
        return
    own = found["polars"]["median"]
    for name, figure in found.items():
        times = figure["median"] / own
        print(f"{name}: {figure['median']:.3f} s, {times:.1f} times polars' own (goal {GOAL:g})")


if __name__ == "__main__":
    main()
