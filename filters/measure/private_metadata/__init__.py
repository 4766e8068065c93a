"""Take private metadata out of a file by overwriting it where it lies: no byte moves and no pixel changes."""
