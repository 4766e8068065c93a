"""Answer look-ups in lists that were handed over."""
