# Varnish in front of the cluster. Needs Varnish >= 7.1 with vmod xkey (Debian: varnish, varnish-modules).
# Addresses stand in sitecluster-nodes.vcl, start parameters in deploy/systemd/sitecluster-varnish.service,
# reasons in docs/decisions/0024-varnish.md. tests/delivery/test_edge_varnish.py runs this very file.
#
# A page is kept only if the application says so (Surrogate-Control), for as long as it says, under a key of scheme,
# host, clean address and the reader's settings. Nothing else that a reader sends reaches the application for such a page.
# Headers X-Edge-… are this file's own variables; X-Edge-Is holds words: pass, stale, other (no page), unplain (host or address).
#
# A regular expression costs about as much as ten comparisons, and a header that is set or unset a walk over all of them:
# what only a few requests need stands behind a test that the others fail at once, and what only the application must not
# see goes on the way to it.

vcl 4.1;

import std;
import xkey;

include "sitecluster-nodes.vcl";

sub vcl_recv {
    if (req.restarts == 0) {
        if (req.http.X-Edge-Is || req.http.X-Edge-Fwd || req.http.X-Edge-Asked) {
            call edge_forget_own_variables;
        }
        if (req.http.X-Forwarded-Proto || req.http.X-Request-ID) {
            call edge_doubt_proxy;
        }
        if (req.method != "GET" && req.method != "HEAD") {
            call edge_take_method;
        }
    }
    # A plain address of a page: one expression for most requests, those that follow for the others.
    if (req.http.Host + " " + req.url !~ "^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])? /(?!admin/|api/|account|search/|leave/|share/|documents/|_util/|invitation/|healthz|visit/|pufa/digest/|pufa/quiz/(?:take|ranking|verify)/|static/|media/)[A-Za-z0-9._~/-]{0,499}$") {
        call edge_read_address;
    }
    if ((req.http.X-Edge-Is && req.http.X-Edge-Is ~ "pass") || req.http.Authorization
        || (req.http.Cookie && req.http.Cookie ~ "(?:^|;)\s*(?:sessionid|messages)\s*=")) {
        return (pass);
    }
    if (req.http.X-Edge-Is) {
        call edge_take_unplain;
    }
    if (req.http.Cookie) {
        call edge_clean_cookie;
    }
    # While the application is well nothing is served past its time; while it is not, what is held for a day.
    if (std.healthy(req.backend_hint) && (!req.http.X-Edge-Is || req.http.X-Edge-Is !~ "stale")) {
        set req.grace = 0s;
    } else {
        set req.grace = 24h;
    }
    return (hash);
}

# --- Who asks, and what is not answered at all -----------------------------------------------------------------------

sub edge_forget_own_variables {
    unset req.http.X-Edge-Asked;
    unset req.http.X-Edge-Fwd;
    unset req.http.X-Edge-Is;
}

# The scheme is part of the key, and only our proxies know it.
sub edge_doubt_proxy {
    if (client.ip !~ proxies) {
        unset req.http.X-Forwarded-Proto;
        unset req.http.X-Request-ID;
        return;
    }
    if (req.http.X-Forwarded-Proto !~ "^https?$") {
        unset req.http.X-Forwarded-Proto;
    }
    if (req.http.X-Request-ID !~ "^[A-Za-z0-9-]{8,64}$") {
        unset req.http.X-Request-ID;
    }
}

sub edge_purge {
    # Through a proxy everybody has the proxy's address: such a request has a longer X-Forwarded-For.
    if (client.ip !~ purgers || req.http.X-Forwarded-For != "" + client.ip) {
        return (synth(403, "Forbidden"));
    }
    if (!req.http.xkey-purge) {
        return (synth(400, "Bad Request"));
    }
    if (req.http.xkey-purge == "*" && !std.ban("obj.status != 0")) {
        return (synth(500, "Ban Failed"));  # the caller tries again
    }
    set req.http.X-Edge-Purged = xkey.purge(req.http.xkey-purge);
    return (synth(200, "Purged"));
}

sub edge_take_method {
    if (req.method == "PURGE") {
        call edge_purge;
    }
    if (req.method !~ "^(?:POST|PUT|PATCH|DELETE|OPTIONS)$") {
        return (synth(405, "Method Not Allowed"));
    }
    set req.http.X-Edge-Is = req.http.X-Edge-Is + " pass";
}

sub edge_read_address {
    if (req.restarts == 0 && req.http.Host !~ "^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$") {
        call edge_read_host;
    }
    if (req.url !~ "^/[A-Za-z0-9._~/-]{0,499}$") {
        call edge_read_url;
    }
    # Not a page: `never_kept` of delivery/cache/keys.py, and files; a test compares them.
    if (req.url ~ "^/(?:admin/|api/|account|search/|leave/|share/|documents/|_util/|invitation/|healthz|visit/|pufa/digest/|pufa/quiz/(?:take|ranking|verify)/|static/|media/)") {
        set req.http.X-Edge-Is = req.http.X-Edge-Is + " other";
    }
}

