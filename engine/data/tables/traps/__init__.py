"""What makes learning from a table look better or worse than it is: sums, copies, told answers."""
