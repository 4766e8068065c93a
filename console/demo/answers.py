"""Make the answers of the demo server: pictures, redirects, errors."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from console.demo.case import Answer, Host, Place
from console.demo.pictures import jpeg

DRIP_S: Final = 0.5
"""Slower than the demo's limit by far, whatever the size."""


def scene(name: str, quality: int = 88) -> Callable[[], Answer]:
    """Answer with a scene as an ordinary JPEG."""
    return lambda: Answer(body=jpeg(name, quality))


def file(make: Callable[..., bytes], *arguments: object, content_type: str = "image/jpeg") -> Callable[[], Answer]:
    """Answer with what `make` returns; it is made when first asked for."""
    return lambda: Answer(body=make(*arguments), content_type=content_type)


def with_headers(make: Callable[[], Answer], headers: Mapping[str, str]) -> Callable[[], Answer]:
    return lambda: replace(make(), headers=headers)


def redirect(to: Place | str) -> Callable[[], Answer]:
    return partial(Answer, status=302, to=to)


def error(status: int) -> Callable[[], Answer]:
    return partial(Answer, status=status, body=b"Not today.", content_type="text/plain")


def drip(name: str) -> Callable[[], Answer]:
    """Answer with a scene, one byte at a time."""
    return lambda: Answer(body=jpeg(name), drip_s=DRIP_S)


def on_pictures(path: str) -> Place:
    return Place(Host.PICTURES, path)
