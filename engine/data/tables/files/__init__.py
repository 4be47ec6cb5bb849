"""How files of tables are read, and what is decided about them: text, workbooks, Parquet, JSON."""
