"""Names that a file which trains has a use for itself, so that nothing of a network takes them."""

from engine.export.python.own_code import taken_along_names

FUNCTIONS = frozenset(
    {"augment", "batches", "describe", "evaluate", "initial_network", "inputs", "load"}
    | {"loss_count", "loss_counts", "main", "make_optimizer", "measure", "micro_batches"}
    | {"predict", "predictions", "rate_factor", "read_samples", "split_rows", "take"}
    | {"targets", "train", "train_step"}
)
"""What the functions of the file are called."""
CLASSES = frozenset({"Any", "Array", "Batch", "Criterion", "Iterator", "Mapping", "NDArray", "Raw"})
"""The same of its classes and types."""
PATHS = frozenset({"DATA_FILE", "HERE", "INITIAL_FILE", "TRAINED_FILE", "WEIGHTS_FILE"})
"""The same of the paths of what lies beside it."""
CONSTANTS = PATHS | {"BATCH_SIZE", "DEVICE", "EPOCHS", "SEED"} | taken_along_names()
"""The same of its constants that every file has, and of what is taken along."""
MODULES = frozenset(
    {"argparse", "csv", "functional", "hashlib", "math", "nn", "np", "torch", "zipfile"}
)
LOCAL = (
    FUNCTIONS
    | MODULES
    | taken_along_names()
    | {"batch", "correct", "count", "counts", "criterion", "deviation", "group", "groups"}
    | {"loss", "losses", "means", "metrics", "name", "network", "optimizer", "part", "parts"}
    | {"raw", "rows", "samples", "self", "share", "step", "steps", "terms", "total", "value"}
    | {"weight", "whole"}
)
"""What variables for the values of a network are not called."""
