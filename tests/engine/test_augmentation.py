"""Augmentations: what they do to a batch, repeatably, and never to its caller's tensors."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.augmentation import Augmenter, Change
from graphs.augmentations import Augmentation, RandomShift


def shifted(images: torch.Tensor, pixels: int, seed: int = 0, step: int = 0) -> torch.Tensor:
    return Augmenter([RandomShift(pixels=pixels)], seed).apply(images, epoch=0, step=step)


def moved(image: torch.Tensor, down: int, right: int) -> torch.Tensor:
    """The image moved by whole pixels, pixel by pixel, as the slow and plain reference."""
    result = torch.zeros_like(image)
    height, width = image.shape[-2:]
    for y in range(height):
        for x in range(width):
            if 0 <= y - down < height and 0 <= x - right < width:
                result[:, y, x] = image[:, y - down, x - right]
    return result


@given(
    count=st.integers(1, 4),
    channels=st.integers(1, 3),
    height=st.integers(1, 6),
    width=st.integers(1, 6),
    pixels=st.integers(0, 3),
    seed=st.integers(0, 20),
)
@settings(max_examples=80)
def test_each_image_is_moved_by_whole_pixels_and_no_further_than_allowed(
    count: int, channels: int, height: int, width: int, pixels: int, seed: int
) -> None:
    images = torch.rand(count, channels, height, width, generator=torch.Generator()) + 1
    reach = range(-pixels, pixels + 1)
    for image, result in zip(images, shifted(images, pixels, seed), strict=True):
        assert any(torch.equal(moved(image, y, x), result) for y in reach for x in reach)


def test_every_move_occurs_and_images_move_independently() -> None:
    dots = torch.zeros(2000, 1, 9, 9)
    dots[:, 0, 4, 4] = 1
    places = shifted(dots, 2).flatten(1).argmax(1)
    moves = {(int(p) // 9 - 4, int(p) % 9 - 4) for p in places}
    assert moves == {(y, x) for y in range(-2, 3) for x in range(-2, 3)}
    assert torch.bincount(places).max() < 2000 / 25 * 1.6


def test_seed_epoch_and_step_decide_alone() -> None:
    images = torch.rand(16, 1, 8, 8)
    first = shifted(images, 2, seed=1, step=5)
    torch.manual_seed(9)
    state = torch.get_rng_state()
    assert torch.equal(shifted(images, 2, seed=1, step=5), first)
    assert torch.equal(torch.get_rng_state(), state)
    assert not torch.equal(shifted(images, 2, seed=1, step=6), first)
    assert not torch.equal(shifted(images, 2, seed=2, step=5), first)


def test_the_images_given_stay_as_they_are() -> None:
    images = torch.rand(8, 2, 6, 6)
    whole = torch.cat([images, images])
    before = whole.clone()
    result = shifted(whole[8:], 3)  # a part of a larger tensor, as batches are
    assert torch.equal(whole, before)
    assert torch.equal(result, shifted(images, 3))


def test_channels_last_images_are_moved_alike() -> None:
    images = torch.rand(8, 3, 6, 6)
    strided = images.to(memory_format=torch.channels_last)
    assert torch.equal(shifted(strided, 2), shifted(images, 2))


@pytest.mark.parametrize("kind", Augmentation.members(), ids=lambda kind: kind.id)
def test_every_augmentation_is_at_work_and_keeps_the_sizes(kind: type[Augmentation]) -> None:
    images = torch.rand(5, 3, 12, 10)
    result = Augmenter([kind.made({})], seed=0).apply(images, 0, 0)
    assert result.shape == images.shape
    assert result.dtype == images.dtype
    assert kind.id in Change.kinds


@pytest.mark.gpu
def test_a_graphics_card_makes_the_same_moves() -> None:
    images = torch.rand(16, 3, 8, 8)
    assert torch.equal(shifted(images.cuda(), 2).cpu(), shifted(images, 2))


def test_no_augmentation_passes_images_on() -> None:
    images = torch.rand(2, 1, 4, 4)
    assert not Augmenter([], seed=0)
    assert Augmenter([], seed=0).apply(images, 0, 0) is images


def test_two_classes_for_one_augmentation_are_refused() -> None:
    with pytest.raises(TypeError, match="two classes apply 'random_shift'"):
        type("Other", (Change,), {}, of=RandomShift)
