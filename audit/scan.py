"""Looks for insecure code: with bandit, and with semgrep by our own rules (semgrep.yml).

Both stand in an environment of their own, as they bring more packages than the product has. What
says why ruff's S704 does not hold in a line or a file says it of bandit's B704 too: they are the
same rule.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from audit.results import Result, count, table
from audit.tools import VAR, run
from serving.demo import step
from serving.environment import HERE, ServingError

LOCK = HERE / "requirements-scan.txt"
ENVIRONMENT = VAR / "scan"
RULES = HERE / "audit" / "semgrep.yml"
EXAMPLES = HERE / "tests" / "audit" / "scan"
"""What the rules are to find and to let pass, annotated as semgrep's own tests are."""
SCANNED = (
    *("audit", "benchmarks", "chaos", "comment_archive", "comments_service", "plugins"),
    *("publishing", "serving", "theme", "tasks.py", "pelicanconf.py", "publishconf.py"),
)
LOOK_AT_USES = ("B403", "B404", "B405", "B406")
"""They ask for a look at each import of pickle, subprocess and XML; others look at what is done."""
ANSWERED = re.compile(r"# (?:noqa: S|nosec B)(\d+)")
ANNOTATED = re.compile(r"(?:#|<!--) ruleid: ([\w-]+)")
Finding = tuple[str, str, int]
"""Rule, file, line."""


def main() -> int:
    """Look, and print what was found; gives 1 when something was."""
    step("Looking for insecure code ...")
    results = [_bandit(), _semgrep(), _rules()]
    sys.stdout.write("\n" + table(results))
    return int(not all(result.is_met for result in results))


def _bandit() -> Result:
    words = ["-q", "-r", "-f", "json", "-s", ",".join(LOOK_AT_USES), *SCANNED]
    told = json.loads(_scanner("bandit", *words))["results"]
    found = [(item["test_id"], item["filename"], item["line_range"]) for item in told]
    open_ones = [f"{it[1]}:{it[2][0]}: {it[0]}" for it in found if not _is_answered(*it)]
    return count("bandit: findings without an answer", "", open_ones)


def _is_answered(rule: str, file: str, lines: list[int]) -> bool:
    """Say whether one of *lines* says why *rule* does not hold there."""
    source = (HERE / file).read_text("utf-8").splitlines()
    said = {number for n in lines for number in ANSWERED.findall(source[n - 1])}
    return rule[1:] in said | _excepted(file)


def _excepted(file: str) -> set[str]:
    """Give the numbers of ruff's rules that pyproject.toml does not hold *file* to."""
    settings = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
    excepted = settings["tool"]["ruff"]["lint"]["per-file-ignores"]
    path = os.path.normpath(file)
    return {code[1:] for glob, codes in excepted.items() if fnmatch(path, glob) for code in codes}


def _semgrep() -> Result:
    found = [f"{file}:{line}: {rule}" for rule, file, line in _found(*SCANNED)]
    return count("semgrep, our own rules: findings", "", found)


def _rules() -> Result:
    """Ask whether each rule finds what it is for, and nothing else."""
    files = sorted(str(path.relative_to(HERE)) for path in EXAMPLES.glob("semgrep.*"))
    wanted, found = {*_annotated(files)}, {*_found(*files)}
    wrong = [f"{file}:{line}: {rule}" for rule, file, line in sorted(wanted ^ found)]
    unasked = {*re.findall(r"- id: ([\w-]+)", RULES.read_text("utf-8"))} - {w[0] for w in wanted}
    wrong += [f"{RULES.name}: {rule} has no example" for rule in sorted(unasked)]
    remark = f"{len(wanted)} examples"
    return count("our own rules: examples missed or found wrongly", "", wrong, remark=remark)


def _annotated(files: list[str]) -> Iterator[Finding]:
    for file in files:
        for number, line in enumerate((HERE / file).read_text("utf-8").splitlines(), start=2):
            yield from ((rule, file, number) for rule in ANNOTATED.findall(line))


def _found(*places: str) -> Iterator[Finding]:
    """Give what semgrep finds; it asks nobody, and tells nobody."""
    words = ("--config", str(RULES), "--metrics", "off", "--disable-version-check", "--json")
    told = json.loads(_scanner("semgrep", "scan", *words, "--quiet", *places))
    if told["errors"]:
        raise ServingError(f"semgrep could not read all: {told['errors'][0]}")
    for item in told["results"]:
        yield item["check_id"].rpartition(".")[2], item["path"], item["start"]["line"]


def _scanner(name: str, *words: str) -> str:
    path = os.pathsep.join((str(_programs()), os.environ["PATH"]))
    done = run([str(_programs() / name), *words], PATH=path, SEMGREP_SEND_METRICS="off")
    if not done.stdout.strip():
        raise ServingError(f"{name} gave no answer: {done.stderr.strip()[-500:]}")
    return done.stdout


@cache
def _programs() -> Path:
    """Give the folder of the scanners; they are installed when their lock file changed.

    Raises ServingError when they cannot be fetched.
    """
    stamp, wanted = ENVIRONMENT / "installed", LOCK.read_text("utf-8")
    programs = ENVIRONMENT / Path(sys.executable).parent.name
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        step("Installing bandit and semgrep (once, about a minute) ...")
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(ENVIRONMENT)])
        pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
        done = run([*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)])
        if done.returncode:
            raise ServingError(
                "bandit and semgrep could not be installed: connect to the network, or name a "
                f"mirror (PIP_INDEX_URL), and run this again.\n{done.stderr.strip()[-500:]}"
            )
        stamp.write_text(wanted, "utf-8")
    return programs
