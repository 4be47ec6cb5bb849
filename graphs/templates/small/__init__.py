"""Small networks of well-known blocks, to be trained here in minutes."""
