"""One window has a document; dead ones have none, whatever number the system gives away again."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from graphs.errors import InUse
from graphs.files import owners
from graphs.files.owners import Owner
from graphs.keeping import claims


def stale(file: Path, owner: Owner) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(msgspec.json.encode({"owner": owner, "document": "", "chance": "1"}))


def test_a_second_claim_is_refused_until_the_first_is_released(tmp_path: Path) -> None:
    document = tmp_path / "a.loom"
    first = claims.claim(document, tmp_path)
    assert first is not None
    with pytest.raises(InUse, match="open in another window"):
        claims.claim(document, tmp_path)
    first.release()
    assert claims.claim(document, tmp_path) is not None


def test_a_link_to_a_document_is_the_same_document(tmp_path: Path) -> None:
    (tmp_path / "a.loom").write_text("")
    (tmp_path / "link.loom").symlink_to(tmp_path / "a.loom")
    assert claims.claim(tmp_path / "a.loom", tmp_path) is not None
    with pytest.raises(InUse):
        claims.claim(tmp_path / "link.loom", tmp_path)


@pytest.mark.parametrize(
    "owner",
    [
        Owner(owners.me().machine, 2**22 + 9, owners.me().began),
        Owner(owners.me().machine, os.getpid(), "another boot 17"),
        Owner(owners.me().machine, -1, owners.me().began),
        Owner(owners.me().machine, 2**40, owners.me().began),
    ],
    ids=["nobody", "a number given away again", "no number", "too large a number"],
)
def test_the_claim_of_a_process_that_is_no_more_is_taken_over(tmp_path: Path, owner: Owner) -> None:
    document = tmp_path / "a.loom"
    stale(claims.place(document, tmp_path), owner)
    assert claims.claim(document, tmp_path) is not None
    assert len(list((tmp_path / claims.FOLDER).iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]" * 9, b'{"owner": null}'])
def test_a_claim_that_cannot_be_read_holds_nobody_up(tmp_path: Path, content: bytes) -> None:
    document = tmp_path / "a.loom"
    file = claims.place(document, tmp_path)
    file.parent.mkdir()
    file.write_bytes(content)
    assert claims.claim(document, tmp_path) is not None


def test_a_killed_process_is_dead_though_nobody_has_asked_how_it_ended() -> None:
    script = "from graphs.files import owners; import msgspec; "
    script += "print(msgspec.json.encode(owners.me()).decode(), flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    assert process.stdout is not None
    owner = msgspec.json.decode(process.stdout.readline(), type=Owner)
    assert owners.lives(owner, 0)
    process.kill()
    while os.name == "posix" and owners.lives(owner, 0):
        pass
    assert not owners.lives(owner, 0)
    process.communicate()


def test_where_the_folder_takes_nothing_nobody_is_held_up(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert claims.claim(tmp_path / "a.loom", tmp_path / "file") is None


CLAIM = """
import sys
from pathlib import Path
from graphs.errors import InUse
from graphs.keeping import claims
print("ready", flush=True)
input()
try:
    print("mine" if claims.claim(Path(sys.argv[1]), Path(sys.argv[2])) else "none", flush=True)
except InUse:
    print("taken", flush=True)
input()
"""


def test_of_several_that_take_over_a_stale_claim_at_once_one_has_it(tmp_path: Path) -> None:
    document = tmp_path / "a.loom"
    stale(claims.place(document, tmp_path), Owner(owners.me().machine, 2**22 + 9, ""))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM, str(document), str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.getcwd()},
        )
        for _ in range(4)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.stdout.readline().strip() for process in running if process.stdout is not None]
    for process in running:
        process.communicate("\n", timeout=60)
    assert sorted(said) == ["mine", "taken", "taken", "taken"]
