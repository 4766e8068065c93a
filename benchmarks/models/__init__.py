"""Make and measure what the models that come with Altsieve are made of."""
