"""Refuse to begin a crawl that could not judge, could not say who it is, or would leave traces."""

import socket
from collections.abc import Iterable, Mapping
from datetime import timedelta

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from crawler.network_gate import installed_resolver, ports_of
from crawler.networks import Networks, is_private
from crawler.retry import Retries
from crawler.shadows import share_of
from filters.decision import FLOOR
from filters.image_shape import ImageShape
from filters.indexes.hosts import NotAHost, normalise_host
from filters.indexes.known_material import ListState
from filters.indexes.terms import BadTerms, load_terms
from filters.lineup import Material
from filters.measure.languages.roster import DetectorNotReady, detectors_of
from filters.thresholds import KEEP
from settings.environment import secret_settings
from storage.errors import NotReady
from storage.incidents import PRIVATE_KEY_VARIABLE

STEPS = (
    "crawler.judge.JudgeAddress",
    "crawler.fetch.FetchImage",
    "crawler.judge.JudgeImage",
    "crawler.persist.PersistPair",
)
GATES = (
    "crawler.domain_gate.DomainGate",
    "crawler.host_gate.HostGate",
    "crawler.network_gate.NetworkGate",
    "crawler.consent_gate.ConsentGate",
    "crawler.hops.RecordHops",
)
MOST_HOURS = 24 * 366
MUST_BE_OFF = ("HTTPCACHE_ENABLED", "TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "HTTPPROXY_ENABLED")
"""They keep what is refused, execute code, or resolve names past the network gate."""
ANY_LIST_WILL_DO = (
    "inside ALLOW_NETWORKS any will do, even a made-up one; "
    "type: altsieve hashlist import FILE --name LIST --type TYPE --synthetic"
)


def require_safe_settings(settings: BaseSettings) -> None:
    require_no_secret(settings)
    steps = settings.getdict("ITEM_PIPELINES")
    in_order = sorted((each for each in steps if steps[each] is not None), key=lambda each: float(steps[each]))
    if tuple(in_order) != STEPS:
        raise NotReady(f"ITEM_PIPELINES must be exactly {', '.join(STEPS)}, in this order: take your change back")
    gates = settings.getdict("DOWNLOADER_MIDDLEWARES")
    if missing := [each for each in GATES if gates.get(each) is None]:
        raise NotReady(
            f"DOWNLOADER_MIDDLEWARES must hold {', '.join(missing)}: no request passes without; add it again"
        )
    if missing := [each for each in FLOOR if each not in settings.getlist("LINEUP")]:
        raise NotReady(f"LINEUP must hold {', '.join(missing)}: nothing is kept without; add it again")
    if on := [each for each in MUST_BE_OFF if settings.getbool(each)]:
        raise NotReady(f"{', '.join(on)} must be off: set to False")
    if not settings.getbool("ROBOTSTXT_OBEY"):
        raise NotReady("ROBOTSTXT_OBEY must be on: nothing is fetched that robots.txt forbids")
    try:
        ports_of(settings)
        Retries.from_settings(settings, lambda _: False)
    except ValueError as error:
        raise NotReady(f"ALLOWED_PORTS or RETRY_DELAYS_S cannot be read: {error}") from None
    require_terms(settings.get("SAFETY_TERMS") or "")
    require_judge_of_metadata(settings)
    require_share(settings.get("SHADOW_SHARE"))
    if settings.getdict("FEEDS"):
        raise NotReady("FEEDS would write what was not judged: leave it empty and use `altsieve pairs --json`")


def require_judge_of_metadata(settings: BaseSettings) -> None:
    """One filter refuses pictures that private metadata cannot be taken out of: it may not be left out."""
    judged = ImageShape.name in settings.getlist("LINEUP") or settings.get("PRIVATE_METADATA") == KEEP
    if not judged:
        raise NotReady(
            f"LINEUP leaves out {ImageShape.name}, which refuses what private metadata cannot be removed from: "
            f"add it again, or type: -s PRIVATE_METADATA={KEEP}"
        )


def require_detectors(settings: BaseSettings) -> None:
    try:
        detectors_of(settings.getlist("LANGUAGE_DETECTORS"))
    except DetectorNotReady as error:
        raise NotReady(str(error)) from None


def require_terms(path: str) -> None:
    try:
        load_terms(path)
    except BadTerms as error:
        raise NotReady(f"SAFETY_TERMS is no list of terms: {error}; mend it, or leave SAFETY_TERMS empty") from None


def require_share(setting: object) -> None:
    try:
        share_of(setting)
    except ValueError as error:
        raise NotReady(str(error)) from None


def require_guarded_resolver() -> None:
    if installed_resolver() is None:
        raise NotReady("names are not resolved by crawler.network_gate.GuardedResolver: set TWISTED_DNS_RESOLVER to it")


def networks_of(settings: BaseSettings) -> Networks:
    try:
        networks = Networks.parse(settings.getlist("ALLOW_NETWORKS"))
    except ValueError as error:
        raise NotReady(f"ALLOW_NETWORKS holds what is no network: {error}") from None
    if public := [str(each) for each in networks.allowed if not is_private(each)]:
        raise NotReady(f"ALLOW_NETWORKS is for private networks, and {', '.join(public)} reaches beyond: take it out")
    return networks


def max_age_of(settings: BaseSettings) -> timedelta:
    hours = settings.getfloat("HASH_LIST_MAX_AGE_HOURS")
    if not 0 < hours <= MOST_HOURS:  # NaN is neither
        raise NotReady(f"HASH_LIST_MAX_AGE_HOURS must be more than 0 and at most {MOST_HOURS}")
    return timedelta(hours=hours)


def require_no_private_key(environment: Mapping[str, str]) -> None:
    """What opens incidents is never where they are made: whoever takes over a crawling machine shall open none."""
    if PRIVATE_KEY_VARIABLE in environment:
        raise NotReady(
            f"{PRIVATE_KEY_VARIABLE} is the safety officer's and never on a crawling machine; "
            f"type: unset {PRIVATE_KEY_VARIABLE}"
        )


def require_contact(settings: BaseSettings, *, public: bool) -> None:
    if public and not settings.get("CONTACT_URL"):
        raise NotReady("a crawl of the public web says who it is: set CONTACT_URL, as in -s CONTACT_URL=https://...")


def require_lists(material: Material, *, public: bool, provisional: bool) -> None:
    """A crawl of allowed networks needs any list, of the public web a production list, a provisional one none."""
    known = material.known
    if material.hosts is None:
        raise NotReady("the domain blocklists cannot be loaded; type: altsieve doctor")
    if known is None or known.ready is not ListState.READY:
        if provisional or not public:
            return
        problem = None if known is None else known.problem
        raise NotReady(problem or "no list of known material is loaded; type: altsieve hashlist import --help")
    if known.production or provisional:
        return
    if public:
        raise NotReady(known.problem or "no production list is loaded; type: altsieve hashlist import --help")
    if not known.count:
        raise NotReady(f"no list of known material is loaded; {ANY_LIST_WILL_DO}")


def is_public(seeds: Iterable[str], networks: Networks) -> bool:
    """Say whether any seed's host lies outside ALLOW_NETWORKS. It blocks: call it at the start."""
    return not all(_is_inside(seed, networks) for seed in seeds)


def _is_inside(seed: str, networks: Networks) -> bool:
    try:
        host = normalise_host(seed)
        found = socket.getaddrinfo(host, None, family=socket.AF_INET, type=socket.SOCK_STREAM)
    except (NotAHost, OSError, UnicodeError):
        return False
    return bool(found) and all(networks.allows(str(address[4][0])) for address in found)


def require_no_secret(settings: BaseSettings) -> None:
    """Look at what was given, not at the defaults of Scrapy, one of which is the usual password of an open server."""
    ours = SETTINGS_PRIORITIES["project"]
    given = {str(name): settings[name] for name in settings if (settings.getpriority(name) or 0) >= ours}
    if complaints := secret_settings(given):
        raise NotReady("\n".join(complaints))
