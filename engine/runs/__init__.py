"""Runs: their folders, how they are made, listed, named and removed."""

from engine.runs.describing import describe
from engine.runs.extending import extend
from engine.runs.folder import (
    ABOUT,
    BEST,
    CHECKPOINTS,
    EVENTS,
    FOLDS,
    METRICS,
    MOST_THREADS,
    OTHERS,
    PREPROCESSING,
    STATUS,
    Run,
    RunAbout,
    RunState,
    Status,
)
from engine.runs.listing import Listing, interrupted, leave, listed, listing
from engine.runs.lock import any_left, remove_left
from engine.runs.making import check, create
from engine.runs.notes import NOTES, Notes
from engine.runs.removing import delete, sweep

__all__ = [
    "ABOUT",
    "BEST",
    "CHECKPOINTS",
    "EVENTS",
    "FOLDS",
    "METRICS",
    "MOST_THREADS",
    "NOTES",
    "OTHERS",
    "PREPROCESSING",
    "STATUS",
    "Listing",
    "Notes",
    "Run",
    "RunAbout",
    "RunState",
    "Status",
    "any_left",
    "check",
    "create",
    "delete",
    "describe",
    "extend",
    "interrupted",
    "leave",
    "listed",
    "listing",
    "remove_left",
    "sweep",
]
