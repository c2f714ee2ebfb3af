"""The service's settings as they are read from the environment."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from comments_service.config import PREFIX, Config
from comments_service.errors import ConfigError

SECRET = "0123456789abcdef" * 2
PUBLIC_KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
LEAST = {"COMMENTS_SECRET_KEY": SECRET}


def read(**changes):
    """Read the settings from the least environment, with *changes*."""
    return Config.from_environ(LEAST | changes)


def test_defaults():
    """With a secret alone, all is as the docs say: local, SQLite in var, ten seconds of undo."""
    assert read() == Config(secret_key=SECRET)
    config = read()
    assert (config.site_url, config.var) == ("http://127.0.0.1:8000", Path("var"))
    assert config.database == f"sqlite:///{Path('var/comments.db').absolute()}"
    assert (config.undo, config.proxy_hops, config.max_length) == (timedelta(seconds=10), 0, 500)
    assert config.is_https is False


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        pytest.param("SECRET_KEY", "x" * 32, "secret_key", "x" * 32, id="shortest secret"),
        pytest.param("SITE_URL", "https://e.org", "site_url", "https://e.org", id="site"),
        pytest.param("SITE_URL", "https://e.org/", "site_url", "https://e.org", id="slash at end"),
        pytest.param("SITE_URL", "http://e.org:81", "site_url", "http://e.org:81", id="port"),
        pytest.param(
            "SITE_URL", "", "site_url", "http://127.0.0.1:8000", id="empty site is the default"
        ),
        pytest.param("VAR", "/srv/huisheng", "var", Path("/srv/huisheng"), id="var"),
        pytest.param("VAR", "", "var", Path("var"), id="empty var is the default"),
        pytest.param("LOG_LEVEL", "debug", "log_level", "DEBUG", id="level in small letters"),
        pytest.param("LOG_LEVEL", "", "log_level", "WARNING", id="empty level is the default"),
        pytest.param(
            "DATABASE_URL", "sqlite:////x.db", "database_url", "sqlite:////x.db", id="SQLite"
        ),
        pytest.param("DATABASE_URL", "", "database_url", "", id="no database"),
        pytest.param("REDIS_URL", "redis://r:1/2", "redis_url", "redis://r:1/2", id="Redis"),
        pytest.param("REDIS_URL", "valkeys://v/", "redis_url", "rediss://v/", id="Valkey with TLS"),
        pytest.param(
            "DATABASE_URL",
            "postgresql://u:p@h/d?sslmode=require",
            "database_url",
            "postgresql+psycopg://u:p@h/d?sslmode=require",
            id="PostgreSQL",
        ),
        pytest.param(
            "DATABASE_URL",
            "postgresql://u:p%40w@a:5432,b/d?target_session_attrs=read-write",
            "database_url",
            "postgresql+psycopg://u:p%40w@/d"
            "?host=a,b&port=5432,5432&target_session_attrs=read-write",
            id="two servers",
        ),
        pytest.param(
            "DATABASE_URL",
            "postgresql://[::1]:1,[fe80::1]:2/d",
            "database_url",
            "postgresql+psycopg:///d?host=::1,fe80::1&port=1,2",
            id="two servers by their numbers",
        ),
        pytest.param(
            "DATABASE_URL",
            "postgres://h/d",
            "database_url",
            "postgresql+psycopg://h/d",
            id="postgres",
        ),
        pytest.param(
            "DATABASE_URL",
            "postgresql+psycopg://h/d",
            "database_url",
            "postgresql+psycopg://h/d",
            id="PostgreSQL with its driver",
        ),
        pytest.param("UNDO_SECONDS", "0", "undo_seconds", 0, id="no undo"),
        pytest.param("UNDO_SECONDS", "3600", "undo_seconds", 3600, id="an hour of undo"),
        pytest.param("UNDO_SECONDS", " 5 ", "undo_seconds", 5, id="space round a number"),
        pytest.param("UNDO_SECONDS", "", "undo_seconds", 10, id="empty is the default"),
        pytest.param("PROXY_HOPS", "2", "proxy_hops", 2, id="proxies"),
        pytest.param("MAX_LENGTH", "1", "max_length", 1, id="shortest message"),
        pytest.param("MAX_LENGTH", "10000", "max_length", 10_000, id="longest message"),
    ],
)
def test_readings(name, text, field, value):
    """Each setting is read from its own variable."""
    config = read(**{PREFIX + name: text})
    assert getattr(config, field) == value
    others = {field: getattr(config, field) for field in ("secret_key", "database_url")}
    assert config == dataclasses.replace(Config(secret_key=SECRET), **(others | {field: value}))


def test_every_setting_is_read():
    """Each field of the record is read from the variable of its name in capitals."""
    values = {
        "secret_key": "y" * 40,
        "site_url": "https://e.org",
        "var": "/srv",
        "database_url": "sqlite:///x",
        "redis_url": "redis://r:1/2",
        "undo_seconds": "1",
        "proxy_hops": "1",
        "max_length": "99",
        "log_level": "ERROR",
        "closed": "维护",
        "editor_name": "专题编辑",
        "words_by_sound": "1",
        "proof_after": "2",
        "hold_after": "3",
        "refuse_after": "4",
        "check_url": "https://c.org/x",
        "check_secret": "z" * 32,
        "check_seconds": "9",
        "mail_url": "smtp://u:p@m.org",
        "mail_from": "b@e.org",
        "notify_urls": "json://h",
        "releases_kept": "8",
        "notify_minutes": "7",
        "backups": "/srv/backups",
        "backup_key": PUBLIC_KEY,
        "backups_daily": "5",
        "backups_weekly": "6",
        "address_log_days": "180",
        "address_log_key": PUBLIC_KEY,
    }
    assert values.keys() == {field.name for field in dataclasses.fields(Config)}
    config = Config.from_environ({PREFIX + key.upper(): value for key, value in values.items()})
    read_back = dataclasses.asdict(config) | {"words_by_sound": int(config.words_by_sound)}
    assert {key: str(value) for key, value in read_back.items()} == values


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        pytest.param(
            "SITE_URL",
            "example.org",
            "'example.org'; it must look like",
            id="site without a scheme",
        ),
        pytest.param("SITE_URL", "ftp://e.org", "'ftp://e.org'; it must look", id="other scheme"),
        pytest.param("SITE_URL", "https://", "'https:'; it must look like", id="no host"),
        pytest.param(
            "SITE_URL", "https://e.org/site", "without a path", id="site below another one"
        ),
        pytest.param("SITE_URL", "https://e.org?x", "it must look like", id="site with a query"),
        pytest.param("SITE_URL", "https://e.org#x", "it must look like", id="site with a part"),
        pytest.param("SITE_URL", "https://[::1", "it must look like", id="broken address"),
        pytest.param("DATABASE_URL", "mysql://h/d", "begins with mysql://", id="other database"),
        pytest.param("REDIS_URL", "127.0.0.1:6379", "must look like redis://", id="no scheme"),
        pytest.param(
            "DATABASE_URL", "postgresql://a:x,b/d", "names its servers wrongly", id="wrong servers"
        ),
        pytest.param(
            "DATABASE_URL",
            "postgresql+asyncpg://h/d",
            "begins with postgresql+asyncpg://",
            id="other driver",
        ),
        pytest.param("UNDO_SECONDS", "-1", "'-1'; it must be a whole", id="below nought"),
        pytest.param("UNDO_SECONDS", "3601", "from 0 to 3600", id="undo too long"),
        pytest.param("UNDO_SECONDS", "1.5", "'1.5'; it must be a whole", id="no whole number"),
        pytest.param("UNDO_SECONDS", "ten", "'ten'; it must be a whole", id="no number"),
        pytest.param("UNDO_SECONDS", "１０", "'１０'; it must be a whole", id="full-width digits"),
        pytest.param("PROXY_HOPS", "11", "from 0 to 10", id="too many proxies"),
        pytest.param("MAX_LENGTH", "0", "from 1 to 10000", id="no message at all"),
        pytest.param("MAX_LENGTH", "10001", "from 1 to 10000", id="message too long"),
        pytest.param("LOG_LEVEL", "loud", "'LOUD'; it must be one of DEBUG", id="unknown level"),
        pytest.param("BACKUP_KEY", "age1x", "'age1x' is no public key", id="no key"),
        pytest.param("BACKUP_KEY", PUBLIC_KEY[:-1] + "q", "is no public key", id="mistyped key"),
        pytest.param("ADDRESS_LOG_DAYS", "3651", "from 0 to 3650", id="addresses for too long"),
        pytest.param("SECRET_KEY", "", "needs at least 32 characters", id="empty secret"),
        pytest.param("SECRET_KEY", "x" * 31, "needs at least 32 characters", id="short secret"),
    ],
)
def test_refusals(name, text, message):
    """A wrong setting is refused with the name of its variable and what it must be."""
    with pytest.raises(ConfigError) as refusal:
        read(**{PREFIX + name: text})
    assert str(refusal.value).startswith(PREFIX + name)
    assert message in str(refusal.value)


def test_addresses_are_not_kept_in_the_open():
    """Who wants full addresses kept has to say for whom they are sealed."""
    with pytest.raises(ConfigError, match="COMMENTS_ADDRESS_LOG_KEY is needed"):
        read(COMMENTS_ADDRESS_LOG_DAYS="180")
    assert read(COMMENTS_ADDRESS_LOG_DAYS="0").address_log_key == ""


def test_no_secret():
    """Without a secret the service does not start, and says how to make one and where to read."""
    with pytest.raises(ConfigError) as refusal:
        Config.from_environ({})
    assert "secrets.token_hex" in str(refusal.value)
    assert "docs/configuration.md" in str(refusal.value)


def test_short_secret_is_not_told():
    """A secret that is refused does not stand in the refusal."""
    with pytest.raises(ConfigError) as refusal:
        read(COMMENTS_SECRET_KEY="hunter2")
    assert "hunter2" not in str(refusal.value)


def test_secret_from_a_file(tmp_path):
    """The secret may stand in a file; the line break at its end does not belong to it."""
    (tmp_path / "secret").write_text(SECRET + "\n", "utf-8")
    environ = {"COMMENTS_SECRET_KEY_FILE": str(tmp_path / "secret")}
    assert Config.from_environ(environ).secret_key == SECRET


def test_secret_itself_goes_before_its_file(tmp_path):
    """Where both are set, the secret itself is taken and the file not looked at."""
    assert read(COMMENTS_SECRET_KEY_FILE=str(tmp_path / "missing")).secret_key == SECRET


def test_short_secret_in_a_file(tmp_path):
    """A secret in a file is measured like any other, without the space round it."""
    (tmp_path / "secret").write_text("x" * 31 + " \n\n", "utf-8")
    with pytest.raises(ConfigError, match="COMMENTS_SECRET_KEY_FILE"):
        Config.from_environ({"COMMENTS_SECRET_KEY_FILE": str(tmp_path / "secret")})


def test_secret_file_that_is_missing(tmp_path):
    """A secret's file that cannot be read is told with its variable and its path."""
    path = tmp_path / "missing"
    with pytest.raises(ConfigError) as refusal:
        Config.from_environ({"COMMENTS_SECRET_KEY_FILE": str(path)})
    assert str(refusal.value).startswith("COMMENTS_SECRET_KEY_FILE cannot be read: ")
    assert str(path) in str(refusal.value)


def test_secret_file_that_is_no_text(tmp_path):
    """A secret's file that is no text is refused with its variable, not with a traceback."""
    (tmp_path / "secret").write_bytes(bytes(range(256)))
    with pytest.raises(ConfigError, match="COMMENTS_SECRET_KEY_FILE"):
        Config.from_environ({"COMMENTS_SECRET_KEY_FILE": str(tmp_path / "secret")})


def test_folders_below_var():
    """Database, archive, releases and the list of threads lie in the var folder."""
    config = read(COMMENTS_VAR="/srv/huisheng")
    assert config.database == "sqlite:////srv/huisheng/comments.db"
    assert config.archive == Path("/srv/huisheng/archive")
    assert config.releases == Path("/srv/huisheng/releases")
    assert config.threads_file == Path("/srv/huisheng/releases/current/records/threads.json")


def test_given_database_goes_before_the_default():
    """A database that is named is used, wherever var is."""
    config = read(COMMENTS_VAR="/srv", COMMENTS_DATABASE_URL="sqlite:///x.db")
    assert config.database == "sqlite:///x.db"


def test_https():
    """A site reached encrypted is known as such."""
    assert read(COMMENTS_SITE_URL="https://e.org").is_https is True
