"""The window: what it is made of, and what its menus and keys do."""
