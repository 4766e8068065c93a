"""Measure facts on bytes and texts; know no threshold and no list."""
