"""Problems as cards and as a list, with buttons that mend them."""
