"""The half of a Python file that trains: data, losses, the loop of the plan, commands."""
