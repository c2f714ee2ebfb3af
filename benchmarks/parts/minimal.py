"""The least site that holds stories, for Pelican and for Hugo: the same pages with the same words.

A page a story; the home page, a page a tag and a page a category, each of PER_PAGE stories; lists
of all stories, tags and categories. No feeds, no pictures, no plugins. Addresses are the same too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts.corpus import Story, StoryFolder, stories

PER_PAGE = 50
SITE_URL = "https://example.com"
NAME = "回声"

PELICAN_SETTINGS = '''"""The least site of stories."""

import os
from pathlib import Path

HERE = Path(__file__).parent
SITENAME = {name!r}
SITEURL = {url!r}
PATH = str(HERE / "content")
OUTPUT_PATH = str(HERE / "output")
THEME = str(HERE / "theme")
THEME_STATIC_PATHS = []
STATIC_PATHS = []
PLUGINS = []
TIMEZONE = "Asia/Shanghai"
DEFAULT_LANG = "zh-CN"
MARKDOWN = {{
    "extension_configs": {{
        "markdown.extensions.meta": {{}},
        "markdown.extensions.fenced_code": {{}},
        "markdown.extensions.tables": {{}},
    }},
    "output_format": "html5",
}}
JINJA_ENVIRONMENT = {{"trim_blocks": True, "lstrip_blocks": True, "extensions": []}}
FORMATTED_FIELDS = []
TYPOGRIFY = False
ARTICLE_PATHS = ["stories"]
ARTICLE_URL = "stories/{{slug}}/"
ARTICLE_SAVE_AS = "stories/{{slug}}/index.html"
SLUGIFY_SOURCE = "basename"
SLUGIFY_USE_UNICODE = True
USE_FOLDER_AS_CATEGORY = False
DIRECT_TEMPLATES = ["index", "archives", "tags", "categories"]
ARCHIVES_SAVE_AS = "stories/index.html"
TAGS_SAVE_AS = "tags/index.html"
CATEGORIES_SAVE_AS = "categories/index.html"
TAG_URL = "tags/{{slug}}/"
TAG_SAVE_AS = "tags/{{slug}}/index.html"
CATEGORY_URL = "categories/{{slug}}/"
CATEGORY_SAVE_AS = "categories/{{slug}}/index.html"
AUTHOR_SAVE_AS = AUTHORS_SAVE_AS = ""
DEFAULT_PAGINATION = {per_page}
PAGINATED_TEMPLATES = {{"index": None, "tag": None, "category": None}}
PAGINATION_PATTERNS = [
    (1, "{{url}}", "{{save_as}}"),
    (2, "{{base_name}}/page/{{number}}/", "{{base_name}}/page/{{number}}/index.html"),
]
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
CACHE_CONTENT = LOAD_CONTENT_CACHE = bool(os.environ.get("WITH_CACHE"))
CACHE_PATH = str(HERE / "stock-cache")
'''
JINJA = {
    "base.html": """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{% block title %}{{ SITENAME }}{% endblock title %}</title>
