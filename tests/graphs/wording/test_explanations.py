"""Help texts are taken apart into what they say and the pages that they rest on."""

from graphs.wording.explanations import explained

HELP = """Doubles each value.

y = 2 · x. From https://arxiv.org/abs/1511.07289, section 2 (and https://example.org/a_b).
It has no settings.
https://docs.pytorch.org/docs/stable/generated/torch.mul.html"""


def test_the_first_line_and_addresses_that_stand_alone_are_no_part_of_the_body() -> None:
    assert explained(HELP).body == (
        "y = 2 · x. From arXiv:1511.07289, section 2 (and https://example.org/a_b). "
        "It has no settings."
    )


def test_the_page_of_torch_comes_first_and_no_page_ends_with_a_sign_of_the_sentence() -> None:
    assert explained(f"{HELP}\nhttps://arxiv.org/abs/1511.07289").pages == (
        "https://docs.pytorch.org/docs/stable/generated/torch.mul.html",
        "https://arxiv.org/abs/1511.07289",
        "https://example.org/a_b",
    )


def test_what_says_no_more_has_an_empty_explanation() -> None:
    assert explained("Doubles each value.") == ("", ())


def test_a_colon_before_an_address_that_is_left_out_ends_the_sentence() -> None:
    assert explained("Adds.\n\nAs torch does:\nhttps://docs.pytorch.org/a").body == "As torch does."
