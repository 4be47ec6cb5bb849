"""The commands of a file that trains, and what it says when one cannot be followed."""

from __future__ import annotations

import argparse
from pathlib import Path

from safetensors import SafetensorError

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


def error_message(error: Exception) -> str:
    """Why a file cannot be used, as a sentence."""
    match error:
        case FileNotFoundError():
            return f"There is no such file: {error.filename or error}"
        case KeyError():
            return f"The file lacks {error}, which the network takes."
        case UnicodeDecodeError():
            return "The file is not written in UTF-8. Save it so."
        case SafetensorError():
            return "The weights are no .safetensors file, or not a whole one. Take others."
        case _:
            return f"The file cannot be used: {error}"
