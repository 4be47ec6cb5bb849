"""Words: looked up for translation, ranked by what is typed, and made safe to show."""
