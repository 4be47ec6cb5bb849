"""Weights to start from: taken where they fit, told where not, refused when they are not right."""

import json
import struct
import time
from pathlib import Path
from typing import Any

import pytest
import safetensors
import safetensors.torch
import torch
from torch import Tensor

from engine import runs
from engine.controls import Controls
from engine.errors import RunError, WeightsError
from engine.export.model import from_document
from engine.network.compiling import compiled
from engine.runs import Run
from engine.runs.events.event_types import Progress, Started
from engine.runs.trained.trained_network import load
from engine.runs.trained.trained_weights import kept_for_documents
from engine.training.loop import train
from engine.weights import initial_weights, weight_store
from engine.weights.fitting import Report, Row, compared
from engine.weights.origins import UNKNOWN
from graphs import files
from graphs.document.document import Document
from graphs.document.edits import ChangeWeights, Step
from graphs.errors import BrokenFile, Unreadable
from graphs.files import weights
from tests.engine.commanding import Layerloom
from tests.engine.drawings import QUICK, digits
from tests.engine.running import last_weights, same, trained

PLENTY = 10**12


def document(hidden: int = 32, sha: str | None = None) -> Document:
    made = digits(hidden, **QUICK).document()
    made.apply(Step("Start from weights", (ChangeWeights(None, sha),)))
    return made


def state(hidden: int = 32, seed: int = 5) -> dict[str, Tensor]:
    return dict(compiled(document(hidden), seed=seed).state_dict())


def kept(tensors: dict[str, Tensor]) -> str:
    return kept_bytes(safetensors.torch.save(tensors))


def kept_bytes(data: bytes) -> str:
    return weights.kept(data, weight_store.store())


def started(folder: Path) -> tuple[Started, dict[str, Tensor]]:
    """The first event of a run, which is stopped before it learns."""
    controls = Controls()
    events: list[Any] = []
    for event in train(folder, controls):
        events.append(event)
        controls.stop()
    return events[0], last_weights(folder)


def test_training_starts_from_them(tmp_path: Path) -> None:
    folder = runs.create(document(sha=kept(state())), tmp_path / "run")
    event, first = started(folder)
    assert same(first, state())
    assert "2 of 2 layers start from it." in event.notices


def test_what_does_not_fit_is_drawn_as_always_and_told(tmp_path: Path) -> None:
    tensors = {**state(), "other.weight": torch.zeros(3)}
    tensors["classify.weight"] = torch.zeros(5, 32)
    del tensors["hidden.bias"]
    sha = kept(tensors)

    event, first = started(runs.create(document(sha=sha), tmp_path / "run"))

    fresh = compiled(document()).state_dict()
    assert torch.equal(first["hidden.weight"], tensors["hidden.weight"])
    for name in ("classify.weight", "hidden.bias"):
        assert torch.equal(first[name], fresh[name])
    told = " ".join(event.notices)
    assert "0 of 2 layers start from it; in part also hidden (weight), classify (bias)." in told
    assert "“classify.weight” is 10 × 32 here and 5 × 32 in the file" in told
    assert "“hidden.bias” is not in the file" in told
    assert "Not used: “other.weight”." in told


def test_numbers_of_another_kind_are_not_taken() -> None:
    tensors = {**state(), "hidden.bias": torch.zeros(32, dtype=torch.long)}
    tensors["classify.bias"] = tensors["classify.bias"].double()
    network = compiled(document())
    report = initial_weights.take(network, kept(tensors), ())
    assert [row.name for row in report.of("other numbers")] == ["hidden.bias"]
    assert torch.equal(network.state_dict()["classify.bias"], state()["classify.bias"])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300])
def test_weights_that_are_no_finite_numbers_are_refused_by_name(value: float) -> None:
    """Otherwise training breaks at its first step, and blames the learning rate."""
    tensors = state()
    tensors["hidden.bias"] = torch.full((32,), value, dtype=torch.float64)
    network = compiled(document())
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    with pytest.raises(WeightsError, match=r"“hidden\.bias” that are no finite numbers"):
        initial_weights.take(network, kept(tensors), ())
    assert same(dict(network.state_dict()), before), "nothing is put in by half"


def test_an_endless_name_is_told_in_short() -> None:
    tensors = {**state(), "x" * 100_000: torch.zeros(1)}
    report = initial_weights.take(compiled(document()), kept(tensors), ())
    assert len(" ".join(report.sentences())) < 500


def test_a_run_gives_its_best_weights(tmp_path: Path) -> None:
    folder, _ = trained(document(), tmp_path)
    sha = kept_for_documents(folder)
    assert sha == kept_for_documents(folder)
    network = compiled(document())
    initial_weights.take(network, sha, ())
    best, _ = load(folder)
    assert same(dict(network.state_dict()), dict(best.state_dict()))
    with pytest.raises(RunError, match="has no weights yet"):
        kept_for_documents(runs.create(document(), tmp_path / "new"))