</head>
<body>
<header><a href="{{ SITEURL }}/">{{ SITENAME }}</a></header>
<main>
{% block main %}{% endblock main %}
</main>
<footer><a href="{{ SITEURL }}/stories/">全部报道</a> <a href="{{ SITEURL }}/tags/">标签</a> \
<a href="{{ SITEURL }}/categories/">分类</a></footer>
</body>
</html>
""",
    "article.html": """{% extends "base.html" %}
{% block title %}{{ article.title }} - {{ SITENAME }}{% endblock title %}
{% block main %}
<article>
<h1>{{ article.title }}</h1>
<p><time datetime="{{ article.date.strftime('%Y-%m-%d') }}">\
{{ article.date.strftime('%Y-%m-%d %H:%M') }}</time>
<a href="{{ SITEURL }}/{{ article.category.url }}">{{ article.category }}</a></p>
<p>{{ article.summary }}</p>
{{ article.content }}
<ul>
{% for tag in article.tags %}
<li><a href="{{ SITEURL }}/{{ tag.url }}">{{ tag }}</a></li>
{% endfor %}
</ul>
</article>
{% endblock main %}
""",
    "index.html": """{% extends "base.html" %}
{% block main %}
<h1>{% block heading %}{{ SITENAME }}{% endblock heading %}</h1>
{% for article in articles_page.object_list %}
<article>
<h2><a href="{{ SITEURL }}/{{ article.url }}">{{ article.title }}</a></h2>
<p><time datetime="{{ article.date.strftime('%Y-%m-%d') }}">\
{{ article.date.strftime('%Y-%m-%d') }}</time></p>
<p>{{ article.summary }}</p>
</article>
{% endfor %}
<nav>
{% if articles_page.has_previous() %}
<a href="{{ SITEURL }}/{{ articles_previous_page.url }}">上一页</a>
{% endif %}
<span>{{ articles_page.number }} / {{ articles_paginator.num_pages }}</span>
{% if articles_page.has_next() %}
<a href="{{ SITEURL }}/{{ articles_next_page.url }}">下一页</a>
{% endif %}
</nav>
{% endblock main %}
""",
    "tag.html": """{% extends "index.html" %}
{% block title %}{{ tag }} - {{ SITENAME }}{% endblock title %}
{% block heading %}{{ tag }}{% endblock heading %}
""",
    "category.html": """{% extends "index.html" %}
{% block title %}{{ category }} - {{ SITENAME }}{% endblock title %}
{% block heading %}{{ category }}{% endblock heading %}
""",
    "archives.html": """{% extends "base.html" %}
{% block title %}全部报道 - {{ SITENAME }}{% endblock title %}
{% block main %}
<h1>全部报道</h1>
<ul>
{% for article in dates %}
<li><a href="{{ SITEURL }}/{{ article.url }}">{{ article.title }}</a></li>
{% endfor %}
</ul>
{% endblock main %}
""",
    "tags.html": """{% extends "base.html" %}
{% block title %}标签 - {{ SITENAME }}{% endblock title %}
{% block main %}
<h1>标签</h1>
<ul>
{% for tag, articles in tags|sort %}
<li><a href="{{ SITEURL }}/{{ tag.url }}">{{ tag }}</a> {{ articles|count }}</li>
{% endfor %}
</ul>
{% endblock main %}
""",
    "categories.html": """{% extends "base.html" %}
{% block title %}分类 - {{ SITENAME }}{% endblock title %}
{% block main %}
<h1>分类</h1>
<ul>
{% for category, articles in categories|sort %}
<li><a href="{{ SITEURL }}/{{ category.url }}">{{ category }}</a> {{ articles|count }}</li>
{% endfor %}
</ul>
{% endblock main %}
""",
}
HUGO_SETTINGS: dict[str, object] = {
    "baseURL": SITE_URL + "/",
    "title": NAME,
    "locale": "zh-CN",
    "timeZone": "Asia/Shanghai",
    "buildFuture": True,
    "disableKinds": ["RSS", "sitemap", "404", "robotsTXT"],
    "disableHugoGeneratorInject": True,
    "hasCJKLanguage": True,
    "pagination": {"pagerSize": PER_PAGE, "disableAliases": True},
    "taxonomies": {"tag": "tags", "category": "categories"},
    "markup": {
        "goldmark": {
            "parser": {"autoHeadingID": False},
            "renderer": {"unsafe": True},
            "extensions": {"typographer": {"disable": True}},
        }
    },
}
HUGO = {
    "baseof.html": """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{{ block "title" . }}{{ site.Title }}{{ end }}</title>
