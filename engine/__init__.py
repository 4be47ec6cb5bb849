"""From a document to a trained and exported model. Knows torch, not Qt."""
