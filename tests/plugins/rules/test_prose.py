"""Each rule of prose has lines that are wrong, with what ``--fix`` makes of them, and lines that
are right, of which it says nothing.
"""

from __future__ import annotations

import pytest

from plugins.editing.fixing import fixed, marks_in
from plugins.editing.parts import parts_of
from plugins.editing.rules import PROSE

SAME = None
"""It is told, and a person has to mend it."""

WRONG = {
    "half-width": [
        ("你好,世界", "你好，世界"),
        ("他说:“走吧。”", "他说：“走吧。”"),
        ("时间:08:30开始", "时间：08:30开始"),
        ("谁来?我来!", "谁来？我来！"),
        ("到了.", "到了。"),
        ("到了.再走", "到了。再走"),
        ("一是水;二是电", "一是水；二是电"),
        ("2015年,120万人", "2015年，120万人"),
        ("有apple,香蕉", "有apple，香蕉"),
        ("比分是3:2,大家散了", "比分是3:2，大家散了"),
        ("志愿者(义工)来了", "志愿者（义工）来了"),
        ("国内生产总值(GDP)增长", "国内生产总值（GDP）增长"),
        ("GDP(国内生产总值)增长", "GDP（国内生产总值）增长"),
        ("义工（老说法)还在用", "义工（老说法）还在用"),
        ("义工(老说法）还在用", "义工（老说法）还在用"),
        ("《指南》,第二版", "《指南》，第二版"),
        ("“好”,他说", "“好”，他说"),
        ("见[这里](/a/),再说", "见[这里](/a/)，再说"),
        ("如下:`code`", "如下：`code`"),
        ("备注:(见下)", "备注：（见下）"),
        ("他说, Excel好用", SAME),
        ("你好! Hello", SAME),
        ("OK!你好", SAME),
        ("- 一项:内容", "- 一项：内容"),
        (
            "| 项,目 | 值 |\n| --- | --- |\n| 一 | 二 |",
            "| 项，目 | 值 |\n| --- | --- |\n| 一 | 二 |",
        ),
    ],
    "straight-quotes": [
        ('他说"你好"。', "他说“你好”。"),
        ('"志愿者之城"', "“志愿者之城”"),
        ("他说'你好'。", "他说‘你好’。"),
        ('叫"U站"的地方', "叫“U站”的地方"),
        ('"来了"和"走了"', "“来了”和“走了”"),
        ('- 叫"义工"', "- 叫“义工”"),
        ('身高6" 的"大个子"', '身高6" 的“大个子”'),
        ('他说"你好。', SAME),
    ],
    "unpaired": [
        ("他说“你好。", SAME),
        ("他说你好”。", SAME),
        ("《指南》和《手册", SAME),
        ("（见下文", SAME),
        ("见下文）", SAME),
        ("「引号", SAME),
        ("【提示", SAME),
        ("“你好“，他说", "“你好”，他说"),
        ("他说：”你好”。", "他说：“你好”。"),
        ("”你好”，他说", "“你好”，他说"),
        ("《指南《，第二版", "《指南》，第二版"),
        ("“甲“和乙", SAME),
        ("第一段“\n\n第二段", SAME),
    ],
    "nested-quotes": [
        ("他说：“我是“义工”，不是客人。”", SAME),
    ],
    "repeated": [
        ("你好，，世界", "你好，世界"),
        ("你好，，，世界", "你好，世界"),
        ("一是水；；二是电", "一是水；二是电"),
        ("他说：：走吧", "他说：走吧"),
        ("来了！！！！", "来了！！！"),
        ("真的？？？？？", "真的？？？"),
        ("到了。。", SAME),
        ("水、、电", SAME),
        ("到了，。", SAME),
        ("真的？！？！", SAME),
        ("来了！，走吧", SAME),
    ],
    "ellipsis": [
        ("后来...", "后来……"),
        ("后来......大家散了", "后来……大家散了"),
        ("后来。。。", "后来……"),
        ("后来。。。。。。", "后来……"),
        ("后来…", "后来……"),
        ("后来…大家散了", "后来……大家散了"),
        ("后来………", "后来……"),
        ("…后来", "……后来"),
        ("[后来...](/a/)", SAME),
        ("他说“后来...”", SAME),
    ],
    "dash": [
        ("他——不--她", "他——不——她"),
        ("深圳--我的家", "深圳——我的家"),
        ("深圳---我的家", "深圳——我的家"),
        ("深圳 -- 我的家", "深圳——我的家"),
        ("深圳－－我的家", "深圳——我的家"),
        ("深圳――我的家", "深圳——我的家"),
        ("深圳──我的家", "深圳——我的家"),
        ("“深圳”--我的家", "“深圳”——我的家"),
    ],
    "space-punctuation": [
        ("你好 ，世界", "你好，世界"),
        ("你好， 世界", "你好，世界"),
        ("你好。  世界", "你好。世界"),
        ("《 指南》", SAME),
        ("读 《指南》", "读《指南》"),
        ("《指南》 很好", "《指南》很好"),
        ("他说 “你好”", "他说“你好”"),
        ("“你好” 是问候", "“你好”是问候"),
        ("他说：　你好", "他说：你好"),
        ("用Word ，再用Excel", "用Word，再用Excel"),
        ("（ 见下）", "（见下）"),
        ("他问： “谁？”", "他问：“谁？”"),
    ],
    "space-han": [
        ("深圳 市的志愿者来了。", "深圳市的志愿者来了。"),
        ("志愿者站在路口 上，很醒目。", "志愿者站在路口上，很醒目。"),
        ("张三 李四 王五来了。", SAME),
        ("床前明月光 疑是地上霜。", SAME),
        ("出品　编辑部", SAME),
        ("深圳  市的志愿者来了。", SAME),
        ("## 深圳 市的志愿者", SAME),
        ("第一行没有句号的一段 话", SAME),
    ],
    "space-latin": [
        ("2015 年", "2015年"),
        ("用 Word 写", "用Word写"),
        ("到 12 月 5 日", "到12月5日"),
        ("占 11.2% 的人", "占11.2%的人"),
        ("U 站在街角", "U站在街角"),
        ("## 2015 年回看", "## 2015年回看"),
        ("- 共 60 座", "- 共60座"),
        ("the slogan 来了 is known", SAME),
        ("共\u00a060\u00a0座", "共60座"),
    ],
    "indent": [
        ("　　第一段。", "第一段。"),
        ("第一段。\n\n　　第二段。", "第一段。\n\n第二段。"),
        ("　第一段。", "第一段。"),
        ("\u00a0\u00a0第一段。", "第一段。"),
        ("　　“引文。”", "“引文。”"),
        ("　　2015年。", "2015年。"),
        ("　　Word很好。", "Word很好。"),
        ("第一段。\n　　第二段。", SAME),
    ],
    "full-width": [
        ("１２３人", "123人"),
        ("Ｕ站", "U站"),
        ("２０１５年１２月", "2015年12月"),
        ("ＧＤＰ增长１１．２", "GDP增长11.2"),
        ("## ２０１５年", "## 2015年"),
        ("- ａ项", "- a项"),
        ("共９人", "共9人"),
        ("１. 第一", SAME),
    ],
    "heading-order": [
        ("### 小标题\n\n正文。", SAME),
        ("## 一\n\n#### 二", SAME),
        ("## 一\n\n### 二\n\n##### 三", SAME),
        ("正文。\n\n#### 小标题", SAME),
        ("## 一\n\n##### 二", SAME),
        ("一\n---\n\n#### 二", SAME),
        ("## 一\n\n### 二\n\n## 三\n\n#### 四", SAME),
        ("###### 六", SAME),
    ],
    "heading-empty": [
        ("## \n\n正文。", SAME),
        ("##\n\n正文。", SAME),
        ("正文。\n\n### ###\n", SAME),
    ],
}
RIGHT = {
    "half-width": [
        "现在08:30。",
        "比例3:2。",
        "共9,464个，占11.2%。",
        "版本1.2.3。",
        "见https://www.example.com/a,b?c=d",
        "文件会馆.md在这里",
        "好:)",
        "好;-)",
        "真好(^_^)",
        "加个:smile:吧",
        "`你好,世界`",
        "```\n你好,世界\n```",
        "![图](/pictures/a.svg)",
        "网址例子.中国",
        "Hello, world! (really?)",
        "f(x)的值",
        '[说明](/a/ "标题")',
        "{圳|zhèn},",
        '<span title="你好,世界">字</span>',
        "函数f(x)",
        "写信到a.b@c.com.",
    ],
    "straight-quotes": [
        "他说“你好”。",
        'say "hello" now',
        "it's fine",
        '身高6"',
        '`"你好"`',
        '[说明](/a/ "你好")',
        '他说\\"你好\\"。',
        "![图](/a.svg '你好')",
        '<span class="中">字</span>',
        "{圳|zhèn}的",
    ],
    "unpaired": [
        "他说“你好”。",
        "他说：“我是‘义工’。”",
        "《指南》（第二版）",
        "“第一段。\n\n“第二段。”",
        "it’s “fine”",
        "the volunteers’ day",
        "「甲」『乙』【丙】〔丁〕",
        "`“`",
        "```\n“\n```",
        "| “甲” | 乙 |\n| --- | --- |\n| （丙） | 丁 |",
        "- “甲”\n- （乙）",
    ],
    "nested-quotes": [
        "他说：“我是‘义工’。”",
        "“甲”“乙”",
        "“甲”和“乙”",
        "「甲」",
        "“甲\n\n“乙”",
        "《“甲”之书》",
        "他说“甲”，她说“乙”。",
        "“”",
    ],
    "repeated": [
        "来了！！！",
        "真的？？",
        "真的？！",
        "后来……",
        "你好，世界。",
        "后来。。。",
        "`，，`",
        "“好。”，他说",
        "水、电、煤",
    ],
    "ellipsis": [
        "后来……",
        "…………",
        "1, 2, 3...",
        "wait...",
        "`后来...`",
        "第1...2页",
        "a…b",
    ],
    "dash": [
        "深圳——我的家",
        "1998—2005",
        "北京—上海",
        "a -- b",
        "2015-12-05",
        "`深圳--家`",
        "甲\n\n---\n\n乙",
        "标题\n---",
        "十-二十",
        "| 甲 | 乙 |\n| --- | --- |\n| 丙 | 丁 |",
    ],
    "space-punctuation": [
        "你好，世界",
        "图说 · 示意图",
        "> —— 出处",
        "- “引文”",
        "甲，  \n乙",
        "## “标题”",
        "甲， **乙**",
        "Hello “world” there",
        "| “甲” | 乙 |\n| --- | --- |\n| 丙 | 丁 |",
        "`你好 ，世界`",
        "第一行，\n第二行",
    ],
    "space-han": [
        "深圳市",
        "深圳\n市",
        "- 深圳",
        "1. 深圳",
        "> 深圳 市",
        "《信息技术 测试方法》",
        "“深圳 市”",
        "`深圳 市`",
        "[深圳 市](/a/)",
        "甲  \n乙",
    ],
    "space-latin": [
        "2015年",
        "用Word写",
        "a b",
        "- 2015年",
        "1. 年",
        "2015\n年",
        "`2015 年`",
        "**2015** 年",
        "甲 + 1",
    ],
    "indent": [
        "第一段。",
        "   第一段。",
        "出品　编辑部",
        "```\n　　码\n```",
        "第一段。\n第二行。",
        "- 项",
        "> 引文",
        "　　",
    ],
    "full-width": [
        "123人",
        "U站",
        "一二三",
        "`１２３`",
        "，。！",
        "```\nＡ\n```",
        "1．5",
        "％",
    ],
    "heading-order": [
        "## 一\n\n## 二",
        "## 一\n\n### 二\n\n#### 三",
        "## 一\n\n### 二\n\n## 三",
        "没有小标题。",
        "一\n---\n\n### 二",
        "```\n#### 码\n```",
        "## 一\n\n### 二\n\n### 三\n\n#### 四",
        "\\#### 不是",
        "> #### 引文",
    ],
    "heading-empty": [
        "## 一",
        "## `码`",
        "正文。",
        "```\n##\n```",
        "## 一 ##",
        "一\n---",
        "甲 ## 乙",
        "\\## 甲",
    ],
}