# Another spelling of a host, with a port or a dot at its end: for the application as it came, under the key without them.
sub edge_read_host {
    if (req.http.Host ~ "[A-Z]") {
        set req.http.Host = std.tolower(req.http.Host);
    }
    if (req.http.Host !~ "^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\.?(?::[0-9]{1,5})?$") {
        return (synth(400, "Bad Request"));
    }
    set req.http.X-Edge-Is = req.http.X-Edge-Is + " unplain";
}

sub edge_read_url {
    if (req.url !~ "^/") {
        return (synth(400, "Bad Request"));
    }
    set req.url = regsub(req.url, "#.*$", "");
    set req.http.X-Edge-Is = req.http.X-Edge-Is + " unplain";
}

# What the application must know of the reader, and nobody else: his address and the request's number.
sub edge_introduce {
    if (client.ip ~ proxies) {
        set req.http.X-Forwarded-For = regsub(req.http.X-Forwarded-For, "\s*,[^,]*$", "");
        set req.http.X-Forwarded-For = regsub(req.http.X-Forwarded-For, "^.*,\s*", "");
    } else {
        set req.http.X-Forwarded-For = client.ip;
    }
    call edge_number;
}

sub edge_number {
    if (!req.http.X-Request-ID) {
        set req.http.X-Request-ID = "edge-" + std.integer(time=now, fallback=0) + "-" + req.xid;
    }
}

# --- One spelling of each address ------------------------------------------------------------------------------------

sub edge_take_unplain {
    if (req.http.X-Edge-Is !~ "other") {
        call edge_clean_page;
    } elsif (req.url ~ "^/(?:static|media)/") {
        call edge_clean_file;
    } else {
        return (pass);
    }
    if (req.http.Host ~ "[.:][0-9]*$") {
        set req.http.Host = regsub(req.http.Host, "\.?(?::[0-9]+)?$", "");
    }
}

sub edge_clean_file {
    # Large files are handed through, in the parts that the reader asks for.
    if (req.url ~ "(?i)^[^?]+\.(?:mp4|m4v|webm|mp3|m4a|ogg|zip|rar|7z|pdf|docx?|xlsx?|pptx?|wps)(?:\?|$)") {
        return (pass);
    }
    unset req.http.Cookie;
    if (req.url !~ "^[^?]+\?v=[A-Za-z0-9._-]{1,64}$") {
        set req.url = regsub(req.url, "\?.*$", "");
    }
}

sub edge_clean_page {
    # Other spellings of the same path (%74 for t, %2F for /) are for the application, and under no key of ours.
    if (req.url !~ "^/(?:[A-Za-z0-9._~/-]|%[89A-F][0-9A-F]){0,499}(?:\?|$)" || req.url ~ "^[^?]{501}") {
        return (pass);
    }
    if (req.url ~ "\?") {
        call edge_clean_query;
    }
}

sub edge_clean_cookie {
    if (req.http.Cookie ~ "(?:^|;)\s*reader\s*=") {
        set req.http.Cookie = regsub(req.http.Cookie, "^(?:.*;)?\s*reader\s*=\s*([^;]*?)\s*(?:;.*)?$", "reader=\1");
        # elder.size.contrast.script, as site_core/reader.py writes it. None at all is none, as without a cookie.
        if (req.http.Cookie ~ "^reader=1?(?:\.(?:large|huge)?(?:\.(?:dark|blue)?(?:\.(?:hant)?)?)?)?$"
            && req.http.Cookie !~ "[=.]$") {
            return;
        }
    }
    unset req.http.Cookie;
}

# Known parameters with a sound value, each once, in one order. Others are left out; should the page without them be
# no page, the application is asked with the address as it came (vcl_deliver). Parameters: delivery/cache/keys.py.
sub edge_clean_query {
    set req.http.X-Edge-Query = "&" + regsub(req.url, "^[^?]*\?", "");
    if (req.http.X-Edge-Query ~ "^.{302}") {
        set req.http.X-Edge-Query = "";
    }
    # Readers who search or choose; names in another spelling; the same list parameter twice.
    if (req.http.X-Edge-Query ~ "&(?:q|elder|size|contrast|script)(?:[=&]|$)"
        || req.http.X-Edge-Query ~ "&[^=&]*[%+]"
        || req.http.X-Edge-Query ~ "&(page|year|validity|topic|speciality|kind|region|scope)(?=[=&]).*&\1(?:[=&]|$)") {
        return (pass);
    }
    if (!req.http.X-Edge-Asked) {
        set req.http.X-Edge-Asked = req.url;
    }
    # Sound ones taken away: what is left of the known is for the application to judge.
    if (regsuball(req.http.X-Edge-Query, "&(?:page=[1-9][0-9]{0,4}|year=[12][0-9]{3}|validity=(?:[A-Za-z0-9_]|%[89A-F][0-9A-F]){1,32}|(?:topic|speciality)=(?:[A-Za-z0-9_]|%[89A-F][0-9A-F]){1,80}|kind=[a-z_]{1,30}|region=[0-9]{1,12}|scope=all)(?=&|$)", "")
        ~ "&(?:page|year|validity|topic|speciality|kind|region|scope)(?:[=&]|$)") {
        return (pass);
    }
    set req.http.X-Edge-Query = regsuball(req.http.X-Edge-Query, "&(?!(?:page|year|validity|topic|speciality|kind|region|scope)=)[^&]*", "");
    set req.url = std.querysort(regsub(req.url, "\?.*$", "") + regsub(req.http.X-Edge-Query, "^&", "?"));
    if (req.url == req.http.X-Edge-Asked) {
        unset req.http.X-Edge-Asked;
    }
}

