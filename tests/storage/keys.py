"""Name objects as the store does, but the same in every run of a test."""


def object_key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}-{'0' * 16}"
