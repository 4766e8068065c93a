"""Find the pictures that a page names for previews: Open Graph and Twitter cards."""

from collections.abc import Iterator

from crawler.page_tree import Tree

_OG_IMAGE = ("og:image", "og:image:url", "og:image:secure_url")
_TWITTER_IMAGE = ("twitter:image", "twitter:image:src")


def preview_images(root: Tree) -> Iterator[tuple[str, str]]:
    """Yield (reference, text) for each that has a text; an `og:image:alt` belongs to the `og:image` before it."""
    properties = [(_name(meta), meta.get("content") or "") for meta in root.iter("meta")]
    og_image = _first(properties, _OG_IMAGE)
    yield from _open_graph(properties)
    if text := _first(properties, ("twitter:image:alt",)):
        reference = _first(properties, _TWITTER_IMAGE) or og_image
        if reference:
            yield reference, text


def _open_graph(properties: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    reference = ""
    for name, content in properties:
        if name == "og:image" or (name in _OG_IMAGE and not reference):
            reference = content
        elif name == "og:image:alt" and reference and content.strip():
            yield reference, content


def _name(meta: Tree) -> str:
    return (meta.get("property") or meta.get("name") or "").strip().lower()


def _first(properties: list[tuple[str, str]], names: tuple[str, ...]) -> str:
    return next((content for name, content in properties if name in names and content.strip()), "")
