"""The documents say what the code has, and nothing that it has not."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import tomllib
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from invoke import Task

import plugins
import tasks
from comments_service import cli
from comments_service.config import PREFIX, Config
from comments_service.models import State
from comments_service.moderation import REASONS, TRANSITIONS, VISITORS_ACTIONS
from comments_service.retention.terms import TERMS
from comments_service.web.words import ACTIONS, KEYS, STATES
from plugins.campaign.records import Campaign
from plugins.campaigns import VARIABLE
from plugins.editing.fixing import problems_in
from plugins.editing.heads import ALBUM_KEYS, PAGE_KEYS, STORY_KEYS, THEME_KEYS
from plugins.editing.rules import PROSE, RULES
from plugins.sharing.targets import TARGETS

ROOT = Path(__file__).parents[1]
EDITORS = "docs/zh-CN/"
READMES = ("README.md", "README.zh.md")
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md"))
)
PAGES = [name for name in DOCUMENTS if name.startswith(EDITORS)]
RUN = re.compile(r"\./run ([a-z][a-z-]*)")
OPERATOR_COMMAND = re.compile(r"\./run comments (?:-c )?\"?([a-z][a-z-]*)")
PICTURE = re.compile(r"!\[[^\]]+\]\((pictures/[^)\s]+)\)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
MODERATORS_ACTIONS = [word for action, word in ACTIONS.items() if action not in VISITORS_ACTIONS]
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def read(name):
    """Give the text of a document."""
    return (ROOT / name).read_text("utf-8")


def section(name, heading):
    """Give what stands below *heading* in a document, up to the next heading of any level."""
    _, found, rest = read(name).partition(f"\n{heading}\n")
    assert found, f"{name} has no heading {heading!r}"
    return re.split(r"^#+ ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text):
    """Give the rows of the tables in *text* as lists of cells, without head and rule."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [
        row for row, after in zip(cells, [*cells[1:], [""]], strict=True) if not is_rule(row, after)
    ]


def is_rule(row, after):
    """Say whether *row* is the rule below a table's head, or the head above one."""
    return any(cells[0] and set(cells[0]) <= set("-: ") for cells in (row, after))


def tables_of_the_campaign():
    """Give the rows in which editors read of the tables of campaign.toml."""
    return rows(section(EDITORS + "data.md", "## 各个表"))


def task_names():
    """Name every task that `./run` takes."""
    return {task.name.replace("_", "-") for task in vars(tasks).values() if isinstance(task, Task)}


def settings_of_ours():
    """Name what pelicanconf.py sets below its comment "Ours", up to the next comment."""
    lines = read("pelicanconf.py").splitlines()
    start = lines.index("# Ours") + 1
    ends = (number for number, line in enumerate(lines) if number >= start and line[:1] == "#")
    block = "\n".join(lines[start : next(ends, len(lines))])
    assigned = [node for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Name)]
    return {node.id for node in assigned if isinstance(node.ctx, ast.Store)}


def settings_of_plugins():
    """Name the settings that the docstrings of the plugins and of the publishing list."""
    names = set()
    packages = [plugin.name for plugin in pkgutil.iter_modules(plugins.__path__, "plugins.")]
    for package in (*packages, "publishing"):
        text = importlib.import_module(package).__doc__ or ""
        names |= set(re.findall(r"``([A-Z][A-Z_]+)``", text.partition("Settings:")[2]))
    return names


FROM_FILES = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "CHECK_SECRET", "MAIL_URL", "NOTIFY_URLS")
"""Settings that hold a secret, and may stand in a file."""


def test_every_setting_has_a_heading_and_no_heading_is_too_many():
    """Settings of the service and of the site are explained, each once."""
    of_service = {PREFIX + field.name.upper() for field in fields(Config)}
    files = {f"{PREFIX}{name}_FILE" for name in FROM_FILES}
    wanted = of_service | files | settings_of_ours() | settings_of_plugins() | {VARIABLE}
    headings = re.findall(r"^### (\S+)$", read("docs/configuration.md"), re.MULTILINE)
    assert sorted(headings) == sorted(wanted)


