from __future__ import annotations

import random
import struct
from datetime import date

import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.galleries.metadata import read_description
from plugins.galleries.metadata.captions import BOILERPLATE, clean, cut, is_boilerplate, read_day
from plugins.galleries.metadata.exif import read_orientation
from plugins.galleries.records import Description
from theme.illustrations.camera import CameraNotes, write_notes

NOTES = CameraNotes(
    captions={"zh-CN": "志愿者在路口疏导行人。", "en": "Volunteers at a crossing."},
    alt="路口，一位穿红马甲的志愿者举着小旗",
    credit="插画：本站插画与版式组",
    taken=date(2015, 12, 5),
)
HAN = "志愿者在路口疏导行人。"
ORDERS = [pytest.param("<", id="little-endian"), pytest.param(">", id="big-endian")]


def tiff(order, image, camera=()):
    """Write a TIFF structure with the tags *image*, and *camera* in the EXIF directory."""
    camera_at = 8 + len(directory(order, [*image.items(), (0x8769, 0)], 8))
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    first = directory(order, [*image.items(), (0x8769, camera_at)], 8)
    return head + first + directory(order, camera, camera_at)


def directory(order, entries, at):
    """Write one directory that stands at *at*; numbers are LONG, bytes ASCII."""
    table, values = struct.pack(f"{order}H", len(entries)), b""
    values_at = at + 2 + 12 * len(entries) + 4
    for tag, value in entries:
        if isinstance(value, int):
            table += struct.pack(f"{order}HHII", tag, 4, 1, value)
        elif len(value) <= 4:
            table += struct.pack(f"{order}HHI", tag, 2, len(value)) + value.ljust(4, b"\0")
        else:
            table += struct.pack(f"{order}HHII", tag, 2, len(value), values_at + len(values))
            values += value
    return table + bytes(4) + values


def xmp(inner="", attributes=""):
    """Write a packet."""
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"'
        f" {attributes}>{inner}</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    ).encode()


def alternatives(**texts):
    """Write a caption in several languages."""
    items = "".join(
        f'<rdf:li xml:lang="{key.replace("_", "-")}">{text}</rdf:li>' for key, text in texts.items()
    )
    return xmp(f"<dc:description><rdf:Alt>{items}</rdf:Alt></dc:description>")


def data_set(record, number, value):
    """Write a data set of IPTC-IIM."""
    return bytes([0x1C, record, number]) + len(value).to_bytes(2) + value


def of_exif(content):
    """Read EXIF alone."""
    return read_description(content, b"", b"")


def of_xmp(content):
    """Read XMP alone."""
    return read_description(b"", content, b"")


def of_iptc(content):
    """Read IPTC-IIM alone."""
    return read_description(b"", b"", content)


def blobs_of(jpeg):
    """Give EXIF, XMP and IPTC as libvips gives them."""
    image = pyvips.Image.new_from_buffer(jpeg, "")
    names = ("exif-data", "xmp-data", "iptc-data")
    return [image.get(name) if image.get_typeof(name) else b"" for name in names]


@pytest.fixture(scope="module")
def blobs():
    """Give EXIF, XMP and IPTC of a picture that NOTES were written into."""
    picture = pyvips.Image.black(16, 12, bands=3).jpegsave_buffer(keep="none")
    return blobs_of(write_notes(picture, NOTES))


def test_a_picture_of_a_photo_program_is_described(blobs):
    """What stands in a real file comes out, with the camera's boilerplate passed over."""
    assert read_description(*blobs) == Description(
        caption="志愿者在路口疏导行人。",
        alt="路口，一位穿红马甲的志愿者举着小旗",
        credit="插画：本站插画与版式组",
        taken="2015-12-05",
    )


def test_iptc_stands_in_for_xmp(blobs):
    """Without XMP the caption is that of IPTC, and the day still the camera's."""
    exif, _, iptc = blobs
    found = read_description(exif, b"", iptc)
    assert (found.caption, found.credit, found.alt, found.taken) == (
        "志愿者在路口疏导行人。",
        "插画：本站插画与版式组",
        "",
        "2015-12-05",
    )


