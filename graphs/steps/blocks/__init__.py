"""What a user does with blocks: group, ungroup, promote their settings, make one its own."""