def test_they_say_of_which_run_or_file_they_are_wherever_they_go(tmp_path: Path) -> None:
    folder, _ = trained(document(), tmp_path)
    title = Run.open(folder).title
    sha = kept_for_documents(folder)
    epoch = int(Run.open(folder).best["epoch"])
    of_run = f"Starts from the run “{title}”, epoch {epoch}."
    event, _ = started(runs.create(document(sha=sha), tmp_path / "next"))
    assert event.notices[0] == of_run
    loom = tmp_path / "net.loom"
    files.write(document(sha=sha), loom, [weight_store.store()])
    assert of_run in from_document(loom).notices

    copy = weights.place(sha, tmp_path).rename(tmp_path / "copy.safetensors")
    assert initial_weights.of_file(copy) == sha, "it comes from the run all the same"
    old = kept(state())
    told = initial_weights.take(compiled(document()), old, ()).sentences()
    assert told[0] == (f"Starts from the file “{weights.shown(old)}”.")


@pytest.mark.parametrize("name", ["x" * 250 + ".safetensors", "\x1b[2J \u202e.safetensors"])
def test_a_file_of_any_name_keeps_its_tensors_and_texts(name: str, tmp_path: Path) -> None:
    path = tmp_path / name[-250:]
    texts = {"format": "pt", "author": "somebody"}
    path.write_bytes(safetensors.torch.save(state(), texts))
    there = weights.place(initial_weights.of_file(path), weight_store.store())
    assert same(safetensors.torch.load_file(there), state())
    with safetensors.safe_open(there, "pt") as file:
        assert texts.items() <= file.metadata().items()
    (length,) = struct.unpack("<Q", there.read_bytes()[:8])
    assert length % 8 == 0
    report = initial_weights.take(compiled(document()), there.stem, ())
    assert "\x1b" not in " ".join(report.sentences())
    assert 0 < len(report.origin.file) <= 200


@pytest.mark.parametrize("said", ["", "[]", "7", '{"run": 7}', '{"run": "\\ud800"}'])
def test_what_another_program_says_of_them_is_no_reason_to_fail(said: str) -> None:
    sha = kept_bytes(safetensors.torch.save(state(), {"layerloom_origin": said}))
    told = initial_weights.take(compiled(document()), sha, ()).sentences()
    assert told[0] == (f"Starts from the file “{weights.shown(sha)}”.")
    assert weight_store.header_of(weights.place(sha, weight_store.store())).origin == UNKNOWN


def test_the_window_counts_as_training_does() -> None:
    """By sizes alone, and without what a layer only counts or averages."""
    tensors = {**state(), "classify.weight": torch.zeros(5, 32)}
    network = compiled(document())
    taken = initial_weights.take(network, kept(tensors), ())
    own = {name: tuple(one.shape) for name, one in network.named_parameters()}
    there = {name: tuple(one.shape) for name, one in tensors.items()}
    seen = compared(own, there, taken.sha, taken.origin)
    assert seen.layers() == taken.layers()
    assert seen.layers().sentence() == "1 of 2 layers start from it; in part also classify (bias)."


def test_what_a_layer_only_counts_makes_no_layer_of_its_own() -> None:
    rows = (
        Row("norm.running_mean", "taken", (3,), (3,), learns=False),
        Row("conv.weight", "taken", (3,), (3,)),
        Row("bn.weight", "taken", (3,), (3,)),
        Row("bn.running_mean", "not there", (3,), None, learns=False),
    )
    found = Report(rows).layers()
    assert (found.count, found.whole, dict(found.partly)) == (2, ("conv",), {"bn": ("weight",)})


def test_a_stopped_run_gives_those_of_its_checkpoint(tmp_path: Path) -> None:
    folder, controls = runs.create(document(), tmp_path / "run"), Controls()
    for event in train(folder, controls):
        if isinstance(event, Progress):
            controls.stop()
    network = compiled(document())
    initial_weights.take(network, kept_for_documents(folder), ())
    assert network.state_dict().keys() == last_weights(folder).keys()


def test_a_run_keeps_its_own_copy_and_goes_with_it(tmp_path: Path) -> None:
    sha = kept(state())
    folder = runs.create(document(sha=sha), tmp_path / "run")
    weights.place(sha, weight_store.store()).unlink()
    assert same(started(folder)[1], state())
    runs.delete(folder)
    assert not folder.exists()


def test_without_them_nothing_begins(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="are not there"):
        runs.create(document(sha="ab" * 32), tmp_path / "run")
    assert not (tmp_path / "run").exists()

    sha = kept(state())
    folder = runs.create(document(sha=sha), tmp_path / "other")
    weights.place(sha, weight_store.store()).unlink()
    place = weights.place(sha, folder)
    data = bytearray(place.read_bytes())
    data[-1] ^= 1
    place.write_bytes(data)
    with pytest.raises(BrokenFile, match="checksum differs"):
        list(train(folder, Controls()))