def told(body, name):
    """Give what the rule *name* finds in a *body*."""
    rules = [rule for rule in PROSE if rule.name == name]
    (part,) = parts_of(f"slug: x\n\n{body}")
    return [mark for _, mark in marks_in(part.prose, rules)]


@pytest.mark.parametrize(
    ("name", "line", "mended"),
    [
        pytest.param(name, line, mended, id=f"{name}: {line}")
        for name, rows in WRONG.items()
        for line, mended in rows
    ],
)
def test_wrong_lines_are_told_and_mended(name, line, mended):
    """A rule finds what is wrong; ``--fix`` writes just what it says, or leaves it to a person."""
    rules = [rule for rule in PROSE if rule.name == name]
    assert told(line, name)
    assert fixed(f"slug: x\n\n{line}", rules) == f"slug: x\n\n{line if mended is SAME else mended}"
    if mended is not SAME:
        assert rules[0].is_mended


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param(name, line, id=f"{name}: {line}")
        for name, lines in RIGHT.items()
        for line in lines
    ],
)
def test_right_lines_are_left_alone(name, line):
    """A rule says nothing of what is right, or not an editor's prose."""
    assert told(line, name) == []
    assert fixed(f"slug: x\n\n{line}", [rule for rule in PROSE if rule.name == name]).endswith(line)
