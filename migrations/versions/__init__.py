"""Number the steps in the order they were released."""