sub vcl_hash {
    hash_data(req.url);
    if (!req.http.X-Edge-Is || req.url !~ "^/static/") {  # the same files on every site
        hash_data(req.http.Host);
        if (req.http.X-Forwarded-Proto) {
            hash_data(req.http.X-Forwarded-Proto);
        }
        if (req.http.Cookie) {
            hash_data(req.http.Cookie);  # of the reader's settings alone
        }
    }
    return (lookup);
}

# --- The application's answer ----------------------------------------------------------------------------------------

sub vcl_backend_fetch {
    unset bereq.http.X-Edge-Asked;
    unset bereq.http.X-Edge-Fwd;
    unset bereq.http.X-Edge-Is;
    unset bereq.http.X-Edge-Query;
    # What proxies and frameworks elsewhere take for the truth.
    unset bereq.http.Forwarded;
    unset bereq.http.Proxy;
    unset bereq.http.X-Forwarded-Host;
    unset bereq.http.X-Forwarded-Port;
    unset bereq.http.X-Forwarded-Prefix;
    unset bereq.http.X-Forwarded-Server;
    unset bereq.http.X-HTTP-Method-Override;
    unset bereq.http.X-Original-URL;
    unset bereq.http.X-Real-IP;
    unset bereq.http.X-Rewrite-URL;
    if (bereq.url ~ "^/admin/") {
        set bereq.first_byte_timeout = 300s;  # uploads
    }
}

sub vcl_backend_response {
    set beresp.grace = 0s;
    set beresp.keep = 0s;
    if (bereq.uncacheable) {
        return (deliver);
    }
    if (beresp.status == 502 || beresp.status == 503 || beresp.status == 504) {
        return (abandon);  # an answer, even one not kept, would take the place of what is held: see vcl_synth
    }
    if (beresp.status >= 500) {
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
        return (deliver);
    }
    if (bereq.url ~ "^/(?:static|media)/") {
        call edge_keep_file;
    } else {
        call edge_keep_page;
    }
    if (!beresp.uncacheable) {
        set beresp.grace = 24h;
        # As those read it who are answered from here; the first reader is told otherwise.
        set beresp.http.Cache-Status = "varnish; hit";
        set beresp.http.X-Request-ID = bereq.http.X-Request-ID;
        if (!beresp.http.Content-Encoding && beresp.http.Content-Type
            ~ "^(?:text/|application/(?:javascript|json|xml|rss\+xml|atom\+xml)|image/svg\+xml)") {
            set beresp.do_gzip = true;
        }
    }
    return (deliver);
}

sub edge_keep_page {
    if (beresp.http.Surrogate-Control ~ "max-age=[1-9]" && beresp.http.xkey && !beresp.http.Set-Cookie) {
        # A purge may have passed an answer that was long on its way; clocks that differ look the same.
        if (beresp.http.X-Checked-At
            && std.time(beresp.http.X-Checked-At, std.time(real=0.0)) > now - 1s
            && std.time(beresp.http.X-Checked-At, std.time(real=0.0)) < now + 1s) {
            set beresp.ttl = std.duration(regsub(beresp.http.Surrogate-Control, "^.*max-age=([0-9]+).*$", "\1s"), 0s);
            unset beresp.http.Surrogate-Control;
            set beresp.http.Vary = "Accept-Encoding, Cookie";  # for others: our key has it all
            unset beresp.http.X-Checked-At;
            return;
        }
        set beresp.http.X-Edge-Late = "1";
    }
    set beresp.uncacheable = true;
    set beresp.ttl = 1s;  # for so long nobody waits for another's answer to this address
}

