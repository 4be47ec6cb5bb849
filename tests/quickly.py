"""What of many cases is tried every time, and what is left to the proof."""

from collections.abc import Iterable
from typing import Any

import pytest


def some_of(cases: Iterable[Any], every: int) -> list[Any]:
    """All of the cases for ``parametrize``: one of so many as it is, the others for the proof.

    A tuple is one case of several arguments.
    """
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)),
            marks=[] if at % every == 0 else [pytest.mark.proof],
        )
        for at, case in enumerate(cases)
    ]
