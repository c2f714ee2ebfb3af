"""Stories as editors write them, by the ten thousand: 300 to 1,500 Han characters each.

A story depends on its number alone: the same number always gives the same story, so that a corpus
of 1,000 is the beginning of one of 10,000.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

SHORTEST, LONGEST = 300, 1500
"""Han characters of a story's text."""
FIRST_DAY = datetime(2005, 1, 1, 8, 0)  # noqa: DTZ001 -- heads hold naive dates
APART = timedelta(hours=5, minutes=30)
"""Between two stories: each has a moment of its own, so that their order is no accident."""
HAN = re.compile("[一-鿿]")

PEOPLE = (
    "张阿姨", "李伯伯", "退休教师老周", "大学生小林", "出租车司机老郑", "护士小吴", "社工小何",
    "快递员小陈", "邮递员老黄", "图书管理员小许", "高三学生阿敏", "工程师老谢", "厨师阿强",
    "保安小罗", "摄影爱好者老莫", "会计小蔡", "幼儿园老师小叶", "退伍军人老韩", "裁缝阿珍",
    "维修工老邓",
)  # fmt: skip
PLACES = (
    "莲花路口的服务站", "社区图书馆", "火车站东广场", "市民中心的长廊", "海边的步道",
    "老街的榕树下", "医院的候诊大厅", "地铁换乘通道", "村口的篮球场", "中学的阶梯教室",
    "养老院的小花园", "口岸的联检大楼", "街道的调解室", "湿地公园的入口", "市场后面的巷子",
    "青年驿站的门厅",
)  # fmt: skip
TIMES = (
    "清早六点半", "星期六上午", "傍晚下班以后", "雨停之后", "台风来的前一天", "年三十的晚上",
    "开学第一周", "暑假的最后几天", "入冬的第一个周末", "大年初二", "高考那两天",
    "长假里人最多的时候", "午休的一个小时里", "第二次值班时", "三月的一个晴天", "换班的间隙",
)  # fmt: skip
DEEDS = (
    "给老街坊读报", "教老人用手机挂号", "替走散的孩子找到家长", "把饮用水搬上三楼",
    "陪听障的邻居去办证", "在路口扶行李过天桥", "整理捐来的旧书", "给流动儿童补习算术",
    "清理沙滩上的渔网", "学手语的第一课", "登记失物", "给环卫工人盛一碗凉茶", "用英语指路",
    "为夜班司机留一盏灯", "把轮椅推过最难走的一段坡", "练习心肺复苏",
)  # fmt: skip
SAYINGS = (
    "我做的都是小事，做久了才知道小事不小", "人家记不记得我没关系，我记得路怎么走就好",
    "多一个人站在这里，少一个人着急", "刚来那年有人帮过我，现在轮到我",
    "红马甲一穿上，走路都慢了半拍", "帮忙这件事，最怕只热三天", "不会的可以学，肯来就行",
    "他叫我一声老师，我高兴了一个星期", "雨再大，班还是要接的", "做志愿者不用请客，也不用谢幕",
)  # fmt: skip
SENTENCES = (
    "{time}，{person}又出现在{place}。",
    "他要做的事情说起来简单：{deed}。",
    "“{saying}。”{person}说这话时，手里的活没有停。",
    "在{place}，这样的场面每个星期都会遇到好几回。",
    "起初没有几个人相信这件事能做下去，连{person}自己也不太相信。",
    "队里的值班表贴在墙上，{number}个名字，{number}种笔迹。",
    "据服务站的登记本，去年一共接待了{number}人次，其中将近一半是问路的。",
    "{person}和{person}是在{place}认识的，后来两家人成了朋友。",
    "培训一共三节课，第一节讲怎样听人把话说完，第二节讲{deed}，第三节留给提问。",
    "到了{time}，{place}就热闹起来，排队的人从门口一直站到拐角。",
    "有人问值不值得，{person}想了想，说没有算过。",
    "这座城市里的许多人来自别处，所以大家都懂得初来乍到的滋味。",
    "从这里走到{place}只要{number}分钟，可是对第一次来的人，这段路并不好找。",
    "她把办法写成一张卡片，正面是步骤，背面是{deed}时容易忘记的三件事。",
    "社区的工作人员算过一笔账：每多{number}名志愿者，来访的人平均少等一刻钟。",
    "{person}负责开门，{person}负责烧水，剩下的事情谁先看见谁做。",
    "{time}，{person}接到电话，放下碗筷就往{place}赶。",
    "后来的事大家都知道了：{place}多了一张桌子，也多了一群愿意{deed}的人。",
    "孩子们管他叫“{number}路伯伯”，因为他总能说出下一班车几点来。",
    "没有掌声，也没有镜头，{place}的灯照常亮到晚上九点。",
    "记者见到{person}的时候，他正忙着{deed}，只来得及点一点头。",
    "这个小组最多时有{number}人，最少时只剩两个，却一次也没有缺席。",
    "问到为什么坚持，他说：“{saying}。”",
    "做完这些，天也快亮了，{place}安静得只听得见风。",
    "街坊送来的绿豆汤放在窗台上，谁渴了谁喝。",
    "按规定，每次服务不超过{number}个小时，可是{person}常常忘了看表。",
)  # fmt: skip
HEADINGS = (
    "从一张桌子开始", "把话听完", "路口的三个小时", "谁来接班", "一本登记簿", "雨天也要来",
    "让帮忙变得容易", "后来的故事", "数字后面的人", "学会说“不急”", "夜里的灯", "他们这样说",
    "写在值班表上", "再走一步", "门开着",
)  # fmt: skip
TITLES = (
    "{person}的{number}个周末", "在{place}", "{time}，有人在{place}", "{deed}的人",
    "一件小事：{deed}", "{person}与{place}的约定",
)  # fmt: skip
TAGS = (
    "志愿者", "义工", "社区", "红马甲", "图书馆", "地铁", "口岸", "医院", "学校", "老人", "孩子",
    "环保", "海边", "手语", "急救", "热线", "驿站", "台风", "春运", "高考", "献血", "助残",
    "心理咨询", "摄影", "交通", "调解", "培训", "敬老", "助学", "应急", "公园", "旧书", "食堂",
    "法律援助", "夜班", "新来者", "国际", "双语", "家庭", "青年",
)  # fmt: skip
CATEGORIES = ("精神", "城市", "服务", "民生", "榜样")
TABLE = "| 时段 | 人数 | 地点 |\n| --- | --- | --- |\n"
ADDRESS = "/stories/{slug}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story before it gets the head that a program reads."""

    number: int
    title: str
    moment: datetime
    category: str
    tags: tuple[str, ...]
    summary: str
    body: str
    """Markdown."""

    @property
    def slug(self) -> str:
        """Name its file and its address."""
        return slug_of(self.number)

    @property
    def date(self) -> str:
        """Write when it was published, as heads hold it."""
        return f"{self.moment:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class StoryFolder:
    """The folder of a site that its stories are in, a file each."""

    folder: Path
    head: Callable[[Story], str]
    """Writes a story's head as the site's program reads it, with the line that ends it."""

    def write(self, several: Iterable[Story]) -> None:
        """Write *several* stories."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for each in several:
            self.path(each.number).write_text(self.head(each) + each.body, "utf-8")

    def edit(self, number: int, edition: int) -> None:
        """Give story *number* the text of another *edition*; one that is not there is added."""
        self.write([story(number, edition)])

    def path(self, number: int) -> Path:
        """Say where story *number* is."""
        return self.folder / f"{slug_of(number)}.md"


def slug_of(number: int) -> str:
    """Name the story *number*."""
    return f"story-{number:06}"


def stories(count: int) -> Iterator[Story]:
    """Write the first *count* stories."""
    return map(story, range(count))


def story(number: int, edition: int = 0) -> Story:
    """Write story *number*; another *edition* has another text below the same head."""
    head = random.Random(f"head {number}")  # noqa: S311 -- not a secret
    body = random.Random(f"body {number} {edition}")  # noqa: S311 -- not a secret
    return Story(
        number=number,
        title=_filled(head, head.choice(TITLES)),
        moment=FIRST_DAY + APART * number,
        category=head.choice(CATEGORIES),
        tags=_tags(head),
        summary=_filled(head, head.choice(SENTENCES)),
        body=_body(body, number),
    )


def _tags(chance: random.Random) -> tuple[str, ...]:
    """Give one to four tags, the first ones of TAGS more often."""
    wanted = chance.randint(1, 4)
    ranks = (int(len(TAGS) * chance.random() ** 2) for _ in range(wanted))
    return tuple(dict.fromkeys(TAGS[rank] for rank in ranks))


def _body(chance: random.Random, number: int) -> str:
    """Write paragraphs until the text is long enough, with what editors put between them."""
    wanted = chance.randint(SHORTEST + 50, LONGEST - 200)
    parts = [_paragraph(chance, number)]
    while _length(parts) < wanted:
        if len(parts) % 4 == 2:
            parts.append(f"## {chance.choice(HEADINGS)}")
        between = _between(chance)
        if between is not None:
            parts.append(between(chance))
        parts.append(_paragraph(chance, number))
    return "\n\n".join(parts) + "\n"


def _length(parts: list[str]) -> int:
    return sum(len(HAN.findall(part)) for part in parts)


def _between(chance: random.Random) -> Callable[[random.Random], str] | None:
    """Choose what stands between two paragraphs: mostly nothing."""
    share = chance.random()
    for limit, made in ((0.08, _list), (0.14, _numbered), (0.2, _quotation), (0.22, _table)):
        if share < limit:
            return made
    return None


def _paragraph(chance: random.Random, number: int) -> str:
    """Write two to five sentences, now and then one with emphasis or a link."""
    sentences = [_sentence(chance) for _ in range(chance.randint(2, 5))]
    if chance.random() < 0.25:
        sentences.append(f"**{chance.choice(SAYINGS)}。**")
    if chance.random() < 0.15:
        sentences.append(f"大家后来才明白，*{chance.choice(DEEDS)}*并不只是体力活。")
    if chance.random() < 0.2:
        sentences.append(_link(chance, number))
    return "".join(sentences)


def _link(chance: random.Random, number: int) -> str:
    """Link to an older story, which every corpus that holds this one holds too."""
    target = slug_of(chance.randint(0, number))
    return f"这一段经过，[另一篇报道]({ADDRESS.format(slug=target)})里写得更细。"


def _list(chance: random.Random) -> str:
    return "\n".join(f"- {chance.choice(DEEDS)}；" for _ in range(chance.randint(3, 5)))


def _numbered(chance: random.Random) -> str:
    count = chance.randint(3, 4)
    return "\n".join(f"{place}. {chance.choice(DEEDS)}" for place in range(1, count + 1))


def _quotation(chance: random.Random) -> str:
    return f"> {chance.choice(SAYINGS)}。\n>\n> ——{chance.choice(PEOPLE)}"


def _table(chance: random.Random) -> str:
    rows = (
        f"| {chance.choice(TIMES)} | {chance.randint(2, 40)} | {chance.choice(PLACES)} |"
        for _ in range(chance.randint(2, 4))
    )
    return TABLE + "\n".join(rows)


def _sentence(chance: random.Random) -> str:
    return _filled(chance, chance.choice(SENTENCES))


def _filled(chance: random.Random, sentence: str) -> str:
    """Put words into the places of *sentence*."""
    words = {
        "{person}": lambda: chance.choice(PEOPLE),
        "{place}": lambda: chance.choice(PLACES),
        "{time}": lambda: chance.choice(TIMES),
        "{deed}": lambda: chance.choice(DEEDS),
        "{saying}": lambda: chance.choice(SAYINGS),
        "{number}": lambda: str(chance.randint(3, 98)),
    }
    return re.sub(r"\{\w+\}", lambda found: words[found[0]](), sentence)
