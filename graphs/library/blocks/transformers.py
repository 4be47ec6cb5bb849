"""Layers of Transformers, drawn so that all is seen."""

from graphs.library.drawing import Drawing, DrawnGraph, Laid, laid
from graphs.library.spec import block
from graphs.setting_kinds import Promoted
from graphs.wording.phrases import phrase

SIZES = {"width": 768, "heads": 12, "hidden": 3072}
"""The usual ones: those of the smallest ViT, GPT-2 and BERT."""


@block(
    "transformer_pre_norm",
    "Encoder layer, norms first",
    "Lets steps look at each other, then computes each by itself, behind norms.",
    search="transformer vit encoder attention pre-norm prenorm",
)
def encoder_layer(drawing: Drawing) -> DrawnGraph:
    """Attention and two linear maps, each behind a norm and beside what goes past it.

    Its width is that of what enters. From https://arxiv.org/abs/2010.11929.
    """
    inside = drawing.block("encoder_layer", phrase("Encoder layer"), **SIZES)
    looked = inside.row(
        (1, 0),
        "input",
        laid("layer_norm", "ln_1", eps=1e-6),
        _attention("self_attention"),
    )
    inside.merge("add", "add_1", (3, 0), looked, "input")
    thought = inside.row(
        (1, 1),
        "add_1",
        laid("layer_norm", "ln_2", eps=1e-6),
        laid("linear", "linear_1", out_features=Promoted("hidden")),
        laid("gelu", "gelu"),
        laid("linear", "linear_2", out_features=Promoted("width")),
    )
    inside.merge("add", "add_2", (5, 1), thought, "add_1")
    inside.leave((6, 1), "add_2")
    return inside


@block(
    "gpt",
    "GPT block",
    "Lets steps look at those before them, then computes each by itself.",
    search="transformer decoder causal language model gpt-2 attention",
)
def decoder_layer(drawing: Drawing) -> DrawnGraph:
    """Attention and two linear maps, each behind a norm; no step looks at those behind it.

    Its width is that of what enters. From Radford and others, Language models are unsupervised
    multitask learners (2019).
    """
    inside = drawing.block("decoder_layer", phrase("Decoder layer"), **SIZES)
    looked = inside.row(
        (1, 0),
        "input",
        laid("layer_norm", "ln_1"),
        _attention("attn", is_causal=True, dropout=0.1),
        laid("dropout", "attn_drop", p=0.1),
    )
    inside.merge("add", "add_1", (4, 0), looked, "input")
    thought = inside.row(
        (1, 1),
        "add_1",
        laid("layer_norm", "ln_2"),
        laid("linear", "c_fc", out_features=Promoted("hidden")),
        laid("gelu", "gelu", approximate="tanh"),
        laid("linear", "c_proj", out_features=Promoted("width")),
        laid("dropout", "drop", p=0.1),
    )
    inside.merge("add", "add_2", (6, 1), thought, "add_1")
    inside.leave((7, 1), "add_2")
    return inside


@block(
    "transformer_post_norm",
    "Encoder layer, norms last",
    "Lets steps look at each other, then computes each by itself, before norms.",
    search="transformer bert encoder attention post-norm postnorm original",
)
def post_norm_layer(drawing: Drawing) -> DrawnGraph:
    """Attention and two linear maps, with a norm behind what goes past each.

    Its width is that of what enters. From https://arxiv.org/abs/1706.03762.
    """
    inside = drawing.block("encoder_layer", phrase("Encoder layer"), **SIZES)
    looked = inside.row(
        (1, 0),
        "input",
        _attention("attention", dropout=0.1),
        laid("dropout", "attention_drop", p=0.1),
    )
    inside.merge("add", "add_1", (3, 0), looked, "input")
    thought = inside.row(
        (1, 1),
        inside.row((4, 0), "add_1", laid("layer_norm", "attention_norm", eps=1e-12)),
        laid("linear", "intermediate", out_features=Promoted("hidden")),
        laid("gelu", "gelu"),
        laid("linear", "dense", out_features=Promoted("width")),
        laid("dropout", "drop", p=0.1),
    )
    inside.merge("add", "add_2", (5, 1), thought, "attention_norm")
    last = inside.row((6, 1), "add_2", laid("layer_norm", "output_norm", eps=1e-12))
    inside.leave((7, 1), last)
    return inside


@block(
    "transformer_decoder",
    "Decoder layer",
    "Lets steps look at those before them and at another series, then computes each by itself.",
    search="transformer decoder cross attention memory sequence to sequence translation t5",
)
def cross_layer(drawing: Drawing) -> DrawnGraph:
    """Attention to the steps before, then to ``memory``, and two linear maps; norms stand last.

    The memory is what an encoder made of another series, as wide as what enters. From
    https://arxiv.org/abs/1706.03762.
    """
    sizes = {"width": 512, "heads": 8, "hidden": 2048}
    inside = drawing.block("cross_layer", phrase("Decoder layer with memory"), **sizes)
    looked = inside.row(
        (1, 0),
        "input",
        _attention("self_attention", dropout=0.1, is_causal=True),
        laid("dropout", "self_drop", p=0.1),
    )
    inside.merge("add", "add_1", (3, 0), looked, "input")
    inside.row((4, 0), "add_1", laid("layer_norm", "norm_1"))
    asked = inside.row(
        (1, 1),
        "norm_1",
        _attention("cross_attention", dropout=0.1),
        laid("dropout", "cross_drop", p=0.1),
    )
    inside.wire(inside.enter((0, 1), "memory"), "cross_attention.key")
    inside.merge("add", "add_2", (3, 1), asked, "norm_1")
    inside.row((4, 1), "add_2", laid("layer_norm", "norm_2"))
    thought = inside.row(
        (1, 2),
        "norm_2",
        laid("linear", "linear_1", out_features=Promoted("hidden")),
        laid("relu", "relu"),
        laid("dropout", "hidden_drop", p=0.1),
        laid("linear", "linear_2", out_features=Promoted("width")),
        laid("dropout", "drop", p=0.1),
    )
    inside.merge("add", "add_3", (6, 2), thought, "norm_2")
    inside.leave((8, 2), inside.row((7, 2), "add_3", laid("layer_norm", "norm_3")))
    return inside


@block(
    "llama",
    "LLaMA block",
    "Attention with rotary positions and a gated map, as in LLaMA.",
    search="transformer decoder causal rmsnorm rotary rope swiglu gqa grouped query mistral",
)
def llama_layer(drawing: Drawing) -> DrawnGraph:
    """Grouped queries with rotary positions, and SwiGLU, each behind an RMSNorm.

    As wide as what enters. From https://arxiv.org/abs/2302.13971.
    """
    inside = drawing.block("llama_layer", phrase("LLaMA layer"), heads=4, kv_heads=2, hidden=176)
    looked = inside.row(
        (1, 0),
        "input",
        laid("rms_norm", "norm1"),
        laid(
            "grouped_query_attention",
            "attention",
            num_heads=Promoted("heads"),
            num_kv_heads=Promoted("kv_heads"),
        ),
    )
    inside.merge("add", "add1", (3, 0), looked, "input")
    thought = inside.row(
        (1, 1),
        "add1",
        laid("rms_norm", "norm2"),
        laid("swiglu", "feed_forward", hidden_features=Promoted("hidden")),
    )
    inside.merge("add", "add2", (3, 1), thought, "add1")
    inside.leave((4, 1), "add2")
    return inside


def _attention(name: str, **settings: object) -> Laid:
    """Each step looks at the others."""
    return laid("multihead_attention", name, num_heads=Promoted("heads"), **settings)
