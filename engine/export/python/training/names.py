"""Names that a file which trains has a use for itself, so that nothing of a network takes them."""

from engine.export.python.own_code import taken_along_names

FUNCTIONS = frozenset(
    {"answers", "augmented", "batches", "beside", "descent", "evaluate", "factor", "first"}
    | {"inputs", "learn", "load", "main", "measured", "parts", "predict", "read", "said", "size"}
    | {"sizes", "splits", "taken", "targets", "train"}
)
"""What the functions of the file are called."""
CLASSES = frozenset({"Any", "Array", "Batch", "Criterion", "Iterator", "Mapping", "NDArray", "Raw"})
"""The same of its classes and types."""
MODULES = frozenset(
    {"argparse", "csv", "functional", "hashlib", "math", "nn", "np", "torch", "zipfile"}
)
LOCAL = (
    FUNCTIONS
    | MODULES
    | taken_along_names()
    | {"batch", "chosen", "count", "criterion", "each", "epoch", "every", "found", "given", "group"}
    | {"groups", "loss", "losses", "means", "name", "network", "number", "off", "optimizer", "own"}
    | {
        "line",
        "part",
        "raw",
        "right",
        "row",
        "rows",
        "samples",
        "self",
        "share",
        "some",
        "step",
        "steps",
    }
    | {"weight", "whole"}
)
"""What variables for the values of a network are not called."""
