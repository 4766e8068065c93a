"""What holds for every test."""

from hypothesis import settings

settings.register_profile("house", deadline=None)  # speed is not what tests are about: benchmarks/ is
settings.load_profile("house")
