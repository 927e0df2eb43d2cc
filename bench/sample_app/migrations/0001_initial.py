"""The table, with the rows that a site would have by the time of the second migration."""

from django.db import migrations, models

ROWS = 500


class Migration(migrations.Migration):
    """See the module."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="SampleNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=100)),
                ("text", models.TextField(blank=True)),
                ("state", models.CharField(default="draft", max_length=8)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={"verbose_name": "示例通知", "verbose_name_plural": "示例通知"},
        ),
        migrations.RunSQL(
            "INSERT INTO sample_app_samplenotice (title, text, state, created_at) "
            f"SELECT '通知' || n, repeat('正文', 100), 'draft', now() FROM generate_series(1, {ROWS}) AS n",
            migrations.RunSQL.noop,
        ),
    ]
