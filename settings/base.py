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
    "crawler.host_gate.HostGate": 95,  # before robots.txt is asked for
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # it crawls a site whose robots.txt answers 503
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,  # crawler/retry.py: by class, and through the frontier
    "crawler.network_gate.NetworkGate": 560,
    "crawler.consent_gate.ConsentGate": 605,  # below RedirectMiddleware (600), so that it hears every answer
    "crawler.hops.RecordHops": 610,  # likewise
}

LINEUP = [
    "domain-blocklist",
    "caption-safety",
    "consent",
    "vetted-source",
    "alt-text",
    "personal-data",
    "language",
    "exact-hash",
    "image-file",
    "near-hash",
    "withdrawn",
    "image-shape",
    "duplicates",
    "caption-frequency",
    "safety",
    "consistency",
    "remote-match",
]

# Where things are, and who crawls
DATABASE_URL = "sqlite:///data/altsieve.db"  # SQLAlchemy URL, of SQLite or PostgreSQL
STATE_FOLDER = ""  # keys, checkpoints, indexes and logs; empty: beside the SQLite file, with PostgreSQL ./data
OBJECTS_URL = "file://./data/objects"  # where the bytes of kept pictures are: a folder, or s3://bucket/prefix
OBJECTS_CONNECTIONS = 16  # to an S3 store, at once
OBJECTS_TIMEOUT_S = 30.0  # of connecting to an S3 store, and of each wait for its answer
OBJECTS_ATTEMPTS = 5  # to put a picture, each under a key of its own, before the run breaks off
OBJECTS_ENCRYPTION = ""  # AES256 or aws:kms; empty: as the bucket does by default
OBJECTS_KMS_KEY = ""  # with aws:kms; empty: the account's
OBJECTS_STORAGE_CLASS = ""  # such as STANDARD_IA; empty: the bucket's default
ALLOW_NETWORKS: list[str] = []  # private networks that may be crawled, as CIDRs
ALLOWED_PORTS = [80, 443, 8080, 8443]  # of the public web; inside ALLOW_NETWORKS any port may be asked
INCIDENT_PUBLIC_KEY = None  # X25519, hex: incidents are sealed to it; without it nothing is kept of where a match was
INCIDENT_DUE_DAYS = 3  # after its day an incident is to be exported; doctor says which are overdue
INCIDENT_RETENTION_DAYS = 365  # after which `altsieve incidents purge --expired` destroys keys, but for legal holds
INCIDENT_HOST_LIMIT = 3  # matches on a host, after which a run leaves it out
REVIEW_EXPIRES_DAYS = 30  # what was unsure and nobody has decided on by then counts as refused
REVIEW_TWO_PERSONS: list[str] = []  # reasons of which two persons have to accept before anything is fetched again
OPERATOR = None  # who answers for a run: a person or an organisation; None: the login name of who launches it
LEGAL_BASIS = None  # on which the operator collects, in a few words; recorded with each run and shown beside its pairs
CONTACT_URL = None  # goes into the User-Agent; the public web is not crawled without it

ROBOTSTXT_USER_AGENT = "Altsieve"  # the name that robots.txt may address

# What the filters compare with
LANGUAGES_WANTED: list[str] = []  # empty: any
LANGUAGE_MIN_CONFIDENCE = 0.5  # 0 to 1; below it the language is uncertain
LANGUAGE_DETECTORS = ["script", "eldc", "langdetect"]  # asked in turn until one is sure
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
HASHLIST_MAX_SHRINK = 0.1  # share of a list of known material: taking more off it needs --force likewise
PDQ_MIN_QUALITY = 50  # 0 to 100; below it a perceptual hash says nothing
PDQ_MIN_SIDE_PX = 64  # smaller pictures are unsure
REMOTE_MATCHERS: list[str] = []  # asked about each picture that is clean so far, as kind=URL; docs/services.md
REMOTE_MATCHER_TIMEOUT_S = 10.0  # of one service for one picture, all its questions together
REMOTE_MATCHERS_AT_ONCE = 16  # pictures that each service is asked about at once
MAX_PICTURES_PER_CAPTION = 10  # 0: off
PRIVATE_METADATA = "remove"  # positions, serial numbers, thumbnails in a file: remove from what is stored, or keep
PERSONAL_DATA = "refuse"  # captions with an e-mail address, a telephone or identity number: refuse, mask or keep

