"""Pages of photos for tests of wall and lightbox: as templates write them, with real JPEGs."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Page, Route

from comments_service.web.headers import POLICY
from plugins.assets.bundles import bundle_scripts, bundle_styles, page_scripts, page_styles
from plugins.galleries.placeholders import placeholder_svg
from plugins.galleries.views import shape_of

STATIC = Path(__file__).parents[2] / "theme" / "static"
ORIGIN = "http://localhost"
WIDTHS = (320, 640, 1280, 1920)
SHAPES = ((4000, 3000), (3000, 4000), (4000, 2667), (3000, 3000), (4000, 2250), (2667, 4000))
COLOURS = ("#c3272b", "#1e7b7a", "#5e8c61", "#f2a93b", "#3b2a24", "#8f1a1e")
WORDS = (
    'data-enhance="lightbox" data-script="/lightbox.js" data-label="看大图" data-close="关闭"'
    ' data-previous="上一张" data-next="下一张" data-zoom-in="放大" data-zoom-out="缩小"'
    ' data-status="第{n}张，共{total}张" data-error="图片没有载入" data-page="到这张图的页面去看"'
)
SCREEN = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/site.css"><script src="/site.js" defer></script></head>
<body><input class="visually-hidden" type="checkbox" id="large" aria-label="大字版">
{body}</body>
</html>
"""
ITEM = """<li class="{item} {shape}"><figure class="photo">
<a class="photo__link" href="/galleries/album/{n}/">{cells}<picture><img class="photo__image"
 src="/pictures/{n}-640.jpg" srcset="{srcset}" sizes="(min-width: 1152px) 25vw, 46vw" alt="画面{n}"
 width="{width}" height="{height}" {loading}></picture></a>
<figcaption class="photo__caption">第{n}张的图说，志愿者在路口
<span class="photo__credit">摄影{n}</span>
</figcaption></figure></li>
"""
PICTURE = re.compile(r"/pictures/(\d+)-(\d+)\.jpg")


@dataclass
class Site:
    """Answers what a page asks for: an album, a page a photo, pictures of every width."""

    body: str
    context: BrowserContext
    asked: list[str] = field(default_factory=list)
    refused: Callable[[str], bool] = lambda path: False

    def install(self) -> None:
        """Answer all that the context asks for."""
        self.context.route("**/*", self._answer)

    def visit(self) -> Page:
        """Open the album."""
        page = self.context.new_page()
        page.goto("/album/")
        return page

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        self.asked.append(path)
        if self.refused(path):
            route.abort()
            return
        kind, content = self._content(path)
        headers = {"Content-Type": kind, "Content-Security-Policy": POLICY}
        route.fulfill(status=200, body=content, headers=headers)

    def _content(self, path: str) -> tuple[str, bytes]:
        picture = PICTURE.fullmatch(path)
        if picture:
            return "image/jpeg", jpeg(int(picture[1]), int(picture[2]))
        if path == "/site.css":
            return "text/css", bundle_styles(STATIC) + page_styles(STATIC)["photos"]
        if path == "/site.js":
            return "text/javascript", bundle_scripts(STATIC)
        if path == "/lightbox.js":
            return "text/javascript", page_scripts(STATIC)["lightbox"]
        return "text/html; charset=utf-8", self._page(path).encode()

    def _page(self, path: str) -> str:
        if path.startswith("/galleries/"):
            return SCREEN.format(title="照片页", body=f"<h1>照片页</h1><p>{path}</p>")
        return SCREEN.format(title="图集", body=self.body)


def wall_of(numbers: range | list[int], *, cells: bool = True) -> str:
    """Write a wall of photos."""
    items = "".join(item(number, "wall__item", cells=cells) for number in numbers)
    return f'<ul class="wall" {WORDS}>{items}</ul>'


def strip_of(numbers: range | list[int]) -> str:
    """Write photos as slides, as they stand in stories and on the home page."""
    items = "".join(item(number, "carousel__slide") for number in numbers)
    return (
        '<div class="carousel carousel--strip" data-enhance="carousel" data-previous="前"'
        ' data-next="后" data-status="{n}/{total}">'
        f'<ul class="carousel__track" tabindex="0" aria-label="图" {WORDS}>{items}</ul></div>'
    )


def item(number: int, name: str, *, cells: bool = True) -> str:
    """Write one photo; every one has another shape than the one before."""
    width, height = size_of(number)
    return ITEM.format(
        item=name,
        n=number,
        shape=shape_of(width, height),
        cells=placeholder_svg("c32fa3fed/863177ba8") if cells else "",
        srcset=", ".join(f"/pictures/{number}-{each}.jpg {each}w" for each in WIDTHS),
        width=width,
        height=height,
        loading='loading="lazy" decoding="async"' if number > 1 else 'fetchpriority="high"',
    )


def size_of(number: int) -> tuple[int, int]:
    """Give width and height of a photo, in pixels."""
    return SHAPES[(number - 1) % len(SHAPES)]


def jpeg(number: int, width: int) -> bytes:
    """Make a photo: its number and a grid, so that one sees how it is cut."""
    wide, high = size_of(number)
    height = min(max(round(width * high / wide), 8), 4000)
    picture = Image.new("RGB", (width, height), COLOURS[number % len(COLOURS)])
    draw = ImageDraw.Draw(picture)
    for part in range(1, 8):
        draw.line([(part * width / 8, 0), (part * width / 8, height)], "white", 2)
    draw.text(
        (width / 2, height / 2), str(number), "white", font_size=min(width, height) / 3, anchor="mm"
    )
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=60)
    return content.getvalue()


def until(page: Page, condition: str) -> None:
    """Wait in the page, frame by frame, until *condition*, a piece of JavaScript, holds."""
    page.evaluate(f"""() => new Promise((done) => {{
      const look = () => (({condition}) ? done() : requestAnimationFrame(look));
      look();
    }})""")
