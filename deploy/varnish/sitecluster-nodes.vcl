# What differs from one installation to the next: where the web processes are, and who may say what to this node.
# An example: copy it to /etc/varnish/ and put in the addresses of your machines.

probe healthz {
    .url = "/healthz";  # 503 as soon as the database is away
    .interval = 1s;
    .timeout = 2s;
    .window = 5;
    .threshold = 3;
    .initial = 3;
}

backend web {
    .host = "127.0.0.1";
    .port = "8001";
    .probe = healthz;
    .connect_timeout = 1s;
    .first_byte_timeout = 60s;
    .between_bytes_timeout = 30s;
}

# nginx with TLS: its word about the reader's address and scheme is believed, nobody else's.
acl proxies {
    "127.0.0.1";
}

# Machines on which workers run: they alone may purge, and only directly, not through a proxy.
acl purgers {
    "127.0.0.1";
}
