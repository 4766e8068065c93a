"""The environment has the last word, except over keys."""

import pytest

from settings.environment import overridden_by, override


@pytest.mark.parametrize(
    ("environment", "given"),
    [
        ({"ALTSIEVE_DATABASE_URL": "sqlite:///a.db"}, {"DATABASE_URL": "sqlite:///a.db"}),
        ({"ALTSIEVE_DOWNLOAD_DELAY": "0"}, {"DOWNLOAD_DELAY": "0"}),
        ({"ALTSIEVE_SIGNING_KEY": "00", "ALTSIEVE_HMAC_KEY": "00"}, {}),
        ({"ALTSIEVE_EXCHANGE_A_PASSWORD": "00", "ALTSIEVE_MATCHER_HMA_TOKEN": "00"}, {}),
        ({"ALTSIEVE_INCIDENT_PRIVATE_KEY": "00"}, {}),
        ({"DATABASE_URL": "sqlite:///other.db", "PATH": "/bin", "ALTSIEVE_": "x"}, {}),
    ],
    ids=["ours", "scrapy's", "keys stay out", "credentials stay out", "what opens incidents stays out", "others"],
)
def test_only_prefixed_names_count(environment: dict[str, str], given: dict[str, str]) -> None:
    assert overridden_by(environment) == given


def test_a_settings_module_says_what_the_environment_gave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALTSIEVE_ALT_MIN_CHARACTERS", "7")
    module: dict[str, object] = {"ALT_MIN_CHARACTERS": 5, "IMAGE_MAX_ASPECT": 3.0}
    override(module)
    assert module["ALT_MIN_CHARACTERS"] == "7"
    assert module["IMAGE_MAX_ASPECT"] == 3.0
    assert "ALT_MIN_CHARACTERS" in list(module["FROM_ENVIRONMENT"])  # type: ignore[call-overload]  # a list of names
