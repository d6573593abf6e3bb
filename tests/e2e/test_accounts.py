# SPDX-License-Identifier: Apache-2.0
"""Accounts from outside: the first start, the command line with the service up and down, what is held back,
and what it costs. curl speaks where headers and credentials matter."""

import base64
import json
import os
import pathlib
import pty
import re
import signal
import sqlite3
import stat
import subprocess
import tempfile
import termios
import time
import urllib.parse

import pytest
import wiregauge
import yaml

PASSWORD = "correct horse battery"


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def service(mix, data_dir):
    with wiregauge.Service("-i", mix, "--data-dir", data_dir, accounts=True,
                           ready_path="/healthz") as running:
        yield running


def command(data_dir, *arguments, password=None):
    return wiregauge.run(*arguments, "--data-dir", data_dir,
                         **({"stdin": subprocess.DEVNULL} if password is None
                            else {"input": password + "\n"}))


def good(data_dir, *arguments, password=None):
    done = command(data_dir, *arguments, password=password)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def curl(*arguments):
    """The status, the headers (names in lower case, as lists) and the body."""
    output = subprocess.run(["curl", "-s", "-i", "--max-time", "20", *map(str, arguments)],
                            capture_output=True, check=True).stdout.decode()
    head, body = output.split("\r\n\r\n", 1)
    lines = head.split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, value = line.split(": ", 1)
        headers.setdefault(name.lower(), []).append(value)
    return int(lines[0].split()[1]), headers, body


def status(service, user=None, password=None, token=None, path="/api/v1/interfaces", method="GET"):
    credentials = ["-u", f"{user}:{password}"] if user else \
        ["-H", f"Authorization: Bearer {token}"] if token else []
    return curl("-X", method, *credentials, f"http://127.0.0.1:{service.port}{path}")[0]


def admin(data_dir):
    return "admin", (data_dir / "initial-admin-password").read_text().strip()


def metric(service, name, *credentials):
    text = curl("-u", ":".join(credentials), f"http://127.0.0.1:{service.port}/metrics")[2]
    return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.M).group(1))


def test_the_first_start_makes_an_admin_and_shows_the_password_once(mix, data_dir):
    with wiregauge.Service("-i", mix, "--data-dir", data_dir, accounts=True,
                           ready_path="/healthz") as service:
        kept = data_dir / "initial-admin-password"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
        name, password = admin(data_dir)
        assert service.stderr.count(password) == 1
        assert status(service) == 401
        assert status(service, name, password) == 200
        assert status(service, name, password + "x") == 401
    with wiregauge.Service("-i", mix, "--data-dir", data_dir, accounts=True,
                           ready_path="/healthz") as service:
        assert status(service, name, password) == 200
        assert password not in service.stderr
        good(data_dir, "user", "passwd", "admin", password=PASSWORD)
        assert not kept.exists()
        service.until(lambda: status(service, name, PASSWORD) == 200, "the new password", wait=5)
        assert status(service, name, password) == 401


def test_the_first_password_is_shown_at_every_level_of_the_log(mix, tmp_path, data_dir):
    settings = tmp_path / "settings.yaml"
    settings.write_text("log: {level: error}\n")
    with wiregauge.Service("-c", settings, "-i", mix, "--data-dir", data_dir, accounts=True,
                           ready_path="/healthz") as service:
        service.until_said(admin(data_dir)[1])
        assert service.stderr.count(admin(data_dir)[1]) == 1


def test_without_credentials_a_page_gets_a_401_that_it_can_read(service):
    code, headers, body = curl("-H", "Origin: http://grafana.example",
                               f"http://127.0.0.1:{service.port}/api/v1/flows")
    assert code == 401
    assert headers["content-type"] == ["application/problem+json"]
    assert headers["www-authenticate"][0] == 'Basic realm="wiregauge", charset="UTF-8"'
    assert headers["www-authenticate"][1].startswith("Bearer ")
    assert headers["access-control-allow-origin"] == ["*"]
    assert '"status":401' in body and "location" not in headers
    assert curl("-X", "OPTIONS", "-H", "Origin: http://grafana.example", "-H",
                "Access-Control-Request-Method: GET", "-H",
                "Access-Control-Request-Headers: authorization",
                f"http://127.0.0.1:{service.port}/api/v1/flows")[0] == 204


