from django.db import migrations

# What Wagtail's own migrations leave in a fresh schema: a welcome page, a site on localhost, groups and a workflow.
# A site of ours starts with nothing but the root of its tree; provisioning makes the rest.
EMPTY = """
DELETE FROM wagtailcore_workflowtask;
DELETE FROM wagtailcore_workflowpage;
DELETE FROM wagtailcore_workflow;
DELETE FROM wagtailcore_groupapprovaltask_groups;
DELETE FROM wagtailcore_groupapprovaltask;
DELETE FROM wagtailcore_task;
DELETE FROM wagtailcore_site;
DELETE FROM wagtailcore_grouppagepermission;
DELETE FROM wagtailcore_groupcollectionpermission;
DELETE FROM auth_group_permissions;
DELETE FROM auth_group;
DELETE FROM wagtailcore_referenceindex;
DELETE FROM wagtailcore_page WHERE depth > 1;
UPDATE wagtailcore_page SET numchild = 0;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("site_core", "0001_initial"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [migrations.RunSQL(EMPTY, migrations.RunSQL.noop)]
