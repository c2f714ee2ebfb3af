"""All that was built and answered, as files: links, anchors, validity, form, and nothing inline."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urldefrag, urlsplit

from audit.asking import ask
from audit.links import Linked, addresses_in_css, addresses_in_text, is_within
from audit.markup import Tree, elements, parse
from audit.pages import PageType, on_site
from audit.results import Result, count
from audit.site import Site
from audit.tools import JAVA, VAR, node_modules, run
from plugins.trees import all_files
from serving.environment import HERE

ANSWERS = VAR / "answers"
"""Where the service's answers are kept for the validator."""
STYLED = "theme/static"
TEXTS = (".xml", ".json", ".txt")
DATA_BLOCK = "application/ld+json"
FAULT_OF_BIOME = re.compile(r"^::[a-z]+ .*?file=([^,]+),line=(\d+).*?::(.*)$", re.MULTILINE)
PRIVATE = re.compile(r"/messages/receipt/[^/?#]+")


def measure(site: Site) -> list[Result]:
    """Ask everything that the sources can answer."""
    answers = dict(_answers(site))
    pages = dict(_built_pages(site.public)) | answers
    trees = {path: parse(text) for path, text in pages.items()}
    return [
        _links(site, trees),
        _inline(trees),
        _validity(site, answers),
        _form(),
    ]


def inline_parts(tree: Tree) -> Iterator[str]:
    """Give what a strict policy would not let run or apply: inline scripts, styles, handlers."""
    for node in elements(tree):
        if node.tag == "style":
            yield "<style>"
        if node.tag == "script" and node.get("src") is None and node.get("type") != DATA_BLOCK:
            yield "<script> without src"
        for name, value in node.items():
            if name == "style" or name.startswith("on"):
                yield f"<{node.tag} {name}>"
            if value.strip().lower().startswith("javascript:"):
                yield f"<{node.tag} {name}=javascript:>"


def _links(site: Site, trees: Mapping[str, Tree]) -> Result:
    linked = Linked(site.address, trees, partial(_is_there, site))
    found = [*linked.faults(), *_faults_of_texts(site, linked)]
    return count(
        "links, anchors, ids and alt texts inside the site: faults",
        "站内链接、页内跳转和图片说明的缺失",
        sorted(PRIVATE.sub("/messages/receipt/…", line) for line in found),
        remark=f"{len(trees)} pages, with feeds, site map and style sheets",
    )


def _faults_of_texts(site: Site, linked: Linked) -> Iterator[str]:
    for path in all_files(site.public):
        if path.suffix in TEXTS and "pagefind" not in path.parts:
            named = addresses_in_text(path.read_text("utf-8"), site.address)
        elif path.suffix == ".css":
            named = addresses_in_css(path.read_text("utf-8"))
        else:
            continue
        own = f"/{path.relative_to(site.public).as_posix()}"
        for url in dict.fromkeys(named):
            target = urldefrag(url).url.removeprefix(site.address) or "/"
            is_ours = is_within(url, site.address) or not urlsplit(url).scheme
            if is_ours and target not in linked.trees and not linked.is_there(target):
                yield f"{own}: {url} leads nowhere"


def _inline(trees: Mapping[str, Tree]) -> Result:
    found = (f"{path}: {part}" for path, tree in trees.items() for part in inline_parts(tree))
    return count(
        "inline scripts, styles and handlers",
        "页面里的内嵌脚本和样式",
        found,
        remark=f"{len(trees)} pages",
    )


def _validity(site: Site, answers: Mapping[str, str]) -> Result:
    _write_answers(answers)
    jar = node_modules() / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = [JAVA.require(), "-Xss8m", "-jar", str(jar), "--stdout", "--exit-zero-always"]
    options = ["--format", "json", "--also-check-svg", "--skip-non-html"]
    done = run([*command, *options, str(site.public), str(ANSWERS)])
    messages = json.loads(done.stdout)["messages"]
    faults = [item for item in messages if item["type"] != "info"]
    notes = Counter(item["message"] for item in messages if item["type"] == "info")
    checked = sum(path.suffix == ".html" for path in all_files(site.public)) + len(answers)
    told = "; ".join(f"{message} ({times} times)" for message, times in notes.items())
    found = count(
        "HTML validity: errors",
        "网页代码的错误",
        map(str, faults),
        remark=f"{checked} pages by the Nu checker; notes: {told or 'none'}",
    )
    return replace(found, where=tuple(_folded(faults, site.public)))


def _folded(faults: Iterable[Mapping[str, Any]], public: Path) -> Iterator[str]:
    """Tell each kind of fault once: how often it stands, and one of its places."""
    by_kind: dict[str, list[str]] = {}
    for item in faults:
        by_kind.setdefault(item["message"], []).append(_place(item, public))
    for message, places in sorted(by_kind.items()):
        yield f"{len(places)} times, such as {min(places)}: {message}"


def _place(message: Mapping[str, Any], public: Path) -> str:
    path = unquote(unquote(urlsplit(message.get("url", "")).path))
    page = path.removeprefix(str(public)).removeprefix(str(ANSWERS))
    return f"{page}:{message.get('lastLine', 0)}"


def _form() -> Result:
    biome = node_modules() / ".bin" / "biome"
    config = str(HERE / "audit" / "biome.json")
    options = ["--colors=off", "--reporter=github", "--max-diagnostics=200"]
    done = run([str(biome), "ci", f"--config-path={config}", *options, STYLED])
    found = ["{}:{}: {}".format(*parts) for parts in FAULT_OF_BIOME.findall(done.stdout)]
    if done.returncode and not found:
        found = [done.stderr.strip() or done.stdout.strip()]
    return count("form of style sheets and scripts: faults (Biome)", "样式和脚本写法的错误", found)


def _built_pages(public: Path) -> Iterator[tuple[str, str]]:
    for path in all_files(public):
        if path.suffix == ".html":
            address = "/" + path.relative_to(public).as_posix().removesuffix("index.html")
            yield address, path.read_text("utf-8")


def _answers(site: Site) -> Iterator[tuple[str, str]]:
    """Give what the service answers, the form with a mistake among it."""
    for kind in on_site(site):
        if not kind.is_baked and kind.is_for_readers:
            yield kind.path(site), _ask(site, kind)


def _ask(site: Site, kind: PageType) -> str:
    """Ask for a page; one with a deed is the form, sent with no words in it."""
    if not kind.deed:
        return ask(site.address, kind.path(site)).text
    address = urlsplit(kind.path(site))
    return ask(site.address, address.path, {**dict(parse_qsl(address.query)), "text": "。。"}).text


def _write_answers(answers: Mapping[str, str]) -> None:
    shutil.rmtree(ANSWERS, ignore_errors=True)
    ANSWERS.mkdir(parents=True)
    for path, text in answers.items():
        (ANSWERS / f"{quote(path, safe='')}.html").write_text(text, "utf-8")


def _is_there(site: Site, path: str) -> bool:
    """Ask the server; what takes forms only is there as well."""
    return ask(site.address, path).status in {*range(200, 400), 405}
