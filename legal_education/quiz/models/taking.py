"""Who takes part, their papers, what they answered, and what they got for it."""

from django.db import models

from accounts.crypto import EncryptedTextField

from .quizzes import Quiz


class Participant(models.Model):
    """A person of one quiz; the same telephone enters once."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="participants", verbose_name="答题活动")
    name = models.CharField("姓名", max_length=30)
    region = models.CharField("地区", max_length=60)
    unit = models.CharField("单位", max_length=100, blank=True)
    phone = EncryptedTextField("手机号")
    phone_index = models.CharField("手机号索引", max_length=64)
    entry_key = models.CharField("报名表编号", max_length=32, help_text="同一张表提交两次，是同一个人。")
    created_at = models.DateTimeField("报名时间", auto_now_add=True)

    class Meta:
        verbose_name = "参加人"
        verbose_name_plural = "参加人"
        constraints = [models.UniqueConstraint(fields=["quiz", "phone_index"], name="legal_quiz_phone_once")]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def masked_name(self) -> str:
        """For everybody else's eyes: 张*, 张*三, 欧**娜."""
        return mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        """138****0000."""
        return f"{self.phone[:3]}****{self.phone[-4:]}"


def mask_name(name: str) -> str:
    """First and last character of a name; of two, the first alone."""
    if len(name) < 3:
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * min(len(name) - 2, 4)}{name[-1]}"


class Attempt(models.Model):
    """One sitting: the paper as it was drawn, and how it ended."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="attempts", verbose_name="答题活动")
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="attempts", verbose_name="参加人"
    )
    paper = models.JSONField("试卷", help_text="[题目编号, 选项的顺序, 分值]，见 papers.items。")
    day = models.DateField("日期")
    started_at = models.DateTimeField("开始时间")
    deadline = models.DateTimeField("截止时间")
    submitted_at = models.DateTimeField("交卷时间", null=True, blank=True)
    score = models.PositiveSmallIntegerField("得分", null=True, blank=True)
    full_score = models.PositiveSmallIntegerField("满分")
    marks = models.CharField("逐题对错", max_length=300, blank=True, help_text="一题一个字符，1 为答对。")
    seconds = models.PositiveIntegerField("用时（秒）", null=True, blank=True)
    is_best = models.BooleanField("本人最好成绩", default=False)

    class Meta:
        verbose_name = "答卷"
        verbose_name_plural = "答卷"
        indexes = [
            models.Index(
                fields=["quiz", "-score", "seconds"],
                condition=models.Q(is_best=True),
                name="legal_quiz_best",
            ),
            models.Index(
                fields=["deadline"], condition=models.Q(submitted_at__isnull=True), name="legal_quiz_unfinished"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=models.Q(submitted_at__isnull=True), name="legal_quiz_one_open"
            ),
            models.UniqueConstraint(
                fields=["participant"], condition=models.Q(is_best=True), name="legal_quiz_one_best"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def right_count(self) -> int:
        """How many questions were answered rightly."""
        return self.marks.count("1")


class AnswerSaved(models.Model):
    """The last answer to one place of a paper, in the letters that the person saw.

    `turn` grows with each change on the person's side: a request that comes late or again never undoes a newer one.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers", verbose_name="答卷")
    position = models.PositiveSmallIntegerField("题号（从 0 起）")
    chosen = models.CharField("选择", max_length=8, blank=True)
    turn = models.PositiveIntegerField("次序", default=0)
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = "作答"
        verbose_name_plural = "作答"
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="legal_quiz_answer_once")]

    def __str__(self) -> str:
        return f"{self.position + 1}：{self.chosen}"


class Certificate(models.Model):
    """One for each person of a quiz; its code stays, its score is that of the best attempt."""

    participant = models.OneToOneField(
        Participant, on_delete=models.CASCADE, related_name="certificate", verbose_name="参加人"
    )
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="+", verbose_name="答卷")
    code = models.CharField("验证码", max_length=14, unique=True)
    issued_at = models.DateTimeField("发证时间")

    class Meta:
        verbose_name = "证书"
        verbose_name_plural = "证书"

    def __str__(self) -> str:
        return self.code
