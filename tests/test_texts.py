"""Every text for users goes through one door, and is in the catalogue that translators get."""

from xml.etree import ElementTree

from graphs.layers import Layer
from tests import texts


def test_no_text_for_users_is_put_together_in_place() -> None:
    assert sorted(texts.bypassing()) == []


def test_the_catalogue_holds_what_is_said_declared_and_written_on_the_window() -> None:
    found = {(text.context, text.source) for text in texts.catalogue()}
    said = {source for context, source in found if context == texts.PHRASES}
    for words in (
        "{name} is not there. It may have been moved or renamed; choose it again.",  # an error
        "Nothing is wired to “{name}”.",  # a problem with a name
        "Digits with a convolutional network",  # the title of a template
        Layer.get("linear").parameters()[0].help_template,
        "a whole number",  # what a setting takes
        "at least {limit}",
        "Delete",  # the name of a step
    ):
        assert words in said, words
    assert any(source == "&File" for context, source in found if context != texts.PHRASES)
    assert len(found) > 2000


def test_the_catalogue_is_written_as_linguist_reads_it() -> None:
    some = [
        texts.Text("Window", "Open <b>this</b> & that", "gui/a.py", 3),
        texts.Text("Window", "Open <b>this</b> & that", "gui/b.py", 5),
        texts.Text("phrases", "{name} is “gone”.", "graphs/c.py", 7),
    ]
    top = ElementTree.fromstring(texts.written(some))
    assert [name.text for name in top.iter("name")] == ["Window", "phrases"]
    assert [one.text for one in top.iter("source")] == [some[0].source, some[2].source]
    assert [len(message.findall("location")) for message in top.iter("message")] == [2, 1]
