"""Whether a difference between file and network is no more than rounding, as more digits show."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.export.onnx.agreement import TOLERANCE, OnnxArray, TrialInputs
from engine.network.compiling import Network
from graphs.wording.phrases import phrase

FARTHER = 4.0
"""How many times as far from the exact answer as torch's own a file's may be."""
LAST_DIGITS = 16 * float(np.finfo(np.float32).eps)
"""A share of the largest value that is rounding also where torch happens to be nearer."""


class MoreDigits:
    """What a network computes in float64, found out when it is first asked."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._precise: Network | None = None
        self._last: tuple[TrialInputs, Sequence[Tensor]] | None = None
        self.own: dict[str, float] = {}
        """For each output that was excused, how far torch itself was from more digits."""

    def excuse(self, trial: TrialInputs, name: str, want: OnnxArray, got: OnnxArray) -> bool:
        """Whether the file is about as near to the exact answer as torch is.

        Sums over thousands of values whose result happens to be small differ by more than a share
        of that result. What is beyond the share of the output's largest value is no rounding.
        """
        if want.dtype.kind != "f":
            return False
        exact = self._answer(trial, name)
        if exact is None or not all(np.isfinite(one).all() for one in (exact, want, got)):
            return False
        own, largest = _farthest(exact, want), float(np.abs(exact).max(initial=0.0))
        most = max(FARTHER * own, LAST_DIGITS * largest)
        if _farthest(exact, got) > min(most, TOLERANCE * largest):
            return False
        self.own[name] = max(own, self.own.get(name, 0.0))
        return True

    def notices(self) -> tuple[str, ...]:
        """What to say of the outputs that were excused."""
        return tuple(
            phrase(
                "The last digits of “{name}” are rounding alone: torch itself is up to {own:.1e} "
                "from what more digits give, and the file not much farther.",
                name=name,
                own=own,
            )
            for name, own in self.own.items()
        )

    def _answer(self, trial: TrialInputs, name: str) -> NDArray[np.float64] | None:
        """One output in more digits; None where the network cannot be computed so."""
        if self._last is None or self._last[0] is not trial:
            if self._precise is None:
                self._precise = copy.deepcopy(self._network).double().eval()
            inputs = [one.double() if one.is_floating_point() else one for one in trial.inputs]
            try:
                with torch.no_grad():
                    self._last = trial, self._precise(*inputs)
            except Exception:  # noqa: BLE001  # whatever torch raises, nothing is excused then
                return None
        at = self._network.outputs.index(name)
        found: NDArray[np.float64] = self._last[1][at].double().numpy()
        return found


def _farthest(one: NDArray[np.float64], other: OnnxArray) -> float:
    return float(np.abs(one - other.astype(np.float64)).max(initial=0.0))
