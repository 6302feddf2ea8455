"""The questions of the complaint form (domain.yml: complaint_form)."""

from __future__ import annotations

from actions.forms.choices import ChoiceField
from actions.forms.entries import ConfirmField, PersonField, PhoneField, TextField
from actions.forms.fields import Option, words
from actions.forms.form import Form

KIND, UNIT, OFFICE, SINCE = (
    "complaint_kind",
    "complaint_unit",
    "complaint_office",
    "complaint_since",
)
STORY, WANTED, EVIDENCE = "complaint_story", "complaint_wanted", "complaint_evidence"
SIGNED, NAME, PHONE, CONFIRM = (
    "complaint_signed",
    "complaint_name",
    "complaint_phone",
    "complaint_confirm",
)
FUND, SOCIAL, SERVICE, SYSTEM, OTHER = "fund", "social", "service", "system", "other"
NAMED, ANONYMOUS = "named", "anonymous"
AGAINST_UNIT = (FUND, SOCIAL)
# Whoever is asked what happened complains; anger and the wish for a person still lead to people.
COMPLAINING = ("complain",)

COMPLAINT_FORM = Form(
    name="complaint_form",
    intent="file_complaint",
    title="投诉登记",
    fields=(
        ChoiceField(
            slot=KIND,
            topic="反映的问题",
            question="您要反映的是哪一类问题？",
            keywords=words("公积金 社保 五险 服务态度 态度 系统 窗口 工作人员"),
            choices=(
                Option(
                    FUND,
                    "单位不缴、少缴公积金",
                    words(
                        "不缴公积金 不交公积金 没交公积金 没缴公积金 欠缴公积金 欠公积金 少缴公积金 少交公积金 "
                        "欠我公积金 不给交公积金 不给缴公积金 没给交公积金 拖欠公积金 不开公积金 公积金"
                    ),
                ),
                Option(
                    SOCIAL,
                    "单位不缴、少缴社保",
                    words(
                        "不缴社保 不交社保 没交社保 没缴社保 欠缴社保 欠社保 少缴社保 少交社保 不给交社保 "
                        "没给交社保 拖欠社保 五险 不上社保 没上社保 社保"
                    ),
                ),
                Option(
                    SERVICE,
                    "服务态度、办事拖延",
                    words("服务态度 态度 窗口 工作人员 推诿 推来推去 拖延 刁难 不办事 骂人 柜员"),
                ),
                Option(
                    SYSTEM,
                    "系统故障",
                    words("系统 故障 小程序 网站 登不上 打不开 卡死 闪退 报错 崩了"),
                ),
                Option(OTHER, "其他", words("别的 另外的 都不是")),
            ),
        ),
        TextField(
            slot=UNIT,
            topic="单位名称",
            question="要反映的单位叫什么？请尽量写全称，和营业执照、合同上的一样。",
            when={KIND: AGAINST_UNIT},
            most=100,
            example="某某科技有限公司",
        ),
        TextField(
            slot=OFFICE,
            stays=COMPLAINING,
            topic="窗口或人员",
            question="是哪个大厅、哪个窗口，或者哪位工作人员？不清楚可以跳过。",
            when={KIND: (SERVICE,)},
            skippable=True,
            most=100,
            example="南湖区大厅3号窗口",
        ),
        TextField(
            slot=SINCE,
            topic="发生时间",
            question="是什么时候的事？从什么时候开始的？（比如：从去年3月到现在）记不清可以跳过。",
            skippable=True,
            least=1,
            most=60,
            example="从去年3月到现在",
        ),
        TextField(
            slot=STORY,
            stays=COMPLAINING,
            topic="具体情况",
            question="请说说具体是怎么回事，一段话说完，500字以内。",
            least=4,
            most=500,
            example="我2024年3月入职，签了合同，单位一直没给我缴公积金",
        ),
        TextField(
            slot=WANTED,
            stays=COMPLAINING,
            topic="您的诉求",
            question="您希望怎么解决？没有特别要求可以跳过。",
            skippable=True,
            most=200,
            example="要求补缴2024年以来的公积金",
        ),
        TextField(
            slot=EVIDENCE,
            topic="手里的证据",
            question="手里有哪些证据？（比如：劳动合同、工资流水、聊天记录）没有可以跳过；现在不用上传，写清有什么就行。",
            skippable=True,
            most=200,
            example="劳动合同、工资流水",
        ),
        ChoiceField(
            slot=SIGNED,
            topic="是否实名",
            question="要留姓名和电话吗？匿名也可以登记，但没有办法给您回电话，也难为您本人追缴。",
            keywords=words("实名 匿名"),
            choices=(
                Option(NAMED, "实名（留电话）", words("实名 留 留电话 可以 留姓名 愿意")),
                Option(
                    ANONYMOUS,
                    "匿名",
                    words("不留 不实名 不想留 不方便留 不透露 不想让人知道 不要实名"),
                ),
            ),
        ),
        PersonField(
            slot=NAME,
            topic="姓名",
            question="请告诉我您的姓名。",
            keywords=words("名字"),
            when={SIGNED: (NAMED,)},
        ),
        PhoneField(
            slot=PHONE,
            topic="联系电话",
            question="请留一个手机号，办理人会打给您核实情况和答复；凭它和编号也能查进度。",
            keywords=words("手机 电话 手机号"),
            when={SIGNED: (NAMED,)},
        ),
        ConfirmField(
            slot=CONFIRM,
            topic="确认",
            question="请核对一下，没有问题就确认提交：",
        ),
    ),
)
