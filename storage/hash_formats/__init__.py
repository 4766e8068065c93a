"""Read lists of hashes of known material: a file for each format, and what they share."""

from storage.hash_formats.format import HashFormat
from storage.hash_formats.listed import Category, Item, ListedHash, label, listed_hash, severity_of
from storage.hash_formats.reading import layout_of, read_hashes
from storage.hash_formats.recognition import recognise
from storage.hash_formats.tables import Columns
from storage.hash_formats.updates import Update

__all__ = [
    "Category",
    "Columns",
    "HashFormat",
    "Item",
    "ListedHash",
    "Update",
    "label",
    "layout_of",
    "listed_hash",
    "read_hashes",
    "recognise",
    "severity_of",
]
