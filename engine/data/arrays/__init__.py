"""Arrays of numpy: read from files, and told what each of them is."""
