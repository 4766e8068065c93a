"""Ask remote matchers about pictures that every filter here finds clean."""
