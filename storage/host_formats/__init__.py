"""Read lists of what is blocked: a file for each format, and what they share."""

from storage.host_formats.format import HostFormat
from storage.host_formats.listed import BLOCK, EXCEPT, Item, ListLine, Matches, listed_host
from storage.host_formats.reading import read_directory, read_hosts
from storage.host_formats.recognition import recognise

__all__ = [
    "BLOCK",
    "EXCEPT",
    "HostFormat",
    "Item",
    "ListLine",
    "Matches",
    "listed_host",
    "read_directory",
    "read_hosts",
    "recognise",
]
