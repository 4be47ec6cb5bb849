"""Export: a trained network as a file for other programs, shown to compute the same.

Each way to export is one module with one class here. ``start`` begins an export in a child process;
whoever imports this package does not wait for torch.
"""

from engine.export.exported import Checked, Exported
from engine.export.exporter import Exporter
from engine.export.onnx.onnx_exporter import Onnx
from engine.export.process import ExportProcess, export, start
from engine.export.python.python_exporter import PythonFile
from engine.export.safetensors import Safetensors

__all__ = [
    "Checked",
    "ExportProcess",
    "Exported",
    "Exporter",
    "Onnx",
    "PythonFile",
    "Safetensors",
    "export",
    "start",
]
