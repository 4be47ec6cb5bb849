"""Files that are broken, mean or far too large: refused where they break, and nothing is run."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from graphs import files
from graphs.checking.evaluation import Evaluation
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.errors import BrokenFile, FileError, TooLarge, Unreadable
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier
from tests.spent import least_seconds

TEXT = files.encoded(classifier()).decode()
TEN = '"out_features": 10'


def place(text: str, part: str) -> str:
    """Where ``part`` is, the way messages say it."""
    start = text.index(part)
    line = text.count("\n", 0, start) + 1
    return f"line {line}, column {start - text.rfind(chr(10), 0, start)}"


def refusal(data: bytes | str) -> str:
    with pytest.raises(BrokenFile) as caught:
        files.decoded(data.encode() if isinstance(data, str) else data, "“net.loom”")
    message = str(caught.value)
    assert message.startswith("“net.loom” ")
    assert message.endswith(".")
    return message


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5000, "-" + "9" * 5000]
)
def test_a_number_that_no_document_holds_is_refused_where_it_is(number: str) -> None:
    text = TEXT.replace(TEN, f'"note": "NaN, {number} and 1e999", "out_features": {number}')
    message = refusal(text.replace("\n", "\r\n"))
    assert place(text, f"{number},\n") in message
    assert f"{number[:40]}" in message and "is no number" in message
    assert len(message) < 250


def test_a_key_that_is_there_twice_is_refused_where_it_is() -> None:
    text = TEXT.replace(TEN, '"out_features": 10,\n"out_feature\\u0073": 12')
    message = refusal(text)
    assert place(text, '"out_feature\\u0073"') in message
    assert "twice" in message


def test_the_id_of_a_node_that_is_there_twice_is_refused() -> None:
    text = TEXT.replace('"flatten": {', '"classify": {')
    assert '"classify" is there twice' in refusal(text)


@pytest.mark.parametrize("bracket", ["[", '{"a":', '[{"a":'])
@pytest.mark.parametrize("closed", [True, False])
def test_endless_nesting_is_refused_with_a_sentence(bracket: str, closed: bool) -> None:
    deep = bracket * 200_000
    if closed:
        deep += "1" + deep.replace('"a":', "").translate({91: "]", 123: "}"})[::-1]
    assert "more than 64 deep" in refusal(deep)
    assert "more than 64 deep" in refusal(TEXT.replace(TEN, f'"out_features": {deep}'))


def test_brackets_in_texts_are_no_nesting() -> None:
    text = TEXT.replace(TEN, TEN + ', "mystery": "' + "[" * 1000 + '\\"' + "{" * 1000 + '"')
    assert len(files.decoded(text.encode()).document.main.nodes) == 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \r\n\t", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\xff\xfe{\x00}\x00", "line 1, at byte 0"),
        (b'{\n"a": "\xc3("}', "line 2, at byte 8"),
        (b'{\n"a": "\xed\xa0\x80"}', "line 2, at byte 8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "line 1, at byte 0"),
        (b"[1, 2]", "no Layerloom document"),
        (b"3", "no Layerloom document"),
        (b'{"nbformat": 4}', "no Layerloom document"),
        (b'{"a": 1,}', "line 1, column "),
        (b'{"a": 1} {"b": 2}', "line 1, column 10"),
        (b'{\n  "a": 1\n  "b": 2\n}', "line 3, column 3"),
        (b"{'a': 1}", "line 1, column 2"),
        (b'{"a": "x\ny"}', "line 1, column 9"),
        (b'{"a": "\\x"}', "line 1, column 8"),
        (b'{"a": +1}', "line 1, column 7"),
        (b'{"a": 01}', "line 1, column 8"),
        (b"\0", "line 1, column 1"),
    ],
)
def test_what_is_no_json_is_refused_where_it_breaks(data: bytes, words: str) -> None:
    assert words in refusal(data)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\n\n" + data + b"\t\n",
        lambda data: json.dumps(json.loads(data)).encode(),
    ],
    ids=["byte order mark", "Windows line ends", "space around", "one line"],
)
def test_what_other_programs_do_to_a_text_changes_nothing(
    change: Callable[[bytes], bytes],
) -> None:
    opened = files.decoded(change(TEXT.encode()))
    assert opened.notices == () and snapshot(opened.document) == snapshot(classifier())


def test_a_lone_surrogate_is_kept_as_it_is() -> None:
    text = TEXT.replace('"field": "image"', '"field": "im\\udce9ge"')
    opened = files.decoded(text.encode())
    assert opened.document.main.nodes[NodeId("image")].settings["field"] == "im\udce9ge"
    assert files.encoded(opened.document) == text.encode()


@pytest.mark.parametrize(
    ("part", "words"),
    [('"nodes": {', "breaks at graphs.main"), ('"layer": "linear"', "breaks at graphs.main.nodes")],
)
def test_a_lone_surrogate_for_a_word_of_the_format_is_refused(part: str, words: str) -> None:
    assert words in refusal(TEXT.replace(part, '"\\ud800": {}, ' + part, 1))


def test_a_lone_surrogate_for_a_number_is_a_problem_of_its_setting() -> None:
    opened = files.decoded(TEXT.replace(TEN, '"out_features": "\\ud800"').encode())
    evaluation = Evaluation(opened.document.main)
    evaluation.close()
    assert any("out_features" in one.message for one in evaluation.problems())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"layer": "linear"', '"layer": 3', "nodes.classify.layer: there is a whole number"),
        ('"layer": "linear",', "", "graphs.main.nodes.classify: “layer” is missing"),
        ('"tied": null,', '"tied": null}, "muted": {', "“muted” is not known there"),
        ('"format"', '"comment": "", "format"', "“comment” is not known there"),
        ('"graphs": {\n    "main"', '"graphs": {\n    "side"', "there is no graph “main”"),
        ('"flatten": [0, 0]', '"flatten": [0, 0.5]', "view.main.positions.flatten[1]"),
        ('"flatten": [0, 0]', '"flatten": [0, 2147483648]', "view.main.positions.flatten[1]"),
        ('["classify", "output", "digit", "input", 0]', '["classify"]', "graphs.main.links[1]"),
        ('"digit", "input", 0]', '"digit", "input", -1]', "graphs.main.links[1][4]"),
        ('"notes": {}', '"notes": {"n": {"text": "", "position": 1}}', "main.notes.n.position"),
        ('"notes": {}', '"notes": {"n": {"text": "", "position": [0, 2147483648]}}', "too far"),
        ('"frames": {}', '"frames": {"f": {"title": ""}}', "graphs.main.frames.f"),
        ('"content": "class"', '"content": "odour"', "data.fields.digit.content: “odour” is none"),
        ('"content": "class"', '"smell": 1, "content": "class"', "data.fields.digit: “smell”"),
        ('"sizes": [1, 28, 28]', '"sizes": [1, "H", 28]', "the size “H” is not among"),
        ('"sizes": [1, 28, 28]', '"sizes": [1, 0, 28]', "data.fields.image: 0 is no size"),
        ('"vocabulary": null', '"vocabulary": 0', "0 is no size of a vocabulary"),
        ('["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]', "[]", "it has no classes"),
        ('"domains": {}', '"domains": {"T": {"low": 9, "high": 5}}', "data.domains.T: no size"),
        ('"domains": {}', '"domains": {"T": {"low": 7, "high": 9, "multiple": 6}}', "no size"),
        ('"domains": {}', '"domains": {"T": {"low": 1, "high": 5, "multiple": 0}}', "no size"),
        ('"domains": {}', '"domains": {"T": {"low": -1, "high": 5}}', "no size"),
        ('"domains": {}', '"domains": {"T": {"low": 1, "high": 2147483648}}', "too large"),
        ('"domains": {}', '"domains": {"N": {"low": 1, "high": 5}}', "N is the batch"),
        ('"augmentation": []', '"augmentation": 3', "plan.augmentation"),
        ('"id": "adamw"', '"id": 3', "plan (optimizers).id"),
    ],
)
def test_values_of_the_wrong_kind_are_refused_with_their_place(
    old: str, new: str, words: str
) -> None:
    assert old in TEXT
    assert words in refusal(TEXT.replace(old, new, 1))


# ---- too large ----


def crowd(nodes: int, links: int = 0) -> bytes:
    """A file with that many ReLU nodes and links."""
    tree = json.loads(TEXT)
    tree["graphs"]["main"]["nodes"] = {
        f"n{i}": {"layer": "relu", "name": f"n{i}", "settings": {}} for i in range(nodes)
    }
    tree["graphs"]["main"]["links"] = [
        [f"n{i % nodes}", "output", f"n{i // nodes}", "input", i] for i in range(links)
    ]
    tree["view"]["main"]["positions"] = {f"n{i}": [i, 0] for i in range(nodes)}
    return json.dumps(tree).encode()


MANY = "more than the 1,200,000 values allowed"
OVER_A_LIMIT: dict[str, tuple[Callable[[], bytes], str]] = {
    "graph": (lambda: b'{"links": [' + b'["n", "output", "m", "input", 0],' * 1_000_000, MANY),
    "very many nodes": (lambda: crowd(100_000), MANY),
    "nodes": (lambda: crowd(20_001), "20,001 nodes, more than the 20,000 allowed"),
    "links": (lambda: crowd(1000, 100_001), "100,001 links, more than the 100,000 allowed"),
    "values": (lambda: b"[" + b"0," * 4_000_000, MANY),
    "quotes": (lambda: b'["' + b'""' * 4_000_000, MANY),
    "text": (lambda: TEXT.replace(TEN, f'"a": "{"x" * 50_000_000}"').encode(), "50,000,000 char"),
    "key": (lambda: TEXT.replace(TEN, f'"{"x" * 50_000_000}": 1').encode(), "50,000,000 char"),
    "list": (lambda: TEXT.replace(TEN, f'"a": [["{"x" * 1_000_001}"]]').encode(), "1,000,001 ch"),
    "bytes": (lambda: b" " * (64 * 2**20 + 1), "64 MiB"),
}


@pytest.mark.parametrize("case", OVER_A_LIMIT)
def test_what_is_over_a_limit_is_refused_within_a_second(case: str) -> None:
    make, words = OVER_A_LIMIT[case]
    data = make()

    def refused() -> None:
        with pytest.raises(TooLarge, match=words):
            files.decoded(data)

    assert least_seconds(refused, 1) < 1


def test_texts_without_an_end_take_no_more_time_than_others() -> None:
    start = time.process_time()
    refusal('{"a": "' + '\\"' * 2_000_000)
    refusal('{"a": ' + '"\\' * 1_000_000)
    assert time.process_time() - start < 1


def test_five_thousand_nodes_open_in_three_seconds() -> None:
    data = crowd(5000, 10_000)
    start = time.process_time()
    opened = files.decoded(data)
    assert time.process_time() - start < 3
    assert len(opened.document.main.nodes) == 5000


def test_twenty_thousand_nodes_of_one_name_get_names_of_their_own_in_time() -> None:
    tree = json.loads(crowd(20_000))
    for node in tree["graphs"]["main"]["nodes"].values():
        node["name"] = "same"
    start = time.process_time()
    opened = files.decoded(json.dumps(tree).encode())
    assert time.process_time() - start < 5
    assert len(opened.document.main.names) == 20_000 and len(opened.notices) == 19_999


def test_an_endless_file_is_read_up_to_the_limit_only() -> None:
    if not os.path.exists("/dev/zero"):
        pytest.skip("needs /dev/zero")
    with pytest.raises(Unreadable, match="is no file"):
        files.read("/dev/zero")


# ---- nothing is run ----

EVIL = ["os.system", "torch.hub.load", "../x", "__class__", "__import__('os').system('touch x')"]

SPY = """
import sys
from graphs import files
from graphs.checking.evaluation import Evaluation
from graphs.checking.structure import problems

