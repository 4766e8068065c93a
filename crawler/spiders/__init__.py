"""Find pages and yield the candidates on them; decide nothing."""
