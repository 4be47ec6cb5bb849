"""The state of a run on disk, from which it goes on as if it had never been interrupted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from torch import Tensor, nn

from engine.errors import RunError
from engine.runs import ABOUT, CHECKPOINTS, Run
from engine.weights import weights_file
from graphs.wording.phrases import phrase, with_and
from graphs.wording.visible import visible

MODEL = "network"
"""The network that is kept in the end, where a procedure does not call it otherwise."""
BEST_MODEL, BEST_OTHERS = "best/", "best_others/"
"""Where its best weights lie, and those that other networks had at that time."""
KEPT = 2
"""So many are kept: should the newest be damaged, the one before it is used."""
VERSION = 1


@dataclass(slots=True)
class TrainingPosition:
    """Where a run stands and what it needs to know to go on, beside weights and optimizer."""

    epoch: int = 0
    """Epochs that are done, validation included."""
    batch: int = 0
    """Batches of the next epoch that are done."""
    step: int = 0
    """Steps that are done in all."""
    sums: dict[str, Any] = field(default_factory=dict)
    """What the epoch's metrics are made of."""
    best: dict[str, float] = field(default_factory=dict)
    """The best epoch and what was measured after it."""
    worse: int = 0
    """Epochs since then."""
    valid: list[float] = field(default_factory=list)
    """The validation losses of the latest epochs, which say whether they still fall."""
    seconds: float = 0.0
    """Time spent, without pauses."""
    learning: float = 0.0
    """Time spent in training steps."""
    samples: int = 0
    """How many samples they saw."""
    log: int = 0
    """How many bytes of the event log belong to this state."""
    device: str = ""
    fingerprint: str = ""
    decided: dict[str, str] = field(default_factory=dict)
    """A SHA-256 of each part of what decides the run, by what users call the part."""
    preprocessing: str = ""
    """A SHA-256 of what encodes the data; empty where it is of before that was kept."""
    version: int = VERSION


def save(
    run: Run,
    position: TrainingPosition,
    state: tuple[Mapping[str, Tensor], Mapping[str, Any]],
    best: Mapping[str, Mapping[str, Tensor]],
    model: str = MODEL,
) -> None:
    """Write a new checkpoint and remove those that are no longer kept; raises RunError.

    ``state`` is all that the procedure needs to go on: tensors and plain values by path. ``best``
    are the best weights of each network, of which ``model`` is the one that is kept in the end.
    """
    folder = run.folder / CHECKPOINTS
    named, values = state
    tensors = dict(named)
    for network, weights in best.items():
        place = BEST_MODEL if network == model else f"{BEST_OTHERS}{network}/"
        tensors |= {f"{place}{name}": tensor for name, tensor in weights.items()}
    older = run.checkpoints()
    number = int(older[0].stem) + 1 if older else 1
    with suppress(OSError):  # what is really wrong, the writing says
        folder.mkdir(exist_ok=True)
    facts = {"position": msgspec.to_builtins(position), "values": values}
    weights_file.write(folder / f"{number:08d}.safetensors", tensors, facts, within=folder)
    for path in older[KEPT - 1 :]:
        path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One that was read and is whole."""

    path: Path
    position: TrainingPosition
    tensors: Mapping[str, Tensor]
    values: Mapping[str, Any]

    def best(self) -> dict[str, Tensor]:
        """The best weights of the model so far; nothing before the first epoch ended."""
        return under(self.tensors, BEST_MODEL)

    def best_of_all(self, model: str = MODEL) -> dict[str, dict[str, Tensor]]:
        """The best weights so far by network; nothing before the first epoch ended."""
        found = {model: self.best()} if self.best() else {}
        return {**found, **by_network(under(self.tensors, BEST_OTHERS))}

    def network(self, name: str = MODEL) -> dict[str, Tensor]:
        """The weights of a network after the last step."""
        return under(self.tensors, f"models/{name}/")

    def networks(self) -> dict[str, dict[str, Tensor]]:
        """Those of all networks."""
        return by_network(under(self.tensors, "models/"))

    def check_decided(self, decided: Mapping[str, str]) -> None:
        """Raise RunError, naming the parts, when the run is no longer what it was asked to be."""
        then = self.position.decided
        changed = [part for part, sha in decided.items() if then.get(part, sha) != sha]
        if changed:
            raise RunError(
                "In {about}, {changed} changed since the last checkpoint, so this would be "
                "another run. Put it back as it was, or start a new run.",
                about=ABOUT,
                changed=with_and(changed),
            )

    def check_sizes(self, models: Mapping[str, nn.Module]) -> None:
        """Raise RunError, naming the weights, when a model has other sizes than were saved."""
        for kind, model in models.items():
            known = under(self.tensors, f"models/{kind}/")
            state = model.state_dict()
            for name, now in state.items():
                then = known.get(name)
                if then is None:
                    raise _other(
                        phrase(
                            "“{name}” is in the document, but not in the checkpoint",
                            name=visible(name),
                        )
                    )
                if then.shape != now.shape:
                    raise _other(
                        phrase(
                            "“{name}” is {sizes} in the document, but {saved} in the checkpoint",
                            name=visible(name),
                            sizes=_sizes(now),
                            saved=_sizes(then),
                        )
                    )
            for name in sorted(known.keys() - state.keys()):
                raise _other(
                    phrase(
                        "“{name}” is in the checkpoint, but not in the document", name=visible(name)
                    )
                )


def _other(how: str) -> RunError:
    return RunError(
        "The checkpoint does not fit the run's document: {how}. Put the document back "
        "as it was, or start a new run.",
        how=how,
    )


def _sizes(tensor: Tensor) -> str:
    return " × ".join(map(str, tensor.shape)) or phrase("1 value")


def newest(run: Run) -> Checkpoint | None:
    """The newest checkpoint that is whole; None when there is none at all.

    Raises RunError when there are some and all are damaged.
    """
    paths = run.checkpoints()
    for path in paths:
        with suppress(RunError):
            return _read(path)
    if paths:
        raise RunError(
            "Every checkpoint in {folder} is damaged, so the run cannot go on. Start a new run.",
            folder=run.folder,
        )
    return None


def remove_damaged(run: Run, whole: Checkpoint) -> None:
    """Remove what is newer than the newest checkpoint that is whole."""
    for path in run.checkpoints():
        if path > whole.path:
            path.unlink(missing_ok=True)


def _read(path: Path) -> Checkpoint:
    whole = weights_file.read(path)
    try:
        position = msgspec.convert(whole.facts["position"], TrainingPosition)
        return Checkpoint(path, position, whole.tensors, whole.facts["values"])
    except (LookupError, TypeError, ValueError, msgspec.ValidationError):
        raise RunError(
            "“{name}” is no checkpoint. Use another copy of it.", name=path.name
        ) from None


def by_network(tensors: Mapping[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """Tensors whose paths begin with the name of their network, by that."""
    names = dict.fromkeys(path.partition("/")[0] for path in tensors)
    return {name: under(tensors, f"{name}/") for name in names}


def under(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """What lies under a path, by the rest of its path."""
    return {k.removeprefix(prefix): v for k, v in values.items() if k.startswith(prefix)}
