"""What floats above the canvas: the search, lists, cards and fields to write in."""
