import time
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from werkzeug.test import Client
from tenants.current import enter_site
from tests.conftest import SiteClient
from site_core.layers import with_files
import cProfile, pstats
def test_x(marked_database, settings):
    settings.MEDIA_ROOT=str(marked_database.media_root)
    B=marked_database.b
    app=get_wsgi_application()
    from django.core import signals
    from django.db import close_old_connections
    signals.request_started.disconnect(close_old_connections); signals.request_finished.disconnect(close_old_connections)
    with transaction.atomic():
        c=SiteClient(B.host)
        with enter_site(B.site): c.force_login(B.people["site_admin"], backend="accounts.authentication.MembershipBackend")
        sid=c.cookies["sessionid"].value
        w=Client(app)
        for rnd in range(3):
            for path in ("/admin/","/admin/pages/","/admin/users/","/admin/images/","/admin/pages/900018/edit/","/admin/no/such/","/admin/workflows/list/","/", "/nothing/","/admin/reports/site-history/"):
                t=time.perf_counter(); r=w.get(path, base_url=f"http://{B.host}", headers={"Cookie":f"sessionid={sid}"}); d=r.data; a=time.perf_counter()-t
                t=time.perf_counter(); r2=c.get(path); b=time.perf_counter()-t
                print(path, r.status_code, len(d), round(a*1000), round(b*1000))
        p=cProfile.Profile(); p.enable()
        for i in range(5): w.get("/admin/no/such/", base_url=f"http://{B.host}", headers={"Cookie":f"sessionid={sid}"}).data
        p.disable(); pstats.Stats(p).sort_stats("cumtime").print_stats(60)
        transaction.set_rollback(True)