@pytest.mark.parametrize("path", ["/", "/metrics", "/readyz", "/api/v1/openapi.yaml", "/nothing"])
def test_everything_but_healthz_needs_an_account(service, path):
    assert status(service, path=path) == 401
    assert status(service, path="/healthz") == 200


def test_a_viewer_reads_and_an_admin_captures(service, data_dir):
    good(data_dir, "user", "add", "viewer", password=PASSWORD)
    service.until(lambda: status(service, "viewer", PASSWORD) == 200, "the user", wait=5)
    assert status(service, "viewer", PASSWORD, path="/api/v1/captures") == 200
    for method, path in (("POST", "/api/v1/flows/1/capture"), ("GET", "/api/v1/captures/1/pcap"),
                         ("DELETE", "/api/v1/captures/1"), ("POST", "/api/v1/captures/1/stop")):
        code, headers, body = curl("-X", method, "-u", f"viewer:{PASSWORD}",
                                   f"http://127.0.0.1:{service.port}{path}")
        assert (code, headers["content-type"]) == (403, ["application/problem+json"]), path
        assert "admin" in body
        assert status(service, *admin(data_dir), path=path, method=method) in (404, 409)


def test_tokens_hold_until_they_are_revoked_or_expire(service, data_dir):
    token = good(data_dir, "token", "create", "admin", "--label", "scrape")
    brief = good(data_dir, "token", "create", "admin", "--expires", "3s")
    service.until(lambda: status(service, token=token, path="/metrics") == 200, "the token", wait=5)
    began = time.monotonic()
    identifier = token.split("_")[1]
    good(data_dir, "token", "revoke", identifier)
    service.until(lambda: status(service, token=token) == 401, "the revocation", wait=5)
    assert time.monotonic() - began < 2
    service.until(lambda: status(service, token=brief) == 401, "the expiry", wait=10)
    listed = good(data_dir, "token", "list")
    assert re.search(rf"^{identifier}  admin  revoked .* scrape$", listed, re.M)
    assert "expired" in listed and token not in listed
    service.until_said("token revoke subject=" + identifier)


def test_the_command_line_works_without_the_service(data_dir):
    good(data_dir, "user", "add", "alice", "--role", "admin", password=PASSWORD)
    good(data_dir, "user", "add", "bob", "--networks", "10.0.0.0/8", "--interfaces", "eth0",
         password=PASSWORD)
    assert re.search(r"^bob +viewer .* 10\.0\.0\.0/8 eth0$", good(data_dir, "user", "list"), re.M)
    good(data_dir, "user", "set", "bob", "--role", "admin", "--networks", "", "--interfaces", "")
    assert re.search(r"^bob +admin .* everything$", good(data_dir, "user", "list"), re.M)
    good(data_dir, "user", "delete", "alice")
    assert "alice" not in good(data_dir, "user", "list")
    with sqlite3.connect(data_dir / "accounts.db") as database:
        rows = database.execute("SELECT actor, action, subject FROM audit ORDER BY id").fetchall()
        stored = " ".join(map(str, database.execute("SELECT * FROM users").fetchall()))
    assert [row[1:] for row in rows] == [("user add", "alice"), ("user add", "bob"),
                                         ("user set", "bob"), ("user delete", "alice")]
    assert all(row[0] for row in rows)
    assert PASSWORD not in stored and "$argon2id$" in stored


@pytest.mark.parametrize("what", ["user", "token"])
def test_to_list_makes_and_changes_nothing(data_dir, what):
    done = command(data_dir, what, "list")
    assert (done.returncode, done.stdout) == (1, "") and "No such file" in done.stderr
    assert not data_dir.exists()
    good(data_dir, "user", "add", "alice", password=PASSWORD)
    with sqlite3.connect(data_dir / "accounts.db") as database:
        version = database.execute("PRAGMA data_version").fetchone()
        good(data_dir, what, "list")
        assert database.execute("PRAGMA data_version").fetchone() == version


