"""Published Transformers: ViT, GPT-2 and BERT."""

from graphs.describe import Chosen
from graphs.library.blocks.transformers import decoder_layer, encoder_layer, post_norm_layer
from graphs.library.drawing import Drawing, computing, laid
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.plan.schedules import WarmUp
from graphs.setting_kinds import NodeRef
from graphs.templates.references import CLASSES, IMAGENET, language, scored
from graphs.templates.spec import template

WIDTH, HEADS, LAYERS = 768, 12, 12
"""What the smallest of all three have in common."""


@template("vit-b-16", "ViT-B/16", "Image classification", "reference", 86_567_656)
def vit_b_16() -> Drawing:
    """A Transformer that reads a picture as a series of patches: 86,567,656 weights.

    Dosovitskiy and others, An image is worth 16x16 words (2020), as in torchvision, for pictures
    of 224 × 224. Choose pictures of your own for it.
    """
    drawing = Drawing(IMAGENET, _plan(lr=3e-3, weight_decay=0.3))
    layer = encoder_layer(drawing)
    drawing.node("input", "image", (0, 0), field="image")
    drawing.row(
        (1, 0),
        "image",
        laid("patch_embedding", "conv_proj", embed_dim=WIDTH, patch_size=16),
        laid("class_token", "class_token"),
        laid("learned_position", "pos_embedding", max_length=14 * 14 + 1),
        computing(layer, "layers", repeat=LAYERS),
    )
    scores = drawing.row(
        (0, 1),
        "layers",
        laid("layer_norm", "ln", eps=1e-6),
        laid("select", "first", dim=1, index=0),
        laid("linear", "head", out_features=CLASSES),
    )
    scored(drawing, (3, 1), scores)
    return drawing


@template("gpt-2-small", "GPT-2 small", "Language model", "reference", 124_439_808)
def gpt_2_small() -> Drawing:
    """Tells the next token from up to 1,024 before it: 124,439,808 weights.

    Radford and others, Language models are unsupervised multitask learners (2019). The scores are
    computed with the rows of the embedding. Choose texts of your own for it.
    """
    words = 50_257
    drawing = Drawing(language(words, 1024, "next"), _plan(lr=2.5e-4, weight_decay=0.01))
    layer = decoder_layer(drawing)
    drawing.node("input", "tokens", (0, 0), field="tokens")
    drawing.row(
        (1, 0),
        "tokens",
        laid("embedding", "wte", embedding_dim=WIDTH),
        laid("learned_position", "wpe", max_length=1024),
        laid("dropout", "drop", p=0.1),
        computing(layer, "h", repeat=LAYERS),
    )
    scores = drawing.row(
        (0, 1),
        "h",
        laid("layer_norm", "ln_f"),
        laid("linear", "lm_head", out_features=words, bias=False, tied=NodeRef("wte")),
    )
    scored(drawing, (2, 1), scores, "next")
    return drawing


@template("bert-base", "BERT base", "Language model", "reference", 109_482_240)
def bert_base() -> Drawing:
    """Reads up to 512 tokens in both directions, and sums them up in one: 109,482,240 weights.

    Devlin and others, BERT: Pre-training of deep bidirectional Transformers (2018), in lower case,
    with its pooler. Hidden words are told with the rows of the embedding alone, without the further
    layer that BERT has there. Choose texts of your own for it.
    """
    words = 30_522
    data = language(words, 512, "words", token_types=2)
    drawing = Drawing(data, _plan(lr=1e-4, weight_decay=0.01))
    layer = post_norm_layer(drawing)
    for row, (field, embedding) in enumerate(
        {"tokens": "word_embeddings", "token_types": "token_type_embeddings"}.items()
    ):
        drawing.node("input", field, (0, row), field=field)
        drawing.row((1, row), field, laid("embedding", embedding, embedding_dim=WIDTH))
    drawing.merge("add", "embeddings", (2, 0), "word_embeddings", "token_type_embeddings")
    drawing.row(
        (3, 0),
        "embeddings",
        laid("learned_position", "position_embeddings", max_length=512),
        laid("layer_norm", "embeddings_norm", eps=1e-12),
        laid("dropout", "embeddings_dropout", p=0.1),
    )
    drawing.row((0, 2), "embeddings_dropout", computing(layer, "encoder", repeat=LAYERS))
    _pooler(drawing)
    tied = NodeRef("word_embeddings")
    decoder = laid("linear", "decoder", out_features=words, bias=False, tied=tied)
    scores = drawing.row((1, 3), "encoder", decoder)
    scored(drawing, (2, 3), scores, "words")
    return drawing


def _pooler(drawing: Drawing) -> None:
    """What the first token comes to, for the whole text."""
    drawing.row(
        (1, 2),
        "encoder",
        laid("select", "first", dim=1, index=0),
        laid("linear", "pooler", out_features=WIDTH),
        laid("tanh", "tanh"),
        laid("output", "pooled"),
    )


def _plan(lr: float, weight_decay: float) -> Plan:
    return Plan(
        epochs=10,
        batch_size=16,
        clip_norm=1.0,
        optimizer=Chosen.of(AdamW(lr=lr, weight_decay=weight_decay)),
        schedule=Chosen.of(WarmUp()),
    )
