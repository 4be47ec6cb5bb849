"""What a user does to a document, as steps that can be undone."""