@pytest.mark.parametrize("arguments, password, code, sentence", [
    (["user", "add", "alice"], PASSWORD, 1, "there is a user 'alice' already"),
    (["user", "add", "bob"], "short", 2, "less than 8 characters"),
    (["user", "add", "bob"], None, 2, "no password on standard input"),
    (["user", "add", "a:b"], PASSWORD, 2, "holds a colon"),
    (["user", "add", "bob"], "x" * 5000, 2, "has more than 1024 bytes"),
    (["user", "add", "b\u202eob"], PASSWORD, 2, "holds an invisible character"),
    (["user", "add", "bob "], PASSWORD, 2, "has a space at an end"),
    (["token", "create", "alice", "--label", "a\nb"], None, 2, "holds a control character"),
    (["token", "create", "alice", "--expires", "60000d"], None, 2, "100 years at most"),
    (["token", "create", "alice", "--expires", "9999999999h"], None, 2, "100 years at most"),
    (["user", "add", "bob", "--role", "root"], PASSWORD, 2, "expected viewer or admin"),
    (["user", "add", "bob", "--networks", "office"], PASSWORD, 2, "--networks: expected prefixes"),
    (["user", "add", "bob", "--role", "admin", "--interfaces", "lo"], PASSWORD, 2, "an admin sees"),
    (["user", "add", "bob", "--password", "x"], PASSWORD, 2, "unknown option '--password'"),
    (["user", "passwd", "nobody"], PASSWORD, 1, "there is no user 'nobody'"),
    (["user", "delete", "nobody"], None, 1, "there is no user 'nobody'"),
    (["user", "set", "alice"], None, 2, "nothing to change"),
    (["user", "set", "nobody", "--role", "viewer"], None, 1, "there is no user 'nobody'"),
    (["user"], None, 2, "subcommand is required"),
    (["user", "add"], None, 2, "NAME is required"),
    (["token", "create", "nobody"], None, 1, "there is no user 'nobody'"),
    (["token", "create", "alice", "--expires", "soon"], None, 2, "--expires: expected a time"),
    (["token", "revoke", "0123"], None, 1, "there is no token '0123'"),
])
def test_what_cannot_be_done_is_said(data_dir, arguments, password, code, sentence):
    good(data_dir, "user", "add", "alice", password=PASSWORD)
    done = command(data_dir, *arguments, password=password)
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr and done.stderr.count("\n") == 1


def test_the_last_admin_stays(data_dir):
    good(data_dir, "user", "add", "root", "--role", "admin", password=PASSWORD)
    for arguments in (("delete", "root"), ("set", "root", "--role", "viewer")):
        done = command(data_dir, "user", *arguments)
        assert done.returncode == 1 and "'root' is the last admin" in done.stderr
    good(data_dir, "user", "add", "heir", "--role", "admin", password=PASSWORD)
    good(data_dir, "user", "set", "root", "--role", "viewer", "--networks", "10.0.0.0/8")
    done = command(data_dir, "user", "set", "root", "--role", "admin")
    assert done.returncode == 2 and "an admin sees everything" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_the_prompt_leaves_a_terminal_with_its_echo(data_dir, number):
    controller, terminal = pty.openpty()

    def echoes():
        return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)

    with subprocess.Popen([wiregauge.binary(), "user", "add", "alice", "--data-dir", data_dir],
                          stdin=terminal, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 20
        while echoes() and time.monotonic() < deadline:
            time.sleep(0.02)  # the pause between two questions
        assert not echoes()
        process.send_signal(number)
        assert process.wait(20) == -number
    assert echoes()
    os.close(controller)
    os.close(terminal)


def test_two_hundred_requests_cost_one_argon2(service, data_dir):
    credentials = admin(data_dir)
    url = f"http://127.0.0.1:{service.port}/api/v1/version"
    done = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}\\n", "-u",
                           ":".join(credentials), f"{url}#[1-200]"],  # a fragment is not sent
                          capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["200"] * 200
    assert metric(service, "wiregauge_auth_passwords_verified_total", *credentials) == 1
    assert metric(service, "wiregauge_auth_cache_hits_total", *credentials) >= 200


def test_who_fails_is_held_back_and_who_was_verified_is_not(service, data_dir):
    credentials = admin(data_dir)
    good(data_dir, "user", "add", "bob", password=PASSWORD)
    assert status(service, *credentials) == 200
    assert [status(service, "bob", "wrong") for _ in range(8)] == [401] * 8
    # One failure so far, or two when bob came in meanwhile.
    codes = [status(service, "bob", f"wrong{i}") for i in range(7)]
    assert codes[:3] == [401] * 3 and 429 in codes[3:]
    code, headers, _ = curl("-u", "bob:another", f"http://127.0.0.1:{service.port}/")
    assert code == 429 and int(headers["retry-after"][0]) >= 1
    assert status(service, *credentials) == 200
    assert metric(service, 'wiregauge_auth_attempts_total{result="throttled"}', *credentials) >= 1
    service.until_said("failed logins are held back")


