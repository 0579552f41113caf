"""Which column is what: by the words of its name and by what it holds. A guess is a guess: the draft says so."""

import re
from dataclasses import dataclass, field
from typing import Final

from queries.vocabulary import Channel
from seed.importers.draft.columns import Look, Looks

#: Words of column names, as regular expressions over the name in small letters.
WORDS: Final = {
    "id": r"(^|[_\W])(id|no|num|number|key|code)($|[_\W])|id$|num$|编号|单号|工单号|序号|案件号|事件号",
    "reported": (
        r"creat|report|request|open|submit|receiv|regist|start"
        r"|上报|受理|登记|创建|发生|提交|来电|接收|立案|诉求时间"
    ),
    "ended": r"clos|finish|end($|[_\W])|enddate|endtime|resolv|complet|archiv|办结|结案|完成|归档|处结|反馈时间",
    "due": r"due|deadline|expect|target|limit|截止|期限|限时|时限|应办结",
    "status": r"status|state($|[_\W])|状态|环节|办理情况",
    "type": r"type|categor|class|service_name|complaint|subject|matter|类型|类别|大类|小类|事项|事由",
    "fine": r"sub|detail|second|small|小类|细类|二级|三级|子类",
    "area": (
        r"district|ward|borough|neighbo|communit|street_?name|precinct|council|zone|region|grid"
        r"|街道|镇|社区|村|网格|片区"
    ),
    "department": r"agency|depart|dept|office|unit|responsib|owner|assigned|部门|单位|科室|承办",
    "channel": r"channel|method|source|src|origin|received|medium|来源|渠道|方式|途径",
    "lon": r"^(lon|lng|long|longitude|x)$|longitude|经度|(^|[_.])(lon|lng|long)$|coordinates\.0$",
    "lat": r"^(lat|latitude|y)$|latitude|纬度|(^|[_.])lat$|coordinates\.1$",
    "address": r"address|addr|地址|位置|地点|place$|location$",
    "name": r"(^|[_\W])(name|caller|reporter|applicant|contact)($|[_\W])|姓名|联系人|诉求人|报案人|上报人|申请人",
    "phone": r"phone|mobile|(^|[_\W])tel|电话|手机|联系方式",
    "text": r"descri|content|detail|comment|note|text|remark|内容|描述|详情|诉求|备注",
}
_STREET, _COMMUNITY, _GRID = r"街道|镇|street", r"社区|村|communit|neighbo", r"网格|grid"
_CHANNELS: Final = (
    (Channel.HOTLINE, r"phone|call|hotline|voice|热线|电话|12345|12319|110"),
    (Channel.APP, r"web|app|online|mobile|mail|internet|api|open311|网|微信|小程序|信箱|@|邮"),
    (Channel.QR_CODE, r"qr|二维码|扫码"),
    (Channel.VISIT, r"visit|walk|letter|counter|来访|来信|窗口|上门"),
    (Channel.PATROL, r"patrol|inspect|巡查|巡检|网格员|采集"),
    (Channel.SENSOR, r"sensor|iot|camera|传感|监控|视频"),
    (Channel.DEPARTMENT, r"depart|agency|internal|system|交办|部门|单位|转办"),
)
_NO_SOLUTION: Final = r"duplic|transfer|cancel|invalid|void|reject|withdraw|重复|转派|移交|撤销|作废|无效|不予|退回"
_ENDED: Final = r"clos|resolv|complet|finish|done|fixed|archiv|办结|结案|完成|已结|归档|已处置|已解决|已处理|已回复"
_OPEN: Final = r"open|new|pend|progress|assign|start|receiv|process|active|hold|未|待|处理中|办理中|受理|进行|派|新"


