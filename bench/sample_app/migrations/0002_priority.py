"""What is measured: a column with a default, an index, and two columns altered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """See the module."""

    dependencies = [("sample_app", "0001_initial")]
    operations = [
        migrations.AddField("samplenotice", "priority", models.PositiveSmallIntegerField(default=3)),
        migrations.AlterField("samplenotice", "title", models.CharField(max_length=200)),
        migrations.AlterField(
            "samplenotice",
            "state",
            models.CharField(choices=[("draft", "草稿"), ("sent", "已发送")], default="draft", max_length=12),
        ),
        migrations.AddIndex(
            "samplenotice", models.Index(fields=["state", "-priority"], name="sample_app_notice_state")
        ),
    ]
