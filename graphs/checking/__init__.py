"""What a document comes to, and what is wrong with it: types, costs and problems."""
