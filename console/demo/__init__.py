"""Serve a demo site full of planted cases, crawl it, and show that each one got its reason."""