def test_other_languages_can_be_preferred(blobs):
    """A site in English takes the English caption."""
    assert read_description(*blobs, languages=["en"]).caption == "Volunteers at a crossing."


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"x_default": "d", "en": "e", "zh_CN": "简", "zh": "中"}, "简"),
        ({"x_default": "d", "zh": "中", "zh_Hans": "简"}, "简"),
        ({"x_default": "d", "zh": "中"}, "中"),
        ({"x_default": "d", "ZH_cn": "简"}, "简"),
        ({"x_default": "d", "zh_Hant_TW": "繁", "en": "e"}, "繁"),
        ({"en": "e", "x_default": "d"}, "d"),
        ({"fr": "f", "en": "e"}, "f"),
        ({"zh_CN": "IMG_1234.JPG", "en": "e"}, "e"),
    ],
    ids=["zh-CN", "zh-Hans", "zh", "any case", "a kind of zh", "default", "first", "no words"],
)
def test_the_caption_in_the_nearest_language_is_taken(texts, expected):
    """Alternatives are ranked; one that is no caption makes place for the next."""
    assert of_xmp(alternatives(**texts)).caption == expected


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        pytest.param(xmp(attributes='photoshop:Headline="标题"'), "标题", id="headline"),
        pytest.param(
            xmp("<dc:title><rdf:Alt><rdf:li>题</rdf:li></rdf:Alt></dc:title>"), "题", id="title"
        ),
        pytest.param(xmp("<dc:description>图说</dc:description>"), "图说", id="plain text"),
        pytest.param(xmp(attributes='dc:description="图说"'), "图说", id="attribute"),
        pytest.param(
            xmp(attributes='dc:description="图说"').decode().encode("utf-16"), "图说", id="UTF-16"
        ),
        pytest.param(
            xmp(attributes='dc:description="图说"') + b"\0" * 2000, "图说", id="padded by NUL"
        ),
        pytest.param(
            b"http://ns.adobe.com/xap/1.0/\0" + xmp(attributes='dc:description="图说"'),
            "图说",
            id="with the segment's head",
        ),
        pytest.param(xmp(attributes='dc:description="图'), "", id="cut off"),
        pytest.param(b"\xff\xfe<", "", id="half a character"),
    ],
)
def test_captions_in_xmp(packet, expected):
    """A caption is found in each form in which programs write it."""
    assert of_xmp(packet).caption == expected


def test_creators_are_named_once_each():
    """Several creators make one credit."""
    creators = "".join(f"<rdf:li>{name}</rdf:li>" for name in ("甲", "乙", "甲", "unknown"))
    packet = xmp(f"<dc:creator><rdf:Seq>{creators}</rdf:Seq></dc:creator>")
    assert of_xmp(packet).credit == "甲、乙"


def test_a_credit_line_goes_before_creators():
    """What is to be printed is printed."""
    creator = "<dc:creator><rdf:Seq><rdf:li>甲</rdf:li></rdf:Seq></dc:creator>"
    assert of_xmp(xmp(creator, 'photoshop:Credit="本站"')).credit == "本站"


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('photoshop:DateCreated="2015-12-05T10:00:00+08:00"', "2015-12-05"),
        ('xmp:CreateDate="2015-12-06" photoshop:DateCreated="2015"', "2015-12-06"),
        ('photoshop:DateCreated="2015-12"', ""),
    ],
    ids=["a moment", "whichever has a day", "a month"],
)
def test_the_day_in_xmp(attributes, expected):
    """Only a whole day counts."""
    assert of_xmp(xmp(attributes=attributes)).taken == expected


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE a [<!ENTITY b "boom">]>',
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'>",
        "<!DOCTYPE a>",
    ],
)
def test_a_packet_with_a_document_type_is_not_read(head):
    """No entity is ever expanded."""
    assert of_xmp(head.encode() + xmp(attributes='dc:description="图说"')) == Description()
    wide = (head + xmp(attributes='dc:description="图说"').decode()).encode("utf-16")
    assert of_xmp(wide) == Description()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(data_set(2, 120, "图说".encode()), "图说", id="UTF-8"),
        pytest.param(data_set(2, 120, "志愿者".encode("gb18030")), "志愿者", id="GB 18030"),
        pytest.param(data_set(2, 120, "Café au".encode("latin-1")), "Café au", id="Latin-1"),
        pytest.param(
            data_set(1, 90, b"\x1b%G") + data_set(2, 120, "图说".encode()[:-1]),
            "图",
            id="UTF-8 announced, and cut off",
        ),
        pytest.param(b"\x1c\2\x78\x80\4\0\0\0\6" + "图说".encode(), "图说", id="extended"),
        pytest.param(
            b"Photoshop 3.0\0"
            + b"8BIM\x03\xed\x03abc\0\0\0\x03xyz\0"
            + b"8BIM\x04\x04\0\0\0\0\0\x0b"
            + data_set(2, 120, "图说".encode()),
            "图说",
            id="behind another resource",
        ),
        pytest.param(b"8BIM\x04\x04", "", id="cut off"),
        pytest.param(b"Photoshop 3.0\0", "", id="empty"),
    ],
)
def test_captions_in_iptc(content, expected):
    """A caption is found in each character set, and in Photoshop's wrapping."""
    assert of_iptc(content).caption == expected