def test_plugins_name_the_settings_of_pelicanconf():
    """A setting of ours in pelicanconf.py belongs to a plugin that lists it, and the other way."""
    assert settings_of_ours() == settings_of_plugins()


@pytest.mark.parametrize(
    ("name", "default"),
    [
        (PREFIX + field.name.upper(), str(field.default))
        for field in fields(Config)
        if field.default is not MISSING and field.default != ""
    ],
)
def test_defaults_are_told(name, default):
    """The default that a setting's paragraph tells is the code's."""
    assert f"Default: `{default}`" in section("docs/configuration.md", f"### {name}")


def test_every_task_is_named():
    """Each task stands in a document for those who run it."""
    texts = "".join(map(read, ("README.md", "docs/operators.md", "CONTRIBUTING.md")))
    assert task_names() - set(RUN.findall(texts)) == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_name_only_tasks_that_exist(name):
    """Whatever a document tells to run can be run."""
    assert set(RUN.findall(read(name))) - task_names() == set()


def test_every_operator_command_is_explained():
    """Each command of the message board has its row for operators, and no row is too many."""
    table = section("docs/operators.md", "## Accounts and tables")
    named = [OPERATOR_COMMAND.findall(row[0]) for row in rows(table)]
    assert sorted(named) == sorted([command] for command in cli.comments.commands)


def test_every_term_is_told():
    """What operators read of how long data is kept is what the night's work goes by."""
    told = rows(section("docs/operators.md", "## How long it is kept"))
    assert told == [[term.what, _days(term), term.since] for term in TERMS]


def test_visitors_are_told_the_terms():
    """The days that the page of public figures names are those of the table."""
    page = read("theme/templates/accountability.html")
    told = {name: int(days) for name, days in re.findall(r"(\w+)=(\d+)", page)}
    terms = {term.what: term.days for term in TERMS}
    assert told == {
        "refused": terms["text, name and all else of refused messages"],
        "spam": terms["the same of spam"],
        "withdrawn": terms["the same of withdrawn messages"],
        "email": terms["e-mail addresses of decided messages"],
        "unconfirmed": terms["e-mail addresses that nobody confirmed"],
        "report_address": terms["masked addresses of reports"],
        "report_words": terms["words of reports"],
    }


DUTY_TEST = re.compile(r"`(tests/[a-z_/]+\.py)::(test_[a-z_]+)`")


@pytest.mark.parametrize(("file", "name"), sorted(set(DUTY_TEST.findall(read("docs/legal.md")))))
def test_every_duty_is_held_by_a_test(file, name):
    """The tests that the table of duties names are there."""
    assert f"\ndef {name}(" in read(file)


def test_every_duty_names_a_test():
    """No duty stands there with words alone."""
    duties = rows(read("docs/legal.md"))
    assert len(duties) == 14
    assert [row[0] for row in duties if "::test_" not in row[3]] == []


def _days(term):
    """Write a term as the document does."""
    return f"`{PREFIX}{term.days.upper()}`" if isinstance(term.days, str) else str(term.days)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_name_only_operator_commands_that_exist(name):
    """Whatever a document tells operators to run can be run."""
    assert set(OPERATOR_COMMAND.findall(read(name))) - cli.comments.commands.keys() == set()


@pytest.mark.parametrize(
    ("page", "heading", "keys"),
    [
        pytest.param("writing.md", "## 报道的开头", STORY_KEYS, id="stories"),
        pytest.param("writing.md", "## 主题页的开头", THEME_KEYS, id="themes"),
        pytest.param("writing.md", "## 其他页面的开头", PAGE_KEYS, id="pages"),
        pytest.param("galleries.md", "## 图集的开头", ALBUM_KEYS, id="albums"),
    ],
)
def test_every_key_of_a_head_is_explained(page, heading, keys):
    """Editors find each key of a head, and whether it must be there."""
    told = {row[0].strip("`"): row[1] for row in rows(section(EDITORS + page, heading))}
    assert told == {name: "必填" if key.is_needed else "可不填" for name, key in keys.items()}


