"""How sources are read: from their settings to samples, and to what a document says of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.balance import with_counts
from engine.data.paths import located
from engine.data.samples import Samples
from engine.data.series.ends import SeriesEnd
from engine.data.splitting.by_plan import refusal_of_usual
from engine.errors import DataError
from graphs.data import DataSection
from graphs.data.sources.spec import Source
from graphs.document.document import Document
from graphs.document.edits import ChangeData, Step
from graphs.errors import TooLarge
from graphs.files import encoded
from graphs.files.sections import faults
from graphs.setting_kinds import FilePath
from graphs.wording.phrases import phrase

AnySource = TypeVar("AnySource", bound=Source)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The data section that a source proposes, and the samples it was read from."""

    section: DataSection
    samples: Samples

    @classmethod
    def of(cls, source: Source, samples: Samples) -> Self:
        """What ``source`` with all its settings writes into the document.

        Raises DataError for data that no file could describe: such a document could be saved, and
        never opened again.
        """
        samples = with_counts(samples)
        samples = replace(samples, notices=(*samples.notices, *refusal_of_usual(samples)))
        section = DataSection(source.id, source.settings, samples.fields, samples.domains)
        for place, fault in faults(section):
            name = place.partition(".")[2]
            raise DataError(
                "A document cannot hold “{name}”: {fault}. Choose other data.",
                name=name,
                fault=fault,
            )
        document = Document()
        document.apply(Step(phrase("Choose data"), (ChangeData(document.data, section),)))
        try:
            encoded(document)
        except TooLarge as error:
            raise DataError(
                "The names of fields and classes take too much room. {error}", error=error
            ) from None
        return cls(section, samples)


@dataclass(frozen=True, slots=True)
class Newest:
    """The end of a file, after which something is to be predicted: raw samples, by field."""

    values: Mapping[str, Array]
    notices: tuple[str, ...] = ()
    ends: tuple[SeriesEnd, ...] = ()
    """The end of each series in the file; those without a problem are the samples, in order."""


class SourceReader(Generic[AnySource]):
    """Base of what reads the samples of a source by its settings.

    Subclassing it with a source registers it for that source.
    """

    _of: ClassVar[dict[type[Source], type[SourceReader[Any]]]] = {}

    def __init_subclass__(cls, *, of: type[Source] | None = None) -> None:
        if of is None:
            return
        if of in SourceReader._of:
            raise TypeError(f"two classes read the source {of.id}")
        SourceReader._of[of] = cls

    def __init__(self, source: AnySource) -> None:
        self.source = source

    def having(self, **settings: Any) -> Self:
        """What reads the same source with some settings changed."""
        return type(self)(replace(self.source, **settings))

    def read(self, poll: Poll = go_on) -> Samples:
        """All samples, in an order that is always the same. Raises DataError.

        What takes long calls ``poll`` often, which raises when the user wants it to end.
        """
        raise NotImplementedError

    def propose(self, poll: Poll = go_on) -> Proposal:
        """What to write into the document when the user chooses this source. Raises DataError."""
        return Proposal.of(self.source, self.read(poll))

    def newest(self, path: Path) -> Newest | None:
        """What to predict from in a file like the one it was read from, where order matters.

        None when every line of such a file is a sample by itself. Raises DataError.
        """
        return None

    def names(self) -> tuple[str, ...]:
        """The columns that name each sample of ``newest``, in its rows."""
        return ()

    def has_moments(self) -> bool:
        """Whether it is known when the samples of ``newest`` end."""
        return False

    def section(self) -> DataSection:
        """The proposed data section alone. Raises DataError."""
        return self.propose().section


def reader_of(source: Source) -> SourceReader[Any]:
    """What reads a source, by its class. Raises KeyError for one that nothing reads."""
    return SourceReader._of[type(source)](source)


def reader(id: str, settings: Mapping[str, Any]) -> SourceReader[Any]:
    """What reads the source called ``id``, so set. Raises KeyError for an unknown one."""
    return reader_of(Source.get(id).made(settings))


def in_full(source: AnySource) -> AnySource:
    """A source with its paths in full, so that they stay right wherever the program starts."""
    paths = {
        p.name: FilePath(str(located(getattr(source, p.name)).absolute()))
        for p in source.parameters()
        if p.kind is FilePath and getattr(source, p.name)
    }
    return replace(source, **paths)
