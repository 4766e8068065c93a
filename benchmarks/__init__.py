"""Measure claims as ratios against a named alternative in one run."""
