"""From a document to a trained and exported model. Knows torch, not Qt."""

import os

# Loaded without this, onnxruntime writes down a number for the user and tells its maker of each
# process. It looks but once, as it is loaded, and whatever we load and start begins here.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
