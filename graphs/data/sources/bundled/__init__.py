"""Small real data sets that come along."""
