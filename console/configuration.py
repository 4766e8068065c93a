"""Read the settings as the crawl reads them: a settings module, the environment, then `-s`; without loading Scrapy."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final

import click

from settings.environment import overridden_by, secret_settings

MODULE_VARIABLE: Final = "SCRAPY_SETTINGS_MODULE"
_PROJECT_VARIABLE: Final = "SCRAPY_PROJECT"
_MODULES: Final = {
    "default": "settings.base",
    "development": "settings.development",
    "production": "settings.production",
    "testing": "settings.testing",
}
"""As in scrapy.cfg, which is not found from another folder; a test keeps the two the same."""


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The settings of one command, and the module they come from. What was given as text is read as asked."""

    module: str
    values: Mapping[str, object]

    @classmethod
    def load(cls, assignments: Mapping[str, str]) -> "Configuration":
        module = module_name(os.environ)
        try:
            loaded = vars(import_module(module))
        except ModuleNotFoundError as error:
            raise click.UsageError(f"the settings module {module!r} cannot be imported: {error}") from error
        given = {name: value for name, value in loaded.items() if name.isupper()}
        values = given | overridden_by(os.environ) | dict(assignments)
        if complaints := secret_settings(values):
            raise click.UsageError("\n".join(complaints))
        return cls(module=module, values=values)

    def text(self, name: str) -> str:
        return str(self.values.get(name) or "")

    def whole(self, name: str) -> int:
        return int(self.number(name))

    def number(self, name: str, *, most: float = 2.0**53) -> float:
        """Return a number from 0 to `most`; what compares with nothing, as nan does, would be no limit at all."""
        try:
            number = float(str(self.values[name]))
        except ValueError:
            number = math.nan
        if not 0 <= number <= most:
            raise click.UsageError(f"{name} is not a number from 0 to {most:g}: {self.values[name]!r}")
        return number

    def share(self, name: str) -> float:
        return self.number(name, most=1)

    def names(self, name: str) -> tuple[str, ...]:
        """Return a list, which as text is separated by commas."""
        value = self.values.get(name) or ()
        parts = value.split(",") if isinstance(value, str) else [str(each) for each in _list(value)]
        return tuple(each.strip() for each in parts if each.strip())


def module_name(environment: Mapping[str, str]) -> str:
    """Return the settings module that Scrapy would take."""
    project = environment.get(_PROJECT_VARIABLE, "default")
    return environment.get(MODULE_VARIABLE) or _MODULES.get(project, _MODULES["default"])


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
