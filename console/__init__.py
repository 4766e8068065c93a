"""Operate and audit: everything that a person starts."""
