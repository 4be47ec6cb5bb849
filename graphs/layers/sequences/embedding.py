"""Embeddings: learned numbers for each word of a vocabulary."""

from collections.abc import Mapping

from graphs.describe import param
from graphs.layers.checks import accepts
from graphs.layers.linear import Linear
from graphs.layers.spec import Call, Outputs, Reaching, Torch
from graphs.layers.weighted import Weighted
from graphs.problems import Problem, Replace, Set, problem
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
        if tokens.kind not in (Kind.TOKENS, Kind.INDEX):
            return problem(
                "Looks up tokens, but gets {kind} values.",
                port="input",
                fix=Replace("linear") if accepts(Linear(), tokens) else None,
                kind=tokens.kind.value,
            )
        if tokens.values is None or tokens.values < 1:
            return problem("It is not known how many tokens there are.", port="input")
        return self._padding_fault(tokens.values) or (
            TensorType(Kind.FLOAT, (*tokens.sizes, self.embedding_dim), padded=tokens.padded),
        )

    def _padding_fault(self, vocabulary: int) -> Problem | None:
        if self.padding_idx is None or -vocabulary <= self.padding_idx < vocabulary:
            return None
        return problem(
            "padding_idx = {index}, but the tokens are 0 to {last}.",
            setting="padding_idx",
            fix=Set("padding_idx", None),
            index=self.padding_idx,
            last=vocabulary - 1,
        )

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        return {"weight": (_vocabulary(given), self.embedding_dim)}

    def torch(self, given: Reaching) -> Torch:
        arguments = {"num_embeddings": _vocabulary(given), **self.own_settings}
        return Torch(Call("torch.nn.Embedding", arguments))

    def brief(self) -> str:
        return str(self.embedding_dim)


def _vocabulary(given: Reaching) -> int:
    values = given["input"].values
    assert values is not None  # infer has refused anything else
    return values