def test_a_run_that_has_begun_needs_them_no_more(tmp_path: Path) -> None:
    sha = kept(state())
    folder = runs.create(document(sha=sha), tmp_path / "run")
    started(folder)
    for place in (folder, weight_store.store()):
        weights.place(sha, place).unlink()
    list(train(folder, Controls()))
    assert Run.open(folder).state == "finished"


def test_an_export_of_the_document_has_them(tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    files.write(document(sha=kept(state())), path, [weight_store.store()])
    model = from_document(path)
    assert same(dict(model.network.state_dict()), state())
    assert "2 of 2 layers start from it." in model.notices


def packed(header: object, body: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def entry(shape: list[int], start: int, end: int) -> dict[str, Any]:
    return {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x04\x95\x00pickle",
        struct.pack("<Q", 2**40) + b"{}",
        packed([1]),
        packed({"a": entry([10], 0, 4)}, b"0000"),
        packed({"a": entry([1], 0, 4), "b": entry([1], 0, 4)}, b"0000"),
        packed({"a": entry([-1], 0, 4)}, b"0000"),
        packed({"a": entry([2**62, 2**62], 0, 4)}, b"0000"),
        packed({"a": entry([1], 0, 4)}),
        packed({f"t{i}": entry([1], 4 * i, 4 * i + 4) for i in range(60_000)}, b"0" * 240_000),
    ],
    ids=lambda data: f"{len(data)} bytes",
)
def test_what_is_no_file_of_weights_is_refused_at_once(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hostile.safetensors"
    path.write_bytes(data)
    begun = time.monotonic()
    with pytest.raises(WeightsError, match=r"“hostile\.safetensors” holds"):
        initial_weights.of_file(path)
    assert time.monotonic() - begun < 5
    sha = weights.kept(data, weight_store.store())
    network = compiled(document())
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    with pytest.raises(WeightsError):
        initial_weights.take(network, sha, ())
    assert same(before, dict(network.state_dict()))


def test_a_folder_or_nothing_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.safetensors"):
        with pytest.raises(WeightsError, match=r"is a folder|is not there"):
            initial_weights.of_file(path)


# ---- on the command line ----


def test_the_command_line_sets_tells_and_removes_them(layerloom: Layerloom, tmp_path: Path) -> None:
    loom, source = tmp_path / "net.loom", tmp_path / "mine.safetensors"
    files.write(document(), loom)
    plain = loom.read_bytes()
    tensors = {**state(), "classify.bias": torch.zeros(3)}
    source.write_bytes(safetensors.torch.save(tensors))

    done = layerloom("weights", source, loom)
    assert done.code == 0
    assert "Starts from the file “mine.safetensors”." in done.out
    assert "1 of 2 layers start from it; in part also classify (weight)." in done.out
    sha = files.read(loom).document.weights
    assert sha is not None
    there = safetensors.torch.load_file(weights.found(sha, [tmp_path]))
    assert same(there, safetensors.torch.load_file(source))

    told = layerloom("check", loom, "--json").json()
    assert told["problems"] == []
    assert told["weights"]["origin"] == {"run": "", "epoch": 0, "file": "mine.safetensors"}
    partly = {"classify": ["weight"]}
    assert told["weights"]["layers"] == {"whole": ["hidden"], "in_part": partly, "anew": []}
    fits = {one["name"]: one for one in told["weights"]["tensors"]}
    assert fits["classify.bias"] == {
        "name": "classify.bias",
        "fit": "other sizes",
        "sizes": [10],
        "sizes_in_file": [3],
    }
    assert layerloom("weights", "none", loom).code == 0
    assert loom.read_bytes() == plain


def test_a_document_whose_weights_are_gone_is_not_trained_or_exported(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    loom = tmp_path / "net.loom"
    files.write(document(sha="ab" * 32), loom)
    out = tmp_path / "model.onnx"
    for words in (
        ["check", loom],
        ["train", loom, "--out", tmp_path / "run"],
        ["export", loom, "--to", "onnx", "-o", out],
    ):
        done = layerloom(*words)
        assert done.code == 1
        assert "are not there" in done.out + done.err
    assert not out.exists()
    told = layerloom("check", loom, "--json")
    assert "are not there" in told.json()["problems"][0]["message"]


@pytest.mark.proof
def test_a_document_is_trained_and_exported_from_the_weights_of_a_run(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    loom, out = tmp_path / "net.loom", tmp_path / "model.safetensors"
    files.write(document(), loom)
    folder, _ = trained(document(), tmp_path)
    assert layerloom("weights", folder, loom).code == 0
    assert layerloom("export", loom, "--to", "safetensors", "-o", out).code == 0
    exported = safetensors.torch.load_file(out)
    assert same(exported, dict(load(folder)[0].state_dict()))
