"""Say in every request who crawls and how to reach them."""

from importlib.metadata import PackageNotFoundError, version

from scrapy.settings import BaseSettings


class HonestUserAgent:
    """Add-on: `Altsieve/<version> (+<CONTACT_URL>)`, whatever else the settings say."""

    def update_settings(self, settings: BaseSettings) -> None:
        settings.set("USER_AGENT", user_agent(settings.get("CONTACT_URL")), priority="cmdline")


def user_agent(contact_url: str | None) -> str:
    product = f"Altsieve/{code_version()}"
    return f"{product} (+{contact_url})" if contact_url else product


def code_version() -> str:
    try:
        return version("altsieve")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0"
