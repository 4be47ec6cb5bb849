"""What is said of classes that a network never recognises."""

import torch

from engine.measuring.unrecognised import remarks


def test_a_high_accuracy_beside_a_recall_of_nothing_is_said_in_words() -> None:
    (said,) = remarks(["0", "1"], torch.tensor([[996, 0], [4, 0]]))
    assert said.startswith(
        "None of the 4 samples of “1” was recognised: precision and recall are 0"
    )
    assert "the accuracy is 0.996, which is no more than always answering “0” reaches" in said


def test_several_classes_are_named_and_a_better_accuracy_is_not_belittled() -> None:
    table = torch.tensor([[50, 0, 0, 0], [0, 40, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]])
    (said,) = remarks(list("abcd"), table)
    assert "None of the 2 samples of “c”, “d” was recognised" in said
    assert "always answering" not in said


def test_what_is_recognised_sometimes_or_learned_badly_is_left_to_the_numbers() -> None:
    assert remarks(["0", "1"], torch.tensor([[90, 0], [3, 1]])) == ()
    assert remarks(["0", "1"], torch.tensor([[0, 90], [0, 10]])) == ()
    assert remarks(["0", "1"], torch.tensor([[0, 0], [0, 0]])) == ()


def test_a_class_as_frequent_as_the_others_needs_training_and_no_weights() -> None:
    (said,) = remarks(["circle", "square"], torch.tensor([[6, 0], [6, 0]]))
    assert "train for more epochs" in said and "weigh" not in said
    (said,) = remarks(["0", "1"], torch.tensor([[96, 0], [4, 0]]))
    assert said.endswith("Let the loss weigh the classes, or add samples of it.")
