"""Shorter numbers, other layouts and compiled code: what they change and what they must not."""

import gc
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.amp import GradScaler

from engine import devices, precision
from engine.controls import Controls
from engine.errors import DeviceError
from engine.network import torch_compile
from engine.network.compiling import compiled
from engine.optimizing.optimization import Descent
from engine.precision import reason_against
from engine.runs.events.event_types import EpochEnded, Finished, Started
from engine.training.loop import train
from graphs import files
from graphs.describe import Chosen
from graphs.plan.optimizers import SGD, AdamW, Optimizer, RMSprop
from graphs.plan.plan import Plan
from tests.engine.commanding import process
from tests.engine.drawings import QUICK, digits, dropping
from tests.engine.running import begun, last_weights, losses, same, trained
from tests.engine.stepping import SupervisedSteps

CPU = torch.device("cpu")
BATCH = {"image": torch.rand(6, 1, 8, 8), "digit": torch.arange(6)}


# ---- bf16 ----


def test_bf16_learns_nearly_the_same_with_weights_in_float32(tmp_path: Path) -> None:
    _, exact = trained(digits(**QUICK).document(), tmp_path, "exact")
    folder, mixed = trained(digits(**QUICK, precision="bf16-mixed").document(), tmp_path, "mixed")

    assert all(t.dtype == torch.float32 for t in last_weights(folder).values())
    assert losses(mixed) != losses(exact)
    assert losses(mixed) == pytest.approx(losses(exact), abs=0.05)
    assert isinstance(mixed[-1], Finished)
    assert mixed[-1].test["accuracy"] > 0.85


def test_layers_compute_in_bf16_and_losses_and_measuring_in_float32() -> None:
    document = digits(precision="bf16-mixed").document()
    network = compiled(document).train()
    SupervisedSteps(network, document.plan)

    ran = network.run(BATCH)
    assert ran.scores[0].dtype == torch.bfloat16
    assert ran.total.dtype == torch.float32
    network.eval()
    assert network.run(BATCH).scores[0].dtype == torch.float32


def test_a_stopped_bf16_run_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    plan = {"precision": "bf16-mixed", "accumulate": 2, "batch_size": 64}
    whole, unbroken = trained(dropping(**plan), tmp_path, "whole")
    controls, heard = Controls(), []
    folder = begun(dropping(**plan), tmp_path, "stopped")
    for event in train(folder, controls):
        heard.append(event)
        if isinstance(event, EpochEnded):
            controls.stop()
    heard += train(folder, Controls())

    assert losses(heard) == losses(unbroken)
    assert same(last_weights(folder), last_weights(whole))


# ---- fp16, by a scaler on the CPU ----


def scaled(optimizer: Optimizer, scaler: GradScaler | None, **plan: Any) -> tuple[Any, Descent]:
    torch.manual_seed(0)
    module = nn.Linear(4, 3)
    settings = Plan(optimizer=Chosen.of(optimizer), **plan)
    return module, Descent(module, settings, 10, CPU, scaler=scaler)


def loss_of(module: nn.Module, seed: int) -> torch.Tensor:
    numbers = torch.Generator().manual_seed(seed)
    result: torch.Tensor = module(torch.randn(8, 4, generator=numbers)).square().mean()
    return result


@pytest.mark.parametrize("optimizer", [SGD(), AdamW(lr=0.1), RMSprop()], ids=lambda one: one.id)
def test_a_scaled_loss_gives_the_steps_of_the_plain_one(optimizer: Optimizer) -> None:
    plain, one = scaled(optimizer, None, clip_norm=0.5, l1=1e-3)
    other, two = scaled(optimizer, GradScaler("cpu"), clip_norm=0.5, l1=1e-3)

    for step in range(4):
        one.descend(loss_of(plain, step), step)
        two.descend(loss_of(other, step), step)

    assert torch.allclose(plain.weight, other.weight, atol=1e-6)


def test_a_gradient_out_of_range_leaves_one_step_out_and_halves_the_scale() -> None:
    scaler = GradScaler("cpu", init_scale=2.0**10)
    module, descent = scaled(AdamW(lr=0.1), scaler)
    descent.descend(loss_of(module, 0), 0)
    before = module.weight.detach().clone()

    hook = module.weight.register_hook(lambda gradient: gradient * torch.inf)
    descent.descend(loss_of(module, 1), 1)
    hook.remove()

    assert torch.equal(module.weight, before)
    assert scaler.get_scale() == 2.0**9
    assert descent.ask() == 0
    descent.descend(loss_of(module, 2), 2)
    assert not torch.equal(module.weight, before)


def test_a_loss_that_is_not_finite_or_gradients_that_never_are_end_the_run() -> None:
    module, descent = scaled(AdamW(lr=0.1), GradScaler("cpu"))
    descent.descend(loss_of(module, 0) * torch.nan, 0)
    assert descent.left_out == 1

    module, descent = scaled(AdamW(lr=0.1), GradScaler("cpu", init_scale=1e-4))
    module.weight.register_hook(lambda gradient: gradient * torch.inf)
    descent.descend(loss_of(module, 0), 0)
    assert (descent.left_out, descent.ask()) == (0, 1)


def test_the_scale_is_part_of_a_checkpoint() -> None:
    module, descent = scaled(AdamW(lr=0.1), GradScaler("cpu", init_scale=2.0**10))
    hook = module.weight.register_hook(lambda gradient: gradient * torch.inf)
    descent.descend(loss_of(module, 0), 0)
    hook.remove()
    descent.descend(loss_of(module, 1), 1)
    scaler = GradScaler("cpu")
    other, two = scaled(AdamW(lr=0.1), scaler)
    other.load_state_dict(module.state_dict())

    two.load(*descent.state())

    assert scaler.get_scale() == 2.0**9
    descent.descend(loss_of(module, 2), 2)
    two.descend(loss_of(other, 2), 2)
    assert torch.equal(module.weight, other.weight)


