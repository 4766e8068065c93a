"""Find the licences that a page names: for one picture, in a figure, or for the whole page."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Final

from crawler.addresses import Base
from crawler.captions import clean_text
from crawler.json_ld import licensed_images
from crawler.page_tree import Tree
from filters.signals.licences import (
    IN_THE_FIGURE,
    OF_THE_PICTURE,
    ON_THE_PAGE,
    PROPERTIES,
    is_creative_commons,
    licence,
    nearest_first,
)
from filters.signals.rsl import MEDIA_TYPE
from filters.signals.signal import Licence

_MAX_ELEMENTS: Final = 1000
_MAX_DESCRIBED: Final = 5000
_MAX_CREDIT_CHARACTERS: Final = 500
_ATTRIBUTES: Final = ("rel", "property", "itemprop")
_PLAIN: Final = "a link"
"""No more than a link to Creative Commons: in a figure that is enough."""
_TAGS: Final = ("a", "area", "link", "meta", "span", "div", "p")


class PictureLicences:
    """The licences of one page; `of_the_page` are those that stand in no figure."""

    def __init__(self, root: Tree, base: Base) -> None:
        self._base = base
        self._of_figure: dict[Tree | None, list[Licence]] = defaultdict(list)
        for figure, found in islice(self._standing(root), _MAX_ELEMENTS):
            self._of_figure[figure].append(found)
        self.of_the_page = nearest_first(self._of_figure.pop(None, ()))
        self._described: dict[str, list[Licence]] = defaultdict(list)
        for image_url, found in self._described_in(root):
            self._described[image_url].append(found)

    def of(self, image_url: str, element: Tree | None) -> tuple[Licence, ...]:
        """Return those of a picture, and of the figures around its element, the nearest first."""
        figures = () if element is None or not self._of_figure else element.iterancestors("figure")
        around = (each for figure in figures for each in self._of_figure.get(figure, ()))
        return nearest_first((*self._described.get(image_url, ()), *around))

    def _standing(self, root: Tree) -> Iterator[tuple[Tree | None, Licence]]:
        for element in root.iter(*_TAGS):
            found_in = _named_by(element)
            reference = None if found_in is None else _reference(element)
            if found_in is None or reference is None:
                continue
            figure = next(element.iterancestors("figure"), None)
            if figure is None and found_in == _PLAIN:  # it may be about anything
                continue
            nearness = ON_THE_PAGE if figure is None else IN_THE_FIGURE
            found = licence(self._base.resolve(reference) or "", found_in=found_in, nearness=nearness)
            if found is not None:
                yield figure, found

    def _described_in(self, root: Tree) -> Iterator[tuple[str, Licence]]:
        for each in islice(licensed_images(root), _MAX_DESCRIBED):
            image_url, url = self._base.resolve(each.reference), self._base.resolve(each.licence)
            credit = clean_text(each.credit or "")[:_MAX_CREDIT_CHARACTERS] or None
            found = licence(url or "", found_in=each.found_in, nearness=OF_THE_PICTURE, credit=credit)
            if image_url is not None and found is not None:
                yield image_url, found


def _named_by(element: Tree) -> str | None:
    """Return how an element says that it names a licence; RSL is none, it has terms to be read."""
    for attribute in _ATTRIBUTES:
        value = element.get(attribute)
        if value and PROPERTIES.intersection(value.lower().split()):
            is_rsl = element.get("type", "").partition(";")[0].strip().lower() == MEDIA_TYPE
            return None if is_rsl else f"{element.tag} {attribute}"
    return _PLAIN if is_creative_commons(element.get("href", "").strip()) else None


def _reference(element: Tree) -> str | None:
    return next((value for name in ("href", "resource", "content", "src") if (value := element.get(name))), None)
