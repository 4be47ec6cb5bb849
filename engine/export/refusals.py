"""Why an export is refused, in sentences of our own: the node, the reason, and the way out.

What libraries say is for those who mend this program; it stays in the errors' causes, which the
child process writes to its standard error, and never reaches the user.
"""

from __future__ import annotations

import errno

from engine.errors import ExportError

NOTHING = "No file was written."
NOT_FORESEEN = (
    "The export failed in a way that nobody foresaw. Try again; if it comes back, change the graph "
    "near the last layers you added, or export the weights alone (safetensors). No file was "
    "written."
)
NO_MEMORY = (
    "There is not enough memory to export this network. Close other programs, or make the network "
    "smaller. No file was written."
)
CUT_OFF = (
    "The process that writes the file ended with code {code} before it was done. Memory may have "
    "run out: close other programs, then try again. No file was written."
)
DISK = (
    "The file could not be written and read again beside its place. Make room on the disk, or "
    "choose another. No file was written."
)
_OUT_OF_MEMORY = frozenset({
    "can't allocate memory", "not enough memory", "Failed to allocate memory", "bad_alloc",
})  # fmt: skip
"""What torch and onnxruntime say."""


def not_written(node: str | None, error: Exception) -> ExportError:
    """That torch's exporter, or what comes after it, gave up at a node."""
    if lacks_memory(error):
        return ExportError(NO_MEMORY)
    if node is None:
        return ExportError(
            "This network cannot be written in ONNX as a whole, although each of its nodes can. "
            "Show fewer Outputs, or export the weights alone (safetensors). No file was written."
        )
    return ExportError(
        "The node “{node}” cannot be exported to ONNX, because torch knows no way to write it "
        "there. Replace it by another layer, or export the weights alone (safetensors). No file "
        "was written.",
        node=node,
    )


def fails_itself(node: str | None, at: object, error: Exception) -> ExportError:
    """That the network cannot compute what its inputs allow."""
    if lacks_memory(error):
        return ExportError(NO_MEMORY)
    if not node:
        return ExportError(
            "The network itself fails at {sizes}. Change it so that it computes every size that "
            "its inputs allow. No file was written.",
            sizes=at,
        )
    return ExportError(
        "The network itself fails at the node “{node}” at {sizes}. Change it so that it computes "
        "every size that its inputs allow. No file was written.",
        node=node,
        sizes=at,
    )


def not_finite(output: str, node: str | None) -> ExportError:
    """That the network gives no numbers, so that nothing can be compared."""
    if not node or node == output:
        return ExportError(
            "The network itself gives values at “{output}” that are no finite numbers, so nothing "
            "can be compared. Train it again with a lower learning rate before you export it. No "
            "file was written.",
            output=output,
        )
    return ExportError(
        "The network itself gives values at “{output}” that are no finite numbers, so nothing "
        "can be compared. They begin at the node “{node}”. Train it again with a lower learning "
        "rate before you export it. No file was written.",
        output=output,
        node=node,
    )


def not_valid(node: str | None) -> ExportError:
    """The error for a written file that another program could not load, with the node at fault."""
    if not node:
        return ExportError(
            "What was written is no valid ONNX file. Try again, or export the weights alone "
            "(safetensors). No file was written."
        )
    return ExportError(
        "What was written is no valid ONNX file: it breaks at the node “{node}”. Replace that "
        "layer by another one, or export the weights alone (safetensors). No file was written.",
        node=node,
    )


def departs(what: str, node: str) -> ExportError:
    """That the file computes something else; ``what`` says where and how."""
    return ExportError(
        "{what}. The first node that departs is “{node}”. Replace it or change its settings, or "
        "export the weights alone (safetensors). No file was written.",
        what=what,
        node=node,
    )


def other_code(output: str | None) -> ExportError:
    """That the Python file, run by itself, does not compute what the network computes."""
    if output is None:
        return ExportError(
            "The Python file that was written does not run by itself. Export to ONNX, or the "
            "weights alone (safetensors). No file was written."
        )
    return ExportError(
        "The Python file that was written computes something else at “{output}” than the network. "
        "Export to ONNX, or the weights alone (safetensors). No file was written.",
        output=output,
    )


def differing_copies(node: str) -> ExportError:
    """That copies of one module do not compute alike, so that no class can stand for them."""
    return ExportError(
        "The copies of “{node}” share their weights but do not compute the same. Let each copy "
        "have its own weights or the same settings, or export to ONNX. No file was written.",
        node=node,
    )


def no_program(node: str | None, error: Exception) -> ExportError:
    """That torch.export gave up at a node, or would fix a size that is free."""
    if lacks_memory(error):
        return ExportError(NO_MEMORY)
    if node is None:
        return other_program(None)
    return ExportError(
        "The node “{node}” cannot be written as a program of torch for every size that its inputs "
        "allow. Replace it by another layer, or export to ONNX or Python. No file was written.",
        node=node,
    )


def other_program(output: str | None) -> ExportError:
    """That a program of torch.export, loaded again, is not the network."""
    if output is None:
        return ExportError(
            "The program that was written does not run at every size that the inputs allow. Export "
            "to ONNX or Python. No file was written."
        )
    return ExportError(
        "The program that was written computes something else at “{output}” than the network. "
        "Export to ONNX or Python. No file was written.",
        output=output,
    )


def unforeseen(error: BaseException) -> str:
    """What to say of an error that nothing else has a sentence for."""
    if lacks_memory(error):
        return NO_MEMORY
    return DISK if isinstance(error, OSError) else NOT_FORESEEN


def lacks_memory(error: BaseException) -> bool:
    """Whether memory ran out; torch and onnxruntime have no class of their own for it on a CPU."""
    told = isinstance(error, OSError) and error.errno == errno.ENOMEM
    return (
        told or isinstance(error, MemoryError) or any(one in str(error) for one in _OUT_OF_MEMORY)
    )
