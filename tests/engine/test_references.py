"""Published networks: the weights that their papers or libraries count, drawn so that all is seen.

The numbers are those of torchvision and Hugging Face's transformers, by the names given here,
unless something else stands beside them.
"""

from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest
import torch

from engine.cli import json_facts
from engine.network.compiling import compiled
from graphs.checking.evaluation import evaluated
from graphs.checking.structure import NO_DATA, problems
from graphs.document.document import Document
from graphs.document.edits import ChangeData, Step
from graphs.files import decoded, encoded
from graphs.problems import Severity
from graphs.steps.placing import CARD
from graphs.templates import Template, find, templates

PARAMETERS = {
    "alexnet": 61_100_840,  # torchvision.models.alexnet
    "bert-base": 109_482_240,  # transformers.BertModel, bert-base-uncased, with its pooler
    "densenet-121": 7_978_856,  # torchvision.models.densenet121
    "googlenet": 6_624_904,  # torchvision.models.googlenet, without its auxiliary heads
    "gpt-2-small": 124_439_808,  # transformers.GPT2LMHeadModel, gpt2
    "lenet-5": 61_706,  # LeCun et al. 1998, without weights in the pools: the usual form today
    "nin": 7_595_176,  # added up from nin_imagenet of the Caffe Model Zoo
    "resnet-18": 11_689_512,  # torchvision.models.resnet18
    "resnet-50": 25_557_032,  # torchvision.models.resnet50
    "se-resnet-50": 28_088_024,  # timm's seresnet50
    "vgg-16": 138_357_544,  # torchvision.models.vgg16
    "vit-b-16": 86_567_656,  # torchvision.models.vit_b_16
}
MULTIPLY_ADDS = {  # what torchvision says of its weights, in thousands of millions
    "alexnet": 0.71,
    "densenet-121": 2.83,
    "googlenet": 1.50,
    "resnet-18": 1.81,
    "resnet-50": 4.09,
    "vgg-16": 15.47,
    "vit-b-16": 17.56,
}
SCORES = {"bert-base": 30_522, "gpt-2-small": 50_257, "lenet-5": 10}
"""How many scores come out where it is not the 1000 of ImageNet."""
MOST_NODES = 20

references = [one for one in templates() if one.is_reference]
every_reference = pytest.mark.parametrize("template", references, ids=lambda one: str(one.id))


def drawn(id: str) -> Document:
    found = find(id)
    assert found is not None
    return found.document()


def chosen(document: Document) -> Document:
    """As it is once data of the very form has been chosen."""
    if not document.data.source:
        data = replace(document.data, source="arrays", settings={"path": "/samples.npz"})
        document.apply(Step("Choose data", (ChangeData(document.data, data),)))
    return document


@cache
def listed() -> dict[str, int]:
    """The weights of each template, as the command line lists them."""
    return {one["id"]: one["parameters"] for one in json_facts.of_templates()["templates"]}


def test_every_published_network_is_counted_here() -> None:
    assert {one.id for one in references} == PARAMETERS.keys()


@every_reference
def test_a_published_network_has_the_weights_that_it_is_known_for(template: Template) -> None:
    assert evaluated(template.document().main).parameters == PARAMETERS[template.id]
    assert listed()[template.id] == PARAMETERS[template.id]  # without counting them
    assert f"{PARAMETERS[template.id]:,} weights" in template.summary


@pytest.mark.parametrize("id", MULTIPLY_ADDS)
def test_it_computes_as_much_as_it_is_known_for(id: str) -> None:
    flops = evaluated(drawn(id).main).flops
    assert isinstance(flops, int) and round(flops / 1e9, 2) == MULTIPLY_ADDS[id]


@every_reference
def test_nothing_is_wrong_but_that_data_has_to_be_chosen(template: Template) -> None:
    document = template.document()
    found = problems(document, evaluated(document.main))
    assert {one.template for one in found} <= {NO_DATA}
    assert bool(found) == (not document.data.source)


@every_reference
def test_with_data_nothing_stops_training(template: Template) -> None:
    document = chosen(template.document())
    found = problems(document, evaluated(document.main))
    assert all(one.severity is Severity.WARNING for one in found)
    # The pooler has no loss of its own: what it was learned with is no part of the network.
    assert {one.node for one in found} <= ({"pooler"} if template.id == "bert-base" else set())


@every_reference
def test_scores_come_out_for_each_class(template: Template) -> None:
    document = template.document()
    graph, known = document.main, evaluated(document.main)
    (loss,) = graph.of_layers(["cross_entropy_loss"])
    given = known[loss].given
    assert given is not None
    assert given.first().sizes[-1] == SCORES.get(template.id, 1000)


@every_reference
def test_it_can_be_read(template: Template) -> None:
    document = template.document()
    assert len(document.main.nodes) <= MOST_NODES
    for graph in document.graphs.values():
        assert len(graph.nodes) <= MOST_NODES
        for (x1, y1), (x2, y2) in combinations(graph.positions.values(), 2):
            assert abs(x1 - x2) >= CARD[0] or abs(y1 - y2) >= CARD[1]
        assert graph is document.main or graph.definition.title


@every_reference
def test_it_comes_back_from_its_file(template: Template) -> None:
    document = template.document()
    opened = decoded(encoded(document))
    assert opened.notices == ()
    assert evaluated(opened.document.main).parameters == PARAMETERS[template.id]


@pytest.mark.parametrize("id", ["resnet-18", "gpt-2-small", "googlenet"])
def test_torch_counts_the_same(id: str) -> None:
    with torch.device("meta"):
        network = compiled(chosen(drawn(id)))
    assert sum(one.numel() for one in network.parameters()) == PARAMETERS[id]


def test_keys_read_as_the_paper_is_told() -> None:
    with torch.device("meta"):
        network = compiled(chosen(drawn("resnet-18")))
    keys = set(network.state_dict())
    assert {"conv1.weight", "layer1.0.conv1.weight", "layer1.1.bn2.bias", "fc.bias"} <= keys
    assert {"layer2.first.downsample.weight", "layer4.second.conv2.weight"} <= keys