def test_a_gpu_leaves_out_every_scaled_step_after_a_broken_loss(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module, descent = scaled(AdamW(lr=0.1), GradScaler("cpu"))
    monkeypatch.setattr(descent, "_waits", True)
    descent.descend(loss_of(module, 0), 0)
    before = module.weight.detach().clone()

    for step, factor in ((1, torch.nan), (2, 1.0), (3, 1.0)):
        descent.descend(loss_of(module, step) * factor, step)

    assert descent.left_out == 0  # nobody has asked
    assert descent.ask() == 3
    assert torch.equal(module.weight, before)


# ---- what a device has ----


def test_a_precision_that_the_device_has_not_is_refused_with_the_reason(tmp_path: Path) -> None:
    folder = begun(digits(**QUICK, device="cpu", precision="fp16-mixed").document(), tmp_path)

    with pytest.raises(DeviceError, match="needs a GPU; a CPU has bf16-mixed"):
        list(train(folder, Controls()))
    assert reason_against("bf16-mixed", CPU) is None
    assert precision.shorter("fp32", CPU) is None


def test_an_old_card_says_that_it_has_no_bf16(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: False)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "NVIDIA T4")

    reason = reason_against("bf16-mixed", torch.device("cuda:0"))

    assert reason == "NVIDIA T4 is too old for bf16-mixed; it has fp16-mixed."
    assert reason_against("fp16-mixed", torch.device("cuda:0")) is None


def test_devices_are_offered_with_names_memory_and_what_they_lack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (24 * 10**9, 25 * 10**9))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda d: f"NVIDIA {d.index}")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: True)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)

    auto, first, second, cpu = devices.offers()

    assert (auto.id, auto.words) == ("auto", "auto: cuda:0 NVIDIA 0")
    assert (first.id, first.words) == ("cuda:0", "cuda:0 NVIDIA 0, 24.0 GB free")
    assert second.id == "cuda:1"
    assert cpu.words.startswith("cpu, ")
    assert list(cpu.faults) == ["fp16-mixed"]
    assert not first.faults
    assert devices.find("cuda") == torch.device("cuda:0")
    with pytest.raises(DeviceError, match="cuda:1, cpu"):
        devices.find("cuda:5")


# ---- layout and compiled code ----


def test_channels_last_changes_the_layout_and_not_what_is_learned(tmp_path: Path) -> None:
    plan = {"epochs": 1, "precision": "fp32"}
    _, usual = trained(dropping(**plan), tmp_path, "usual")
    folder, other = trained(dropping(**plan, channels_last=True), tmp_path, "last")

    assert losses(other) == pytest.approx(losses(usual), abs=1e-3)
    assert isinstance(other[-1], Finished)
    assert all(tensor.is_contiguous() for tensor in last_weights(folder).values())


def refusing(message: str) -> Any:
    def compile(function: Any) -> Any:
        def call(*_: Any) -> Any:
            from torch._dynamo.exc import TorchDynamoException

            raise TorchDynamoException(message)

        return call

    return compile


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("No working C++ compiler found", "has no compiler"),
        ("odd layer", "no faster code can be made"),
    ],
)
def test_without_a_compiler_the_run_trains_as_it_is_and_says_so(
    message: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, events = trained(dropping(epochs=1), tmp_path, "plain")
    monkeypatch.setattr(torch, "compile", refusing(message))

    folder, heard = trained(dropping(epochs=1, compile=True), tmp_path, "compiled")

    assert isinstance(heard[0], Started)
    (notice,) = heard[0].notices
    assert told in notice and message not in notice
    assert losses(heard) == losses(events)
    assert same(last_weights(folder), last_weights(plain))


def test_what_was_compiled_is_used_in_training_and_not_for_measuring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[int] = []

    def compile(function: Any) -> Any:
        def call(loaded: Any) -> Any:
            calls.append(len(loaded))
            return function(loaded)

        return call

    monkeypatch.setattr(torch, "compile", compile)
    network = compiled(dropping()).eval()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}

    assert torch_compile.made_faster(network, BATCH) is None

    assert calls == [2]
    assert same(before, dict(network.state_dict()))
    assert not network.training
    network.run(BATCH)
    assert calls == [2]
    network.train().run(BATCH)
    assert calls == [2, 2]


def test_compiling_collects_no_garbage_on_the_thread_that_trains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="eager"))
    monkeypatch.setattr(gc, "collect", lambda generation=2: asked.append(generation))
    network = compiled(dropping())
    assert torch_compile.made_faster(network, BATCH) is None
    network.train().run(BATCH)
    assert asked == []


@pytest.mark.proof
def test_compiled_code_learns_nearly_the_same(tmp_path: Path) -> None:
    """In processes of their own: torch keeps the threads that compile for the life of one."""

    def told(name: str, **plan: Any) -> list[dict[str, Any]]:
        files.write(digits(**QUICK, **plan).document(), tmp_path / f"{name}.loom")
        done = process("train", tmp_path / f"{name}.loom", "--out", tmp_path / name, "--json")
        assert done.code == 0, done.err
        return [json.loads(line) for line in done.out.splitlines()]

    usual, faster = told("usual"), told("faster", compile=True)

    if not any("has no compiler" in notice for notice in faster[0]["notices"]):
        assert faster[0]["notices"] == []
    learned = [
        [loss for one in lines if one["event"] == "progress" for loss in one["losses"]]
        for lines in (usual, faster)
    ]
    assert len(learned[0]) == 30
    assert learned[1] == pytest.approx(learned[0], abs=1e-3)
