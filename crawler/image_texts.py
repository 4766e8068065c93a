"""Find the texts that a page gives for a picture, each with where it was found."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Final

from crawler.captions import MAX_TEXT_CHARACTERS, clean_text
from crawler.page_tree import Tree
from filters.candidate import TextSource

Text = tuple[TextSource | None, str]
"""Where a text was found, and the text as found."""

_MAX_LABELS: Final = 20
_OWN_LINE: Final = frozenset(("br", "p", "div", "li", "td", "th", "tr", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"))
_NOT_SHOWN: Final = ("script", "style", "template", "noscript")
_ONE_PIXEL = re.compile(r"\s*0*[01](?:\.[0-9]*)?\s*(?:px)?\s*")


def is_decoration(element: Tree) -> bool:
    """True if the page says that there is nothing to say: an empty `alt`, role presentation or none, aria-hidden."""
    alt = element.get("alt")
    if alt is not None and not clean_text(alt):
        return True
    role = (element.get("role") or "").split()
    hidden = (element.get("aria-hidden") or "").strip().lower() == "true"
    return hidden or (bool(role) and role[0].lower() in ("presentation", "none"))


def is_tracking_pixel(element: Tree) -> bool:
    return any(_ONE_PIXEL.fullmatch(element.get(name) or "") for name in ("width", "height"))


class PageTexts:
    """The texts of one page. What several pictures share is read once."""

    def __init__(self, root: Tree) -> None:
        self._root = root
        self._captions: dict[Tree, Tree | None] = {}
        self._shown: dict[Tree, str] = {}

    def of(self, element: Tree) -> Iterator[Text]:
        """Yield `alt`, or in its place the first label that there is; besides, the figure's caption. If none, ""."""
        texts = [*islice(self._own(element), 1), *self._figcaption(element)]
        return iter(texts or [(None, "")])

    def of_svg(self, element: Tree) -> Iterator[Text]:
        titles = ((TextSource.TITLE, shown_text(each)) for each in element.iterchildren("title"))
        found = [text for text in (*self._labels(element), *titles) if clean_text(text[1])]
        return iter(found[:1] or [(None, "")])

    def _own(self, element: Tree) -> Iterator[Text]:
        alt = element.get("alt")
        if alt is not None:
            yield TextSource.ALT, alt
        yield from (text for text in self._labels(element) if clean_text(text[1]))

    def _labels(self, element: Tree) -> Iterator[Text]:
        ids = (element.get("aria-labelledby") or "").split()[:_MAX_LABELS]
        if ids:
            labels = " ".join(self._shown_text(self._ids[id_]) for id_ in ids if id_ in self._ids)
            yield TextSource.ARIA_LABEL, labels[:MAX_TEXT_CHARACTERS]
        yield TextSource.ARIA_LABEL, element.get("aria-label") or ""
        yield TextSource.TITLE, element.get("title") or ""

    def _figcaption(self, element: Tree) -> Iterator[Text]:
        figure = next(element.iterancestors("figure"), None)
        caption = None if figure is None else self._caption_of(figure)
        if caption is not None and (text := self._shown_text(caption)):
            yield TextSource.FIGCAPTION, text

    def _caption_of(self, figure: Tree) -> Tree | None:
        if figure not in self._captions:
            self._captions[figure] = next(figure.iter("figcaption"), None)
        return self._captions[figure]

    def _shown_text(self, element: Tree) -> str:
        """Return the text inside, or "" if it is blank."""
        if element not in self._shown:
            text = shown_text(element)
            self._shown[element] = text if clean_text(text) else ""
        return self._shown[element]

    @cached_property
    def _ids(self) -> dict[str, Tree]:
        ids: dict[str, Tree] = {}
        for element in self._root.iter():
            if (id_ := element.get("id")) is not None:
                ids.setdefault(id_, element)
        return ids


def shown_text(element: Tree) -> str:
    """Return the text inside, up to the cap; what stands on a line of its own is set apart by a blank."""
    pieces: list[str] = []
    length = 0
    for piece in _pieces(element):
        pieces.append(piece)
        length += len(piece)
        if length >= MAX_TEXT_CHARACTERS:
            break
    return "".join(pieces)[:MAX_TEXT_CHARACTERS]


def _pieces(element: Tree) -> Iterator[str]:
    yield element.text or ""
    for inside in element.iterdescendants():
        if inside.tag in _OWN_LINE:
            yield " "
        if inside.tag not in _NOT_SHOWN:
            yield inside.text or ""
        yield inside.tail or ""
