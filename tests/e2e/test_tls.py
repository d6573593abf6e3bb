# SPDX-License-Identifier: Apache-2.0
"""HTTPS: the certificate, its reload, and where plain HTTP is refused. curl and openssl are the clients."""

import concurrent.futures
import hashlib
import os
import signal
import socket
import ssl
import subprocess

import pytest
import wiregauge


EC = ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")


def make_certificate(folder, name, algorithm=EC):
    """A self-signed one for 127.0.0.1: (certificate, key)."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", *algorithm, "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    return certificate, key


@pytest.fixture
def pair(tmp_path):
    return make_certificate(tmp_path, "first")


@pytest.fixture
def service(mix, pair):
    with TlsService("-i", mix, "--tls-certificate", pair[0], "--tls-key", pair[1],
                    ready_path=None) as running:
        running.until_said("ready")
        yield running


class TlsService(wiregauge.Service):
    def curl(self, certificate, path, *arguments):
        return subprocess.run(["curl", "-sS", "--max-time", "20", "--cacert", certificate,
                               *map(str, arguments), f"https://127.0.0.1:{self.port}{path}"],
                              capture_output=True, check=False)

    def s_client(self, *arguments):
        done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.port}",
                               *arguments], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=30)
        return done.stdout + done.stderr

    def subject(self):
        """Of the certificate that a new connection gets."""
        return next(line for line in self.s_client().splitlines() if "subject" in line)


def test_serves_https_and_nothing_else(service, pair):
    answer = service.curl(pair[0], "/api/v1/interfaces", "-i")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith(b"HTTP/1.1 200 OK") and b'"total":1' in answer.stdout
    plain = subprocess.run(["curl", "-s", "--max-time", "10", "-o", "/dev/null", "-w",
                            "%{http_code}", f"http://127.0.0.1:{service.port}/healthz"],
                           capture_output=True, text=True, check=False)
    assert plain.stdout == "000"


@pytest.mark.parametrize("version, works", [("-tls1_1", False), ("-tls1_2", True),
                                            ("-tls1_3", True)])
def test_speaks_tls_1_2_and_1_3(service, version, works):
    said = service.s_client(version, "-cipher", "DEFAULT:@SECLEVEL=0")
    assert ("first" in said and "Cipher is (NONE)" not in said) == works, said


@pytest.mark.parametrize("cipher, works", [
    ("ECDHE-RSA-AES128-GCM-SHA256", True), ("ECDHE-RSA-CHACHA20-POLY1305", True),
    ("AES128-GCM-SHA256", False), ("AES128-SHA", False), ("ECDHE-RSA-AES128-SHA256", False),
    ("DHE-RSA-AES128-GCM-SHA256", False),
])
def test_every_cipher_has_forward_secrecy_and_authenticates(mix, tmp_path, cipher, works):
    pair = make_certificate(tmp_path, "rsa", ("rsa:2048",))
    with TlsService("-i", mix, "--tls-certificate", pair[0], "--tls-key", pair[1],
                    ready_path=None) as service:
        service.until_said("ready")
        said = service.s_client("-tls1_2", "-cipher", cipher + ":@SECLEVEL=0")
    assert ("Cipher is " + cipher in said) == works, said


def test_a_connection_is_kept_and_large_answers_come_whole(service, pair):
    document = subprocess.run(["cat", wiregauge.SOURCE_DIR / "api/openapi.yaml"],
                              capture_output=True, check=True).stdout
    many = service.curl(pair[0], "/api/v1/openapi.yaml#[1-20]", "-w", "%{num_connects}")
    assert many.stdout == document + b"1" + (document + b"0") * 19


def test_many_clients_at_once(service, pair):
    def ask(_):
        return hashlib.sha256(service.curl(pair[0], "/api/v1/openapi.json").stdout).digest()

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(ask, range(64)))) == 1


def test_a_slow_reader_holds_nobody_up_and_gets_all(service, pair):
    context = ssl.create_default_context(cafile=pair[0])
    with socket.create_connection(("127.0.0.1", service.port)) as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as slow:
            request = b"GET /api/v1/openapi.yaml HTTP/1.1\r\nHost: localhost\r\n"
            slow.sendall((request + b"\r\n") * 30 + request + b"Connection: close\r\n\r\n")
            assert service.curl(pair[0], "/healthz").stdout == b'{"status":"ok"}'
            received = b""
            while chunk := slow.recv(65536):
                received += chunk
    assert received.count(b"HTTP/1.1 200 OK") == 31
    assert received.endswith((wiregauge.SOURCE_DIR / "api/openapi.yaml").read_bytes()[-100:])


def test_who_connects_and_says_nothing_holds_nobody_up(service, pair):
    silent = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(20)]
    half = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(5)]
    for connection in half:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00")  # the beginning of a hello
    assert service.curl(pair[0], "/healthz").stdout == b'{"status":"ok"}'
    for connection in silent + half:
        connection.close()


def test_a_handshake_has_to_end(mix, pair, tmp_path):
    settings = tmp_path / "settings.yaml"
    settings.write_text("http: {request_timeout: 500ms}\n")
    with TlsService("-c", settings, "-i", mix, "--tls-certificate", pair[0], "--tls-key", pair[1],
                    ready_path=None) as service:
        service.until_said("ready")
        for hello in (b"", b"\x16\x03\x01\x02\x00\x01\x00"):
            with socket.create_connection(("127.0.0.1", service.port), timeout=20) as connection:
                connection.sendall(hello)
                assert connection.recv(100) == b""


def test_hup_reads_the_certificate_again_and_keeps_the_old_one_when_it_is_bad(service, pair,
                                                                              tmp_path):
    context = ssl.create_default_context(cafile=pair[0])
    old = context.wrap_socket(socket.create_connection(("127.0.0.1", service.port)),
                              server_hostname="127.0.0.1")
    second = make_certificate(tmp_path, "second")
    pair[0].write_bytes(second[0].read_bytes())
    service.send_signal(signal.SIGHUP)
    service.until_said("certificate not reloaded, the old one stays")
    assert str(pair[1]) in service.stderr  # the key does not belong to the new one
    assert "first" in service.subject()
    rsa = make_certificate(tmp_path, "rsa", ("rsa:2048",))
    pair[0].write_bytes(rsa[0].read_bytes())  # of another kind than the key
    service.send_signal(signal.SIGHUP)
    service.until_said("is not the key of")
    assert "first" in service.subject()

    pair[0].write_bytes(second[0].read_bytes())
    pair[1].write_bytes(second[1].read_bytes())
    service.send_signal(signal.SIGHUP)
    service.until_said("certificate reloaded")
    assert "second" in service.subject()
    with old:  # what was connected goes on
        old.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert old.recv(4096).startswith(b"HTTP/1.1 200 OK")


def test_hup_reads_the_certificate_also_when_the_settings_are_bad(mix, pair, tmp_path):
    settings = tmp_path / "settings.yaml"
    settings.write_text("log: {level: info}\n")
    with TlsService("-c", settings, "-i", mix, "--tls-certificate", pair[0], "--tls-key", pair[1],
                    ready_path=None) as service:
        service.until_said("ready")
        settings.write_text("log: [\n")
        for old, new in zip(pair, make_certificate(tmp_path, "second")):
            old.write_bytes(new.read_bytes())
        service.send_signal(signal.SIGHUP)
        service.until_said("settings not reloaded")
        service.until_said("certificate reloaded")
        assert "second" in service.subject()


def test_a_pipe_in_a_certificates_place_holds_nothing_up(service, pair):
    pair[0].unlink()
    os.mkfifo(pair[0])
    service.send_signal(signal.SIGHUP)
    service.until_said("is no regular file")
    assert "first" in service.subject()


@pytest.mark.parametrize("files, sentence", [
    (("missing", "good.key"), "No such file"), (("good.crt", "missing"), "No such file"),
    (("good.key", "good.key"), "no certificate in PEM"), (("good.crt", "good.crt"), "no key in PEM"),
    (("good.crt", "other.key"), "no key in PEM for"), (("good.crt", "locked.key"), "no key in PEM"),
    (("good.crt", "rsa.key"), "is not the key of"),
])
def test_a_pair_that_cannot_be_used_ends_with_6(mix, tmp_path, files, sentence):
    make_certificate(tmp_path, "good")
    make_certificate(tmp_path, "other")
    make_certificate(tmp_path, "rsa", ("rsa:2048",))
    subprocess.run(["openssl", "ec", "-in", tmp_path / "good.key", "-aes256", "-passout", "pass:x",
                    "-out", tmp_path / "locked.key"], check=True, capture_output=True)
    for action in ((), ("check-config",)):
        done = wiregauge.run(*action, "-i", mix, "--no-accounts", "--tls-certificate",
                             tmp_path / files[0], "--tls-key", tmp_path / files[1], "--listen",
                             "127.0.0.1:0", stdin=subprocess.DEVNULL)
        assert done.returncode == 6 and sentence in done.stderr, done.stderr


def test_beyond_loopback_it_needs_tls_and_accounts(mix, pair, tmp_path):
    tls = ("--tls-certificate", pair[0], "--tls-key", pair[1])
    everywhere = ("-i", mix, "--listen", "0.0.0.0:0", "--data-dir", tmp_path / "data")
    plain = tmp_path / "plain.yaml"
    plain.write_text("http: {allow_plain: true}\n")
    for arguments, sentence in ((everywhere, "in clear"), ((*everywhere, *tls, "--no-accounts"), "off"),
                                ((*everywhere, "-c", plain, "--no-accounts"), "off")):
        done = wiregauge.run(*arguments)
        assert done.returncode == 6 and sentence in done.stderr, done.stderr
    for arguments in ((*everywhere, *tls), (*everywhere, "-c", plain)):
        assert wiregauge.run("check-config", *arguments).returncode == 0
