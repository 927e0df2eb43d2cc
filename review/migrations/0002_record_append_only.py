from django.db import migrations

# One function for all schemas, as for locks. Rows go with the schema of their site and never before.
PROTECT = """
SELECT pg_advisory_xact_lock(hashtext('review_refuse_change'));
CREATE OR REPLACE FUNCTION public.review_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record of reviews is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER review_reviewstep_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON review_reviewstep
    FOR EACH STATEMENT EXECUTE FUNCTION public.review_refuse_change();
"""
RELEASE = "DROP TRIGGER review_reviewstep_append_only ON review_reviewstep;"


class Migration(migrations.Migration):
    dependencies = [("review", "0001_review")]

    operations = [migrations.RunSQL(PROTECT, RELEASE)]
