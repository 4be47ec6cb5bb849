"""Arrays that numpy has saved: several by name, each an input or to be predicted."""

from collections.abc import Mapping
from typing import Any

from graphs.data.sources.choices import SplitBy
from graphs.data.sources.spec import Source
from graphs.describe import param
from graphs.setting_kinds import FilePath
from graphs.wording.phrases import phrase

ALTERNATIVES = (
    ("tokens", "pictures", "series", "tables"),
    ("channels_first", "channels_last"),
    ("numbers", "classes", "one_hot", "labels"),
)
"""Settings that each say of arrays what they are, of which one can be true."""


class Arrays(
    Source, id="arrays", title="Arrays (npz, npy)", group="From files", search="numpy tensor"
):
    """A file of arrays with a row per sample: one array, or several by name.

    Arrays of three axes per sample are pictures, those of two pictures or steps of a series, those
    of one a table. What was decided is told, and can be changed for each array. Arrays in parts,
    such as x_train and x_test, are one array with its split.
    """

    path: FilePath = param(default=FilePath(""), help="A .npz or .npy file.")
    inputs: tuple[str, ...] | None = param(
        default=None, help="The arrays to learn from; none takes all that are not predicted."
    )
    targets: tuple[str, ...] | None = param(
        default=None, help="The arrays to predict; none goes by their names, such as y or label."
    )
    tokens: tuple[str, ...] = param(
        default=(), help="Arrays of whole numbers to read as tokens, such as words."
    )
    pictures: tuple[str, ...] = param(default=(), help="Arrays to read as pictures.")
    channels_first: tuple[str, ...] = param(
        default=(), help="Pictures with their channels before height and width."
    )
    channels_last: tuple[str, ...] = param(
        default=(), help="Pictures with their channels behind height and width."
    )
    series: tuple[str, ...] = param(default=(), help="Arrays to read as steps with values.")
    tables: tuple[str, ...] = param(default=(), help="Arrays to read as rows of numbers.")
    numbers: tuple[str, ...] = param(
        default=(), help="Arrays to predict as numbers rather than as classes."
    )
    classes: tuple[str, ...] = param(
        default=(), help="Arrays to predict as classes rather than as numbers."
    )
    one_hot: tuple[str, ...] = param(
        default=(), help="Arrays to predict as classes, with a single 1 in each row."
    )
    labels: tuple[str, ...] = param(
        default=(), help="Arrays to predict as several labels, with a 1 for each that applies."
    )
    split: SplitBy = param(
        default="given",
        help="Whether a split by names such as x_train and x_test is kept, or drawn by the plan's "
        "shares.",
    )

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        """One array can be of one kind only."""
        for kinds in ALTERNATIVES:
            seen: dict[str, str] = {}
            for kind in kinds:
                for name in settings.get(kind) or ():
                    if name in seen:
                        return {
                            kind: phrase(
                                "has “{name}”, which is among the {seen}, too",
                                name=name,
                                seen=seen[name],
                            )
                        }
                    seen[name] = kind.replace("_", " ")
        return {}
