"""A kind of data that is one class, from reading it to exporting a model that was trained on it."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from engine import runs
from engine.asking.prediction import Predictor
from engine.controls import Controls
from engine.data.choosing import understood
from engine.data.choosing.preview import preview
from engine.data.prepare import prepare
from engine.data.sources import Proposal, reader_of
from engine.errors import DataError
from engine.export.model import from_run
from engine.export.onnx.verified_export import proven
from engine.runs import Run
from engine.runs.events.event_types import Finished
from engine.training.loop import train
from graphs import files
from graphs.checking.evaluation import evaluated
from graphs.checking.structure import problems
from graphs.data import DataKind
from graphs.data.sources import Source
from graphs.errors import BrokenFile
from graphs.plan.plan import Plan
from graphs.proposing import drafted
from graphs.sizes import BATCH
from graphs.types import Kind, TensorType
from tests.engine.data.kinds.new_kinds import COUNT, MOMENTS, SIDE, new_kinds

PLAN = Plan(epochs=30, threads=1)


@pytest.fixture(scope="module", autouse=True)
def known() -> Iterator[None]:
    with new_kinds():
        yield


def proposed(source: str) -> Proposal:
    return reader_of(Source.get(source)()).propose()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that has learned to tell tones apart."""
    return trained("recordings", tmp_path_factory.mktemp("recorded"))


@pytest.fixture(scope="module")
def outlined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that has learned what each pixel shows."""
    return trained("outlined", tmp_path_factory.mktemp("outlined"))


@pytest.fixture(scope="module")
def sung(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that has learned which melodies rise."""
    return trained("melodies", tmp_path_factory.mktemp("sung"))


def trained(source: str, place: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(place))
        document = drafted(proposed(source).section, COUNT, PLAN).document
        folder = runs.create(document, place / "run")
        assert isinstance(list(train(folder, Controls()))[-1], Finished)
    return folder


@pytest.mark.parametrize("source", ["recordings", "outlined", "melodies", "cornered"])
def test_a_document_with_it_is_drawn_and_saved_and_opens(source: str) -> None:
    section = proposed(source).section
    document = drafted(section, COUNT).document
    assert problems(document, evaluated(document.main)) == []
    data = files.encoded(document)
    again = files.decoded(data)
    assert again.document.data == section and not again.notices
    assert files.encoded(again.document) == data


def test_a_version_without_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    data = files.encoded(drafted(proposed("recordings").section, COUNT).document)
    older = {id: kind for id, kind in DataKind._members.items() if id != "sound"}
    monkeypatch.setattr(DataKind, "_members", older)
    with pytest.raises(BrokenFile, match="“sound” is none of the words"):
        files.decoded(data)


def test_it_has_a_type_that_links_and_losses_know() -> None:
    assert proposed("recordings").section.types()["clip"] == TensorType(
        Kind.FLOAT, (BATCH, MOMENTS)
    )
    assert proposed("outlined").section.types()["outline"] == TensorType(
        Kind.INDEX, (BATCH, SIDE, SIDE), values=2
    )


def test_it_is_told_of_and_shown() -> None:
    found = proposed("recordings")
    assert ["clip", "learned from", f"numbers, {MOMENTS}"] in understood.rows(found.section)
    shown = preview(found.section, 4, found.samples)
    assert np.asarray(shown.first["clip"]).shape == (4, MOMENTS)
    outlines = proposed("outlined")
    look = preview(outlines.section, 4, outlines.samples)
    assert np.asarray(look.first["outline"]).shape == (4, 8, 8)


def test_its_numbers_are_fitted_and_brought_to_one_scale() -> None:
    found = prepare(proposed("recordings").section, Plan(), "cpu")
    (shift,), (scale,) = (
        getattr(found.preprocessing.numbers["clip"], n) for n in ("shift", "scale")
    )
    assert 300 < shift < 700 and 5000 < scale < 8000
    clips = found.train.take(slice(None))["clip"]
    assert clips.shape[1:] == (MOMENTS,) and abs(float(clips.mean())) < 1e-3
    assert float(clips.std()) == pytest.approx(1, abs=1e-2)
    again = type(found.preprocessing).decoded(found.preprocessing.encoded())
    assert again == found.preprocessing


def test_a_model_of_it_is_asked_about_new_samples(recorded: Path, tmp_path: Path) -> None:
    predictor = Predictor(recorded)
    moments = np.arange(MOMENTS)
    high, low = (9000 * np.sin(2 * np.pi * moments * step) + 500 for step in (0.25, 0.07))
    saved = tmp_path / "clip.npy"
    np.save(saved, np.stack([high, low]).astype(np.int16))
    for given in (saved, [high.tolist(), low.tolist()], json.dumps([high.tolist(), low.tolist()])):
        answers = [row[0].class_ for row in predictor.predict(given).samples]
        assert answers == ["high", "low"]
    (tmp_path / "clip.wav").write_bytes(b"RIFF")
    with pytest.raises(DataError, match="holds no numbers"):
        predictor.predict(tmp_path / "clip.wav")


def test_a_model_that_predicts_it_is_asked(outlined: Path) -> None:
    picture = np.full((1, SIDE, SIDE), 20, dtype=np.uint8)
    picture[0, 2:6, 3:7] = 220
    ((answer,),) = Predictor(outlined).predict(picture).samples
    assert answer.steps is not None
    found = np.array(answer.steps).reshape(SIDE, SIDE)
    assert (found == "square").tolist() == (picture[0] > 100).tolist()


def test_a_derived_kind_has_what_its_base_has_and_a_file_format_of_its_own(
    sung: Path, tmp_path: Path
) -> None:
    assert [node.layer for node in Run.open(sung).document.main.nodes.values()].count("gru") == 1
    song = tmp_path / "song.tones"
    predictor = Predictor(sung)
    for tones, way in (("c d e f g", "up"), ("b a g f", "down")):
        song.write_text(tones)
        ((answer,),) = predictor.predict(song).samples
        assert answer.class_ == way
    answers = predictor.predict([[0, 1, 2, 3], [5, 4, 3, 2, 1]]).samples
    assert [row[0].class_ for row in answers] == ["up", "down"]


@pytest.mark.parametrize(
    ("run", "fields"),
    [
        ("sung", {"melody": "melody"}),
        ("recorded", {"clip": "sound"}),
        ("outlined", {"outline": "outline"}),
    ],
)
def test_it_is_exported_with_what_a_reader_needs(
    run: str, fields: dict[str, str], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    proven(from_run(request.getfixturevalue(run)), tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    told = json.loads(session.get_modelmeta().custom_metadata_map["preprocessing"])
    for name, kind in fields.items():
        assert told["fields"][name]["content"] == kind
    outputs = json.loads(session.get_modelmeta().custom_metadata_map["outputs"])
    assert all(len(one["classes"]) == 2 for one in outputs.values())
