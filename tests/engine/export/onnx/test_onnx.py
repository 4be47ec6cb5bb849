"""What is exported to ONNX computes the same at every size, and what does not is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from engine.errors import ExportError
from engine.export.exported import Checked
from engine.export.model import Model, from_document
from engine.export.onnx.agreement import TrialInputs
from engine.export.onnx.verified_export import proven, verify
from graphs import files
from graphs.layers import Layer
from graphs.templates import Template, find
from tests.engine import exporting
from tests.engine.drawings import DIGITS, Drawing, digits
from tests.engine.exporting import (
    EVERYTHING,
    Branch,
    accepted,
    branched,
    each_trained_template,
    edited,
    kinds,
    listener,
    variants,
)
from tests.quickly import some_of


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> tuple[Model, Path]:
    """An exported network that reads series of any length."""
    model = exporting.model(listener().document())
    path = tmp_path_factory.mktemp("heard") / "listener.onnx"
    proven(model, path)
    return model, path


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> tuple[Model, Path]:
    """An exported network with two outputs of the same form."""
    drawing = digits(hidden=10)
    drawing.node("output", "inner")
    drawing.wire("hidden", "inner")
    model = exporting.model(drawing.document())
    path = tmp_path_factory.mktemp("twin") / "twin.onnx"
    proven(model, path)
    return model, path


def refusal(model: Model, path: Path) -> str:
    with pytest.raises(ExportError) as refused:
        verify(path, model.network, exporting.trials(model))
    return str(refused.value)


def _initializer(proto: onnx.ModelProto, name: str) -> onnx.TensorProto:
    found: dict[str, onnx.TensorProto] = {one.name: one for one in proto.graph.initializer}
    return found[name]


def _is_fixed(branch: Branch) -> bool:
    """Whether no size of its input is known by a name alone, which is the harder case."""
    return not EVERYTHING.types()[branch[2]].padded and branch[2] != "picture"


def _far(trial: TrialInputs) -> TrialInputs:
    """The same with numbers as far from 0 as no sample is, where formulas of ONNX may give out."""
    inputs = (30 * x if x.is_floating_point() else x for x in trial.inputs)
    return replace(trial, inputs=tuple(inputs))


@pytest.mark.parametrize(("every", "forms"), some_of([(6, 1), (1, 1), (1, 99)], 3))
@pytest.mark.timeout(600)  # one file of hundreds of layers, on a machine that does other work too
def test_every_kind_of_layer_exports_on_forms_of_input(
    every: int, forms: int, tmp_path: Path
) -> None:
    """A sixth of all kinds on one form of input each; in the proof all of them on all forms."""
    tried = kinds()[::every]
    branches = [
        branch for kind in tried for branch in sorted(accepted(kind, {}), key=_is_fixed)[:forms]
    ]

    model = exporting.model(branched(branches))

    exported = proven(model, tmp_path / "all.onnx")

    verify(tmp_path / "all.onnx", model.network, [_far(exporting.trials(model)[1])])
    assert {id for id, _, _ in branches} == {kind.id for kind in tried}
    assert exported.max_abs_diff < 1e-4
    assert {c.batch for c in exported.checked} == {1, 2, 7}


@pytest.mark.proof
@pytest.mark.timeout(1200)  # a decoder has many settings, each tried on several forms
@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: str(kind.id))
def test_a_kind_of_layer_exports_with_every_setting(kind: type[Layer], tmp_path: Path) -> None:
    branches = [b for settings in ({}, *variants(kind)) for b in accepted(kind, settings)]

    exported = proven(exporting.model(branched(branches)), tmp_path / "all.onnx")

    assert len(branches) > len(list(accepted(kind, {}))) or all(
        one.is_reference for one in kind.parameters()
    )
    assert exported.max_abs_diff < 1e-3  # large values may differ by more, but not in proportion


@each_trained_template
def test_every_template_exports(shipped: Template, tmp_path: Path) -> None:
    exported = proven(exporting.model(shipped.document(), shipped.id), tmp_path / "model.onnx")

    assert exported.max_abs_diff < 1e-4
    assert {c.batch for c in exported.checked} == {1, 2, 7}


def test_the_file_is_right_at_lengths_that_were_never_traced(heard: tuple[Model, Path]) -> None:
    model, path = heard
    stretch = onnxruntime.InferenceSession(str(path))

    for batch, steps in ((1, 4), (5, 17), (2, 400)):
        series = torch.randn(batch, steps, 3, generator=torch.Generator().manual_seed(steps))
        with torch.no_grad():
            (wanted,) = model.network(series)
        (given,) = stretch.run(None, {"series": series.numpy()})
        np.testing.assert_allclose(given, wanted.numpy(), atol=1e-5)


def test_inputs_outputs_and_axes_are_called_what_the_document_calls_them(
    heard: tuple[Model, Path],
) -> None:
    proto = onnx.load(str(heard[1]))

    assert [value.name for value in proto.graph.input] == ["series"]
    assert [value.name for value in proto.graph.output] == ["kind"]
    axes = proto.graph.input[0].type.tensor_type.shape.dim
    assert [axis.dim_param or axis.dim_value for axis in axes] == ["N", "T", 3]
    assert "encoder.hidden" in {name for node in proto.graph.node for name in node.output}


def test_the_metadata_says_how_to_read_the_answer(heard: tuple[Model, Path]) -> None:
    told = {p.key: p.value for p in onnx.load(str(heard[1])).metadata_props}

    assert told["document"] == "drawing"
    assert json.loads(told["outputs"])["kind"]["classes"] == ["low", "high"]
    assert json.loads(told["inputs"])["series"]["sizes"] == ["N", "T", 3]


def test_nothing_of_this_machine_is_in_the_file(heard: tuple[Model, Path]) -> None:
    data = heard[1].read_bytes()

    for trace in (str(Path.cwd()), str(Path.home()), "site-packages", "stack_trace", "torch"):
        assert trace.encode() not in data


def test_an_untouched_file_is_accepted(heard: tuple[Model, Path]) -> None:
    found = verify(heard[1], heard[0].network, exporting.trials(heard[0]))
    assert tuple(found) == heard[0].network.outputs and max(found.values()) < 1e-4


def test_a_file_that_takes_one_length_only_is_refused(heard: tuple[Model, Path]) -> None:
    def bake(proto: onnx.ModelProto) -> None:
        proto.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 21

    assert "T 4" in refusal(heard[0], edited(heard[1], bake))


def test_a_file_that_computes_for_one_length_is_refused_with_the_node(
    heard: tuple[Model, Path],
) -> None:
    def bake(proto: onnx.ModelProto) -> None:
        """Take step 3 instead of the last: right for series of four steps, the shortest ones."""
        (gather,) = (node for node in proto.graph.node if node.op_type == "Gather")
        _initializer(proto, gather.input[1]).CopyFrom(
            onnx.numpy_helper.from_array(np.array(3), gather.input[1])
        )

    message = refusal(heard[0], edited(heard[1], bake))

    assert "“kind” differs" in message
    assert "“last”" in message


def test_a_file_with_one_altered_weight_is_refused_with_the_node(twin: tuple[Model, Path]) -> None:
    def alter(proto: onnx.ModelProto) -> None:
        weight = _initializer(proto, "hidden.weight")
        changed = onnx.numpy_helper.to_array(weight).copy()
        changed[3, 20] += 0.01
        weight.CopyFrom(onnx.numpy_helper.from_array(changed, "hidden.weight"))

    message = refusal(twin[0], edited(twin[1], alter))

    assert "“hidden”" in message


def test_a_file_with_swapped_outputs_is_refused(twin: tuple[Model, Path]) -> None:
    def swap(proto: onnx.ModelProto) -> None:
        exchanged = {"digit": "inner", "inner": "digit"}
        for node in proto.graph.node:
            for names in (node.input, node.output):
                names[:] = [exchanged.get(name, name) for name in names]

    assert "differs by up to" in refusal(twin[0], edited(twin[1], swap))


def test_a_file_with_outputs_in_another_order_is_refused(twin: tuple[Model, Path]) -> None:
    def turn(proto: onnx.ModelProto) -> None:
        outputs = list(reversed(proto.graph.output))
        del proto.graph.output[:]
        proto.graph.output.extend(outputs)

    assert "gives “inner”, “digit”; the network" in refusal(twin[0], edited(twin[1], turn))


def test_a_file_that_is_no_onnx_file_is_refused(twin: tuple[Model, Path], tmp_path: Path) -> None:
    junk = tmp_path / "junk.onnx"
    junk.write_bytes(twin[1].read_bytes()[:1000])

    assert "no valid ONNX file" in refusal(twin[0], junk)


def test_a_file_that_breaks_the_rules_of_onnx_is_refused(twin: tuple[Model, Path]) -> None:
    def strip(proto: onnx.ModelProto) -> None:
        del proto.graph.node[0]

    assert "no valid ONNX file" in refusal(twin[0], edited(twin[1], strip))


def test_a_network_that_answers_with_no_numbers_is_not_compared(tmp_path: Path) -> None:
    model = exporting.model(digits().document())
    with torch.no_grad():
        model.network.get_parameter("classify.bias").fill_(float("nan"))

    with pytest.raises(ExportError, match="“digit” that are no finite numbers"):
        proven(model, tmp_path / "never right.onnx")


def test_what_is_no_number_in_the_network_is_none_in_the_file(tmp_path: Path) -> None:
    """A logarithm of inputs that are made up, of which half are below zero."""
    drawing = Drawing(EVERYTHING)
    drawing.node("input", "row", field="row")
    drawing.node("log", "log")
    drawing.node("output", "logarithms")
    drawing.node("linear", "head", out_features=2)
    drawing.node("cross_entropy_loss", "loss", target="answer")
    drawing.chain("row", "log", "logarithms")
    drawing.chain("row", "head", "loss")
    model = exporting.model(drawing.document())
    assert proven(model, tmp_path / "log.onnx").max_abs_diff < 1e-4

    def absolute(proto: onnx.ModelProto) -> None:
        node = next(node for node in proto.graph.node if node.op_type == "Log")
        proto.graph.node.insert(0, onnx.helper.make_node("Abs", [node.input[0]], ["positive"]))
        node.input[0] = "positive"

    assert "“logarithms” differs by up to inf" in refusal(
        model, edited(tmp_path / "log.onnx", absolute)
    )


def test_a_network_that_fails_at_a_batch_of_one_is_told_in_a_sentence(tmp_path: Path) -> None:
    model = exporting.model(digits().document())
    relu: torch.nn.Module = model.network.get_submodule("relu")
    vars(relu)["forward"] = _for_more_than_one

    with pytest.raises(ExportError, match="fails at the node “relu” at batch 1"):
        proven(model, tmp_path / "model.onnx")


def _for_more_than_one(x: torch.Tensor) -> torch.Tensor:
    """As batch normalisation is while training."""
    if x.shape[0] == 1:
        raise ValueError("Expected more than 1 value per channel")
    return x.relu()


def test_a_node_that_onnx_cannot_say_is_named(tmp_path: Path) -> None:
    model = exporting.model(digits().document())
    relu: torch.nn.Module = model.network.get_submodule("relu")
    forward: Callable[[torch.Tensor], torch.Tensor] = lambda x: x.cummax(1).values  # noqa: E731
    vars(relu)["forward"] = forward

    with pytest.raises(ExportError, match="“relu” cannot be exported to ONNX"):
        proven(model, tmp_path / "model.onnx")

    assert list(tmp_path.iterdir()) == []


def test_what_torchs_exporter_writes_wrong_in_silence_is_refused(tmp_path: Path) -> None:
    """Averaging sides that vary down to more than one value is such a thing."""
    model = exporting.model(branched([("adaptive_avg_pool2d", {}, "picture")]))
    (pool,) = (m for m in model.network.modules() if isinstance(m, torch.nn.AdaptiveAvgPool2d))
    pool.output_size = (2, 2)

    with pytest.raises(ExportError, match="adaptive_avg_pool2d_picture_0”"):
        proven(model, tmp_path / "pool.onnx")


def test_weights_beyond_what_one_file_holds_are_refused_at_once(tmp_path: Path) -> None:
    model = exporting.model(digits().document())
    model.network.get_submodule("hidden").register_buffer("vast", torch.empty(2**29, device="meta"))

    with pytest.raises(ExportError, match=r"2\.0 GiB.*at most 2 GiB"):
        proven(model, tmp_path / "model.onnx")


def test_data_that_is_gone_hinders_no_export_but_is_told(tmp_path: Path) -> None:
    files.write(listener().document(), tmp_path / "listener.loom")

    model = from_document(tmp_path / "listener.loom")

    assert model.samples is None
    assert any("no real ones. This version knows no data source" in n for n in model.notices)
    assert proven(model, tmp_path / "model.onnx").notices == model.notices


def test_real_samples_are_tried_beside_made_up_ones(tmp_path: Path) -> None:
    template = find("sine-lstm")
    assert template is not None
    files.write(template.document(), tmp_path / "waves.loom")

    model = from_document(tmp_path / "waves.loom")
    exported = proven(model, tmp_path / "model.onnx")

    assert model.samples is not None
    length = model.samples[0].shape[1]
    assert exported.checked[-1] == Checked(7, {"T": length})
    assert length not in {checked.sizes["T"] for checked in exported.checked[:-1]}


def test_an_input_may_be_an_output_and_an_output_shown_twice(tmp_path: Path) -> None:
    drawing = Drawing(DIGITS)
    drawing.node("input", "image", field="image")
    drawing.node("flatten", "flatten")
    drawing.node("linear", "classify", out_features=10)
    drawing.node("dropout", "dropout")
    drawing.node("cross_entropy_loss", "loss", target="digit")
    drawing.chain("image", "flatten", "classify", "dropout", "loss")
    for output, place in {"raw": "image", "a": "classify", "b": "classify", "c": "dropout"}.items():
        drawing.node("output", output)
        drawing.wire(place, output)

    exported = proven(exporting.model(drawing.document()), tmp_path / "model.onnx")

    stretch = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    assert [one.name for one in stretch.get_outputs()] == ["a", "b", "c", "raw"]
    assert exported.max_abs_diff < 1e-4


NAMES = [
    ("passed", "makers", "shorten", "network", "shown"),
    ("input", "output", "weights", "N", "T"),
    ("N", "x", "output", "input", "weight"),
    ("val_0", "linear", "val_1", "relu", "linear_1"),
    ("args_0", "flatten", "view", "addmm", "val_0"),
    ("x", "val_2", "val_3", "relu_1", "linear"),
    ("forward_1", "inputs_0", "p_hidden_weight", "s77", "n0"),
]


@pytest.mark.parametrize("names", NAMES, ids="-".join)
def test_no_name_of_a_node_hinders_the_export(names: tuple[str, ...], tmp_path: Path) -> None:
    """Values, axes, weights and what the exporter makes up have names too."""
    source, hidden, relu, classify, output = names
    drawing = Drawing(DIGITS)
    drawing.node("input", source, field="image")
    drawing.node("flatten", "first")
    drawing.node("linear", hidden, out_features=12)
    drawing.node("relu", relu)
    drawing.node("linear", classify, out_features=10)
    drawing.node("output", output)
    drawing.node("cross_entropy_loss", "loss", target="digit")
    drawing.chain(source, "first", hidden, relu, classify, output)
    drawing.wire(classify, "loss")

    exported = proven(exporting.model(drawing.document()), tmp_path / "model.onnx")

    graph = onnx.load(str(tmp_path / "model.onnx")).graph
    assert exported.max_abs_diff < 1e-4
    assert [value.name for value in graph.input] == [source]
    assert [value.name for value in graph.output] == [output]
    assert f"{hidden}.weight" in {weight.name for weight in graph.initializer}


def test_a_network_of_learned_values_alone_exports_without_an_input(tmp_path: Path) -> None:
    exported = proven(exporting.model(branched([("parameter", {}, "row")])), tmp_path / "one.onnx")

    stretch = onnxruntime.InferenceSession(str(tmp_path / "one.onnx"))
    assert stretch.get_inputs() == [] and exported.max_abs_diff == 0
