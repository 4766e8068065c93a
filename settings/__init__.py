"""Hold the settings as data: the pipeline list is the flow."""
