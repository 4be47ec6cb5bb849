"""Where and in what numbers a run computes: devices by their names, and what each of them has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graphs.describe import Parameter
from graphs.plan.plan import Plan
from gui.forms.editors import OneOf
from gui.forms.form import Form
from gui.jobs import Jobs

if TYPE_CHECKING:  # it imports torch, which the window does not wait for
    from engine.devices import Offer

Offers = Callable[[], "tuple[Offer, ...]"]


def offers() -> tuple[Offer, ...]:
    """What this machine has. Imports torch."""
    from engine import devices

    return devices.offers()


class MachineForm(QWidget):
    """Device and precision. What there is, is asked on a thread when it is first shown."""

    edited = Signal(str, object)
    settled = Signal()

    def __init__(
        self, parameters: list[Parameter], plan: Plan, jobs: Jobs, ask: Offers = offers
    ) -> None:
        super().__init__()
        self._plan, self._jobs, self._ask = plan, jobs, ask
        self._asked = False
        self._offers: dict[str, Offer] = {}
        self.form = Form(parameters, plan.settings)
        self.form.edited.connect(self.edited)
        self.form.settled.connect(self.settled)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.form)

    def look(self) -> None:
        """Ask for the devices, once: it is seen now, and torch is large."""
        if not self._asked:
            self._asked = True
            self._jobs.do(self._ask, self._take, lambda failed: None, topic="devices")

    def show_plan(self, plan: Plan) -> None:
        """Show the plan as it is now."""
        self._plan = plan
        self.form.show_values(plan.settings)
        self._show_faults()

    def _take(self, offered: tuple[Offer, ...]) -> None:
        self._offers = {offer.id: offer for offer in offered}
        device = self.form.editor("device")
        assert isinstance(device, OneOf)
        device.offer({offer.id: offer.words for offer in offered})
        self.show_plan(self._plan)

    def _show_faults(self) -> None:
        if not self._offers:
            return
        found: dict[str, str] = {}
        # “cuda” is the first of the cards, which are offered by their numbers.
        asked = "cuda:0" if self._plan.device == "cuda" else self._plan.device
        offer = self._offers.get(asked)
        if offer is None:
            words = self.tr("This machine has no {device}. Choose another device, or auto.")
            found["device"] = words.format(device=self._plan.device)
        reasons = dict(offer.faults) if offer is not None else {}
        precision = self.form.editor("precision")
        assert isinstance(precision, OneOf)
        precision.refuse({str(one): reason for one, reason in reasons.items()})
        if self._plan.precision in reasons:
            found["precision"] = reasons[self._plan.precision]
        self.form.show_faults(found)
