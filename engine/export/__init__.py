"""Export: a trained network as a file for other programs, shown to compute the same.

Each way to export is one module in ``exporters``. ``start`` begins an export in a child process;
whoever imports this package does not wait for torch.
"""

from engine.export.exported import Checked, Exported
from engine.export.exporters import Exporter
from engine.export.process import ExportProcess, export, start

__all__ = ["Checked", "ExportProcess", "Exported", "Exporter", "export", "start"]
