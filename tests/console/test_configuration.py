from configparser import ConfigParser
from pathlib import Path

import click
import pytest

from console.configuration import Configuration, module_name

ROOT = Path(__file__).parent.parent.parent


def test_without_anything_said_the_base_settings_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALTSIEVE_DATABASE_URL", raising=False)
    assert Configuration.load({}).module == "settings.base"


@pytest.mark.parametrize("project", ["default", "development", "production", "testing"])
def test_the_module_of_a_project_is_the_one_in_scrapy_cfg(project: str) -> None:
    config = ConfigParser()
    config.read(ROOT / "scrapy.cfg")
    assert module_name({"SCRAPY_PROJECT": project}) == config["settings"][project]


def test_a_settings_module_of_ones_own_counts() -> None:
    assert (
        module_name({"SCRAPY_SETTINGS_MODULE": "settings.testing", "SCRAPY_PROJECT": "production"})
        == "settings.testing"
    )


def test_a_settings_module_that_is_not_there_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "settings.nowhere")
    with pytest.raises(click.UsageError, match=r"settings\.nowhere"):
        Configuration.load({})


def test_the_command_line_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALTSIEVE_DATABASE_URL", "sqlite:///from-the-environment.db")
    assert Configuration.load({}).text("DATABASE_URL") == "sqlite:///from-the-environment.db"
    given = Configuration.load({"DATABASE_URL": "sqlite:///from-the-command-line.db"})
    assert given.text("DATABASE_URL") == "sqlite:///from-the-command-line.db"


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("127.0.0.0/8,10.0.0.0/8", ("127.0.0.0/8", "10.0.0.0/8")),
        (" 127.0.0.0/8 , ", ("127.0.0.0/8",)),
        (["127.0.0.0/8"], ("127.0.0.0/8",)),
        ("", ()),
        (None, ()),
    ],
)
def test_a_list_may_be_given_as_text(value: object, names: tuple[str, ...]) -> None:
    assert Configuration(module="m", values={"ALLOW_NETWORKS": value}).names("ALLOW_NETWORKS") == names


@pytest.mark.parametrize("value", ["soon", "nan", "-1", "inf", "1e300"])
def test_a_number_that_is_none_is_wrong_usage(value: str) -> None:
    with pytest.raises(click.UsageError, match="HASH_LIST_MAX_AGE_HOURS"):
        Configuration.load({"HASH_LIST_MAX_AGE_HOURS": value}).number("HASH_LIST_MAX_AGE_HOURS")


@pytest.mark.parametrize("value", ["nan", "1.01", "20"])
def test_a_share_is_at_most_one(value: str) -> None:
    with pytest.raises(click.UsageError, match="HASHLIST_MAX_SHRINK is not a number from 0 to 1"):
        Configuration.load({"HASHLIST_MAX_SHRINK": value}).share("HASHLIST_MAX_SHRINK")
    assert Configuration.load({"HASH_LIST_MAX_AGE_HOURS": "12"}).whole("HASH_LIST_MAX_AGE_HOURS") == 12
