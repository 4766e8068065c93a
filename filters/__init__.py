"""Judge subjects: plain Python that does no I/O and knows neither Scrapy nor a database."""