def says(role: str, name: str) -> bool:
    """Whether the name of a column speaks of a role (a key of WORDS)."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return re.search(WORDS[role], spaced) is not None


@dataclass
class Guesses:
    """The columns of a mapping; None where none was found."""

    external_id: str | None = None
    reported: str | None = None
    ended: str | None = None
    due: str | None = None
    status: str | None = None
    types: list[str] = field(default_factory=list)  # one, or the wide and the fine
    areas: list[str] = field(default_factory=list)  # the widest first
    department: str | None = None
    channel: str | None = None
    lon: str | None = None
    lat: str | None = None
    personal: dict[str, str] = field(default_factory=dict)  # key of [personal] → column
    with_identity_numbers: list[str] = field(default_factory=list)
    with_phones: list[str] = field(default_factory=list)


def guess(looks: Looks) -> Guesses:
    """Decide for each role on the column that fits it best; a column has one role."""
    columns = {name: column for name, column in looks.columns.items() if column.filled}
    found = Guesses()
    _times(columns, found)
    _places(columns, found)
    free = {
        name: column for name, column in columns.items() if not column.is_time and name not in (found.lon, found.lat)
    }
    found.external_id = _id(free, looks.rows)
    free.pop(found.external_id or "", None)
    _people(free, looks.rows, found)
    for name in found.personal.values():
        free.pop(name, None)
    words = {name: column for name, column in free.items() if not column.numbers or says("area", name)}
    found.status = _best(words, "status", 1, 60)
    words.pop(found.status or "", None)
    found.channel = _best(words, "channel", 1, 60)
    words.pop(found.channel or "", None)
    found.department = _best(words, "department", 1, 2_000, r"name|名")
    words.pop(found.department or "", None)
    found.areas = _areas(words, looks.rows)
    for name in found.areas:
        words.pop(name, None)
    found.types = _types(words, looks.rows)
    return found


def status_rule(word: str, ended: str | None) -> tuple[str, bool]:
    """The rule of a status as TOML, and whether its meaning was recognised."""
    small = word.lower()
    if re.search(_NO_SOLUTION, small) and ended:
        return f'{{ event = "withdrawn", at = {quoted(ended)} }}', True
    if re.search(r"^(un|not |未|待)", small):
        return "{}", True
    if re.search(_ENDED, small) and ended:
        return f'{{ event = "resolved", at = {quoted(ended)} }}', True
    return "{}", re.search(_OPEN, small) is not None


def channel_of(word: str) -> Channel | None:
    """The channel that a word of the file speaks of."""
    return next((channel for channel, words in _CHANNELS if re.search(words, word.lower())), None)


def level_of(name: str, position: int, levels: int) -> str:
    """The level of a column of areas: by its name, else by where it stands among them."""
    for level, words in (("grid", _GRID), ("community", _COMMUNITY), ("street", _STREET)):
        if re.search(words, name.lower()) and levels == 1:
            return level
    return ("street", "community", "grid")[position + 3 - levels] if levels == 3 else ("community", "grid")[position]


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def _times(columns: dict[str, Look], found: Guesses) -> None:
    moments = {name: column for name, column in columns.items() if column.is_time}
    for role in ("due", "ended", "reported"):
        fitting = [name for name in moments if says(role, name)]
        if fitting:
            name = max(fitting, key=lambda name: moments[name].filled)
            setattr(found, role, name)
            moments.pop(name)
    if found.reported is None and moments:
        found.reported = max(moments, key=lambda name: moments[name].filled)


def _places(columns: dict[str, Look], found: Guesses) -> None:
    for role, least, most in (("lon", -180.0, 180.0), ("lat", -90.0, 90.0)):
        fitting = [
            name
            for name, column in columns.items()
            if says(role, name) and (numbers := column.numbers) and least <= min(numbers) and max(numbers) <= most
        ]
        if fitting:
            setattr(found, role, max(fitting, key=lambda name: columns[name].filled))
    if found.lon is None or found.lat is None:
        found.lon = found.lat = None


def _id(columns: dict[str, Look], rows: int) -> str | None:
    unique = [name for name, column in columns.items() if column.is_unique and column.filled >= 0.99 * rows]
    named = [name for name in unique if says("id", name)]
    short = [name for name in unique if columns[name].length <= 40]
    return next(iter(named or short), None)


def _people(columns: dict[str, Look], rows: int, found: Guesses) -> None:
    for name, column in columns.items():
        if column.share("identity") > 0.02:
            found.with_identity_numbers.append(name)
        phones = column.share("phone")
        if column.length <= 25 and phones > (0.05 if says("phone", name) else 0.5):
            found.personal.setdefault("party_phone", name)
            continue
        if phones > 0.005:
            found.with_phones.append(name)
        if says("name", name) and column.share("name") > 0.5 and column.distinct > 0.3 * column.filled:
            found.personal.setdefault("party_name", name)
        elif column.length > 25 and (says("text", name) and column.distinct > 0.3 * column.filled):
            found.personal.setdefault("original_text", name)
        elif says("address", name) and column.share("address") > 0.3 and column.distinct > 0.2 * column.filled:
            found.personal.setdefault("address", name)
    if "party_phone" in found.personal:
        found.personal["party"] = found.personal["party_phone"]


def _best(columns: dict[str, Look], role: str, least: int, most: int, better: str = r"$^") -> str | None:
    fitting = [name for name, column in columns.items() if says(role, name) and least <= column.distinct <= most]
    fitting.sort(key=lambda name: (not re.search(better, name.lower()), -columns[name].filled))
    return fitting[0] if fitting else None


def _areas(columns: dict[str, Look], rows: int) -> list[str]:
    """Up to three columns of areas, of each number of areas one, those with names before those with numbers."""
    fitting = [
        name
        for name, column in columns.items()
        if says("area", name) and 2 <= column.distinct <= max(20, rows // 3) and column.filled >= 0.5 * rows
    ]
    fitting.sort(key=lambda name: (bool(columns[name].numbers), -columns[name].filled, columns[name].distinct))
    named = [name for name in fitting if not columns[name].numbers] or fitting[:1]
    chosen: list[str] = []
    for name in sorted(named, key=lambda name: columns[name].distinct):
        if not chosen or columns[name].distinct > columns[chosen[-1]].distinct:
            chosen.append(name)
    return chosen[:2] if len(chosen) > 3 else chosen


def _types(columns: dict[str, Look], rows: int) -> list[str]:
    fitting = [
        name
        for name, column in columns.items()
        if says("type", name) and 2 <= column.distinct <= max(30, min(600, rows // 2)) and column.filled >= 0.8 * rows
    ]
    fitting.sort(key=lambda name: columns[name].distinct)
    fine = [name for name in fitting if says("fine", name)]
    if len(fitting) >= 2 and fine:
        wide = [name for name in fitting if name not in fine]
        return [wide[0], fine[-1]] if wide else [fine[-1]]
    return fitting[-1:]