sub edge_keep_file {
    if (beresp.status != 200 || beresp.ttl <= 0s || beresp.http.Set-Cookie
        || beresp.http.Cache-Control ~ "private|no-store|no-cache"
        || std.integer(beresp.http.Content-Length, 0) > 8000000) {
        set beresp.uncacheable = true;
        set beresp.ttl = 1s;
        return;
    }
    # No tag drops a file: a picture of a site that was suspended goes as fast as nginx forgets it.
    if (bereq.url ~ "^/media/" && beresp.ttl > 5m) {
        set beresp.ttl = 5m;
    } elsif (beresp.ttl > 24h) {
        set beresp.ttl = 24h;
    }
}

sub vcl_backend_error {
    if (!bereq.uncacheable) {
        return (abandon);
    }
    set beresp.status = 503;
    set beresp.http.X-Edge-Away = "1";
    return (deliver);
}

# --- The answer to the reader ----------------------------------------------------------------------------------------

sub vcl_miss {
    set req.http.X-Edge-Fwd = "uri-miss";
    if (req.http.X-Edge-Is ~ "stale") {
        return (pass);  # nothing is held: the reader gets the application's own word
    }
    call edge_introduce;
}

sub vcl_pass {
    if (req.http.X-Edge-Fwd == "uri-miss") {
        set req.http.X-Edge-Fwd = "miss";
    } elsif (req.method !~ "^(GET|HEAD)$") {
        set req.http.X-Edge-Fwd = "method";
    } else {
        set req.http.X-Edge-Fwd = "bypass";
    }
    call edge_introduce;
}

sub vcl_deliver {
    # No page without the parameters that lists do not know: perhaps an old address, which the application knows.
    if (req.restarts == 0 && req.http.X-Edge-Asked && resp.status != 200 && resp.status < 500
        && (obj.hits > 0 || req.http.X-Edge-Fwd == "uri-miss")) {
        set req.url = req.http.X-Edge-Asked;
        set req.http.X-Edge-Is = req.http.X-Edge-Is + " pass";
        return (restart);
    }
    if (resp.status == 503 && resp.http.X-Edge-Away) {
        return (synth(503, "Service Unavailable"));
    }
    if (obj.hits == 0) {
        call edge_tell_cache_status;
        unset resp.http.Surrogate-Control;
        unset resp.http.X-Checked-At;
        unset resp.http.X-Edge-Late;
    } elsif (obj.ttl < 0s) {
        set resp.http.Cache-Status = "varnish; hit; ttl=" + std.integer(duration=obj.ttl, fallback=0);
    }
    if (resp.http.xkey) {
        unset resp.http.xkey;
    }
    # A reader without a number reads that of the request that rendered the page: the application's log has it.
    if (req.http.X-Request-ID) {
        set resp.http.X-Request-ID = req.http.X-Request-ID;
    }
    return (deliver);
}

# RFC 9211.
sub edge_tell_cache_status {
    if (!obj.uncacheable) {
        set resp.http.Cache-Status = "varnish; fwd=" + req.http.X-Edge-Fwd + "; stored";
        return;
    }
    if (resp.http.Cache-Status) {
        set resp.http.Cache-Status = resp.http.Cache-Status + ", ";
    }
    set resp.http.Cache-Status = resp.http.Cache-Status + "varnish; fwd=" + req.http.X-Edge-Fwd;
    if (resp.http.X-Edge-Late) {
        set resp.http.Cache-Status = resp.http.Cache-Status + "; detail=late";
    }
}

sub vcl_synth {
    # The application failed just now, perhaps before the probe has noticed: is there a page whose time has passed?
    if (resp.status == 503 && req.restarts == 0 && req.http.X-Edge-Fwd == "uri-miss") {
        set req.http.X-Edge-Is = req.http.X-Edge-Is + " stale";
        return (restart);
    }
    set resp.http.Content-Type = "text/html; charset=utf-8";
    set resp.http.Cache-Control = "no-store";
    set resp.http.X-Content-Type-Options = "nosniff";
    call edge_number;
    set resp.http.X-Request-ID = req.http.X-Request-ID;
    unset resp.http.X-Varnish;
    if (resp.status == 200) {
        set resp.http.Content-Type = "text/plain; charset=utf-8";
        synthetic(req.http.X-Edge-Purged);
        return (deliver);
    }
    if (resp.status != 503) {
        synthetic(resp.status + " " + resp.reason + {"
"});
        set resp.http.Content-Type = "text/plain; charset=utf-8";
        return (deliver);
    }
    set resp.http.Retry-After = "30";
    set resp.http.Cache-Status = "varnish; fwd=" + req.http.X-Edge-Fwd;
    synthetic({"<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>暂时无法访问</title>
</head>
<body>
<main>
<h1>暂时无法访问</h1>
<p>本页面暂时无法打开，工作人员正在处理，请稍后再试。其他页面可能仍可正常浏览。</p>
<p><a href="/">返回首页</a></p>
</main>
</body>
</html>
"});
    return (deliver);
}
