"""Hold every setting and its default; `ITEM_PIPELINES` reads as the flow."""

from settings.environment import override

# The flow: nothing is written before its last line.
ITEM_PIPELINES = {
    "crawler.judge.JudgeAddress": 100,
    "crawler.fetch.FetchImage": 200,
    "crawler.judge.JudgeImage": 300,
    "crawler.persist.PersistPair": 400,
}

# The gates: every request and every redirect hop passes them, page, picture or robots.txt.
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the spider keeps to its hosts; pictures may not
    "crawler.domain_gate.DomainGate": 90,
    # The parent of RobotsGate crawls a site whose robots.txt answers 503, where RFC 9309 says complete disallow; a
    # consent gate of our own takes its place with the next issue.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.robots_gate.RobotsGate": 100,
    "crawler.network_gate.NetworkGate": 560,  # nearer to the downloader than RetryMiddleware (550): a refusal is final
    "crawler.hops.RecordHops": 610,  # below RedirectMiddleware (600), so that it sees every answer
}

LINEUP = [
    "domain-blocklist",
    "consent",
    "vetted-source",
    "alt-text",
    "language",
    "exact-hash",
    "image-file",
    "near-hash",
    "image-shape",
    "duplicates",
]

# Where things are, and who crawls
DATABASE_URL = "sqlite:///data/altsieve.db"  # SQLAlchemy URL; keys, locks, checkpoints and logs lie beside the file
OBJECTS_URL = "file://./data/objects"  # where the bytes of kept pictures are
ALLOW_NETWORKS: list[str] = []  # private networks that may be crawled, as CIDRs
INCIDENT_PUBLIC_KEY = None  # X25519, hex: incidents are sealed to it; without it nothing is kept of where a match was
CONTACT_URL = None  # goes into the User-Agent; the public web is not crawled without it

ROBOTSTXT_USER_AGENT = "Altsieve"  # the name that robots.txt may address

# What the filters compare with
LANGUAGES_WANTED: list[str] = []  # empty: any
LANGUAGE_MIN_CONFIDENCE = 0.5  # 0 to 1; below it the language is uncertain
ALT_MIN_CHARACTERS = 5  # of the cleaned text
IMAGE_MIN_SIDE_PX = 200  # of the shorter side
IMAGE_MAX_ASPECT = 3.0  # longer side to shorter side
IMAGE_MIN_BYTES = 5_000  # of the file
IMAGE_MAX_BYTES = 20_000_000  # of the file, and of what is downloaded of it
IMAGE_MAX_PIXELS = 40_000_000  # of one frame, asked before it is decoded
IMAGE_MAX_FRAMES = 64  # every frame is measured; a picture with more is refused
MAX_CAPTIONS_PER_IMAGE = 5  # 0: off
HASH_LIST_MAX_AGE_HOURS = 48  # since the newest import of a list of known material
BLOCKLIST_MAX_SHRINK = 0.2  # share of a list: an import that would take more off it is refused without --force
PDQ_MIN_QUALITY = 50  # 0 to 100; below it a perceptual hash says nothing
PDQ_MIN_SIDE_PX = 64  # smaller pictures are unsure

CONSENT_PROTOCOLS = [  # whose no counts; robots.txt always does
    "robots.txt",
    "ai-tokens",
    "x-robots-tag",
    "meta-robots",
    "tdmrep",
    "aipref",
    "content-signal",
    "rsl",
    "ai.txt",
    "plus-data-mining",
    "c2pa",
]
CONSENT_UNKNOWN_MEANS = "allow"  # what it means that nobody says yes or no: allow or deny
VETTED_ONLY = False  # take pictures only from hosts that `altsieve sources` names

# Limits
PAGE_MAX_BYTES = 4_000_000  # of HTML; the rest is not read
PAGE_TIMEOUT_S = 5.0  # of extraction
MAX_OPEN_PAGES = 16  # pages that are read but not decided to their last candidate
IMAGES_IN_FLIGHT = 64  # pictures that are downloaded at once
FETCH_TIMEOUT_S = 60.0  # for one picture, all of it
BYTES_IN_FLIGHT = 1 << 30  # pictures in memory, in bytes; each reserves IMAGE_MAX_BYTES until it has arrived
INSPECTION_TIMEOUT_S = 20.0  # for one picture in its worker
INSPECTION_WORKERS = 0  # 0: one for each core
EXTRACTION_WORKERS = 1  # processes that parse HTML
WORKER_MEMORY_BYTES = 1 << 30  # address space of a worker process
STOP_GRACE_S = 3.0  # what has its bytes is decided within this time after Ctrl-C, or abandoned

# Politeness: of each host on the public web, and of each host inside ALLOW_NETWORKS
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # of a public host
DOWNLOAD_DELAY = 1.0  # seconds between requests to a public host
DOWNLOAD_DELAY_JITTER = 0  # the delay is a promise: never shorter
ALLOWED_NETWORKS_CONCURRENCY = 16  # of a host inside ALLOW_NETWORKS
ALLOWED_NETWORKS_DELAY = 0.0  # seconds, likewise
ROBOTSTXT_OBEY = True  # of page hosts and image hosts

# Scrapy, made safe for hostile servers
SPIDER_MODULES = ["crawler.spiders"]
BOT_NAME = "Altsieve"
SCHEDULER = "crawler.scheduler.FrontierScheduler"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the frontier knows what was seen
TWISTED_DNS_RESOLVER = "crawler.network_gate.GuardedResolver"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
DOWNLOADER = "crawler.downloader.BoundedDownloader"
DOWNLOAD_HANDLERS = {
    "http": "crawler.http_handler.HttpHandler",
    "https": "crawler.http_handler.HttpHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
ADDONS = {"crawler.user_agent.HonestUserAgent": 0}
EXTENSIONS = {"crawler.run_extension.RunExtension": 1}
LOG_FORMATTER = "crawler.log_format.QuietLogFormatter"
CONCURRENT_REQUESTS = 0  # no limit of Scrapy's: MAX_OPEN_PAGES and IMAGES_IN_FLIGHT bound it
CONCURRENT_ITEMS = 256  # of each page; more than twice what a page may hold back (crawler/page_book.py)
REACTOR_THREADPOOL_MAXSIZE = 16  # DNS only
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = PAGE_MAX_BYTES  # pictures carry their own cap
DOWNLOAD_WARNSIZE = 0  # its warning names the URL
DOWNLOAD_VERIFY_CERTIFICATES = True
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False
HTTPPROXY_ENABLED = False  # a proxy resolves names itself, past the network gate
HTTPCACHE_ENABLED = False  # it would keep what is refused
TELNETCONSOLE_ENABLED = False  # executes code
REMOTE_CONTROL_ENABLED = False  # executes code
REFERRER_POLICY = "no-referrer"
HTTPERROR_ALLOW_ALL = True  # the spider looks at the status itself
RETRY_TIMES = 2
URLLENGTH_LIMIT = 4_000
WARN_ON_GENERATOR_RETURN_VALUE = False  # it reads the source of every callback, each time
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 1 << 27  # bodies of open pages
DNS_TIMEOUT = 10
LOG_LEVEL = "INFO"

override(globals())
