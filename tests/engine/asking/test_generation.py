"""A language model goes on with a text: which tokens, from how much of it, and when it stops."""

from pathlib import Path
from typing import Any

import pytest
import torch

from engine.asking.generation import Prompt, Sampling, Writer, language
from engine.data.kinds.fitted_numbers import FittedNumbers
from engine.data.preprocessing import Preprocessing
from engine.data.sources import reader_of
from engine.errors import DataError
from engine.network.compiling import Network, compiled
from graphs.data import ClassKind, DataSection, Domain, Field, TokensKind
from graphs.data.sources import Source
from tests.engine.commanding import Layerloom
from tests.engine.drawings import QUICK, Drawing, digits
from tests.engine.running import trained

LETTERS = ("<pad>", "<unk>", "a", "b", "c", "d")


def text(words: tuple[str, ...] = LETTERS, joint: str = "", **changed: Any) -> DataSection:
    """Windows of text, and the token after each of its tokens."""
    domain = changed.pop("domain", Domain(1, 8))
    ragged = changed.get("ragged", False)
    about = {"vocabulary": len(words), "words": words, "joint": joint, **changed}
    return DataSection(
        "made up",
        {},
        {
            "next": Field(ClassKind.id, ("T",), classes=words, target=True, ragged=ragged),
            "text": Field(TokensKind.id, ("T",), **about),
        },
        {"T": domain},
    )


def counting(data: DataSection) -> Network:
    """A model that says of each token that the next one of the vocabulary follows, mostly."""
    drawing = Drawing(data)
    drawing.node("input", "text", field="text")
    drawing.node("embedding", "embedding", embedding_dim=len(data.fields["text"].words))
    drawing.node("output", "next")
    drawing.node("cross_entropy_loss", "loss", target="next")
    drawing.chain("text", "embedding", "next")
    drawing.wire("embedding", "loss")
    network = compiled(drawing.document()).eval()
    weight = network.get_parameter("embedding.weight")
    with torch.no_grad():
        weight.copy_(4 * torch.eye(len(weight)).roll(1, 1))
    return network


def writer(data: DataSection) -> Writer:
    numbers = {name: FittedNumbers() for name in data.fields}
    return Writer(counting(data), Preprocessing(data.fields, data.domains, numbers))


def written(by: Writer, prompt: str, **sampling: Any) -> str:
    return "".join(by.write(by.read(prompt), Sampling(**sampling)))


def test_the_likeliest_token_follows_and_none_that_only_stands_in() -> None:
    by = writer(text())
    assert written(by, "a", length=3, temperature=0) == "bcd"
    assert set(written(by, "d", length=300)) <= set("abcd")
    assert by.shares([5])[:2].tolist() == [0, 0]


def test_words_are_joined_as_they_are_in_the_data() -> None:
    by = writer(text(("<pad>", "<unk>", "one", "two", "three"), " "))
    assert written(by, "ONE", length=2, temperature=0) == " two three"


def test_a_seed_a_temperature_and_the_likeliest_few_decide_what_is_drawn() -> None:
    by = writer(text())
    assert written(by, "a", seed=3) == written(by, "a", seed=3) != written(by, "a", seed=4)
    hot = written(by, "a", length=400, temperature=9.0)
    cold = written(by, "a", length=400, temperature=0.5)
    assert hot.count("bc") / hot.count("b") < 0.6 < 0.95 < cold.count("bc") / cold.count("b")
    assert written(by, "a", length=3, top_k=1, temperature=5.0) == "bcd"
    assert by.shares([2]).sum() == pytest.approx(1)


def test_only_the_last_tokens_that_fit_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    by = writer(text(domain=Domain(2, 6, 2)))
    network, seen = by._network, []

    def heard(module: torch.nn.Module, given: tuple[torch.Tensor, ...]) -> None:
        seen.append(given[0].tolist())

    with network.register_forward_pre_hook(heard):
        written(by, "abc", length=1)
        written(by, "abcdabcd", length=1)

    assert seen == [[[3, 4]], [[4, 5, 2, 3, 4, 5]]]
    with pytest.raises(DataError, match="needs 2"):
        by.read("a")


def test_a_padded_text_is_read_at_its_last_real_token() -> None:
    by = writer(text(ragged=True, domain=Domain(4, 8)))
    assert written(by, "a", length=3, temperature=0) == "bcd"


def test_unknown_pieces_are_told_and_a_prompt_of_nothing_is_refused() -> None:
    by = writer(text(LETTERS[2:]))
    prompt = by.read("a?c!")
    assert prompt.tokens == (0, 2) and "“?”, “!”" in prompt.notices[0]
    with pytest.raises(DataError, match="longer"):
        by.read("?!")


def test_writing_stops_when_it_is_told_to() -> None:
    by = writer(text())
    answers = iter([False, False, True])
    assert len(list(by.write(Prompt((2,), ()), stop=lambda: next(answers)))) == 2


def test_a_model_of_something_else_writes_nothing() -> None:
    data = text()
    other = {**data.fields, "next": Field(ClassKind.id, ("T",), classes=("x",) * 6, target=True)}
    assert language(counting(data), data.fields) is not None
    assert language(counting(data), other) is None
    with pytest.raises(DataError, match="does not predict"):
        Writer(counting(data), Preprocessing(other, {}, {}))


def reader(tmp_path: Path) -> Path:
    """A run that has read a little of a real text, from a few windows after each letter."""
    source = Source.get("english_text").made({"length": 16, "stride": 4000})
    samples = reader_of(source).read()
    section = DataSection(source.id, source.settings, samples.fields, samples.domains)
    drawing = Drawing(section, **{**QUICK, "epochs": 1})
    drawing.node("input", "text", field="text")
    drawing.node("embedding", "embedding", embedding_dim=8)
    drawing.node("sinusoidal_position", "position")
    drawing.node("transformer_encoder_layer", "block", nhead=2, dim_feedforward=8, is_causal=True)
    drawing.node("linear", "classify", out_features=len(samples.fields["next"].classes))
    drawing.node("output", "next")
    drawing.node("cross_entropy_loss", "loss", target="next")
    drawing.chain("text", "embedding", "position", "block", "classify", "next")
    drawing.wire("classify", "loss")
    folder, _ = trained(drawing.document(), tmp_path)
    return folder


def test_the_command_goes_on_with_a_prompt(layerloom: Layerloom, tmp_path: Path) -> None:
    folder = reader(tmp_path)
    asked = ("generate", folder, "The list", "--length", "12", "--seed", "5")

    told = layerloom(*asked, "--json").json()
    plain = layerloom(*asked)
    other = layerloom(*asked, "--temperature", "0", "--json").json()
    unknown = layerloom("generate", folder, "☃")

    assert told["prompt"] == "The list" and len(told["tokens"]) == 12
    assert told["text"] == "".join(told["tokens"])
    assert plain.out == f"The list{told['text']}\n" and plain.code == 0
    assert len(set(other["tokens"])) < 12
    assert layerloom(*asked, "--temperature", "1e-320", "--json").json()["text"] == other["text"]
    assert layerloom(*asked, "--temperature", "nan").code == 2
    assert unknown.code == 1 and "knows 0 characters" in unknown.err


def test_the_command_refuses_a_model_that_writes_nothing(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    folder, _ = trained(digits(**{**QUICK, "epochs": 1}).document(), tmp_path)
    done = layerloom("generate", folder, "The list")
    assert done.code == 1 and "does not predict" in done.err
