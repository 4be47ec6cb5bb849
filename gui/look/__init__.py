"""How the program looks: colours, fonts, the stylesheet and icons."""
