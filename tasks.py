"""The tasks: `./run --list` names them, `./run --help TASK` explains one."""

from __future__ import annotations

import importlib
import os
import sys
from functools import partial
from pathlib import Path

from invoke import Context, task

os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
PACKAGES = (
    "audit benchmarks chaos comment_archive comments_service plugins publishing serving theme"
)
SETTINGS = "tasks.py pelicanconf.py publishconf.py"


@task(help={"port": "where the site is served on this machine (8000)"})
def demo(c: Context, port: str = "8000") -> None:
    """Show everything: the site with messages, the form, the desk, the publisher at work."""
    from serving import demo, environment, processes

    with environment.told_plainly():
        number = environment.require_free(port)
        with demo.prepared(environment.prepare_to_serve(number), number) as ready:
            commands = [processes.server_command(number), processes.publisher_command()]
            processes.run_together(commands, port=number, when_ready=ready.welcome)


@task(
    help={
        "port": "在这台机器的哪个端口看（8010）",
        "lan": "同一个网络里的手机和别的电脑也可以看，要用打印出来的完整地址",
        "open": "好了就打开浏览器",
        "poll": "不等系统通知，隔一会儿看一遍文件：放在网络盘上又收不到通知时用",
    }
)
def write(
    c: Context, port: str = "8010", lan: bool = False, open: bool = False, poll: bool = False
) -> None:
    """边写边看：保存一次，网页就更新一次，旁边列出哪里要改；草稿也看得到，读者看不到。"""
    from serving import environment
    from serving.preview.main import Wishes, port_of, write

    with environment.told_plainly():
        number = port_of(port)
        write(Wishes(port=number, is_open_to_lan=lan, opens_browser=open, polls=poll))


@task(
    positional=["files"],
    help={
        "files": "只说这些文件里的，可以写几个；不写就说全部",
        "fix": "拿得准的当场改好",
        "strict": "只有写法上的提醒，退出码也是1",
        "format": "text（默认）、json 或 github",
    },
)
def lint(
    c: Context, files: str = "", fix: bool = False, strict: bool = False, format: str = "text"
) -> None:
    """检查全部文章、图集和首页数据，说出哪里要改；./run lint --help 有说明。"""
    from serving.lint import main

    flags = [f"--{name}" for name, is_on in {"fix": fix, "strict": strict}.items() if is_on]
    sys.exit(main([*files.split(), *flags, "--format", format]))


@task(
    help={
        "name": "哪一篇：content/stories 里的文件名",
        "days": "几天以后失效（7）",
        "list": "列出正在预览的",
        "end": "不再预览这一篇",
    }
)
def share_draft(
    c: Context, name: str = "", days: int = 7, list: bool = False, end: bool = False
) -> None:
    """给草稿一个猜不到的预览地址，发给同事看，到期自己失效：./run share-draft 文件名。"""
    from serving import demo, environment
    from serving.sharing_drafts import Desk

    with environment.told_plainly():
        if not name and not list:
            sys.exit("写上文件名：./run share-draft 文件名；--list 列出正在预览的")
        desk = Desk.of(environment.prepare())
        told = desk.listed() if list else desk.end(name) if end else [desk.share(name, days)]
        for line in told:
            demo.step(line)


@task(
    help={
        "settings": "Pelican's settings file (pelicanconf.py; publishconf.py for the public site)",
        "force": "build even if nothing changed since the current release",
        "smaller": "publish even if much less is there than in the current release",
    }
)
def build(
    c: Context, settings: str = "pelicanconf.py", force: bool = False, smaller: bool = False
) -> None:
    """Make a full release and show it to readers by one rename."""
    from comment_archive.files import Archive
    from publishing.build import build, threads_without_story
    from publishing.engine.memory import is_short_lived
    from publishing.progress import Stages
    from publishing.told import outcome
    from serving import demo, environment

    is_short_lived()
    with environment.told_plainly():
        config = environment.prepare()
        demo.photograph()
        force = demo.repair_archive(config) or force
        plan = environment.build_plan(config, settings)
        before = environment.releases_of(config).current()
        with Stages() as stages:
            release, is_changed = build(
                plan, force=force, may_shrink=smaller, warn=demo.step, progress=stages
            )
        demo.step(outcome(release, before, is_changed=is_changed))
        for thread in threads_without_story(Archive(config.archive), release):
            demo.step(f"Messages of {thread} have no story: was it renamed? Add thread: {thread}")


@task(
    help={
        "title": "标题",
        "theme": "主题：slug、名字或号数",
        "date": "日期（今天），如 2015-12-05",
        "picture": "题图：content/pictures 里的文件名，或一个图片文件的路径",
        "alt": "题图上画了什么",
        "messages": "收不收留言：open（默认）或 closed",
        "summary": "摘要",
        "credit": "署名（上一篇的）",
        "yes": "没有写的都用默认，不再问",
    }
)
def new(
    c: Context,
    title: str = "",
    theme: str = "",
    date: str = "",
    picture: str = "",
    alt: str = "",
    messages: str = "",
    summary: str = "",
    credit: str = "",
    yes: bool = False,
) -> None:
    """开始一篇报道：问几句，写好文件的开头；./run new gallery 文件夹 把照片做成图集。"""
    from serving.beginnings import new_story

    answers = {name: value for name, value in locals().items() if isinstance(value, str)}
    new_story(answers, takes_defaults=yes)


