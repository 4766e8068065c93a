"""Scenes of the demo site, all painted by the program itself."""
