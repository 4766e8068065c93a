"""Show in a browser what was kept, what was not, and why."""
