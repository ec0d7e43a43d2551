"""A file nobody has seen: what it is, told without showing a value of it."""