def test_bylines_stand_in_for_a_credit_in_iptc():
    """Each is named once."""
    sets = [data_set(2, 80, name.encode()) for name in ("甲", "乙", "甲")]
    assert of_iptc(b"".join(sets)).credit == "甲、乙"
    assert of_iptc(b"".join([*sets, data_set(2, 110, "本站".encode())])).credit == "本站"


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("head", [b"", b"Exif\0\0"], ids=["bare", "with a head"])
def test_exif_in_both_byte_orders(order, head):
    """Caption and day are found in either order; the artist is often the camera's owner."""
    image = {0x010E: "图说".encode() + b"\0", 0x013B: "甲; 乙\0".encode()}
    found = of_exif(head + tiff(order, image, {0x9003: b"2015:12:05 10:30:00\0"}.items()))
    assert found == Description(caption="图说", taken="2015-12-05")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(b"ASCII\0\0\0A caption", "A caption", id="ASCII"),
        pytest.param(b"UNICODE\0" + "志愿者 crossing".encode("utf-16-le"), None, id="little"),
        pytest.param(b"UNICODE\0" + "志愿者 crossing".encode("utf-16-be"), None, id="big"),
        pytest.param(b"UNICODE\0" + "志愿者 crossing".encode("utf-16"), None, id="with a mark"),
        pytest.param(
            b"UNICODE\0" + "志愿者在路口疏导行人。".encode("utf-16-le"),
            "志愿者在路口疏导行人。",
            id="Han, little",
        ),
        pytest.param(
            b"UNICODE\0" + "志愿者在路口疏导行人。".encode("utf-16-be"),
            "志愿者在路口疏导行人。",
            id="Han, big",
        ),
        pytest.param(b"JIS\0\0\0\0\0" + "祭り".encode("iso2022_jp"), "祭り", id="JIS"),
        pytest.param(bytes(8) + "志愿者".encode("gb18030"), "志愿者", id="none named"),
        pytest.param(bytes(8) + b"ab\x01\x02\xff", "", id="binary"),
        pytest.param(b"ASCII\0\0\0filter: 0; module: photo; ai: 0; x", "", id="settings"),
        pytest.param(b"ASCII\0\0\0", "", id="empty"),
    ],
)
def test_the_users_comment(order, value, expected):
    """Its own character code is honoured, in whatever byte order a program wrote it."""
    expected = "志愿者 crossing" if expected is None else expected
    assert of_exif(tiff(order, {}, [(0x9286, value)])).caption == expected


@pytest.mark.parametrize("tag", [0x9C9B, 0x9C9C], ids=["XPTitle", "XPComment"])
def test_what_windows_writes(tag):
    """Its own tags are in UTF-16."""
    content = tiff("<", {0x010E: b"SONY DSC\0", tag: "图说\0".encode("utf-16-le")})
    assert of_exif(content).caption == "图说"


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("value", "expected"), [(1, 1), (6, 6), (8, 8), (0, 1), (9, 1)])
def test_how_the_camera_was_held(order, value, expected):
    """A number that means nothing means upright."""
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, value, 0)
    head = b"II*\0" if order == "<" else b"MM\0*"
    content = head + struct.pack(f"{order}IH", 8, 1) + entry + bytes(4)
    assert read_orientation(content) == expected
    assert read_orientation(content[:-8]) == 1
    assert read_orientation(b"") == 1


@pytest.mark.parametrize(
    "text",
    [
        *sorted(BOILERPLATE),
        "",
        " ",
        "12345",
        "—— 2015.12.05 ——",
        "OLYMPUS DIGITAL CAMERA",
        "MINOLTA DIGITAL CAMERA",
        "Digital Camera",
        "Default",
        "SAMSUNG",
        "Exif_JPEG_PICTURE",
        "IMG_1234",
        "IMG_20151205_103000.jpg",
        "IMG_20151205_103000_HDR",
        "DSC0001",
        "DSC 0001",
        "_MG_1234",
        "P1010001.JPG",
        "微信图片_20151205103000",
        "mmexport1449282600000",
        "Screenshot 2015-12-05 at 10.30.00",
        "屏幕截图 2015-12-05 103000",
        "红马甲.jpg",
        "Created with GIMP",
        "Processed with VSCO with a5 preset",
        '{"filter": 0}',
    ],
)
def test_what_cameras_and_programs_write_is_no_caption(text):
    """Neither their names nor those of files are shown to readers."""
    assert is_boilerplate(text)


