"""Score pictures and captions with models, each loaded once in a worker process."""
