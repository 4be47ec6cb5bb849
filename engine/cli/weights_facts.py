"""What the command line tells of the weights that a document starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import GraphProblems, WeightsError
from engine.machine import free_memory
from engine.weights import initial_weights
from engine.weights.fitting import Report, Row
from engine.weights.weight_store import check, folders
from graphs.document.document import Document
from graphs.errors import FileError
from graphs.problems import Severity
from graphs.wording.phrases import phrase

UNTOLD = "What of the weights fits is told once the errors are mended."


def of_document(document: Document, path: Path, problems: list[dict[str, Any]]) -> dict[str, Any]:
    """What of its weights a document at a path takes, under ``weights``.

    When they are missing or no weights at all, that is one more of the ``problems``.
    """
    sha = document.weights
    assert sha is not None, "asked for documents that start from weights"
    told: dict[str, Any] = {"sha256": sha, "sentences": [], "tensors": []}
    try:
        check(document, folders(path))
        told |= _told(initial_weights.report(document, sha, folders(path), free_memory()))
    except GraphProblems:
        told["sentences"] = [phrase(UNTOLD)]
    except (FileError, WeightsError) as error:
        problems.append(_problem(str(error)))
    return {"weights": told}


def _told(report: Report) -> dict[str, Any]:
    layers, origin = report.layers(), report.origin
    return {
        "origin": {"run": origin.run, "epoch": origin.epoch, "file": origin.file},
        "layers": {"whole": layers.whole, "in_part": layers.partly, "anew": layers.anew},
        "sentences": list(report.sentences()),
        "tensors": [_tensor(row) for row in report.rows],
    }


def _tensor(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "fit": row.fit,
        "sizes": list(row.here) if row.here is not None else None,
        "sizes_in_file": list(row.there) if row.there is not None else None,
    }


def _problem(message: str) -> dict[str, Any]:
    where = dict.fromkeys(("node", "name", "port", "fix"))
    return {"severity": Severity.ERROR.value, "message": message, **where}
