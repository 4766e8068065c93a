"""Collect candidates and carry them past the filters: the only folder that knows Scrapy."""