@pytest.mark.parametrize(
    "text",
    [
        "志愿者",
        "2015年深圳国际马拉松",
        "5 December 2015, at the crossing",
        "Marathon 2015",
        "U站",
        "图片里，志愿者在搬沙袋",
        "左：甲；中：乙；右：丙；",
        "Made by children of the school",
        "Default settings of a heart",
        "【资料图】红马甲",
    ],
)
def test_what_people_write_is_a_caption(text):
    """Words stay, even beside numbers."""
    assert not is_boilerplate(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(" 一\r\n\t二\u3000 三 ", "一 二 三", id="blanks"),
        pytest.param("一\x00\x07\x1b\x7f\x9f二", "一二", id="controls"),
        pytest.param("一\u202e二\u2066三\ufeff", "一二三", id="direction"),
        pytest.param("一\ud800二\uffff\ufffe\ufffd三", "一二三", id="what XML forbids"),
        pytest.param("👩‍🚒 救援", "👩‍🚒 救援", id="joined signs"),
        pytest.param("字" * 100, "字" * 49 + "…", id="no sentence"),
        pytest.param("一句。" * 30, "一句。" * 16, id="sentences"),
        pytest.param("短。" + "字" * 100, "短。" + "字" * 47 + "…", id="only a short sentence"),
    ],
)
def test_texts_are_made_fit_to_be_shown(text, expected):
    """One line, of at most fifty characters here."""
    assert clean(text, 50) == expected


def test_a_text_that_fits_is_not_cut():
    """The limit itself is allowed."""
    assert cut("字" * 50, 50) == "字" * 50


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015:12:05 10:30:00", "2015-12-05"),
        ("2015-12-05", "2015-12-05"),
        ("1900-01-01", "1900-01-01"),
        ("2100-12-31", "2100-12-31"),
        ("1899-12-31", ""),
        ("2101-01-01", ""),
        ("2015:02:29 00:00:00", ""),
        ("0000:00:00 00:00:00", ""),
        ("    :  :     :  :  ", ""),
        ("2015:12:051", ""),
        ("", ""),
    ],
)
def test_only_a_real_day_counts(text, expected):
    """The calendar decides, and so does reason."""
    assert read_day(text) == expected


@given(st.binary(max_size=400), st.binary(max_size=400), st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_nothing_raises_on_random_bytes(exif, xmp_, iptc):
    """Each reader gets bytes behind its own beginning, so that it does not stop at once."""
    for head in (b"Exif\0\0II*\0", b"MM\0*\0\0\0\x08"):
        read_description(head + exif, b"<a>" + xmp_, b"\x1c\x02\x78" + iptc)
    read_description(exif, xmp_, b"8BIM\x04\x04\0\0" + iptc)


@given(st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_nothing_raises_on_mutated_metadata(blobs, generator):
    """What a program wrote, with bytes changed, cut and repeated."""
    found = read_description(*(mutated(blob, generator) for blob in blobs))
    assert len(found.caption) <= 1000
    assert len(found.credit) <= 200


def mutated(content: bytes, generator: random.Random) -> bytes:
    """Change a few bytes, then cut or repeat."""
    changed = bytearray(content)
    for _ in range(generator.randrange(1, 12)):
        changed[generator.randrange(len(changed))] = generator.choice((0, 1, 0x7F, 0xFF, 0x1C, 60))
    start, end = (generator.randrange(len(changed)) for _ in range(2))
    return bytes(changed[generator.choice((0, 0, start)) : generator.choice((None, None, end))])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"II*\0\x08\0\0\0\1\0\x69\x87\4\0\1\0\0\0\x08\0\0\0\0\0\0\0", id="circle"),
        pytest.param(b"II*\0\xff\xff\xff\xff", id="beyond the end"),
        pytest.param(b"II*\0\x08\0\0\0\xff\xff" + b"\x0e\1\2\0\xff\xff\xff\xff" * 9, id="huge"),
        pytest.param(
            b"II*\0\x08\0\0\0\xff\xff" + b"\x0e\1\2\0\xff\xff\xff\x7f\xff\xff\xff\x7f" * 65535,
            id="many",
        ),
    ],
)
def test_hostile_directories_are_read_once(content):
    """Neither circles nor counts make reading long."""
    assert of_exif(content) == Description()


@pytest.mark.parametrize(
    "packet",
    [
        pytest.param(b"<a>" * 600_000, id="depth"),
        pytest.param(xmp("<dc:description>" + "<b>" * 200_000), id="depth within"),
        pytest.param(
            xmp("<dc:description>" + "<b>" * 100_000 + "</b>" * 100_000 + "</dc:description>"),
            id="depth, closed",
        ),
        pytest.param(alternatives(**{f"x_{at}": "字" for at in range(20_000)}), id="alternatives"),
        pytest.param(xmp(attributes=f'dc:description="{"a: b; " * 300_000}"'), id="length"),
        pytest.param(b"<" * 3_000_000, id="too long"),
    ],
)
def test_hostile_packets_end(packet):
    """Neither depth nor length harms."""
    assert len(of_xmp(packet).caption) <= 1000
