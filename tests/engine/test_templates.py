"""Templates open without reading data, and yet describe it as it is."""

import pytest

from engine.data.sources import reader_of
from graphs.checking.evaluation import Evaluation
from graphs.checking.structure import problems
from graphs.data import DataSection
from graphs.data.sources import Source
from graphs.templates import Template, sets, templates, trained_templates

SECTIONS = [value for value in vars(sets).values() if isinstance(value, DataSection)]

every_template = pytest.mark.parametrize("template", templates(), ids=lambda t: t.id)
trained_template = pytest.mark.parametrize("template", trained_templates(), ids=lambda t: t.id)


def test_the_ids_that_others_rely_on_are_there() -> None:
    assert {t.id for t in templates()} >= {
        "autoencoder",
        "big-mlp",
        "binary-classifier",
        "breast-cancer",
        "char-llama",
        "char-transformer",
        "diabetes-regression",
        "digits-cnn",
        "digits-cnn-batchnorm",
        "digits-inception",
        "digits-mlp",
        "digits-resnet",
        "digits-se",
        "digits-vit",
        "forecast",
        "gru-classifier",
        "recommender",
        "reversal",
        "rnn-classifier",
        "shapes-unet",
        "siamese-digits",
        "sine-lstm",
        "stacked-lstm",
        "strip-reader",
        "text-attention",
        "text-cnn",
        "two-inputs",
        "two-outputs",
        "variational-autoencoder",
        "xor",
    }


@trained_template
def test_a_template_can_be_trained_as_it_is(template: Template) -> None:
    document = template.document()
    assert problems(document, Evaluation(document.main)) == []


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.source)
def test_data_described_for_templates_is_what_its_source_gives(section: DataSection) -> None:
    source = Source.get(section.source)
    assert reader_of(source.made(section.settings)).section() == section


@trained_template
def test_a_template_uses_data_that_is_described_beforehand(template: Template) -> None:
    assert template.document().data in SECTIONS


@every_template
def test_a_template_says_what_it_is(template: Template) -> None:
    assert template.title
    assert template.task
    assert template.summary.endswith(".")
