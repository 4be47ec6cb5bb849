"""What is shown of a text from outside."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from graphs.wording.visible import spelled, visible, visible_lines


def test_what_a_terminal_obeys_is_not_shown() -> None:
    assert visible("a\x1b[31mb\x07c\x9b2Jd\re\x7f") == "a�[31mb�c�2Jd�e�"
    assert visible("one\ntwo\tthree\u2028four") == "one�two�three�four"
    assert visible("gpj.\u202eexe \u2066x\u2069") == "gpj.�exe �x�"
    assert visible("\ud800 \udcff") == "� �"
    assert visible_lines("one\ntwo\t\x1b[Hthree\r") == "one\ntwo\t�[Hthree�"


def test_letters_of_every_kind_stay_as_they_are() -> None:
    for text in ("Größe 10 µm", "训练数据", "نمی‌خواهم", "👩‍🔬 é", "a\xadb", "“x” × 3"):
        assert visible(text) == text


@given(st.text(alphabet=st.characters()))
def test_nothing_that_is_shown_controls_anything(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert not any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in shown)
    assert visible(shown) == shown
    shown.encode()


def test_a_name_that_is_no_text_on_the_disk_is_spelled() -> None:
    assert spelled("caf\udce9") == "caf�"
