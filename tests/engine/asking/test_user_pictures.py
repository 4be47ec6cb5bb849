"""Pictures given as arrays: on the scale of the training pictures, or refused."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.asking.user_input import encode_input
from engine.data.prepare import prepare
from engine.data.preprocessing import Preprocessing
from engine.data.sources import reader
from engine.errors import DataError
from graphs.plan.plan import Plan

BYTES = np.random.default_rng(0).integers(0, 256, (40, 1, 6, 6))
BYTES[:, 0, 0, :2] = (0, 255)


def trained_on(tmp_path: Path, images: np.ndarray) -> Preprocessing:
    path = tmp_path / "data.npz"
    np.savez(path, X=images, y=np.arange(len(images)) % 2)
    section = reader("arrays", {"path": str(path)}).section()
    return prepare(section, Plan(validation=0, test=0), "cpu").preprocessing


@pytest.mark.parametrize("scale", ["bytes", "unit"])
@pytest.mark.parametrize("given", [np.float32, np.int64])
def test_numbers_up_to_255_are_no_pictures_of_a_unit_scale(
    tmp_path: Path, scale: str, given: type
) -> None:
    images = BYTES.astype("u1") if scale == "bytes" else (BYTES / 255).astype("f4")
    preprocessing = trained_on(tmp_path, images)
    with pytest.raises(DataError, match=r"from 0 to 255, and .* from 0 to 1, .*divide them by 255"):
        encode_input(preprocessing, "X", BYTES[:2].astype(given))
    encoded = encode_input(preprocessing, "X", BYTES[:2].astype("u1")).tensor
    assert torch.equal(encoded, encode_input(preprocessing, "X", BYTES[:2] / 255).tensor)


def test_fractions_of_white_are_no_pictures_of_a_scale_up_to_255(tmp_path: Path) -> None:
    preprocessing = trained_on(tmp_path, BYTES.astype("f4"))
    with pytest.raises(DataError, match=r"from 0 to 1, and .* from 0 to 255, .*multiply them by"):
        encode_input(preprocessing, "X", BYTES[:2] / 255)
    wanted = encode_input(preprocessing, "X", BYTES[:2].astype("f4")).tensor
    assert torch.equal(encode_input(preprocessing, "X", BYTES[:2].astype("u1")).tensor, wanted)


def test_numbers_beyond_a_scale_around_zero_are_refused(tmp_path: Path) -> None:
    preprocessing = trained_on(tmp_path, (BYTES / 127.5 - 1).astype("f4"))
    with pytest.raises(DataError, match=r"from -1 to 1, .*-1 is black and 1 is white"):
        encode_input(preprocessing, "X", BYTES[:2].astype("f4"))


def test_brighter_pictures_of_many_bits_are_told(tmp_path: Path) -> None:
    preprocessing = trained_on(tmp_path, (BYTES * 16).astype("u2"))
    encoded = encode_input(preprocessing, "X", (BYTES[:2] * 20).astype("u2"))
    assert any("beyond those of training" in one for one in encoded.notices)
    with pytest.raises(DataError, match="another scale"):
        encode_input(preprocessing, "X", BYTES[:2] / 255)


def test_numbers_that_may_be_on_a_smaller_scale_are_told(tmp_path: Path) -> None:
    deep = trained_on(tmp_path, (BYTES * 257).astype("u2"))
    (told,) = encode_input(deep, "X", BYTES[:2].astype("f4")).notices
    assert "end at 255, and white is 65535" in told
    assert not encode_input(deep, "X", BYTES[:2].astype("u1")).notices
    wide = trained_on(tmp_path, BYTES.astype("f4"))
    (told,) = encode_input(wide, "X", BYTES[:2] > 99).notices
    assert "end at 1, and white is 255" in told
    assert not encode_input(wide, "X", BYTES[:2].astype("f4")).notices


def test_numbers_that_were_standardised_are_not_taken_for_pictures(tmp_path: Path) -> None:
    standard = (BYTES[:2] - BYTES.mean()) / BYTES.std()
    for trained in (BYTES, BYTES.astype("f4"), (BYTES * 257).astype("u2")):
        with pytest.raises(DataError, match="another scale"):
            encode_input(trained_on(tmp_path, trained), "X", standard)
    ringing = BYTES[:2] - np.float32(0.4)
    assert not encode_input(trained_on(tmp_path, BYTES.astype("f4")), "X", ringing).notices


def test_numbers_far_from_those_of_training_are_told_where_white_is_unknown(tmp_path: Path) -> None:
    standard = ((BYTES - BYTES.mean()) / BYTES.std()).astype("f4")
    known = trained_on(tmp_path, standard)
    assert not encode_input(known, "X", standard[:2]).notices
    for given in (BYTES[:2], BYTES[:2].astype("f4")):
        (told,) = encode_input(known, "X", given).notices
        assert "far from those of training" in told
