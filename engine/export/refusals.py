"""Why an export is refused, in sentences of our own: the node, the reason, and the way out.

What libraries say is for those who mend this program; it stays in the errors' causes, which the
child process writes to its standard error, and never reaches the user.
"""

from __future__ import annotations

import errno

from engine.errors import ExportError

NOTHING = "No file was written."
WEIGHTS = "export the weights alone (safetensors)"
NOT_FORESEEN = (
    "The export failed in a way that nobody foresaw. Try again; if it comes back, change the graph "
    f"near the last layers you added, or {WEIGHTS}. {NOTHING}"
)
NO_MEMORY = (
    "There is not enough memory to export this network. Close other programs, or make the network "
    f"smaller. {NOTHING}"
)
CUT_OFF = (
    "The process that writes the file ended with code {code} before it was done. Memory may have "
    f"run out: close other programs, then try again. {NOTHING}"
)
DISK = (
    "The file could not be written and read again beside its place. Make room on the disk, or "
    f"choose another. {NOTHING}"
)


def not_written(node: str | None, error: Exception) -> ExportError:
    """That torch's exporter, or what comes after it, gave up at a node."""
    if lacks_memory(error):
        return ExportError(NO_MEMORY)
    if node is None:
        return ExportError(
            "This network cannot be written in ONNX as a whole, although each of its nodes can. "
            f"Show fewer Outputs, or {WEIGHTS}. {NOTHING}"
        )
    return ExportError(
        f"The node “{node}” cannot be exported to ONNX, because torch knows no way to write it "
        f"there. Replace it by another layer, or {WEIGHTS}. {NOTHING}"
    )


def fails_itself(node: str | None, at: object, error: Exception) -> ExportError:
    """That the network cannot compute what its inputs allow."""
    if lacks_memory(error):
        return ExportError(NO_MEMORY)
    where = f" at the node “{node}”" if node else ""
    return ExportError(
        f"The network itself fails{where} at {at}. Change it so that it computes every size that "
        f"its inputs allow. {NOTHING}"
    )


def not_finite(output: str, node: str | None) -> ExportError:
    """That the network gives no numbers, so that nothing can be compared."""
    began = f" They begin at the node “{node}”." if node and node != output else ""
    return ExportError(
        f"The network itself gives values at “{output}” that are no finite numbers, so nothing can "
        f"be compared.{began} Train it again with a lower learning rate before you export it. "
        f"{NOTHING}"
    )


def not_valid(node: str | None) -> ExportError:
    """That no other program could load what was written."""
    where = f": it breaks at the node “{node}”" if node else ""
    way = "Replace that layer by another one" if node else "Try again"
    return ExportError(
        f"What was written is no valid ONNX file{where}. {way}, or {WEIGHTS}. {NOTHING}"
    )


def departs(what: str, node: str) -> ExportError:
    """That the file computes something else; ``what`` says where and how."""
    return ExportError(
        f"{what}. The first node that departs is “{node}”. Replace it or change its settings, or "
        f"{WEIGHTS}. {NOTHING}"
    )


def unforeseen(error: BaseException) -> str:
    """What to say of an error that nothing else has a sentence for."""
    if lacks_memory(error):
        return NO_MEMORY
    return DISK if isinstance(error, OSError) else NOT_FORESEEN


def lacks_memory(error: BaseException) -> bool:
    """Whether memory ran out; torch and onnxruntime have no class of their own for it on a CPU."""
    told = isinstance(error, OSError) and error.errno == errno.ENOMEM
    spoken = (
        "can't allocate memory",
        "not enough memory",
        "Failed to allocate memory",
        "bad_alloc",
    )
    return told or isinstance(error, MemoryError) or any(one in str(error) for one in spoken)
