import django.core.validators
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # Content types live in the shared schema alone: without this line Django would split a circular dependency, and a
    # site's first migration would meet the old table of content types.
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "username",
                    models.CharField(
                        max_length=30,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]{2,29}\\Z",
                                "登录名为 3 至 30 位小写字母、数字、点、下划线或连字符。",
                            )
                        ],
                        verbose_name="登录名",
                    ),
                ),
                ("last_name", models.CharField(blank=True, max_length=30, verbose_name="姓")),
                ("first_name", models.CharField(blank=True, max_length=60, verbose_name="名")),
                ("email", models.EmailField(max_length=254, verbose_name="电子邮箱")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("is_superuser", models.BooleanField(default=False, verbose_name="超级用户")),
                ("must_change_password", models.BooleanField(default=False, verbose_name="下次登录须改密码")),
                ("password_changed_at", models.DateTimeField(blank=True, null=True, verbose_name="密码修改时间")),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="建立时间")),
                ("deactivated_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
            ],
            options={
                "verbose_name": "人员",
                "verbose_name_plural": "人员",
            },
        ),
        migrations.CreateModel(
            name="EntryLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("platform_admin", "平台管理员"),
                            ("central_editor", "中心编辑"),
                            ("auditor", "审计员"),
                        ],
                        max_length=20,
                    ),
                ),
                ("schema_name", models.CharField(max_length=63)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "一次性进入链接",
                "verbose_name_plural": "一次性进入链接",
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chain", models.CharField(max_length=63, verbose_name="网站")),
                ("position", models.BigIntegerField(verbose_name="序号")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="人员编号")),
                ("actor_name", models.CharField(blank=True, max_length=100, verbose_name="人员")),
                ("action", models.CharField(max_length=60, verbose_name="操作")),
                ("object_type", models.CharField(blank=True, max_length=60, verbose_name="对象类别")),
                ("object_id", models.CharField(blank=True, max_length=60, verbose_name="对象编号")),
                ("object_name", models.CharField(blank=True, max_length=255, verbose_name="对象")),
                ("detail", models.JSONField(default=dict, verbose_name="详情")),
                ("address", models.CharField(blank=True, max_length=45, verbose_name="来源地址")),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="请求编号")),
                ("previous_hash", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64, verbose_name="校验值")),
            ],
            options={
                "verbose_name": "账册条目",
                "verbose_name_plural": "账册",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="LedgerHead",
            fields=[
                ("chain", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(default=0)),
                ("hash", models.CharField(default="", max_length=64)),
            ],
            options={
                "verbose_name": "账册链首",
                "verbose_name_plural": "账册链首",
            },
        ),
        migrations.CreateModel(
            name="PlatformRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("platform_admin", "平台管理员"),
                            ("central_editor", "中心编辑"),
                            ("auditor", "审计员"),
                        ],
                        max_length=20,
                        verbose_name="平台角色",
                    ),
                ),
                ("granted_at", models.DateTimeField(auto_now_add=True, verbose_name="授予时间")),
            ],
            options={
                "verbose_name": "平台角色",
                "verbose_name_plural": "平台角色",
            },
        ),
    ]
