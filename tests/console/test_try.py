import os, sys, threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server, WSGIRequestHandler
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
from tests.factories import *
from tenants.models import Organisation
from tenants.actions import add_host, change_state, change_details
from tenants.current import leave_site

class S(ThreadingMixIn, WSGIServer):
    daemon_threads = True
class Q(WSGIRequestHandler):
    def log_message(self, *a): pass

def test_shots(cluster_db, signed_in):
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.handlers.wsgi import WSGIHandler
    from playwright.sync_api import sync_playwright
    city = Organisation.objects.get(schema_name="city"); kt = Organisation.objects.get(schema_name="kongtong")
    admin = make_central("platform_admin", "central-x")
    sa = make_member(kt, "site_admin")
    add_host(kt, "kt2.sfj.localhost")
    change_state(Organisation.objects.get(schema_name="jingning"), "suspended", notice="维护")
    change_details(kt, {"contact_phone": "0933-1234567", "region_code": "620802"}, acting_user=admin)
    c = signed_in(city, admin); a = signed_in(kt, sa)
    server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), S, Q)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_port
    try:
        with sync_playwright() as p:
            b = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            for width in (1280, 375):
                ctx = b.new_context(viewport={"width": width, "height": 900})
                for host, client in (("sfj.localhost", c), ("kongtong.sfj.localhost", a)):
                    ctx.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": f"http://{host}:{port}/"}])
                page = ctx.new_page()
                msgs = []
                page.on("console", lambda m: msgs.append(m.text) if m.type == "error" else None)
                shots = [("home", "sfj.localhost", "/admin/console/"), ("sites", "sfj.localhost", "/admin/console/sites/"), ("site", "sfj.localhost", "/admin/console/sites/kongtong/"),
                    ("new", "sfj.localhost", "/admin/console/sites/-new/"), ("ledger", "sfj.localhost", "/admin/console/ledger/?action=site.create"), ("entry", "sfj.localhost", "/admin/console/ledger/kongtong/18/"), ("siteledger", "kongtong.sfj.localhost", "/admin/ledger/")]
                for name, host, url in shots:
                    page.goto(f"http://{host}:{port}{url}"); page.wait_for_timeout(400)
                    over = page.evaluate("""() => { const w = document.documentElement.clientWidth; return [...document.querySelectorAll('main *')].filter(e => { const r = e.getBoundingClientRect(); let o = e; while (o && o.id !== 'main') { const s = getComputedStyle(o); if (o !== e && (s.overflowX === 'auto' || s.overflowX==='scroll' || s.overflowX==='hidden')) return false; o = o.parentElement } return r.width > 0 && r.right > w + 1 }).slice(0, 5).map(e => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right)) }""")
                    print(width, name, over, msgs); msgs.clear()
                    page.screenshot(path=f"/tmp/shot_{name}_{width}.png", full_page=True)
                if width == 1280:
                    page.goto(f"http://sfj.localhost:{port}/admin/console/sites/")
                    page.fill("input[name=q]", "kongtong"); page.wait_for_timeout(1200)
                    print(page.url, page.inner_text("#listing-results")[:200])
                    page.goto(f"http://sfj.localhost:{port}/admin/console/ledger/"); page.click("[aria-label='显示筛选'], .w-drilldown button"); page.wait_for_timeout(300)
                    page.screenshot(path="/tmp/shot_filter.png")
                    page.goto(f"http://sfj.localhost:{port}/admin/console/ledger/?person=%E5%BC%A0"); page.wait_for_timeout(300)
                    page.screenshot(path="/tmp/shot_active.png")
            b.close()
    finally:
        server.shutdown()
