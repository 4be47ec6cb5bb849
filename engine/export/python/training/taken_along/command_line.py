"""The commands of a file that trains, and what it says when one cannot be followed."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.export.python.training.taken_along.array_files import UnfitSamplesError

SPLITS = ("train", "valid", "test")


def parse_arguments(trained: Path, exported: Path, samples: str) -> argparse.Namespace:
    """What is asked for on the command line; ``samples`` says what a file of them is."""
    usual = trained if trained.exists() else exported
    parser = argparse.ArgumentParser(description="Train, measure and ask the network of this file.")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train from scratch, as the constants say")
    train.add_argument("--to", type=Path, default=trained)
    evaluate = commands.add_parser("evaluate", help="measure on samples whose answers are known")
    evaluate.add_argument("--weights", type=Path, default=usual)
    evaluate.add_argument("--split", choices=SPLITS, default="test")
    predict = commands.add_parser("predict", help="answer new samples")
    predict.add_argument("file", type=Path, help=samples)
    predict.add_argument("--weights", type=Path, default=usual)
    predict.add_argument("--to", type=Path, help="a file for all answers, as np.load reads it")
    return parser.parse_args()


def error_message(error: Exception, samples: Path) -> str:
    """Why a file cannot be used, as a sentence; ``samples`` is the file of them."""
    match error:
        case FileNotFoundError():
            return f"There is no such file: {error.filename or error}"
        case OSError():
            return f"“{error.filename or 'A file'}” cannot be used: {error.strerror}."
        case KeyError():
            return f"{samples.name} lacks the array “{error.args[0]}”. Save one under this name."
        case UnicodeDecodeError():
            return f"{samples.name} is not written in UTF-8. Save it so."
        case UnfitSamplesError():
            return f"{samples.name} cannot be used: {error}"
        case _:
            return f"The file cannot be used: {error}"