@task(
    help={
        "folder": "放照片的文件夹",
        "order": "name 按文件名（默认），time 按拍摄时间",
        "title": "图集的标题",
        "date": "日期（照片上最早的一天）",
        "summary": "摘要",
        "theme": "主题（不归主题）",
        "credit": "署名（照片里写的）",
        "yes": "没有写的都用默认，不再问",
    }
)
def new_gallery(
    c: Context,
    folder: str = "",
    order: str = "",
    title: str = "",
    date: str = "",
    summary: str = "",
    theme: str = "",
    credit: str = "",
    yes: bool = False,
) -> None:
    """把一个文件夹里的照片做成图集，或把新的照片添进去：写作 ./run new gallery 文件夹。"""
    from serving.beginnings import new_gallery

    answers = {name: value for name, value in locals().items() if isinstance(value, str)}
    new_gallery(answers, takes_defaults=yes)


@task(
    positional=["name"],
    help={
        "name": "专题的文件夹叫什么（中文取拼音），或一条路径",
        "title": "专题的名字",
        "slogan": "首页的大标题",
        "themes": "有哪些主题，用顿号隔开",
        "skin": "配色：theme/static/css/skins 里的名字",
        "icp": "备案号",
        "police": "公安备案号",
        "phone": "举报电话",
        "email": "举报邮箱",
        "yes": "没有写的都用默认，不再问",
    },
)
def campaign(
    c: Context,
    name: str,
    title: str = "",
    slogan: str = "",
    themes: str = "",
    skin: str = "",
    icp: str = "",
    police: str = "",
    phone: str = "",
    email: str = "",
    yes: bool = False,
) -> None:
    """另开一个专题：问几句，在 campaigns/ 里放好一份可以马上生成的样板。"""
    from serving.beginnings import new_campaign

    answers = {name: value for name, value in locals().items() if isinstance(value, str)}
    new_campaign(answers, takes_defaults=yes)


@task
def releases(c: Context) -> None:
    """List the releases on the disk: when made, how large, what changed, which one is shown."""
    from publishing.listing import disk_use, entries, size_text
    from serving import demo, environment

    with environment.told_plainly():
        listed = environment.releases_of(environment.prepare())
        for entry in entries(listed):
            demo.step(str(entry))
        demo.step(f"On the disk: {size_text(disk_use(listed))} in {listed.root}")


@task(help={"number": "of the release to show (the one before the current one)"})
def rollback(c: Context, number: int = 0) -> None:
    """Show an older release again, with the messages published since."""
    from comment_archive.files import Archive
    from publishing.rollback import roll_back
    from serving import demo, environment

    with environment.told_plainly():
        config = environment.prepare()
        listed = environment.releases_of(config)
        changed = roll_back(listed, Archive(config.archive), number or None)
        if current := listed.current():
            demo.step(f"Release {current.number} is shown; {len(changed)} addresses changed")


@task(help={"keep": "how many releases stay, the current one among them (COMMENTS_RELEASES_KEPT)"})
def prune(c: Context, keep: int = 0) -> None:
    """Remove the oldest releases, never the one that is shown."""
    from publishing.listing import prune
    from serving import demo, environment

    with environment.told_plainly():
        config = environment.prepare()
        for line in prune(environment.releases_of(config), config.archive, keep):
            demo.step(line)


@task(
    positional=["target"],
    help={"target": "a folder, user@host:/path (rsync), or remote:bucket/path (rclone)"},
)
def publish(c: Context, target: str) -> None:
    """Bring the current release to another place: what differs, pages last."""
    from publishing.delivery import deliver
    from publishing.progress import Stages
    from serving import demo, environment

    with environment.told_plainly(), Stages() as progress:
        config = environment.prepare()
        release = environment.current_release(config)
        demo.step(str(deliver(release, target, config.var / "published", progress)))


@task(help={"since": "a release's number, or a moment such as 2026-03-01T12:30 (UTC)"})
def changed(c: Context, since: str) -> None:
    """Print the addresses that changed or vanished since, a line each, for a CDN to forget."""
    from publishing.changed import Journal
    from serving import demo, environment

    with environment.told_plainly():
        config = environment.prepare()
        for address in Journal(config.releases).since(since):
            demo.step(f"{config.site_url}{address}")


@task(
    help={
        "port": "where to listen on this machine (8000)",
        "workers": "processes of the service (1)",
    }
)
def serve(c: Context, port: str = "8000", workers: int = 1) -> None:
    """Serve the published site, the form and the desk (without a publisher)."""
    from serving import environment, processes

    with environment.told_plainly():
        number = environment.require_free(port)
        config = environment.prepare_to_serve(number)
        environment.open_database(config).engine.dispose()
        environment.remember(config, number)
        os.execv((command := processes.server_command(number, workers))[0], command)


