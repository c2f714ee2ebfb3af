"""Chinese quotation marks around values of the campaign's data are mended where that is sure."""

from __future__ import annotations

import pytest

from plugins.campaign.broken_toml import straightened, told_of_toml
from plugins.editing.mending import mend_data
from serving.lint import main

TABLE = "# “说明”\n[[timeline]]\n"


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        pytest.param("year = “2015”", 'year = "2015"', id="both"),
        pytest.param("year = ＂2015＂", 'year = "2015"', id="full-width"),
        pytest.param('year = "2015”', 'year = "2015"', id="the last"),
        pytest.param('year = “2015"', 'year = "2015"', id="the first"),
        pytest.param("  year = ”2015“  # “注”", '  year = "2015"  # “注”', id="remark behind"),
        pytest.param("a = “一”\nb = “二”", 'a = "一"\nb = "二"', id="two lines"),
        pytest.param("a = “一”\nb = 二\nc = “三”", 'a = "一"\nb = 二\nc = “三”', id="up to one"),
        pytest.param("text = “说“好”的”", "text = “说“好”的”", id="marks within"),
        pytest.param('text = “说"好"的”', 'text = “说"好"的”', id="straight marks within"),
        pytest.param("a = [“一”, “二”]", "a = [“一”, “二”]", id="list"),
        pytest.param("text = “C:\\一”", "text = “C:\\一”", id="backslash"),
        pytest.param('text = "到“红马甲”"', 'text = "到“红马甲”"', id="right"),
        pytest.param('text = """\n“一”\n"""', 'text = """\n“一”\n"""', id="several lines"),
    ],
)
def test_straightened(line, mended):
    """Only lines that cannot be read change, and only where it is sure what they hold."""
    assert straightened(f"{TABLE}{line}\n") == f"{TABLE}{mended}\n"
    assert straightened(f"{TABLE}{mended}\n") == f"{TABLE}{mended}\n"


@pytest.mark.parametrize(
    ("line", "is_mendable"),
    [("year = “2015”", True), ("text = “说“好”的”", False), ("year = 二〇一五", False)],
    ids=["sure", "marks within", "no marks"],
)
def test_told_whether_it_is_mended(tmp_path, line, is_mendable):
    """What is told says whether ``--fix`` mends it."""
    told = "Invalid value (at line 1, column 8)"
    problem = told_of_toml(tmp_path / "campaign.toml", line, told)
    assert problem.is_mendable == is_mendable


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "mark"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["unix", "windows"])
def test_file_keeps_its_form(tmp_path, mark, line_end):
    """Mark and line ends of the file stay; a second time there is nothing to mend."""
    path = tmp_path / "campaign.toml"
    path.write_bytes(mark + 'a = “一”\nb = "二"\n'.encode().replace(b"\n", line_end))
    assert mend_data(path)
    assert path.read_bytes() == mark + 'a = "一"\nb = "二"\n'.encode().replace(b"\n", line_end)
    assert not mend_data(path)


def test_lint_mends_the_data(tmp_path, monkeypatch, capsys):
    """``./run lint --fix`` mends the campaign's data with the texts."""
    content = tmp_path / "content"
    content.mkdir()
    (content / "campaign.toml").write_text("[channel]\nname = “频道”\n", "utf-8")
    monkeypatch.setenv("HUISHENG_CAMPAIGN", str(tmp_path))
    monkeypatch.delenv("COMMENTS_VAR", raising=False)
    assert main(["--fix"]) == 1
    assert (content / "campaign.toml").read_text("utf-8") == '[channel]\nname = "频道"\n'
    assert "改好了1个文件" in capsys.readouterr().out
