"""Augmentations: what they do to a batch, repeatably, and never to its caller's tensors."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.augmentation import (
    CHANGES,
    Augmenter,
    applies,
    change_of,
    growing,
    turning,
    warped,
)
from engine.seeds import derived
from graphs.plan.augmentations import (
    Augmentation,
    RandomBrightness,
    RandomFlip,
    RandomNoise,
    RandomRotation,
    RandomScale,
    RandomShift,
)


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
    assert kind.id in CHANGES


@pytest.mark.parametrize("kind", Augmentation.members(), ids=lambda kind: kind.id)
def test_every_augmentation_changes_images_each_in_its_own_way(kind: type[Augmentation]) -> None:
    image = torch.rand(1, 3, 12, 10)
    results = Augmenter([kind.made({})], seed=0).apply(image.expand(40, -1, -1, -1), 0, 0)
    assert len({bytes(one.numpy().tobytes()) for one in results}) >= 2


@pytest.mark.parametrize("kind", Augmentation.members(), ids=lambda kind: kind.id)
def test_seed_epoch_and_step_decide_every_augmentation(kind: type[Augmentation]) -> None:
    images = torch.rand(16, 1, 8, 8)
    augmenter = Augmenter([kind.made({})], seed=3)
    first = augmenter.apply(images, 1, 5)
    augmenter.apply(images, 1, 6)  # what came before has no say
    assert torch.equal(augmenter.apply(images, 1, 5), first)
    for seed, epoch, step in ((4, 1, 5), (3, 2, 5), (3, 1, 6)):
        other = Augmenter([kind.made({})], seed).apply(images, epoch, step)
        assert not torch.equal(other, first)


def changed(images: torch.Tensor, *augmentations: Augmentation) -> torch.Tensor:
    return Augmenter(augmentations, seed=0).apply(images, 0, 0)


def test_the_share_of_images_that_is_asked_for_is_mirrored() -> None:
    images = torch.rand(1000, 2, 3, 5)
    result = changed(images, RandomFlip(horizontal=0.3, vertical=0.6))
    ways = {
        (across, over): images.flip([a for a, on in ((-1, across), (-2, over)) if on])
        for across in (False, True)
        for over in (False, True)
    }
    counts = dict.fromkeys(ways, 0)
    for n, one in enumerate(result):
        (way,) = (way for way, all_ in ways.items() if torch.equal(all_[n], one))
        counts[way] += 1
    for (across, over), count in counts.items():
        wanted = 1000 * (0.3 if across else 0.7) * (0.6 if over else 0.4)
        assert abs(count - wanted) < 60


def looked_up(image: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """Pixel by pixel between the four nearest, as the slow and plain reference."""
    height, width = image.shape[-2:]
    result = torch.zeros_like(image)
    for y in range(height):
        for x in range(width):
            place = torch.tensor([x - (width - 1) / 2, y - (height - 1) / 2])
            right, down = (matrix.double() @ place.double()).tolist()
            right, down = right + (width - 1) / 2, down + (height - 1) / 2
            for row in (math.floor(down), math.floor(down) + 1):
                for col in (math.floor(right), math.floor(right) + 1):
                    if 0 <= row < height and 0 <= col < width:
                        share = (1 - abs(down - row)) * (1 - abs(right - col))
                        result[:, y, x] += share * image[:, row, col]
    return result


def test_a_quarter_turn_is_exact() -> None:
    images = torch.rand(3, 2, 7, 7)
    matrices = torch.tensor([[0.0, -1.0], [1.0, 0.0]]).expand(3, 2, 2)
    assert torch.allclose(warped(images, matrices), images.rot90(1, (-2, -1)), atol=1e-5)


@given(
    height=st.integers(1, 7),
    width=st.integers(1, 7),
    degrees=st.floats(0, 180),
    share=st.floats(0, 0.9),
    seed=st.integers(0, 50),
)
@settings(max_examples=60)
def test_turned_and_scaled_pixels_are_those_of_the_plain_reference(
    height: int, width: int, degrees: float, share: float, seed: int
) -> None:
    images = torch.rand(3, 2, height, width, generator=torch.Generator().manual_seed(seed))
    both = [RandomRotation(degrees=degrees), RandomScale(share=share)]
    result = Augmenter(both, seed).apply(images, 2, 1)

    generator = torch.Generator()
    matrices = torch.eye(2).expand(3, 2, 2)
    for position, one in enumerate(both):
        generator.manual_seed(derived(seed, "change", position, "", 2, 1))
        assert change_of(one).is_warp
        matrices = matrices @ change_of(one).function(3, generator, **one.settings)
    for image, matrix, one_result in zip(images, matrices, result, strict=True):
        assert torch.allclose(one_result, looked_up(image, matrix), atol=1e-3)


def test_turns_and_scales_keep_to_their_limits() -> None:
    generator = torch.Generator().manual_seed(0)
    turns = turning(2000, generator, degrees=30)
    angles = torch.atan2(turns[:, 1, 0], turns[:, 0, 0]).rad2deg()
    assert -30 <= angles.min() < -29 and 29 < angles.max() <= 30
    scales = 1 / growing(2000, generator, share=0.25)[:, 0, 0]
    assert 0.75 <= scales.min() < 0.76 and 1.24 < scales.max() <= 1.251


def test_brightness_adds_one_number_to_each_image() -> None:
    images = torch.rand(300, 3, 4, 4)
    more = changed(images, RandomBrightness(strength=0.2)) - images
    assert torch.allclose(more, more[:, :1, :1, :1].expand_as(more), atol=1e-6)
    assert -0.2 <= more.min() < -0.19 and 0.19 < more.max() <= 0.2001


def test_noise_has_the_spread_that_is_asked_for() -> None:
    grain = changed(torch.zeros(50, 3, 20, 20), RandomNoise(std=0.1))
    assert abs(grain.std().item() - 0.1) < 0.002
    assert abs(grain.mean().item()) < 0.002


def test_light_is_measured_between_black_and_white_whatever_the_scale() -> None:
    raw = torch.rand(20, 3, 6, 6)
    scale = torch.tensor([0.5, 0.25, 2.0])
    encoded = raw / scale.view(1, 3, 1, 1)
    for one in (RandomBrightness(strength=0.3), RandomNoise(std=0.1)):
        plain = Augmenter([one], 0).apply(raw, 0, 0, "image")
        scaled = Augmenter([one], 0, {"image": 1 / scale}).apply(encoded, 0, 0, "image")
        assert torch.allclose(scaled * scale.view(1, 3, 1, 1), plain, atol=1e-5)


@pytest.mark.gpu
def test_a_graphics_card_makes_the_same_moves() -> None:
    images = torch.rand(16, 3, 8, 8)
    assert torch.equal(shifted(images.cuda(), 2).cpu(), shifted(images, 2))


def test_no_augmentation_passes_images_on() -> None:
    images = torch.rand(2, 1, 4, 4)
    assert not Augmenter([], seed=0)
    assert Augmenter([], seed=0).apply(images, 0, 0) is images


def test_two_functions_for_one_augmentation_are_refused() -> None:
    with pytest.raises(TypeError, match="two functions apply 'random_shift'"):
        applies(RandomShift)(turning)