def test_every_table_of_the_campaign_is_explained():
    """Editors find each table of campaign.toml, and whether it must be there."""
    told = {row[0].strip("`"): row[1] for row in tables_of_the_campaign()}
    needed = {item.name: item.default is item.default_factory for item in fields(Campaign)}
    assert told == {name: "必填" if is_needed else "可不填" for name, is_needed in needed.items()}


@pytest.mark.parametrize("table", [item.name for item in fields(Campaign)])
def test_every_key_of_the_campaign_is_explained(table):
    """Editors find each key of each table of campaign.toml."""
    keys = sorted(known_keys(table))
    told = {row[0].strip("`"): row[2] for row in tables_of_the_campaign()}
    assert [key for key in keys if f"`{key}`" not in told[table]] == []


def rules_told():
    """Give the names of rules in the tables of the page about checks."""
    named = (re.fullmatch("`([a-z-]+)`", row[0]) for row in rows(read(EDITORS + "checks.md")))
    return sorted(found[1] for found in named if found)


def test_every_rule_is_explained():
    """Editors find each rule, once, and no rule that there is not."""
    assert rules_told() == sorted(rule.name for rule in RULES)


@pytest.mark.parametrize("name", PAGES)
def test_pages_name_only_options_that_exist(name):
    """Each option of a command that a page shows is one that the command takes."""
    tasks_by_name = {
        task.name.replace("_", "-"): task for task in vars(tasks).values() if isinstance(task, Task)
    }
    wrong = []
    for words in re.findall(r"\./run ([^`\n]+)", read(name)):
        command, *rest = words.replace("new gallery", "new-gallery").split()
        known = {
            each.replace("_", "-")
            for each in inspect.signature(tasks_by_name[command].body).parameters
        }
        asked = {word.removeprefix("--") for word in rest if word.startswith("--")}
        wrong += [f"{command} --{option}" for option in sorted(asked - known - {"help"})]
    assert wrong == []


@pytest.mark.parametrize("name", PAGES)
def test_pages_name_only_rules_that_exist(name):
    """What a page shows as told by a check ends in the name of a rule."""
    named = re.findall(r"^content/.*\[([a-z-]+)\]$", read(name), re.MULTILINE)
    assert set(named) - {rule.name for rule in RULES} == set()
    told = re.findall(r"^content/\S+:\d+(?::\d+)?: .*$", read(name), re.MULTILINE)
    assert len(named) == len(told)


@pytest.mark.parametrize("name", PAGES)
def test_pages_name_only_keys_that_exist(name):
    """Each line of a head that a page shows has a key that a head may hold."""
    keys = {*STORY_KEYS, *THEME_KEYS, *PAGE_KEYS, *ALBUM_KEYS}
    text = re.sub(r"^```toml.*?^```$", "", read(name), flags=re.DOTALL | re.MULTILINE)
    shown = re.findall(r"^ *([a-z_]+): \S|`([a-z_]+): ", text, re.MULTILINE)
    assert {first or second for first, second in shown} - keys == set()


@pytest.mark.parametrize("name", PAGES)
def test_pages_show_data_that_can_be_read(name):
    """Each example of the campaign's data is TOML, of tables and keys that there are."""
    for text in re.findall(r"^```toml\n(.*?)^```$", read(name), re.DOTALL | re.MULTILINE):
        data = tomllib.loads(text)
        tables = {item.name for item in fields(Campaign)} - {"words", "tags"}
        for table, value in data.items():
            records = value if isinstance(value, list) else [value]
            known = known_keys(table) if table in tables else {"write", "why", "fix", "but"}
            shown = {key for record in records if isinstance(record, dict) for key in record}
            assert shown - known == set(), text


def known_keys(table):
    """Name the keys of a *table* of the campaign's data."""
    kind = get_type_hints(Campaign)[table]
    record = get_args(kind)[0] if get_args(kind) else kind
    return {item.name for item in fields(record)} if is_dataclass(record) else set()


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_written_as_they_ask(name):
    """What the pages tell editors of punctuation and spaces holds for the pages themselves."""
    prose = [rule for rule in PROSE if rule.name != "title-length"]
    problems = problems_in(ROOT / name, f"title: x\n\n{read(name)}", prose)
    told = [f"{each.line - 2}:{each.column} {each.what} [{each.rule}]" for each in problems]
    assert told == []