def use(data):
    document = files.decoded(data).document
    files.encoded(document)
    return problems(document, Evaluation(document.main))

use(sys.stdin.buffer.readline())  # libraries may prepare themselves at their first use
before, calls = set(sys.modules), []
sys.addaudithook(lambda event, args: calls.append(event))
found = use(sys.stdin.buffer.readline())
watched = {"import", "exec", "compile", "open", "os.system", "subprocess.Popen"}
print(sorted(set(sys.modules) - before), sorted(watched & set(calls)), len(found) > 0)
"""


def evil() -> bytes:
    tree = json.loads(TEXT)
    nodes = tree["graphs"]["main"]["nodes"]
    for number, word in enumerate(EVIL):
        nodes[word] = {"layer": word, "name": f"evil{number}", "settings": {word: word}}
        nodes[f"known{number}"] = {
            "layer": "linear",
            "name": f"known{number}",
            "settings": {"out_features": word, "bias": {"$ref": word, "py/object": word}},
        }
    tree["data"]["source"] = EVIL[-1]
    return json.dumps(tree).encode()


def test_words_that_name_code_stay_words() -> None:
    lines = json.dumps(json.loads(TEXT)).encode() + b"\n" + evil() + b"\n"
    done = subprocess.run(
        [sys.executable, "-c", SPY], input=lines, capture_output=True, check=True, timeout=60
    )
    assert done.stdout.decode().strip() == "[] [] True"


def test_words_that_name_code_are_shown_as_problems_and_written_back() -> None:
    document = files.decoded(evil()).document
    problems = Evaluation(document.main).problems()
    for number, word in enumerate(EVIL):
        told = [p.message for p in problems if p.node == word]
        assert told == [
            f"This version of Layerloom has no layer “{word}”. The node is kept as it is; "
            "remove it, or open the file with a newer version."
        ]
        assert len([p for p in problems if p.node == f"known{number}"]) == 2
    assert (
        json.loads(files.encoded(document))["graphs"]
        == json.loads(files.encoded(files.decoded(files.encoded(document)).document))["graphs"]
    )


def test_every_refusal_is_one_family_of_errors() -> None:
    assert issubclass(BrokenFile, FileError) and issubclass(TooLarge, FileError)
    assert isinstance(files.decoded(TEXT.encode()).document, Document)
