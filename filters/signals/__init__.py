"""Read what owners of pages and pictures say of their use: a file for each protocol, and what they share."""
