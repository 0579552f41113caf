"""A draft mapping: what it guesses, that it is refused while marks are left, and that it loads once they are filled."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from seed.__main__ import app
from seed.importers import FileRows, MappingError, import_into, load_mapping
from seed.importers.draft import draft_mapping
from seed.importers.mapping import TO_FILL
from seed.importers.unknown import Topic, find_unknown
from tests.seed.importers.test_real_samples import BALTIMORE, CHICAGO, NYC, PINGSHAN, SAMPLES, TODAY
from tests.support.databases import Database, Databases

ROWS = [
    {
        "工单编号": f"GD{number:05}",
        "上报时间": f"2026/03/{number % 28 + 1:02} 1{number % 10}:05:0{number % 7}",
        "办结时间": f"2026/04/{number % 28 + 1:02} 09:00:00" if number % 3 else "-",
        "办理状态": ("待办", "已办结", "重复件")[number % 3],
        "事项大类": ("市容环卫", "噪声扰民")[number % 2],
        "事项小类": ("垃圾", "施工噪声", "占道")[number % 3],
        "所属街道": ("东街道", "西街道")[number % 2],
        "所属社区": ("一社区", "二社区", "三社区", "四社区")[number % 4],
        "来源渠道": ("12345热线", "微信小程序", "喇叭")[number % 3],
        "承办单位": ("城管局", "住建局")[number % 2],
        "联系电话": f"1380000{number:04}",
        "联系人姓名": "张王李赵钱孙"[number % 6] + "甲乙丙丁戊己庚"[number % 7] + "子丑寅卯辰"[number % 5],
        "事发地址": f"和平路{number}号",
        "诉求内容": f"第{number}件：楼下垃圾多日无人清运，气味很大，影响居民生活，请尽快处理，谢谢，电话13800001111。",
        "经度": f"{113.9 + number / 10_000:.6f}",
        "纬度": f"{22.7 + number / 20_000:.6f}",
    }
    for number in range(60)
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "工单导出 2026.csv"
    with path.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.DictWriter(stream, list(ROWS[0]))
        writer.writeheader()
        writer.writerows(ROWS)
    return path


def filled(draft: str) -> str:
    """What a clerk writes at the marks, each by its key."""
    answers = {
        "name_zh": '"某区"',
        "name_en": '"A district"',
        "datum": '"wgs84"',
        '"喇叭"': '"visit"',
        "time_zone": '"America/New_York"',
        "country": '"US"',
        '"Other"': '"department"',
    }

    def answer(line: str) -> str:
        key = line.split(" = ")[0]
        return line.replace(f'"{TO_FILL}"', answers[key]) if f'"{TO_FILL}"' in line else line

    return "\n".join(map(answer, draft.splitlines()))


def test_what_is_guessed_of_a_chinese_export(file: Path, tmp_path: Path) -> None:
    draft = draft_mapping(file)
    marked = [line.split(" = ")[0] for line in draft.splitlines() if f'"{TO_FILL}"' in line]
    assert marked == ["name_zh", "name_en", "name_zh", "name_en", '"喇叭"', "datum"], "few places, and no others"
    written = tmp_path / "draft.toml"
    written.write_text(draft, encoding="utf-8")
    with pytest.raises(MappingError, match=r"draft\.toml: still to be filled in are source\.name_zh, .*datum"):
        load_mapping(written)
    written.write_text(filled(draft), encoding="utf-8")
    mapping = load_mapping(written)
    assert mapping.case.external_id == "工单编号"
    assert (mapping.times.reported, mapping.times.formats) == ("上报时间", ("%Y/%m/%d %H:%M:%S",))
    assert mapping.status is not None
    assert {word: (rule.event, rule.at) for word, rule in mapping.status.values.items()} == {
        "待办": (None, None),
        "已办结": ("resolved", "办结时间"),
        "重复件": ("withdrawn", "办结时间"),
    }
    assert [(level.level, level.name) for level in mapping.place.levels] == [
        ("community", "所属街道"),
        ("grid", "所属社区"),
    ]
    assert mapping.types.line is not None
    assert (mapping.types.line.name, mapping.types.matter.name) == ("事项大类", "事项小类")
    assert mapping.channel.values == {"12345热线": "hotline", "微信小程序": "app", "喇叭": "visit"}
    assert mapping.department is not None
    assert mapping.department.name == "承办单位"
    assert mapping.coordinates is not None
    assert (mapping.coordinates.lon, mapping.coordinates.lat) == ("经度", "纬度")
    assert mapping.personal.columns() == {
        "party": "联系电话",
        "party_phone": "联系电话",
        "party_name": "联系人姓名",
        "address": "事发地址",
        "original_text": "诉求内容",
    }
    assert mapping.file.null_marks == ("-",)
    assert (mapping.place.time_zone, mapping.place.country) == ("Asia/Shanghai", "CN")


def test_a_filled_draft_loads_its_file(file: Path, tmp_path: Path, empty_database: Database) -> None:
    written = tmp_path / "draft.toml"
    written.write_text(filled(draft_mapping(file)), encoding="utf-8")
    result = import_into(empty_database.owner_url, empty_database.writer_url, file, written, today=TODAY)
    assert (result.file_rows, result.batch.rows_refused, result.batch.rows_parked) == (60, 0, 0)
    with empty_database.owner.connect() as connection:
        states = connection.execute(sa.text("select state, count(*) from app.cases group by 1 order by 1")).all()
    assert [tuple(row) for row in states] == [("open", 20), ("resolved", 20), ("withdrawn", 20)]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples (../shared/data) are not here")
@pytest.mark.parametrize("sample", [PINGSHAN, NYC, CHICAGO], ids=lambda path: path.stem)
def test_drafts_of_the_real_samples_name_their_columns(sample: Path) -> None:
    draft = draft_mapping(sample)
    ready = load_mapping({PINGSHAN: "pingshan", NYC: "nyc311", CHICAGO: "open311"}[sample])
    named = re.findall(r'"([^"]+)"', draft.split("# Columns that the draft")[0])
    assert f'external_id = "{ready.case.external_id}"' in draft
    assert f'reported = "{ready.times.reported}"' in draft
    assert ready.channel.column in named
    assert draft.count(f'"{TO_FILL}"') <= 12


CASES = """
    select
        cases.state, cases.reported_at, cases.resolved_at, cases.withdrawn_at, cases.due_at, cases.level, cases.kind,
        cases.risk,
        case when areas.level <> 'subdistrict' then areas.code end as area, areas.level as area_level,
        departments.code as department,
        split_part(case_types.code, '/', 2) as line, split_part(case_types.code, '/', 3) as matter,
        cases.is_same_day_resolved, count(*) as number
    from app.cases
    inner join app.areas using (area_id)
    inner join app.case_types using (type_id)
    left join app.departments using (department_id)
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
"""
CHANNELS = "select channel, count(*) from app.cases group by 1"
LOCATED = "select lon is not null, count(*) from app.cases group by 1"


@pytest.mark.runtime
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples (../shared/data) are not here")
def test_the_filled_draft_of_baltimore_loads_what_the_ready_mapping_loads(
    tmp_path: Path, empty_database: Database, databases: Databases
) -> None:
    written = tmp_path / "draft.toml"
    made = CliRunner().invoke(app, ["mapping", "new", str(BALTIMORE), "--out", str(written)])
    assert made.exit_code == 0
    draft = written.read_text(encoding="utf-8")
    marked = [line.split(" = ")[0] for line in draft.splitlines() if f'"{TO_FILL}"' in line]
    assert marked == ["name_zh", "name_en", "name_zh", "name_en", "time_zone", "country", '"Other"']
    written.write_text(filled(draft), encoding="utf-8")
    with databases.empty() as ready:
        told = [
            import_into(database.owner_url, None, BALTIMORE, mapping, today=TODAY)
            for database, mapping in ((ready, "baltimore"), (empty_database, written))
        ]
        cases, channels, located = (
            [_rows(database, question) for database in (ready, empty_database)]
            for question in (CASES, CHANNELS, LOCATED)
        )
    assert told[0].rows == told[1].rows == FileRows(read=10_000, new=10_000, changed=0, unchanged=0, refused=0)
    assert cases[0] == cases[1]
    # a letter is a visit in the ready mapping, mail in the draft
    letters = 206
    assert channels[0] - channels[1] == Counter({("visit",): letters})
    assert channels[1] - channels[0] == Counter({("app",): letters})
    # points that stand for no place are named in the ready mapping alone, and its box is wider
    assert located[1][True,] - located[0][True,] in range(80)


def _rows(database: Database, question: str) -> Counter[tuple[object, ...]]:
    with database.owner.connect() as connection:
        return Counter({tuple(row[:-1]): row[-1] for row in connection.execute(sa.text(question))})


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_another_delimiter_is_found_out(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(ROWS[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(ROWS)
    written = tmp_path / "draft.toml"
    written.write_text(filled(draft_mapping(path)), encoding="utf-8")
    mapping = load_mapping(written)
    assert mapping.file.delimiter == delimiter
    assert find_unknown(path, mapping).is_complete


def test_marks_and_odd_names_make_no_broken_toml(tmp_path: Path) -> None:
    path = tmp_path / "1 odd.jsonl"
    odd = {'a "quoted"\nname': "x", "b\\": '"', "status": "t\x01ab\n", "type": "[x]"}
    path.write_text("".join(json.dumps({**odd, "id": str(n)}) + "\n" for n in range(5)), encoding="utf-8")
    written = tmp_path / "draft.toml"
    written.write_text(draft_mapping(path), encoding="utf-8")
    with pytest.raises(MappingError, match="still to be filled in are"):
        load_mapping(written)


def test_the_command_writes_a_draft_and_checks_a_mapping(file: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    out = tmp_path / "mine.toml"
    made = run(app, ["mapping", "new", str(file), "--out", str(out)])
    assert made.exit_code == 0
    assert "6 places to fill in" in " ".join(made.output.split())
    assert isinstance(run(app, ["mapping", "new", str(file), "--out", str(out)]).exception, ValueError)
    out.write_text(filled(out.read_text(encoding="utf-8")), encoding="utf-8")
    good = run(app, ["mapping", "check", str(out), str(file)])
    assert (good.exit_code, "all that is needed is known" in " ".join(good.output.split())) == (0, True)

    changed = ROWS[0] | {"办理状态": "已归档", "来源渠道": "传真", "上报时间": "昨天", "事项小类": "新事项"}
    with file.open("a", encoding="gb18030", newline="") as stream:
        csv.DictWriter(stream, list(ROWS[0])).writerow(changed)
    found = find_unknown(file, load_mapping(out))
    assert (found.of(Topic.STATUS), found.of(Topic.CHANNEL)) == ({"已归档": 1}, {"传真": 1})
    assert [(word.text, word.column, word.row) for word in found.words if word.topic is Topic.TIME] == [
        ("昨天", "上报时间", 62)
    ]
    assert found.of(Topic.MATTER)["新事项"] == 1
    bad = run(app, ["mapping", "check", str(out), str(file)])
    assert bad.exit_code == 1
    assert "已归档" in bad.output
    listed = run(app, ["mapping", "list"])
    assert [line.split(":")[0] for line in listed.output.splitlines()] == ["baltimore", "nyc311", "open311", "pingshan"]
