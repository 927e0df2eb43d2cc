"""The workbook to start from: columns, an example of each kind, what each column means."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from legal_education.quiz.models import QuestionKind

from .sheet import COLUMNS, MOST_ROWS, REQUIRED

_WIDTHS = {"题型": 10, "题目": 50, "答案": 10, "法律依据": 34, "解析": 50, "链接": 24, "主题": 12}
_EXAMPLES = (
    {
        "题型": "判断题",
        "题目": "我国的国家宪法日是每年的十二月四日。（示例，请删除）",
        "答案": "正确",
        "法律依据": "《全国人民代表大会常务委员会关于设立国家宪法日的决定》",
        "解析": "2014年11月1日，全国人大常委会决定将12月4日设立为国家宪法日。",
        "主题": "宪法",
    },
    {
        "题型": "单选题",
        "题目": "自然人从何时起到何时止具有民事权利能力？（示例，请删除）",
        "选项A": "从年满十八周岁起到死亡时止",
        "选项B": "从出生时起到死亡时止",
        "答案": "B",
        "法律依据": "《中华人民共和国民法典》第十三条",
        "解析": "自然人从出生时起到死亡时止，具有民事权利能力，依法享有民事权利，承担民事义务。",
        "主题": "民法典",
    },
    {
        "题型": "多选题",
        "题目": "下列哪些属于治安管理处罚的种类？（示例，请删除）",
        "选项A": "警告",
        "选项B": "没收财产",
        "选项C": "吊销公安机关发放的许可证件",
        "选项D": "有期徒刑",
        "答案": "AC",
        "法律依据": "《中华人民共和国治安管理处罚法》第十条",
        "解析": "治安管理处罚的种类有警告、罚款、行政拘留、吊销公安机关发放的许可证件；没收财产和有期徒刑是刑罚。",
        "主题": "治安管理处罚法",
    },
)
_NOTES = (
    "第一行的列名不要改，列的先后可以改；带 * 的必须填写（判断题不填选项）。",
    "题型：判断题、单选题、多选题。",
    "答案：判断题写 正确 或 错误；单选题写一个字母；多选题写两个以上字母，如 ACD。多选题少选、多选、错选都不得分。",
    "链接：条文所在页面的网址，可以不填；带 #tiao-23 的直接到第二十三条。",
    "不要合并单元格。题目重复（不计标点和空格）的不能导入。",
    f"一次最多 {MOST_ROWS} 题。三个示例请删除后再导入。",
)


def write_template() -> bytes:
    """As xlsx."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = "题目"
    sheet.append([f"{name}*" if name in REQUIRED and not name.startswith("选项") else name for name in COLUMNS])
    for example in _EXAMPLES:
        sheet.append([example.get(name, "") for name in COLUMNS])
    for number, name in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 22)
        head = sheet.cell(1, number)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF4")
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    kinds = DataValidation("list", formula1=f'"{",".join(kind.label for kind in QuestionKind)}"', allow_blank=True)
    kinds.add(f"A2:A{MOST_ROWS + 1}")
    sheet.add_data_validation(kinds)
    notes = book.create_sheet("填写说明")
    notes.column_dimensions["A"].width = 100
    for note in _NOTES:
        notes.append([note])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
