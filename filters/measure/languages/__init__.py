"""Tell the language of a caption, by one detector or by several that are asked in turn."""