</head>
<body>
<header><a href="{{ site.BaseURL }}">{{ site.Title }}</a></header>
<main>
{{ block "main" . }}{{ end }}
</main>
<footer><a href="{{ site.BaseURL }}stories/">全部报道</a> \
<a href="{{ site.BaseURL }}tags/">标签</a> <a href="{{ site.BaseURL }}categories/">分类</a></footer>
</body>
</html>
""",
    "page.html": """{{ define "title" }}{{ .Title }} - {{ site.Title }}{{ end }}
{{ define "main" }}<article>
<h1>{{ .Title }}</h1>
<p><time datetime="{{ .Date.Format "2006-01-02" }}">\
{{ .Date.Format "2006-01-02 15:04" }}</time>
{{ range .GetTerms "categories" }}<a href="{{ .Permalink }}">{{ .LinkTitle }}</a>{{ end }}</p>
<p>{{ .Params.summary }}</p>
{{ .Content }}
<ul>
{{ range .GetTerms "tags" }}<li><a href="{{ .Permalink }}">{{ .LinkTitle }}</a></li>
{{ end }}</ul>
</article>{{ end }}
""",
    "_partials/list.html": """{{ $pager := .pager }}<h1>{{ .heading }}</h1>
{{ range $pager.Pages }}<article>
<h2><a href="{{ .Permalink }}">{{ .Title }}</a></h2>
<p><time datetime="{{ .Date.Format "2006-01-02" }}">{{ .Date.Format "2006-01-02" }}</time></p>
<p>{{ .Params.summary }}</p>
</article>
{{ end }}<nav>
{{ if $pager.HasPrev }}<a href="{{ $pager.Prev.URL | absURL }}">上一页</a>
{{ end }}<span>{{ $pager.PageNumber }} / {{ $pager.TotalPages }}</span>
{{ if $pager.HasNext }}<a href="{{ $pager.Next.URL | absURL }}">下一页</a>
{{ end }}</nav>
""",
    "home.html": """{{ define "main" }}{{ partial "list.html" (dict "heading" site.Title \
"pager" (.Paginate site.RegularPages.ByDate.Reverse)) }}{{ end }}
""",
    "term.html": """{{ define "title" }}{{ .Title }} - {{ site.Title }}{{ end }}
{{ define "main" }}{{ partial "list.html" (dict "heading" .Title \
"pager" (.Paginate .Pages.ByDate.Reverse)) }}{{ end }}
""",
    "taxonomy.html": """{{ define "title" }}{{ .Title }} - {{ site.Title }}{{ end }}
{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>
{{ range .Pages.ByTitle }}<li><a href="{{ .Permalink }}">{{ .Title }}</a> {{ len .Pages }}</li>
{{ end }}</ul>{{ end }}
""",
    "section.html": """{{ define "title" }}{{ .Title }} - {{ site.Title }}{{ end }}
{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>
{{ range .Pages.ByDate.Reverse }}<li><a href="{{ .Permalink }}">{{ .Title }}</a></li>
{{ end }}</ul>{{ end }}
""",
}
HUGO_LISTS = {"stories": "全部报道", "tags": "标签", "categories": "分类"}


@dataclass(frozen=True, slots=True)
class PelicanSite:
    """The site as Pelican reads it: ``settings.py``, ``theme/`` and ``content/`` in one folder."""

    folder: Path

    @property
    def stories(self) -> StoryFolder:
        """Its stories."""
        return StoryFolder(self.folder / "content" / "stories", _pelican_head)

    def make(self, count: int) -> None:
        """Write settings, templates and *count* stories."""
        text = PELICAN_SETTINGS.format(name=NAME, url=SITE_URL, per_page=PER_PAGE)
        _write(self.folder / "settings.py", text)
        for name, template in JINJA.items():
            _write(self.folder / "theme" / "templates" / name, template)
        self.stories.write(stories(count))


@dataclass(frozen=True, slots=True)
class HugoSite:
    """The site as Hugo reads it: ``hugo.json``, ``layouts/`` and ``content/`` in one folder."""

    folder: Path

    @property
    def stories(self) -> StoryFolder:
        """Its stories."""
        return StoryFolder(self.folder / "content" / "stories", _hugo_head)

    def make(self, count: int) -> None:
        """Write settings, templates and *count* stories."""
        _write(self.folder / "hugo.json", json.dumps(HUGO_SETTINGS, ensure_ascii=False))
        for name, template in HUGO.items():
            _write(self.folder / "layouts" / name, template)
        for name, title in HUGO_LISTS.items():
            text = json.dumps({"title": title}, ensure_ascii=False) + "\n"
            _write(self.folder / "content" / name / "_index.md", text)
        self.stories.write(stories(count))


def _pelican_head(story: Story) -> str:
    lines = {
        "title": story.title,
        "date": story.date,
        "category": story.category,
        "tags": ", ".join(story.tags),
        "summary": story.summary,
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items()) + "\n"


def _hugo_head(story: Story) -> str:
    """Write the head as YAML, which includes what JSON is."""
    lines = {
        "title": json.dumps(story.title, ensure_ascii=False),
        "date": f"{story.date}:00",
        "categories": f"[{story.category}]",
        "tags": f"[{', '.join(story.tags)}]",
        "summary": json.dumps(story.summary, ensure_ascii=False),
    }
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in lines.items()) + "---\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
