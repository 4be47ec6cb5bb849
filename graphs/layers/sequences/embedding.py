"""Embeddings: learned numbers for each word of a vocabulary, or one place for each."""

from collections.abc import Mapping
from typing import Literal

from graphs.describe import param
from graphs.layers.checks import accepts, empty
from graphs.layers.linear import Linear
from graphs.layers.spec import (
    Call,
    Function,
    In,
    Layer,
    LengthsOf,
    Module,
    Outputs,
    Reaching,
    Torch,
    Use,
)
from graphs.layers.weighted import Weighted
from graphs.problems import Problem, Replace, Set, problem
from graphs.sizes import Size
from graphs.types import Kind, TensorType


class Embedding(
    Weighted,
    id="embedding",
    group="Embedding",
    search=(
        "ids represent users items products movies one hot lookup table word vector words "
        "token category id dictionary integer integers encode categories dense word2vec "
        "representation index"
    ),
):
    """Looks up a learned row of numbers for each token.

    y = weight[token], the row of that number.
    N × ... tokens become N × ... × embedding_dim; the data says how large the vocabulary is.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html
    """

    embedding_dim: int = param(default=32, low=1, help="How many numbers stand for a token.")
    padding_idx: int | None = param(
        default=None, help="The token that only fills up short texts; its row is never trained."
    )
    scale_grad_by_freq: bool = param(
        default=False, help="Divide the gradient of a token by how often it occurs in the batch."
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        tokens = given["input"]
        return _lookup_fault(tokens, self.padding_idx) or (
            TensorType(Kind.FLOAT, (*tokens.sizes, self.embedding_dim), padded=tokens.padded),
        )

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        return {"weight": (_vocabulary(given), self.embedding_dim)}

    def torch(self, given: Reaching) -> Torch:
        arguments = {"num_embeddings": _vocabulary(given), **self.own_settings}
        return Torch(Call("torch.nn.Embedding", arguments))

    def brief(self) -> str:
        return str(self.embedding_dim)


class EmbeddingBag(
    Weighted,
    id="embedding_bag",
    group="Embedding",
    search=(
        "bag of words set of tokens items sum mean fasttext average word vectors lookup "
        "unordered multi hot several categories"
    ),
):
    """Looks up a learned row of numbers for each token, and makes one of all of them.

    y = Σ weight[token], their mean, or the largest of each column.
    N × T tokens become N × embedding_dim, in whatever order they come. Padding does not count, and
    a sample without tokens is 0.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.EmbeddingBag.html
    """

    makes_rows = True

    embedding_dim: int = param(default=32, low=1, help="How many numbers stand for all tokens.")
    mode: Literal["sum", "mean", "max"] = param(
        default="mean", help="What is made of the rows of all tokens."
    )
    padding_idx: int | None = param(
        default=None, help="The token that only fills up short texts; it never counts."
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        tokens = given["input"]
        if tokens.rank != 2:
            return problem("Needs tokens, N × T, but gets {got}.", port="input", got=tokens)
        return (
            _lookup_fault(tokens, self.padding_idx)
            or (empty(tokens.sizes[1:]) if self.mode == "max" else None)
            or (TensorType(Kind.FLOAT, (tokens.sizes[0], self.embedding_dim)),)
        )

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        return {"weight": (_vocabulary(given), self.embedding_dim)}

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[1:]

    def torch(self, given: Reaching) -> Torch:
        arguments = {"num_embeddings": _vocabulary(given), **self.own_settings}
        made = Call("engine.modules.steps.EmbeddingBag", arguments)
        return Torch(made, Use(Module((In(), LengthsOf()))))

    def brief(self) -> str:
        return f"{self.embedding_dim} · {self.mode}"


class OneHot(
    Layer,
    id="one_hot",
    title="One-hot",
    group="Embedding",
    search=(
        "onehot indicator dummy encoding encode categories category class classes token index "
        "integer to vector sparse binary column for each value"
    ),
):
    """Gives each token a row that is 1 at its own place and 0 elsewhere.

    y[n, k] = 1 where token[n] is k, else 0.
    N × ... tokens, classes or places become N × ... × vocabulary; the data, or TopK, says how many
    there are. Nothing is learned through it.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.one_hot.html
    """

    def infer(self, given: Reaching) -> Outputs | Problem:
        tokens = given["input"]
        return _lookup_fault(tokens, None) or (
            TensorType(Kind.FLOAT, (*tokens.sizes, _vocabulary(given)), padded=tokens.padded),
        )

    def torch(self, given: Reaching) -> Torch:
        return Torch(
            use=Use(Function("engine.modules.picking.one_hot", (In(), _vocabulary(given))))
        )


def _lookup_fault(tokens: TensorType, padding_idx: int | None) -> Problem | None:
    """Why no rows can be looked up."""
    if tokens.kind not in (Kind.TOKENS, Kind.INDEX):
        return problem(
            "Looks up tokens, but gets {kind} values.",
            port="input",
            fix=Replace("linear") if accepts(Linear(), tokens) else None,
            kind=tokens.kind.value,
        )
    if tokens.values is None or tokens.values < 1:
        return problem("It is not known how many tokens there are.", port="input")
    if padding_idx is None or -tokens.values <= padding_idx < tokens.values:
        return None
    return problem(
        "padding_idx = {index}, but the tokens are 0 to {last}.",
        setting="padding_idx",
        fix=Set("padding_idx", None),
        index=padding_idx,
        last=tokens.values - 1,
    )


def _vocabulary(given: Reaching) -> int:
    values = given["input"].values
    assert values is not None  # infer has refused anything else
    return values