def test_a_restricted_user_sees_a_part_on_every_path(mix, tmp_path, data_dir):
    other = wiregauge.write_pcap(tmp_path / "other.pcap",
                                 wiregauge.http_conversation("203.0.113.7", server="203.0.113.9"))
    good(data_dir, "user", "add", "part", "--interfaces", "mix.pcap", password=PASSWORD)
    good(data_dir, "user", "add", "net", "--networks", "203.0.113.0/24", password=PASSWORD)
    with wiregauge.Service("-i", mix, "-i", other, "--data-dir", data_dir, accounts=True,
                           ready_path="/healthz") as service:
        def ask(user, path):
            code, _, body = curl("-u", f"{user}:{PASSWORD}", f"http://127.0.0.1:{service.port}{path}")
            return json.loads(body) if code == 200 else code

        service.until(lambda: ask("part", "/api/v1/flows")["total"] == 4, "the capture")
        service.until(lambda: ask("net", "/api/v1/flows")["total"] == 1, "the other capture")
        assert [row["name"] for row in ask("part", "/api/v1/interfaces")["items"]] == ["mix.pcap"]
        assert ask("part", "/api/v1/ledger")["balanced"]
        assert ask("part", "/metrics") == 403
        assert {row["ip"] for row in ask("net", "/api/v1/hosts")["items"]} == \
            {"203.0.113.7", "203.0.113.9"}
        assert [ask("net", path) for path in ("/api/v1/interfaces", "/api/v1/applications",
                                              "/api/v1/ledger", "/metrics")] == [403] * 4


def reading_paths(interfaces, hosts, metrics):
    """Every GET route of the contract, with each of the values that may fill it."""
    document = yaml.safe_load((wiregauge.SOURCE_DIR / "api/openapi.yaml").read_text())
    values = {"interface": interfaces, "host": hosts, "id": range(1, 8), "capture": [1]}
    for path, methods in document["paths"].items():
        if "get" not in methods or "openapi" in path or "/stream/" in path:
            continue
        for name, choices in values.items():
            if f"{{{name}}}" in path:
                yield from (path.replace(f"{{{name}}}", str(choice)) for choice in choices)
                break
        else:
            yield path
    for metric in metrics:
        yield "/api/v1/timeseries/query?" + urllib.parse.urlencode({"metric": metric})
    for kind in ("application", "host", "l4", "network", "country"):
        yield f"/api/v1/timeseries/top?by={kind}"


def grafana_questions(metrics, tables):
    """What Grafana posts, of everything there is: paths and bodies."""
    span = {"from": 0, "to": "2100-01-01T00:00:00Z"}
    for name in [*metrics, *tables, "interface_*_top_hosts", "{*bps,*pps}"]:
        for kind in ("timeserie", "table"):
            yield "/query", {"range": span, "maxDataPoints": 100, "intervalMs": 1000,
                             "targets": [{"target": name, "refId": "A", "type": kind}]}
    for path in ("/search", "/metrics", "/metric-payload-options", "/tag-keys"):
        yield path, {"target": "", "metric": metrics[0], "name": "by", "payload": {}}
    for key in ("host", "interface", "application", "network", "country", "vlan"):
        yield "/tag-values", {"key": key}
    for target in ("hosts", "interfaces", "applications", "metrics", "networks"):
        yield "/variable", {"payload": {"target": target}}
    for query in ("", "*"):
        yield "/annotations", {"range": span, "annotation": {"query": query}}


