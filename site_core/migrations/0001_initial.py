import django.db.models.deletion
import modelcluster.fields
import modelsearch.index
import site_core.fields
import taggit.managers
import uuid
import wagtail.images.models
import wagtail.models.media
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ArticleAttachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "label",
                    models.CharField(blank=True, help_text="留空即文件名称。", max_length=200, verbose_name="名称"),
                ),
            ],
            options={
                "verbose_name": "附件",
                "verbose_name_plural": "附件",
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BasePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "origin_key",
                    models.UUIDField(db_index=True, default=uuid.uuid4, editable=False, verbose_name="来源标识"),
                ),
                (
                    "node_key",
                    models.CharField(blank=True, db_index=True, editable=False, max_length=60, verbose_name="蓝图节点"),
                ),
                ("source_id", models.CharField(blank=True, editable=False, max_length=100, verbose_name="导入标识")),
                (
                    "summary",
                    models.TextField(
                        blank=True,
                        help_text="100 至 300 字，用于列表、搜索和分享。",
                        max_length=500,
                        verbose_name="摘要",
                    ),
                ),
                (
                    "keywords",
                    models.CharField(blank=True, help_text="用逗号分隔。", max_length=200, verbose_name="关键词"),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="转载须注明；留空为本单位。", max_length=100, verbose_name="来源"
                    ),
                ),
                ("author", models.CharField(blank=True, max_length=60, verbose_name="作者")),
                ("responsible_editor", models.CharField(blank=True, max_length=60, verbose_name="责任编辑")),
                (
                    "public_at",
                    models.DateTimeField(
                        blank=True,
                        db_index=True,
                        help_text="留空即首次发布的时间；提前须说明理由，并记入账册。",
                        null=True,
                        verbose_name="发布时间",
                    ),
                ),
                ("backdating_reason", models.CharField(blank=True, max_length=200, verbose_name="提前发布时间的理由")),
            ],
            options={
                "verbose_name": "页面",
                "verbose_name_plural": "页面",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="电子邮箱")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="邀请时间")),
                ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="接受时间")),
            ],
            options={
                "verbose_name": "邀请",
                "verbose_name_plural": "邀请",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="有效期至")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="加入时间")),
                ("last_login_at", models.DateTimeField(blank=True, null=True, verbose_name="最近登录本站")),
            ],
            options={
                "verbose_name": "成员",
                "verbose_name_plural": "成员",
                "ordering": ["user__username", "group__name"],
                "permissions": [("view_ledger", "查看账册")],
            },
        ),
        migrations.CreateModel(
            name="PersonalPermission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "verbose_name": "个人权限（不使用）",
                "verbose_name_plural": "个人权限（不使用）",
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("user_id", models.BigIntegerField(db_index=True, null=True, verbose_name="人员编号")),
                ("address", models.CharField(blank=True, max_length=45, verbose_name="来源地址")),
                ("browser", models.CharField(blank=True, max_length=200, verbose_name="浏览器")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登录时间")),
                ("seen_at", models.DateTimeField(auto_now=True, verbose_name="最近活动")),
            ],
            options={
                "verbose_name": "登录会话",
                "verbose_name_plural": "登录会话",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SiteDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("file", models.FileField(upload_to="documents", verbose_name="file")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("file_size", models.PositiveBigIntegerField(editable=False, null=True)),
                ("file_hash", models.CharField(blank=True, editable=False, max_length=40)),
            ],
            options={
                "verbose_name": "文件",
                "verbose_name_plural": "文件",
                "abstract": False,
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name="SiteImage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                (
                    "file",
                    wagtail.images.models.WagtailImageField(
                        height_field="height",
                        upload_to=wagtail.images.models.get_upload_to,
                        verbose_name="file",
                        width_field="width",
                    ),
                ),
                ("description", models.CharField(blank=True, default="", max_length=255, verbose_name="description")),
                ("width", models.IntegerField(editable=False, verbose_name="width")),
                ("height", models.IntegerField(editable=False, verbose_name="height")),
                ("created_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="created at")),
                ("focal_point_x", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_y", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_width", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_height", models.PositiveIntegerField(blank=True, null=True)),
                ("file_size", models.PositiveIntegerField(editable=False, null=True)),
                ("file_hash", models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
            ],
            options={
                "verbose_name": "图片",
                "verbose_name_plural": "图片",
                "abstract": False,
            },
            bases=(wagtail.images.models.ImageFileMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name="SiteRendition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("filter_spec", models.CharField(db_index=True, max_length=255)),
                (
                    "file",
                    wagtail.images.models.WagtailImageField(
                        height_field="height",
                        storage=wagtail.images.models.get_rendition_storage,
                        upload_to=wagtail.images.models.get_rendition_upload_to,
                        width_field="width",
                    ),
                ),
                ("width", models.IntegerField(editable=False)),
                ("height", models.IntegerField(editable=False)),
                ("focal_point_key", models.CharField(blank=True, default="", editable=False, max_length=16)),
            ],
            options={
                "verbose_name": "图片版本",
                "verbose_name_plural": "图片版本",
            },
            bases=(wagtail.images.models.ImageFileMixin, models.Model),
        ),
        migrations.CreateModel(
            name="ArticlePage",
            fields=[
                (
                    "basepage_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="site_core.basepage",
                    ),
                ),
                ("subtitle", models.CharField(blank=True, max_length=200, verbose_name="副标题")),
                ("body", site_core.fields.BodyField([], blank=True, verbose_name="正文")),
            ],
            options={
                "verbose_name": "文章",
                "verbose_name_plural": "文章",
            },
            bases=("site_core.basepage",),
        ),
        migrations.CreateModel(
            name="ColumnPage",
            fields=[
                (
                    "basepage_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="site_core.basepage",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("首页", "首页"),
                            ("概况信息", "概况信息"),
                            ("机构职能", "机构职能"),
                            ("负责人信息", "负责人信息"),
                            ("工作动态", "工作动态"),
                            ("政策文件", "政策文件"),
                            ("信息公开指南", "信息公开指南"),
                            ("信息公开目录", "信息公开目录"),
                            ("信息公开年报", "信息公开年报"),
                            ("依法申请公开", "依法申请公开"),
                            ("数据发布", "数据发布"),
                            ("数据开放", "数据开放"),
                            ("政策解读", "政策解读"),
                            ("回应关切", "回应关切"),
                            ("办事服务", "办事服务"),
                            ("咨询投诉", "咨询投诉"),
                            ("征集调查", "征集调查"),
                            ("在线访谈", "在线访谈"),
                        ],
                        default="工作动态",
                        max_length=10,
                        verbose_name="栏目类别",
                    ),
                ),
                (
                    "update_days",
                    models.PositiveIntegerField(
                        default=0, help_text="超过天数未更新即提醒；0 为不要求。", verbose_name="更新期限（天）"
                    ),
                ),
                ("page_size", models.PositiveIntegerField(default=20, verbose_name="每页条数")),
            ],
            options={
                "verbose_name": "栏目",
                "verbose_name_plural": "栏目",
            },
            bases=("site_core.basepage",),
        ),
        migrations.CreateModel(
            name="HomePage",
            fields=[
                (
                    "basepage_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="site_core.basepage",
                    ),
                ),
                ("introduction", models.TextField(blank=True, max_length=300, verbose_name="导语")),
            ],
            options={
                "verbose_name": "首页",
                "verbose_name_plural": "首页",
            },
            bases=("site_core.basepage",),
        ),
        migrations.AddConstraint(
            model_name="basepage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("node_key", ""), _negated=True),
                fields=("node_key",),
                name="site_core_basepage_node_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="basepage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True),
                fields=("source_id",),
                name="site_core_basepage_source_once",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="groups",
            field=models.ManyToManyField(to="auth.group", verbose_name="角色"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="invited_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="邀请人",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="memberships",
                to="auth.group",
                verbose_name="角色",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="memberships",
                to=settings.AUTH_USER_MODEL,
                verbose_name="人员",
            ),
        ),
        migrations.AddField(
            model_name="personalpermission",
            name="permission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="auth.permission"
            ),
        ),
        migrations.AddField(
            model_name="personalpermission",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sitedocument",
            name="collection",
            field=models.ForeignKey(
                default=wagtail.models.media.get_root_collection_id,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="wagtailcore.collection",
                verbose_name="collection",
            ),
        ),
        migrations.AddField(
            model_name="sitedocument",
            name="tags",
            field=taggit.managers.TaggableManager(
                blank=True, help_text=None, through="taggit.TaggedItem", to="taggit.Tag", verbose_name="tags"
            ),
        ),
        migrations.AddField(
            model_name="sitedocument",
            name="uploaded_by_user",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to=settings.AUTH_USER_MODEL,
                verbose_name="uploaded by user",
            ),
        ),
        migrations.AddField(
            model_name="articleattachment",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="site_core.sitedocument",
                verbose_name="文件",
            ),
        ),
        migrations.AddField(
            model_name="siteimage",
            name="collection",
            field=models.ForeignKey(
                default=wagtail.models.media.get_root_collection_id,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="wagtailcore.collection",
                verbose_name="collection",
            ),
        ),
        migrations.AddField(
            model_name="siteimage",
            name="tags",
            field=taggit.managers.TaggableManager(
                blank=True, help_text=None, through="taggit.TaggedItem", to="taggit.Tag", verbose_name="tags"
            ),
        ),
        migrations.AddField(
            model_name="siteimage",
            name="uploaded_by_user",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to=settings.AUTH_USER_MODEL,
                verbose_name="uploaded by user",
            ),
        ),
        migrations.AddField(
            model_name="siterendition",
            name="image",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="renditions", to="site_core.siteimage"
            ),
        ),
        migrations.AddField(
            model_name="articlepage",
            name="cover",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="site_core.siteimage",
                verbose_name="封面",
            ),
        ),
        migrations.AddField(
            model_name="articleattachment",
            name="page",
            field=modelcluster.fields.ParentalKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="site_core.articlepage"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("user", "group"), name="site_core_membership_once"),
        ),
        migrations.AddConstraint(
            model_name="personalpermission",
            constraint=models.CheckConstraint(
                condition=models.Q(("pk__isnull", True)), name="site_core_no_personal_permission"
            ),
        ),
        migrations.AlterUniqueTogether(
            name="siterendition",
            unique_together={("image", "filter_spec", "focal_point_key")},
        ),
    ]
