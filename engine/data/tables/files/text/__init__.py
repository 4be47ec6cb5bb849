"""Tables in files of text, such as CSV: how one lies there, and its rows."""