@task(help={"alone": "end when another publisher is at work, instead of standing by"})
def publisher(c: Context, alone: bool = False) -> None:
    """Bring decisions to the site as they fall due and send notices, until stopped."""
    from publishing.stopping import Stop
    from serving import demo, environment, logs, processes

    processes.stop_on_signal(stop := Stop())
    with environment.told_plainly():
        config = environment.prepare()
        logs.configure(environment.level_of_steps(config))
        database = environment.open_database(config)
        beside = partial(demo.beside_publisher, config, database)
        demo.publisher(config, database).run(stop, stands_by=not alone, beside=beside)


@task
def doctor(c: Context) -> None:
    """Say what of settings and machine is not fit to serve visitors; exit code 1 then."""
    from serving import doctor, environment
    from serving.findings import Level

    with environment.told_plainly():
        found = list(doctor.examine(environment.prepare()))
    for name, finding in found:
        sys.stdout.write(f"{finding.level:8} {name}: {finding.told}\n")
    sys.exit(any(finding.level is Level.WRONG for _, finding in found))


@task
def upgrade(c: Context) -> None:
    """Back up, then bring the tables to the newest form; each step is told in a line."""
    comments(c, "upgrade")


@task(
    positional=["command"],
    help={"command": 'in quotes, such as "add-account lin"; "--help" lists all'},
)
def comments(c: Context, command: str) -> None:
    """Run an operator's command of the message board."""
    from serving import environment

    with environment.told_plainly():
        environment.prepare()
        c.run(
            f"python -m flask --app comments_service.app comments {command}", pty=sys.stdin.isatty()
        )


@task
def check(c: Context) -> None:
    """Check form, types, templates and the arrows between the packages."""
    c.run("python -m ruff check .")
    c.run("python -m ruff format --check .")
    c.run(f"python -m mypy {PACKAGES} {SETTINGS}")
    c.run("lint-imports --no-logo")
    c.run(
        "djlint --lint --quiet theme/templates comments_service/web/templates "
        "serving/preview/templates"
    )


@task(
    positional=["only"],
    help={"only": "a file or folder of tests, or anything pytest takes, in quotes"},
)
def test(c: Context, only: str = "tests") -> None:
    """Run all tests, on SQLite and on a real PostgreSQL."""
    c.run(f"python -m pytest {only}", pty=False)


@task(
    positional=["name"],
    help={"name": "a script of benchmarks/, such as approve", "quick": "a short form"},
)
def bench(c: Context, name: str, quick: bool = False) -> None:
    """Measure one question; exit code 1 when a figure is missed."""
    if name not in (known := sorted(path.stem for path in Path("benchmarks").glob("[a-z]*.py"))):
        sys.exit(f"There is no benchmark {name}: take one of {', '.join(known)}")
    sys.exit(importlib.import_module(f"benchmarks.{name}").main(quick))


@task(
    help={
        "only": "one fault, such as kill-service",
        "quick": "a short form, nothing written down",
    }
)
def chaos(c: Context, only: str = "", quick: bool = False) -> None:
    """Break things and look at what must hold all the same; exit code 1 when something does not."""
    from chaos.main import main
    from serving import environment

    with environment.told_plainly():
        sys.exit(main(only=only, quick=quick))


@task(
    help={
        "quick": "a short form: fewer pages and runs, nothing written down",
        "only": "one part: static, axe, lighthouse, or screenshots (asks nothing)",
    }
)
def audit(c: Context, quick: bool = False, only: str = "") -> None:
    """Measure a built, served site; exit code 1 when a figure is missed."""
    from audit.main import main
    from serving import environment

    with environment.told_plainly():
        sys.exit(main(quick=quick, only=only))


@task
def scan(c: Context) -> None:
    """Look for insecure code (bandit, our own semgrep rules); exit code 1 when some is found."""
    from audit import scan
    from serving import environment

    with environment.told_plainly():
        sys.exit(scan.main())


@task(help={"to": "the file that is written (var/sbom.json)"})
def sbom(c: Context, to: str = "var/sbom.json") -> None:
    """Write down what the product is made of, for scanners of known faults (CycloneDX 1.6)."""
    from audit.sbom import written
    from comment_archive.files import write_aside

    Path(to).parent.mkdir(parents=True, exist_ok=True)
    write_aside(Path(to), written().encode())
    sys.stdout.write(f"Wrote {to}\n")


@task
def lock(c: Context) -> None:
    """Pin the requirements anew, with hashes and without any index's address."""
    targets = {"runtime": "", "dev": "-dev", "cluster": "-cluster", "scan": "-scan"}
    for source, ending in targets.items():
        c.run(
            "uv pip compile --quiet --universal --python-version 3.11 --generate-hashes "
            "--no-header --no-emit-index-url --no-annotate --upgrade "
            f"requirements/{source}.in -o requirements{ending}.txt"
        )
