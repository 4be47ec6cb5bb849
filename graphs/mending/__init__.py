"""What can be done about problems: fixes, and steps that add what is missing."""
