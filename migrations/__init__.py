"""Hold the steps that bring a database from one version of Altsieve to the next."""
