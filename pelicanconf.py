"""Pelican's settings for this site; docs/configuration.md explains those that are ours."""

from __future__ import annotations

import os
from pathlib import Path

from plugins.campaigns import campaign_folder, own_settings, var_folder

HERE = Path(__file__).parent
CAMPAIGN_FOLDER = campaign_folder(os.environ)
VAR = var_folder(os.environ)

SITEURL = (os.environ.get("COMMENTS_SITE_URL") or "http://127.0.0.1:8000").rstrip("/")
TIMEZONE = "Asia/Shanghai"
DEFAULT_LANG = "zh-CN"

PATH = str(CAMPAIGN_FOLDER / "content")
OUTPUT_PATH = str(VAR / "preview")
THEME = str(HERE / "theme")
THEME_STATIC_PATHS: list[str] = []
PLUGINS = [
    "plugins.editing",
    "plugins.campaign",
    "plugins.words",
    "plugins.typography",
    "plugins.assets",
    "plugins.galleries",
    "plugins.message_board",
    "plugins.sharing",
    "plugins.drafts",
    "plugins.discovery",
    "plugins.search",
]

# Ours
PRODUCTION = False
PRECOMPRESS = False
BUILD_PROCESSES = 0
CAMPAIGN_FILE = "campaign.toml"
COMMENT_ARCHIVE = str(VAR / "archive")
SHOW_UNPUBLISHED = False
SECOND_LANGUAGE = ""
SHARED_DRAFTS: list[object] = []  # ./run build takes those of ./run share-draft
SKIN = ""
SEARCH_CACHE = str(VAR / "cache" / "search")
PICTURE_CACHE = str(VAR / "cache" / "pictures")
PICTURE_QUALITY = "standard"
BUILD_CLUSTER = os.environ.get("BUILD_CLUSTER", "")
CARD_FONT = ""
TEMPLATE_CACHE = str(VAR / "cache" / "templates")
CARD_CACHE = str(VAR / "cache" / "cards")
STORIES_PER_PAGE = 12
MESSAGES_PER_PAGE = 20
MESSAGE_LIMIT = int(os.environ.get("COMMENTS_MAX_LENGTH") or 500)
MESSAGES_EMAIL = bool(os.environ.get("COMMENTS_MAIL_URL"))
MESSAGES_CLOSE_DAYS = 0
MESSAGES_CLOSED = os.environ.get("COMMENTS_CLOSED", "").strip()

# Autoescape is off in Pelican by default; only a story's own HTML is let through unescaped.
JINJA_ENVIRONMENT = {
    "autoescape": True,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "extensions": [f"plugins.templates.{name}" for name in ("Unindent", "SharedGlobals", "Once")],
    "auto_reload": False,
}
FORMATTED_FIELDS: list[str] = []
TYPOGRIFY = False
MARKDOWN = {
    "extension_configs": {
        "markdown.extensions.meta": {},
        "markdown.extensions.fenced_code": {},
        "markdown.extensions.tables": {},
    },
    "output_format": "html5",
}

ARTICLE_PATHS = ["stories"]
ARTICLE_URL = "stories/{slug}/"
ARTICLE_SAVE_AS = "stories/{slug}/index.html"
SLUGIFY_SOURCE = "basename"
PAGE_PATHS = ["pages", "themes"]
PAGE_URL = "{slug}/"
PAGE_SAVE_AS = "{slug}/index.html"
STATIC_PATHS: list[str] = []  # the galleries plugin names what of content/pictures is published
IGNORE_FILES = [".*", "Thumbs.db", "__pycache__"]
USE_FOLDER_AS_CATEGORY = False
DEFAULT_PAGINATION = False

DIRECT_TEMPLATES = [
    "index",
    "galleries",
    "messages",
    "feeds",
    "accountability",
    "search",
    "404",
    "thread_page",
    "wall_page",
]
GALLERIES_SAVE_AS = "galleries/index.html"
SEARCH_SAVE_AS = "search/index.html"
ACCOUNTABILITY_SAVE_AS = "accountability/index.html"
FEEDS_SAVE_AS = "feeds/index.html"
MESSAGES_SAVE_AS = "messages/index.html"
THREAD_PAGE_SAVE_AS = "_records/thread-page.html"
WALL_PAGE_SAVE_AS = "_records/wall-page.html"
TAG_URL = "tags/{slug}/"
PAGINATED_TEMPLATES: dict[str, int | None] = {}  # plugins.campaign writes the lists

AUTHOR_SAVE_AS = AUTHORS_SAVE_AS = CATEGORY_SAVE_AS = CATEGORIES_SAVE_AS = ""
TAG_SAVE_AS = TAGS_SAVE_AS = ""
ARTICLE_LANG_SAVE_AS = PAGE_LANG_SAVE_AS = DRAFT_LANG_SAVE_AS = DRAFT_PAGE_LANG_SAVE_AS = ""
DRAFT_SAVE_AS = DRAFT_PAGE_SAVE_AS = ""
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = (
    None
)
DELETE_OUTPUT_DIRECTORY = False
LOAD_CONTENT_CACHE = False
CACHE_CONTENT = False

# What a campaign beside this one has of its own goes before all that.
globals().update(own_settings(CAMPAIGN_FOLDER))
