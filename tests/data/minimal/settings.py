"""Settings of a site that is Pelican's alone, with much of what Pelican can do."""

from pathlib import Path

SITENAME = "小站"
SITEURL = "https://small.example"
AUTHOR = "编辑部"
TIMEZONE = "Asia/Shanghai"
DEFAULT_LANG = "zh"
DEFAULT_CATEGORY = "杂"
PATH = "content"
THEME = str(Path(__file__).parent / "theme")
STATIC_PATHS = ["files"]
DELETE_OUTPUT_DIRECTORY = False
DEFAULT_PAGINATION = 3
DEFAULT_DATE_FORMAT = "%Y年%-m月%-d日"
FORMATTED_FIELDS = ["summary", "note"]
YEAR_ARCHIVE_SAVE_AS = "{date:%Y}/index.html"
MONTH_ARCHIVE_SAVE_AS = "{date:%Y}/{date:%m}/index.html"
FEED_ALL_RSS = "feeds/all.rss.xml"
IGNORE_FILES = [".*"]