def test_pictures_of_the_pages_are_there_and_small():
    """Each picture that a page for editors shows was taken, none is left over, and none is heavy:
    PICTURES_OF_DOCUMENTS=1 ./run test tests/browser/test_write.py takes those of the preview.
    """
    pages = (ROOT / EDITORS).glob("*.md")
    shown = {name for page in pages for name in PICTURE.findall(page.read_text("utf-8"))}
    taken = {f"pictures/{path.name}": path for path in (ROOT / EDITORS / "pictures").iterdir()}
    assert shown == taken.keys()
    assert max(path.stat().st_size for path in taken.values()) < 200_000


def test_every_share_target_is_named():
    """Editors find the name of each share target."""
    assert [name for name in TARGETS if f"`{name}`" not in read(EDITORS + "data.md")] == []


def test_every_reason_is_named():
    """Moderators find the reasons for a refusal in the desk's own words."""
    told = [row[0] for row in rows(section("docs/moderators.md", "## 处理"))]
    assert told[len(State) :] == list(REASONS.values())


@pytest.mark.parametrize("state", State)
def test_what_moderators_can_do_is_told(state):
    """Moderators find what can be done in each state, in the desk's own words."""
    told = {row[0]: row[1] for row in rows(section("docs/moderators.md", "## 处理"))}
    possible = [ACTIONS[action] for before, action in TRANSITIONS if before is state]
    words = [word for word in possible if word in MODERATORS_ACTIONS]
    assert told[STATES[state]] == ("、".join(words) or "（没有，留言人已要求删除）")


def test_every_key_is_told():
    """Moderators find the keys of the desk, with the desk's own words."""
    told = {row[0]: row[1] for row in rows(section("docs/moderators.md", "## 键盘"))}
    assert told == KEYS


@pytest.mark.parametrize("word", MODERATORS_ACTIONS)
def test_every_action_is_explained(word):
    """Moderators find what each action does."""
    assert f"- **{word}**：" in read("docs/moderators.md")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name):
    """Every relative link of a document leads to a file."""
    targets = LINK.findall(CODE.sub("", read(name)))
    relative = [target.partition("#")[0] for target in targets if "://" not in target]
    folder = (ROOT / name).parent
    assert [target for target in relative if target and not (folder / target).is_file()] == []


def anchors_of(name):
    """Give the anchors of a document's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.*)$", CODE.sub(_words, read(name)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for words in headings}


def _words(found):
    """Give what is left of code where headings are read: of blocks nothing, else the words."""
    return "" if found[0].startswith("```") else found[0].strip("`")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_anchors_are_there(name):
    """Every link to a part of a document names one of its headings."""
    targets = [target for target in LINK.findall(CODE.sub("", read(name))) if "://" not in target]
    parted = (target.partition("#") for target in targets if "#" in target)
    lost = [
        f"{page}#{anchor}"
        for page, _, anchor in parted
        if page.endswith(".md") or not page
        if anchor not in anchors_of((Path(name).parent / page).as_posix() if page else name)
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("name", "heading"), [("README.md", "## How it is laid out"), ("README.zh.md", "## 目录")]
)
def test_every_folder_is_named(name, heading):
    """The layout names the folders of the repository, all of them and no others."""
    told = re.findall(r"^- `([^`]+)/`", section(name, heading), re.MULTILINE)
    names = ["git", "-c", "core.quotepath=off", "ls-files"]
    listed = [*names, "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    folders = {name.partition("/")[0] for name in files.splitlines() if "/" in name}
    assert sorted(told) == sorted(folder for folder in folders if folder[0] != ".")


def test_both_readmes_name_the_same_commands():
    """Readers of both languages are told the same commands, in the same order."""
    english, chinese = (re.findall(r"`(\./run [^`]*)`", read(name)) for name in READMES)
    assert english == chinese
