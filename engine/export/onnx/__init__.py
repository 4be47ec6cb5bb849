"""ONNX files: written from a network, and shown to compute the same."""
