"""The way to the platforms: what the network does becomes an outcome, and nothing leads into this network."""

import socket
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from microblog.adapters import targets
from microblog.adapters.http import LARGEST_ANSWER, Answer, ask
from microblog.adapters.targets import TargetRefused, check_address
from microblog.outcomes import Misconfigured, Retry, Unknown
from tests.microblog.raw_server import drips, says, serving

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nDate: Fri, 27 Nov 2026 03:00:00 GMT\r\n\r\n{}"


@pytest.fixture(autouse=True)
def short(settings):
    settings.MICROBLOG_HOUR_SECONDS = 60


def test_answer_is_handed_on_whatever_its_status():
    with serving(says(b'HTTP/1.1 418 Teapot\r\nX-Kind: Tea\r\nContent-Length: 8\r\n\r\n{"a": 1}')) as server:
        answer = ask("GET", f"{server.url}/x", params={"q": "普法"})
    assert isinstance(answer, Answer)
    assert (answer.status, answer.headers["x-kind"], answer.read_object()) == (418, "Tea", {"a": 1})
    assert server.requests[0].startswith(b"GET /x?q=%E6%99%AE%E6%B3%95 HTTP/1.1\r\n")


def test_what_is_no_json_is_no_object():
    assert Answer(200, {}, b"<html>").read_object() == {}
    assert Answer(200, {}, b"[1]").read_object() == {}
    assert Answer(200, {}, b"[" * 100_000).read_json() is None


@pytest.mark.parametrize(
    "bytes_",
    [b"", b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", b"\x00\xff nonsense\r\n\r\n"],
    ids=["silence", "half a line", "half a body", "nonsense"],
)
def test_no_answer_after_the_request_is_unknown(bytes_):
    with serving(says(bytes_)) as server:
        outcome = ask("POST", server.url, data={"a": "b"})
    assert isinstance(outcome, Unknown)
    assert server.requests


def test_nobody_listening_is_a_retry():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert isinstance(ask("POST", f"http://127.0.0.1:{port}/", data={}), Retry)


def test_host_that_does_not_exist_is_a_retry(monkeypatch):
    def fail(*args, **kwargs):
        raise socket.gaierror("no such name")

    monkeypatch.setattr(targets.socket, "getaddrinfo", fail)
    assert isinstance(ask("GET", "https://nowhere.invalid/"), Retry)


def test_server_that_drips_ends_at_the_deadline():
    with serving(drips(b"x", 0.2)) as server:
        began = time.monotonic()
        outcome = ask("GET", server.url)
    assert isinstance(outcome, Unknown)
    assert 1.5 < time.monotonic() - began < 3.5


def test_answer_beyond_all_sense_is_not_read():
    size = LARGEST_ANSWER + 1
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode()
    with serving(says(head + b"x" * size)) as server:
        assert isinstance(ask("GET", server.url), Unknown)


def test_packed_answer_is_not_unpacked():
    with serving(says(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab")) as server:
        assert isinstance(ask("GET", server.url), Unknown)


def test_redirect_is_not_followed():
    with serving(says(OK)) as other:
        head = f"HTTP/1.1 302 Found\r\nLocation: {other.url}/\r\nContent-Length: 0\r\n\r\n".encode()
        with serving(says(head)) as server:
            answer = ask("GET", server.url)
        assert isinstance(answer, Answer)
        assert answer.status == 302
        assert other.requests == []


def test_certificate_that_nobody_signed_gets_no_request(tmp_path):
    with serving(says(OK), make_tls(tmp_path)) as server:
        outcome = ask("POST", server.url, data={"secret": "x"})
    assert isinstance(outcome, Retry)
    assert outcome.code == "certificate"
    assert server.requests == []


def make_tls(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


INSIDE = [
    *("127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "0.1.2.3"),  # noqa: S104 - none of them is bound
    *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_within_the_network_are_refused(settings, address):
    settings.MICROBLOG_PRIVATE_TARGETS = False
    with pytest.raises(TargetRefused):
        check_address(address)


@pytest.mark.parametrize("address", ["180.149.153.187", "2400:3200::1", "64:ff9b::b495:99bb"])
def test_addresses_of_the_world_are_not(settings, address):
    settings.MICROBLOG_PRIVATE_TARGETS = False
    check_address(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "127.1"])
def test_no_request_reaches_this_machine(settings, host):
    settings.MICROBLOG_PRIVATE_TARGETS = False
    with serving(says(OK)) as server:
        outcome = ask("GET", f"http://{host}:{server.port}/")
    assert isinstance(outcome, Misconfigured | Retry)
    assert server.requests == []


def resolving_to(*addresses):
    def resolve(host, port, **kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return resolve


def test_one_bad_address_among_good_ones_is_enough(settings, monkeypatch):
    settings.MICROBLOG_PRIVATE_TARGETS = False
    with serving(says(OK)) as server:
        monkeypatch.setattr(targets.socket, "getaddrinfo", resolving_to("180.149.153.187", "127.0.0.1"))
        outcome = ask("GET", f"http://mixed.invalid:{server.port}/")
    assert isinstance(outcome, Misconfigured)
    assert "内部网络" in outcome.text


def test_name_is_resolved_once_so_that_it_cannot_change_its_mind(settings, monkeypatch):
    asked = []

    def resolve(host, port, **kwargs):
        asked.append(host)
        return resolving_to("127.0.0.1")(host, port)

    with serving(says(OK)) as server:
        real = socket.getaddrinfo
        # What is an address already may be looked up as often as the libraries like.
        monkeypatch.setattr(
            targets.socket,
            "getaddrinfo",
            lambda host, port, *a, **k: resolve(host, port) if host == "once.invalid" else real(host, port, *a, **k),
        )
        answer = ask("GET", f"http://once.invalid:{server.port}/")
    assert isinstance(answer, Answer)
    assert asked == ["once.invalid"]
    assert b"Host: once.invalid" in server.requests[0]


@pytest.mark.parametrize(
    "url", ["ftp://a.invalid/", "file:///etc/passwd", "/2/statuses", "http://", "http://a b/", "http://[::1"]
)
def test_what_is_no_address_is_misconfigured(url):
    assert isinstance(ask("GET", url), Misconfigured | Retry)


def test_log_holds_no_address_and_no_secret(caplog):
    caplog.set_level("DEBUG")
    with serving(says(b"")) as server:
        outcome = ask(
            "POST", f"{server.url}/?access_token=geheim", data={"secret": "geheim"}, headers={"X-T": "geheim"}
        )
    with serving(says(OK)) as server:
        ask("GET", f"{server.url}/?access_token=geheim")
    assert "no answer from a platform" in caplog.text
    assert "geheim" not in caplog.text + repr(outcome)
