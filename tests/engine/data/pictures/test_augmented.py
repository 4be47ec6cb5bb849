"""The pictures to look at are those that training makes."""

from dataclasses import replace

import numpy as np
import torch

from engine.data.pictures.augmented import TIMES, TrainingPictures
from engine.data.prepare import prepare
from graphs.data import DataSection, Normalize
from graphs.document.document import Document
from graphs.plan.augmentations import RandomBrightness, RandomNoise, RandomRotation, RandomShift
from graphs.templates import find


def digits() -> Document:
    found = find("digits-cnn")
    assert found is not None
    return found.document()


def scaled(section: DataSection) -> DataSection:
    fields = {
        name: replace(field, normalize=Normalize.STANDARD) if name == "image" else field
        for name, field in section.fields.items()
    }
    return replace(section, fields=fields)


def test_a_picture_that_nothing_changes_is_one_of_the_training_split() -> None:
    document = digits()
    raw = prepare(document.data, document.plan, "cpu").train.take(slice(None))["image"]
    known = {bytes((one * 255).round().byte().numpy().tobytes()) for one in raw}
    for section in (document.data, scaled(document.data)):
        several = TrainingPictures(section, document.plan)
        assert len(several) == 100
        for at in (0, 57):
            shown = several.changed(at, (), 0)
            assert shown.shape == (TIMES, 28, 28, 1)
            assert (shown == shown[0]).all()
            assert bytes(shown[0].tobytes()) in known


def test_changes_look_alike_whatever_the_scale_of_the_numbers() -> None:
    document = digits()
    lights = (RandomBrightness(strength=0.5), RandomNoise(std=0.1))
    plain = TrainingPictures(document.data, document.plan).changed(3, lights, 7)
    scaled_ = TrainingPictures(scaled(document.data), document.plan).changed(3, lights, 7)
    assert np.abs(plain.astype(int) - scaled_.astype(int)).max() <= 1


def test_looking_at_pictures_changes_no_run_beside() -> None:
    document = digits()
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    several = TrainingPictures(document.data, document.plan)
    changes = (RandomShift(), RandomRotation(), RandomNoise())
    first = several.changed(0, changes, 1)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads
    assert np.array_equal(several.changed(0, changes, 1), first)
