#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds src/ to its layers: who includes whom, which third-party header lives where, no threads and no
output formats on the packet path, a README in each room.

    tools/check_layers.py [ROOT]     prints every violation; exit 1 when there is one
    tools/check_layers.py --self-test [ROOT]   breaks copies of the tree and expects to be told
"""

import pathlib
import re
import shutil
import sys
import tempfile

# A header family and the rooms that may include it; no room: not used yet. libsodium is in two: base keys
# its tables' hashes with it, accounts hashes passwords.
# Of OpenSSL, json takes digests, http and http_client take TLS.
THIRD_PARTY = {
    r"pcap(/.*|\.h)?$": {"capture"}, r"zstd\.h$": {"capture", "publish/sinks"}, r"(libndpi/|ndpi_).*": {"dpi"},
    r"zlib\.h$": {"capture", "publish/http", "publish/sinks"}, r"maxminddb.*": {"geo"}, r"pistache/.*": {"publish/http"},
    r"rapidjson/.*": {"publish/http"}, r"prometheus/.*": {"publish/prometheus"},
    r"nlohmann/.*": {"publish/json"}, r"openssl/(err|ssl)\.h$": {"http_client", "publish/http"},
    r"openssl/(?!(err|ssl)\.h$).*": {"publish/json"}, r"yaml-cpp/.*": {"config"}, r"CLI/.*": {"config"},
    r"(spdlog|fmt)/.*": {"base"}, r"sodium.*": {"accounts", "base"}, r"ares.*\.h$": {"reverse_dns"}, r"systemd/.*": {"app"},
    r"curl/.*": {"http_client"}, r"sqlite3.*": {"store"}, r"re2/.*": {"publish/grafana"},
    r"(lua|luajit|lauxlib).*": {"publish/lua"},
    r"(mysql|errmsg)\.h$": {"publish/sinks"}, r"librdkafka/.*": {"publish/sinks"},
}
PACKET_PATH = {"geo", "capture", "decode", "dissect", "dpi", "flow", "tables"}
THREAD_HEADERS = {"mutex", "shared_mutex", "thread", "condition_variable", "atomic", "future",
                  "semaphore", "latch", "barrier", "stop_token", "base/mutex.h"}
UPSTREAM = PACKET_PATH | {"base", "model", "config", "snapshot", "shard"}
# Names of formats that data must not know. In code only: comments may speak of them.
FORMATS = re.compile(r"\b(nlohmann|rapidjson|prometheus|lua_State|luaL_\w+|to_json|ToJson|WriteJson|"
                     r"ToPrometheus)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.M)
ROOM = re.compile(r"wiregauge_room\(\s*(\S+)(.*?)\)", re.S)
README_LINES = 40


def read_rooms(root):
    """Room -> the rooms it names in DEPS, from the wiregauge_room calls."""
    rooms = {}
    for lists in sorted((root / "src").rglob("CMakeLists.txt")):
        text = re.sub(r"#.*", "", lists.read_text())
        for name, body in ROOM.findall(text):
            deps = re.search(r"\bDEPS\b(.*?)(\bUSES\b|\bSOURCES\b|$)", body, re.S)
            rooms[name] = set(deps.group(1).split()) if deps else set()
    return rooms


def reach(rooms, name):
    """The room, and what it may include: its DEPS are PUBLIC, so theirs too."""
    seen, todo = set(), [name]
    while todo:
        room = todo.pop()
        if room not in seen:
            seen.add(room)
            todo += rooms.get(room, ())
    return seen


def room_of(path, rooms):
    """The room of "publish/http/server.h": the longest one its folder begins with."""
    parts = path.split("/")
    for length in range(len(parts) - 1, 0, -1):
        if (name := "/".join(parts[:length])) in rooms:
            return name
    return None


def check_include(room, kind, target, rooms):
    if ".." in target.split("/"):
        yield f'includes "{target}": no ../'
    other = room_of(target, rooms) if kind == '"' else None
    if kind == '"' and "/" not in target:
        yield f'includes "{target}": name the room, "{room}/{target}"'
    if other and other not in reach(rooms, room):
        yield f'includes "{target}", but {other} is not in its DEPS'
    if room in PACKET_PATH and target in THREAD_HEADERS:
        yield f"includes <{target}>: the packet path shares nothing"
    if other:
        return
    for pattern, owners in THIRD_PARTY.items():
        if re.match(pattern, target) and room not in owners:
            yield f"includes <{target}>, which belongs to {' and '.join(sorted(owners)) or 'no room'}"


def strip(text):
    """Without comments and string literals."""
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', " ", text, flags=re.S)


def cycle_in(rooms):
    for name, deps in rooms.items():
        for dep in deps:
            if name in reach(rooms, dep):
                yield f"src/{name}: {name} and {dep} need each other"
            if dep not in rooms:
                yield f"src/{name}: DEPS names {dep}, which is no room"


def check(root):
    rooms = read_rooms(root)
    if len(rooms) < 2:
        return [f"{root}: no rooms found"]
    found = list(cycle_in(rooms))
    for path in sorted((root / "src").rglob("*")):
        if path.suffix not in (".h", ".cc"):
            continue
        name = path.relative_to(root / "src").as_posix()
        room, text = room_of(name, rooms), path.read_text()
        if room is None:
            found.append(f"src/{name}: in no room")
            continue
        for kind, target in INCLUDE.findall(text):
            found += [f"src/{name}: {problem}" for problem in check_include(room, kind, target, rooms)]
        if path.suffix == ".h" and "#pragma once" not in text:
            found.append(f"src/{name}: no #pragma once")
        if room in UPSTREAM and (match := FORMATS.search(strip(text))):
            found.append(f"src/{name}: names {match.group()}, a format; that is publish's business")
    for room in rooms:
        readme = root / "src" / room / "README.md"
        if not readme.exists():
            found.append(f"src/{room}: no README.md")
        elif (lines := len(readme.read_text().splitlines())) > README_LINES:
            found.append(f"src/{room}/README.md: {lines} lines, at most {README_LINES}")
    return found


# What the self-test breaks: the file, what is added to it, and what must be said.
BREAKS = [
    ("src/decode/packet.h", '#include "snapshot/snapshot.h"\n', "snapshot is not in its DEPS"),
    ("src/model/traffic.h", '#include "shard/engine.h"\n', "shard is not in its DEPS"),
    ("src/publish/json/writer.h", '#include "publish/api/routes.h"\n', "publish/api is not in its"),
    ("src/snapshot/snapshot.h", "#include <pcap/pcap.h>\n", "belongs to capture"),
    ("src/publish/api/routes.h", "#include <yaml-cpp/yaml.h>\n", "belongs to config"),
    ("src/decode/packet.h", "#include <mutex>\n", "shares nothing"),
    ("src/tables/limits.h", "#include <atomic>\n", "shares nothing"),
    ("src/model/flow_record.h", "namespace nlohmann { class json; }\n", "publish's business"),
    ("src/base/text.h", '#include "../model/traffic.h"\n', "no ../"),
    ("src/base/CMakeLists.txt", "wiregauge_room(base SOURCES a.cc DEPS model)\n", "need each other"),
    ("src/base/README.md", "\n" * 60, "at most 40"),
]


def self_test(root):
    failures = [f"the tree itself: {problem}" for problem in check(root)]
    for name, addition, expected in BREAKS:
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder)
            shutil.copytree(root / "src", copy / "src")
            with open(copy / name, "a") as file:
                file.write(addition)
            if not any(expected in problem for problem in check(copy)):
                failures.append(f"not found: {addition.strip() or 'empty lines'} in {name}")
    return failures


def main(arguments):
    testing = "--self-test" in arguments
    paths = [argument for argument in arguments if not argument.startswith("--")]
    root = pathlib.Path(paths[0] if paths else pathlib.Path(__file__).resolve().parents[1])
    problems = self_test(root) if testing else check(root)
    print("\n".join(problems) or ("all breaks were found" if testing else "the layers hold"))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
