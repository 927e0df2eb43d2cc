from django.db import migrations

# The last word on locks: statements that pass by every `save` (QuerySet.update, SQL by hand) are refused by the database.
# One function for all schemas; the lock keeps sites that are migrated side by side from replacing it at the same moment.
# Paths are left alone: an insertion between two pages rewrites them. The address tells of a real move.
GUARD = """
SELECT pg_advisory_xact_lock(hashtext('site_core_guard_locks'));
CREATE OR REPLACE FUNCTION public.site_core_guard_locks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held text[];
    broken text;
BEGIN
    IF coalesce(current_setting('cluster.rollout', true), '') = 'on' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_TABLE_NAME = 'site_core_basepage' THEN
        held := OLD.locks;
        broken := CASE WHEN TG_OP = 'DELETE' THEN 'existence' ELSE 'locks' END;
    ELSE
        EXECUTE format('SELECT locks FROM %I.site_core_basepage WHERE page_ptr_id = $1', TG_TABLE_SCHEMA)
            INTO held USING (to_jsonb(OLD) ->> TG_ARGV[0])::integer;
        IF TG_TABLE_NAME = 'wagtailcore_page' THEN
            broken := CASE
                WHEN NEW.title <> OLD.title AND 'title' = ANY(held) THEN 'title'
                WHEN NEW.url_path <> OLD.url_path AND held && ARRAY['slug', 'place'] THEN 'slug'
                WHEN NEW.content_type_id <> OLD.content_type_id AND 'template' = ANY(held) THEN 'template'
                WHEN (OLD.live AND NOT NEW.live OR NEW.expire_at IS NOT NULL) AND 'existence' = ANY(held) THEN 'existence'
            END;
        ELSE
            broken := CASE
                WHEN (NEW.kind, NEW.layout, NEW.page_size) IS DISTINCT FROM (OLD.kind, OLD.layout, OLD.page_size)
                    AND 'template' = ANY(held) THEN 'template'
                WHEN NEW.update_days <> OLD.update_days AND 'interval' = ANY(held) THEN 'interval'
            END;
        END IF;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a blueprint locks the % of this page', broken USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER site_core_basepage_kept BEFORE DELETE ON site_core_basepage
    FOR EACH ROW WHEN ('existence' = ANY(OLD.locks)) EXECUTE FUNCTION public.site_core_guard_locks();
CREATE TRIGGER site_core_basepage_node BEFORE UPDATE ON site_core_basepage
    FOR EACH ROW WHEN (OLD.locks <> '{}' AND (OLD.locks <> NEW.locks OR OLD.node_key <> NEW.node_key))
    EXECUTE FUNCTION public.site_core_guard_locks();
CREATE TRIGGER wagtailcore_page_locks BEFORE UPDATE ON wagtailcore_page
    FOR EACH ROW WHEN (
        OLD.title <> NEW.title OR OLD.url_path <> NEW.url_path OR OLD.live <> NEW.live
        OR OLD.content_type_id <> NEW.content_type_id OR OLD.expire_at IS DISTINCT FROM NEW.expire_at)
    EXECUTE FUNCTION public.site_core_guard_locks('id');
CREATE TRIGGER site_core_columnpage_locks BEFORE UPDATE ON site_core_columnpage
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION public.site_core_guard_locks('basepage_ptr_id');
"""
RELEASE = """
DROP TRIGGER site_core_basepage_kept ON site_core_basepage;
DROP TRIGGER site_core_basepage_node ON site_core_basepage;
DROP TRIGGER wagtailcore_page_locks ON wagtailcore_page;
DROP TRIGGER site_core_columnpage_locks ON site_core_columnpage;
"""


class Migration(migrations.Migration):
    dependencies = [("site_core", "0005_locks")]

    operations = [migrations.RunSQL(GUARD, RELEASE)]
