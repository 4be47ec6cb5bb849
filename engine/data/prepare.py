"""From a document's data section to tensors on the device, split and preprocessed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.batching.splits import RawSplit, Split, encoded
from engine.data.memory import has_room, memory_told
from engine.data.preprocessing import Preprocessing
from engine.data.ragged import steps_of
from engine.data.reading import read
from engine.data.samples import Samples, Values, bytes_as_tensors, steps_in
from engine.data.splitting.by_plan import indices_of
from engine.data.splitting.given_split import planned
from engine.data.splitting.split import Indices
from engine.data.unread import Unread
from engine.errors import DataError
from graphs.checking.memory import spelled
from graphs.data import DataSection
from graphs.files.opener import amount
from graphs.plan.plan import Plan
from graphs.wording.phrases import phrase


@dataclass(frozen=True, slots=True)
class Place:
    """Where the tensors of a run are."""

    device: torch.device
    """Where they are held, if they are."""
    is_raw: bool = False
    """Whether each batch is made of raw samples when it is asked for."""
    is_sent: bool = False
    """Whether batches are not on the device of the run, so that each is to be sent there."""
    notices: tuple[str, ...] = ()


def place(samples: Samples, device: torch.device | str, room: int | None) -> Place:
    """On the device, where they fit; else in memory, where they fit; else nowhere."""
    wanted, outside = torch.device(device), torch.device("cpu")
    needed, is_sent = bytes_as_tensors(samples), wanted.type != "cpu"
    if any(isinstance(values, Unread) for values in samples.values.values()):
        return Place(outside, is_raw=True, is_sent=is_sent)
    if not has_room(needed):
        told = phrase(
            "The {count:,} samples take {needed} as numbers, more memory than is free, so each "
            "batch is made when it is needed.",
            count=len(samples),
            needed=amount(needed),
        )
        return Place(outside, is_raw=True, is_sent=is_sent, notices=(told,))
    if room is None or needed <= room:
        return Place(wanted)
    told = phrase(
        "The data takes {whole}, more than {device} has room for, so each batch is sent there "
        "when it is needed.",
        whole=spelled(needed),
        device=device,
    )
    return Place(outside, is_sent=True, notices=(told,))


class Prepared:
    """The data of a run. The test split becomes tensors only when ``test`` is called."""

    def __init__(
        self,
        samples: Samples,
        indices: Indices,
        preprocessing: Preprocessing,
        section: DataSection,
        place: Place,
    ) -> None:
        self.preprocessing = preprocessing
        self.section = section
        self.indices = indices
        self.fingerprint = samples.fingerprint()
        self._samples, self._place = samples, place
        self.notices = (*samples.remarks, *place.notices)
        self.train = self._split(indices.train)
        # With a share of 0 they are the training samples: one copy on the device is enough.
        self.valid = self.train if indices.valid is indices.train else self._split(indices.valid)

    @property
    def samples(self) -> Samples:
        """The raw samples, of all parts."""
        return self._samples

    @property
    def held_out(self) -> tuple[str, ...]:
        """The parts with samples of their own; a share of 0 takes the training samples for one."""
        parts = {"valid": self.indices.valid, "test": self.indices.test}
        return tuple(name for name, rows in parts.items() if rows is not self.indices.train)

    @property
    def is_sent(self) -> bool:
        """Whether batches are not on the device of the run, so that each is to be sent there."""
        return self._place.is_sent

    def is_of(self, fingerprint: str) -> bool:
        """Whether a run that has kept this fingerprint was trained with these samples."""
        return fingerprint in (self.fingerprint, self._samples.earlier_fingerprint())

    def test(self) -> Split:
        """The test split, read now."""
        if self.indices.test is self.indices.train:
            return self.train
        return self._split(self.indices.test)

    def raw(self, name: str) -> Values:
        """What the source gave for a field, of all samples."""
        return self._samples.values[name]

    def sizes(self) -> dict[str, int]:
        """How far each size known only by name goes in the samples, the test split included."""
        found: dict[str, int] = {}
        for name, values in self._samples.values.items():
            if (lengths := steps_in(values)) is not None:
                symbol = str(self._samples.fields[name].sizes[0])
                steps = steps_of(int(lengths.max(initial=1)), self.section.domains[symbol])
                found[symbol] = max(found.get(symbol, 0), steps)
        return found

    def _split(self, rows: Array) -> Split:
        """The samples at ``rows``, as tensors that are held where there is room for them."""
        if self._place.is_raw:
            return RawSplit(self._samples, rows, self.preprocessing)
        return encoded(self._samples, rows, self.preprocessing).to(self._place.device)


def prepare(
    section: DataSection,
    plan: Plan,
    device: torch.device | str,
    known: Preprocessing | None = None,
    poll: Poll = go_on,
    room: int | None = None,
) -> Prepared:
    """Read, split and encode the data. ``known`` is what a run fitted when it began.

    What takes more than ``room`` bytes stays outside of the device.
    Raises DataError when the data cannot be read, split, or is not what the section says, and
    whatever ``poll`` raises, which is called several times a second while files are read.
    """
    with memory_told(section):
        return prepare_samples(read(section, poll), section, plan, device, known, room, poll)


def prepare_samples(
    samples: Samples,
    section: DataSection,
    plan: Plan,
    device: torch.device | str,
    known: Preprocessing | None = None,
    room: int | None = None,
    poll: Poll = go_on,
) -> Prepared:
    """``prepare`` for samples that are read already."""
    if not section.fields or not len(samples):
        raise DataError("The data has no samples. Choose other data.")
    indices = indices_of(samples, plan)
    if samples.parts is not None and (
        told := planned(samples.parts, plan.validation, plan.test, plan.folds)
    ):
        samples = replace(samples, notices=(*samples.notices, told))
    if known is None:
        known = Preprocessing.fitted(samples, indices.train, poll)
    elif known.fields != section.fields:
        raise DataError(
            "The data's fields are not those that this run was trained with. Train a new run."
        )
    return Prepared(samples, indices, known, section, place(samples, device, room))
