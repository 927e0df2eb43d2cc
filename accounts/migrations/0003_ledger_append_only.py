from django.db import migrations

# The trigger stops every role, the owner of the table too; the revoked rights stop it once more before the trigger does.
# ALWAYS: replication roles (session_replication_role) do not get past it either.
PROTECT = """
CREATE FUNCTION accounts_refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER accounts_ledgerentry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_ledger_change();
ALTER TABLE accounts_ledgerentry ENABLE ALWAYS TRIGGER accounts_ledgerentry_append_only;
REVOKE UPDATE, DELETE, TRUNCATE ON accounts_ledgerentry FROM PUBLIC, CURRENT_USER;
"""
RELEASE = """
GRANT UPDATE, DELETE, TRUNCATE ON accounts_ledgerentry TO CURRENT_USER;
DROP TRIGGER accounts_ledgerentry_append_only ON accounts_ledgerentry;
DROP FUNCTION accounts_refuse_ledger_change();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_relations")]

    operations = [migrations.RunSQL(PROTECT, RELEASE)]