# Models: a shipped one, a directory (with a /), or module:function; docs/models.md says what each measures
SAFETY_MODELS = ["opennsfw"]  # every one is asked about every picture
SAFETY_DROP = {"opennsfw": 0.8}  # from this score on a picture is refused
SAFETY_HOLD = {"opennsfw": 0.2}  # from this score on it is unsure
SAFETY_DROP_WITH_MINOR = {"opennsfw": 0.2}  # from this score on it is an incident if its text has a term of a minor
SAFETY_TERMS = ""  # a file of terms for captions, in place of the shipped one; docs/limits.md says what that knows
CONSISTENCY_MODELS = ["label-consistency"]  # each is asked about the captions whose language it measures
CONSISTENCY_MIN = {"label-consistency": -0.36}  # below it a caption does not fit; model/language wins over model
CONSISTENCY_UNMEASURED = "unsure"  # what it means that no model measures the caption's language: unsure or allow
MODEL_WORKERS = 0  # processes, each with all models (0.35 GB as they ship); 0: one for each core, at most 16
MODEL_PROVIDER = "cpu"  # what runs models of directories: cpu or cuda; one that is missing is model.not-ready
MODEL_BATCH = 8  # pairs that one process scores at once, if so many wait
MODEL_TIMEOUT_S = 20.0  # for one batch
MODEL_MEMORY_BYTES = 4 << 30  # address space of such a process; 0: as much as there is, which cuda wants
SHADOW_SHARE = 0.01  # of ordinary refusals: what the other filters would have said is counted; 0: off

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
AI_TOKENS = [  # crawlers that train models: whom robots.txt shuts out by such a name, it shuts out us
    "AI2Bot",
    "Ai2Bot-Dolma",
    "Amazonbot",
    "anthropic-ai",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "cohere-ai",
    "cohere-training-data-crawler",
    "Diffbot",
    "FacebookBot",
    "Google-Extended",
    "GPTBot",
    "img2dataset",
    "LAION",
    "laion-huggingface-processor",
    "LAIONDownloader",
    "Meta-ExternalAgent",
    "omgili",
    "omgilibot",
    "PanguBot",
    "Timpibot",
]
CONSENT_UNKNOWN_MEANS = "allow"  # what it means that nobody says yes or no: allow or deny
VETTED_ONLY = False  # take pictures only from hosts that `altsieve sources` names

# Limits
PAGE_MAX_BYTES = 4_000_000  # of HTML; the rest is not read
PAGE_TIMEOUT_S = 5.0  # of extraction
MAX_OPEN_PAGES = 16  # pages that are read but not decided to their last candidate
IMAGES_IN_FLIGHT = 64  # pictures that are downloaded at once
FETCH_TIMEOUT_S = 60.0  # for each try of a picture with its redirects; not counted: turn, name, robots.txt of a host
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
MAX_CRAWL_DELAY_S = 60.0  # of robots.txt; a host that asks for longer pauses is left out
MAX_RETRY_AFTER_S = 3_600.0  # what a host may ask for that answers 429 or 503
MAX_WAIT_S = 60.0  # in memory for such a host: for longer its pictures fail
MAX_PAGE_WAIT_S = 10.0  # in memory for its host's turn, however it comes: for longer a page goes back to the frontier

# Trying again: only what may come right by itself
RETRY_TIMES = 2  # of a page or a picture, after its first try
RETRY_DELAYS_S = [30.0, 120.0, 600.0]  # seconds before each further try of a page; the last for all that follow
ALLOWED_NETWORKS_RETRY_DELAYS_S = [0.5, 1.0, 2.0]  # likewise
IMAGE_RETRY_DELAY_S = 2.0  # seconds before a picture's second try, twice that before its third
HOST_GIVE_UP_AFTER = 20  # requests in a row that it did not answer; it is asked no more in this run
UNRESOLVED_HOSTS_AT_MOST = 20  # names in a row; if none can be resolved that could before, the run breaks off

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
EXTENSIONS_BASE = {  # less those of Scrapy's own that execute code or write feeds: a third of a second to load
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.memdebug.MemoryDebugger": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.logstats.LogStats": 0,
    "scrapy.extensions.spiderstate.SpiderState": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
LOG_FORMATTER = "crawler.log_format.QuietLogFormatter"
CONCURRENT_REQUESTS = 0  # no limit of Scrapy's: MAX_OPEN_PAGES and IMAGES_IN_FLIGHT bound it
CONCURRENT_ITEMS = 256  # of each page; more than twice what a page may hold back (crawler/page_book.py)
REACTOR_THREADPOOL_MAXSIZE = 16  # DNS only
DOWNLOAD_TIMEOUT = 60  # seconds for each try of a page with its redirects, likewise
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
URLLENGTH_LIMIT = 4_000
WARN_ON_GENERATOR_RETURN_VALUE = False  # it reads the source of every callback, each time
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 1 << 27  # bodies of open pages
DNS_TIMEOUT = 10
LOG_LEVEL = "INFO"
LOG_JSON = False  # one JSON object a line, each with the run

override(globals())
