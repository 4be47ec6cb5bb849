"""Series that go on: their lines in the order of time, and windows of them as samples."""
