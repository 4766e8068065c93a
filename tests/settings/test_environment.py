"""The environment has the last word, except over keys."""

import pytest

from settings.environment import overridden_by, override, secret_settings


@pytest.mark.parametrize(
    ("environment", "given"),
    [
        ({"ALTSIEVE_DATABASE_URL": "sqlite:///a.db"}, {"DATABASE_URL": "sqlite:///a.db"}),
        ({"ALTSIEVE_DOWNLOAD_DELAY": "0"}, {"DOWNLOAD_DELAY": "0"}),
        ({"ALTSIEVE_SIGNING_KEY": "00", "ALTSIEVE_HMAC_KEY": "00"}, {}),
        ({"ALTSIEVE_EXCHANGE_A_PASSWORD": "00", "ALTSIEVE_MATCHER_HMA_TOKEN": "00"}, {}),
        ({"ALTSIEVE_INCIDENT_PRIVATE_KEY": "00"}, {}),
        ({"ALTSIEVE_DATABASE_PASSWORD": "00", "ALTSIEVE_AWS_SECRET_ACCESS_KEY": "00"}, {}),
        ({"ALTSIEVE_DATABASE_URL": "postgresql://u:p%40w@h/db?a=b"}, {"DATABASE_URL": "postgresql://u@h/db?a=b"}),
        ({"ALTSIEVE_DATABASE_URL": "postgresql://u:p@s/s:w@h:1/db"}, {"DATABASE_URL": "postgresql://u@h:1/db"}),
        ({"DATABASE_URL": "sqlite:///other.db", "PATH": "/bin", "ALTSIEVE_": "x"}, {}),
    ],
    ids=[
        "ours",
        "scrapy's",
        "keys stay out",
        "credentials stay out",
        "what opens incidents stays out",
        "passwords stay out",
        "a password in a URL stays out",
        "one not escaped",
        "others",
    ],
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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://u:{}@h/db"),
        ("DATABASE_URL", "postgresql+psycopg://:{}@/db?host=/run"),
        ("DATABASE_URL", "postgresql://u:a/{}@h/db"),
        ("DATABASE_URL", "postgresql://u@h/db?password={}"),
        ("DATABASE_URL", "postgresql://u@h/db?sslmode=require&sslpassword={}"),
        ("OBJECTS_URL", "s3://bucket/prefix?endpoint_url=http://key:{}@s3.example:9000"),
        ("REMOTE_MATCHERS", ["hma=https://u:{}@hma.example"]),
        ("REMOTE_MATCHERS", "hma=https://u:{}@hma.example"),
        ("DATABASE_PASSWORD", "{}"),
        ("DATABASE_PASSWORD_FILE", "/run/secrets/{}"),
        ("SIGNING_KEY", "{}"),
        ("INCIDENT_PRIVATE_KEY", "{}"),
        ("EXCHANGE_NCMEC_PASSWORD", "{}"),
        ("AWS_ACCESS_KEY_ID", "{}"),
        ("AWS_SECRET_ACCESS_KEY", "{}"),
        ("AWS_SESSION_TOKEN", "{}"),
        ("MAIL_PASS", "{}"),
    ],
)
def test_a_setting_that_is_or_has_a_secret_is_told_where_it_belongs(name: str, value: str | list[str]) -> None:
    secret = "s3cret"  # noqa: S105 - nobody's
    filled = value.format(secret) if isinstance(value, str) else [each.format(secret) for each in value]
    (complaint,) = secret_settings({"ALT_MIN_CHARACTERS": 5, name: filled})
    assert complaint.startswith(f"{name} ")
    assert "environment" in complaint or "AWS" in complaint or "services.md" in complaint
    assert secret not in complaint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:////srv/a:b@c/altsieve.db"),
        ("DATABASE_URL", "postgresql+psycopg://u@h:5432/db?host=/run"),
        ("OBJECTS_URL", "s3://bucket/prefix?endpoint_url=http://127.0.0.1:8333"),
        ("CONTACT_URL", "https://social.example/@crawler:about@here"),
        ("AI_TOKENS", ["CCBot"]),
        ("AWS_SECRET_ACCESS_KEY", None),
        ("INCIDENT_PUBLIC_KEY", "ab" * 32),
    ],
)
def test_what_looks_like_a_secret_and_is_none_may_be_set(name: str, value: object) -> None:
    assert secret_settings({name: value}) == []