def test_no_path_tells_a_restricted_user_of_the_rest(mix, tmp_path, data_dir):
    other = wiregauge.write_pcap(tmp_path / "other.pcap",
                                 wiregauge.http_conversation("203.0.113.7", server="203.0.113.9"))
    good(data_dir, "user", "add", "part", "--interfaces", "mix.pcap", password=PASSWORD)
    good(data_dir, "user", "add", "net", "--networks", "203.0.113.0/24", password=PASSWORD)
    good(data_dir, "user", "add", "root", "--role", "admin", password=PASSWORD)
    with wiregauge.Service("-i", mix, "-i", other, "--data-dir", data_dir, accounts=True,
                           ready_path="/healthz") as service:
        def ask(user, path):
            answer = service.get(path, basic(user, PASSWORD))
            return answer.status, answer.text

        def post(user, path, question):
            headers = {"Content-Type": "application/json", **basic(user, PASSWORD)}
            answer = service.request("POST", "/grafana" + path, json.dumps(question), headers)
            return answer.status, answer.text

        def names(path, key):
            return [row[key] for row in json.loads(ask("root", path)[1]).get("items", [])]

        service.until(lambda: len(names("/api/v1/hosts?limit=100", "ip")) == 7, "both captures")
        service.until(lambda: names("/api/v1/timeseries?limit=1000", "name"), "the history")
        hosts = names("/api/v1/hosts?limit=100", "ip")
        metrics = names("/api/v1/timeseries?limit=1000", "name")
        foreign = {"part": {"other.pcap", "203.0.113."},
                   "net": {host for host in hosts if not host.startswith("203.")}}
        tables = [name for name in json.loads(post("root", "/search", {"target": ""})[1])
                  if "_top_" in name]
        assert tables
        asked = [(ask, path) for path in
                 reading_paths(["mix.pcap", "other.pcap"], hosts, metrics)]
        asked += [(post, *question) for question in grafana_questions(metrics, tables)]
        told = 0
        for how, *what in asked:
            code, body = how("root", *what)
            assert code in (200, 400, 404), (what, body)
            for user, words in foreign.items():
                code, body = how(user, *what)
                assert code in (200, 400, 403, 404), (user, what, body)
                told += code == 200
                if code == 200:
                    assert not [word for word in words if word in body], (user, what, body)
        assert told > 60


def test_a_data_dir_that_cannot_be_used_is_a_clear_refusal(mix, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    done = wiregauge.run("-i", mix, "--data-dir", blocked, "--listen", "127.0.0.1:0")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert str(blocked) in last and "--no-accounts" in last
    with wiregauge.Service("-i", mix, "--data-dir", blocked) as service:  # without accounts
        assert service.get("/api/v1/interfaces").status == 200


@pytest.mark.parametrize("content", [b"no database" * 1000, b""])
def test_a_damaged_file_does_not_let_anybody_in(mix, data_dir, content):
    data_dir.mkdir()
    (data_dir / "accounts.db").write_bytes(content)
    done = wiregauge.run("-i", mix, "--data-dir", data_dir, "--listen", "127.0.0.1:0")
    assert done.returncode == 1 and "accounts.db" in done.stderr
    assert "move it away" in done.stderr and "--no-accounts" not in done.stderr
    assert not (data_dir / "initial-admin-password").exists()
    assert (data_dir / "accounts.db").read_bytes() == content


def test_users_without_an_admin_are_told_of(mix, data_dir):
    good(data_dir, "user", "add", "alice", password=PASSWORD)
    with wiregauge.Service("-i", mix, "--data-dir", data_dir, accounts=True,
                           ready_path="/healthz") as service:
        service.until_said("there are users, but no admin")


def test_what_others_could_use_is_mended_or_told_of(mix, data_dir):
    good(data_dir, "user", "add", "alice", "--role", "admin", password=PASSWORD)
    (data_dir / "accounts.db").chmod(0o644)
    data_dir.chmod(0o777)
    with wiregauge.Service("-i", mix, "--data-dir", data_dir, accounts=True,
                           ready_path="/healthz") as service:
        service.until_said("its mode is 0600 now")
        service.until_said("others may write in data_dir")
    assert stat.S_IMODE((data_dir / "accounts.db").stat().st_mode) == 0o600


def test_a_file_that_is_gone_makes_the_service_degraded(service, data_dir):
    good(data_dir, "user", "add", "alice", password=PASSWORD)
    time.sleep(1)
    (data_dir / "accounts.db").rename(data_dir / "away")
    service.until_said("is gone")
    ready = service.get("/readyz", headers=basic("alice", PASSWORD))
    assert ready.status == 200 and ready.json()["status"] == "degraded"
    assert str(data_dir) not in ready.text
    metrics = service.get("/metrics", headers=basic("alice", PASSWORD)).text
    assert "\nwiregauge_accounts_up 0\n" in metrics
    (data_dir / "away").rename(data_dir / "accounts.db")
    service.until(lambda: b"degraded" not in service.get("/readyz", headers=basic("alice", PASSWORD)).body,
                  "ready again")


@pytest.mark.skipif(os.getuid() != 0, reason="only root has files to give away")
def test_what_root_adds_belongs_to_the_owner_of_the_folder():
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, 65534, 65534)
        good(folder, "user", "add", "alice", password=PASSWORD)
        assert (pathlib.Path(folder) / "accounts.db").stat().st_uid == 65534
