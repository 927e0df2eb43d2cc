from django.db import migrations

# A release is what was signed, for good: the trigger stops every role, the owner of the table too.
PROTECT = """
CREATE FUNCTION blueprints_refuse_release_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a release is never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER blueprints_release_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON blueprints_release
    FOR EACH STATEMENT EXECUTE FUNCTION blueprints_refuse_release_change();
ALTER TABLE blueprints_release ENABLE ALWAYS TRIGGER blueprints_release_immutable;
"""
RELEASE = """
DROP TRIGGER blueprints_release_immutable ON blueprints_release;
DROP FUNCTION blueprints_refuse_release_change();
"""


class Migration(migrations.Migration):
    dependencies = [("blueprints", "0001_blueprints")]

    operations = [migrations.RunSQL(PROTECT, RELEASE)]
