import django.core.validators
import django.db.models.deletion
import django_tenants.postgresql_backend.base
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SchemaState",
            fields=[
                ("schema_name", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("fingerprint", models.CharField(max_length=64)),
                ("migrated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "模式状态",
                "verbose_name_plural": "模式状态",
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "schema_name",
                    models.CharField(
                        db_index=True,
                        max_length=63,
                        unique=True,
                        validators=[django_tenants.postgresql_backend.base._check_schema_name],
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="全称")),
                ("short_name", models.CharField(max_length=50, verbose_name="简称")),
                ("place", models.CharField(blank=True, max_length=30, verbose_name="地名")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("city_bureau", "市司法局"),
                            ("county_bureau", "县（市、区）司法局"),
                            ("judicial_station", "司法所"),
                            ("law_office", "律师事务所"),
                            ("notary_office", "公证处"),
                            ("legal_aid_centre", "法律援助中心"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                (
                    "region_code",
                    models.CharField(
                        blank=True,
                        max_length=6,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{6}\\Z", "行政区划代码为 6 位数字（GB/T 2260）。"
                            )
                        ],
                        verbose_name="行政区划代码",
                    ),
                ),
                (
                    "site_id_code",
                    models.CharField(
                        blank=True,
                        max_length=11,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(bm\\d{8}|[A-Z]?\\d{10})\\Z", "网站标识码为 10 位，如 6208000001。"
                            )
                        ],
                        verbose_name="网站标识码",
                    ),
                ),
                ("icp_number", models.CharField(blank=True, max_length=50, verbose_name="ICP 备案号")),
                ("police_number", models.CharField(blank=True, max_length=50, verbose_name="公安备案号")),
                ("contact_unit", models.CharField(blank=True, max_length=100, verbose_name="联系单位")),
                ("contact_address", models.CharField(blank=True, max_length=200, verbose_name="联系地址")),
                ("contact_phone", models.CharField(blank=True, max_length=50, verbose_name="联系电话")),
                ("contact_email", models.EmailField(blank=True, max_length=254, verbose_name="电子邮箱")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("trial", "试运行"),
                            ("live", "正式运行"),
                            ("suspended", "暂停服务"),
                            ("archived", "已归档"),
                        ],
                        default="trial",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("state_since", models.DateTimeField(blank=True, null=True, verbose_name="状态起始时间")),
                (
                    "state_notice",
                    models.CharField(
                        blank=True,
                        help_text="暂停服务时向公众显示。",
                        max_length=500,
                        verbose_name="状态说明",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建立时间")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="tenants.organisation",
                        verbose_name="上级单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "单位",
                "verbose_name_plural": "单位",
                "ordering": ["region_code", "kind", "schema_name"],
            },
        ),
        migrations.CreateModel(
            name="Host",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("domain", models.CharField(db_index=True, max_length=253, unique=True)),
                ("is_primary", models.BooleanField(db_index=True, default=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="domains",
                        to="tenants.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "域名",
                "verbose_name_plural": "域名",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_primary", True)),
                        fields=("tenant",),
                        name="tenants_host_one_primary",
                    )
                ],
            },
        ),
    ]
