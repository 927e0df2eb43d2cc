import collections, time, pytest
from tests.isolation.addresses import *
from tests.isolation.walker import *
from tests.isolation.marked_site import ROLES
from tenants.current import enter_site
def test_unknown(): assert not list_unknown(), list_unknown()
@pytest.mark.parametrize(("host","role"), [("b","site_admin"),("a","site_admin"),("a",None),("city","site_admin"),("own","site_admin")])
def test_x(marked_sites, host, role, tmp_path):
    A,B,C=marked_sites.a,marked_sites.b,marked_sites.city
    with enter_site(A.site): addrs=list_addresses(A)
    with walking(marked_sites.media_root,tmp_path) as app:
        who = C if host=="city" else A if host=="own" else B
        s=start_session(who, role) if role else ""
        w=Caller(app, {"a":A,"b":B,"city":C,"own":A}[host].host, s, who.tokens[role] if role else "")
        stats=collections.Counter(); slow=[]
        t0=time.process_time(); tw=time.time()
        for method in ("GET","POST"):
            for a in addrs:
                t=time.perf_counter()
                try: r=w.ask(method,a.path,a.form)
                except Exception as e:
                    print("EXC",method,a,repr(e)[:300]); raise
                slow.append((time.perf_counter()-t, method,a.path))
                marks=r.marks_in(("zq7secret","zq7public","崆峒","kongtong"),a.path)
                stats[(method, "api" if a.is_api else "admin" if a.path.startswith("/admin") else "pub", a.names_a_thing, r.status, tuple(marks))]+=1
                if host=="own": 
                    if r.status>=500 : print(host,role,method,r.status,a.name,a.path,marks)
                    continue
                if r.status>=500 or (a.names_a_thing and r.status==200) or (host!="a" and marks) or (host=="a" and "zq7secret" in r.text): print(host,role,method,r.status,a.name,a.path,marks)
                if host=="a" and a.path.startswith("/admin") and not (r.status==404 or r.status==302 and "/admin/login" in r.location): print("  open", method, a.path, r.status, r.location)
        print(host, role, len(addrs)*2, "cpu",time.process_time()-t0, "wall", time.time()-tw)
        for k,v in sorted(stats.items(),key=str): print("   ",k,v)
        print(sorted(slow)[-12:])
