#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A stand-in for Elasticsearch and OpenSearch: their bulk API and index templates, by their rules, and no
search. No server of either is in Debian; what passes here has not met a real one.

    elasticsearch_stand_in.py PORT FOLDER [--major 8] [--user NAME:PASSWORD] [--fast]

Documents are written to FOLDER before they are acknowledged, and read again at the start: they outlive a
kill -9. With --fast the types of a document's members are not checked.

For tests:  GET /_stand_in         {"documents", "requests", "templates", "indices", "log"}
            GET /_stand_in/ids     the documents' ids, one a line
            GET /_stand_in/values/NAME   that member of each document, one a line
            POST /_stand_in        {"mode", "times": how many bulk requests, 0: all from now on, "value"}
Modes: ok; 429, 503, 403, 413 (longer bodies than "value" bytes), drop (no answer), late_drop (it is done, no
answer), cut (half an answer), slow ("value" seconds), text (a page of a proxy), item429 (every third), mapping
(400 for those whose number divides by "value"), block (403 for each), no_template (PUT of a template: 400).
"""

import argparse
import base64
import gzip
import http.server
import ipaddress
import json
import pathlib
import re
import socket
import sys
import threading
import time
import urllib.parse

BAD_INDEX = re.compile(r'[\\/*?"<>| ,#:A-Z]|^[-_+]|^\.{1,2}$')
METADATA = {"_index", "_id", "routing", "pipeline", "require_alias", "if_seq_no", "if_primary_term", "version",
            "version_type", "dynamic_templates"}
CONTENT_TYPES = ("application/x-ndjson", "application/json")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z")
LIMITS = {"integer": 2 ** 31, "long": 2 ** 63}


class Refusal(Exception):
    """The request as a whole is answered with an error."""

    def __init__(self, status, kind, reason):
        super().__init__(reason)
        self.status, self.kind, self.reason = status, kind, reason


def fits(mapping, value):
    """Whether a member of this mapping takes the value."""
    kind = mapping["type"]
    if isinstance(value, list):
        return all(fits(mapping, item) for item in value)
    if value is None:
        return True
    if kind == "keyword":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "ip":
        try:
            ipaddress.ip_address(value)
        except ValueError:
            return False
        return isinstance(value, str)
    if isinstance(value, bool):
        return False
    if kind in LIMITS:
        return isinstance(value, int) and -LIMITS[kind] <= value < LIMITS[kind]
    if kind == "double":
        return isinstance(value, (int, float))
    if kind == "date" and mapping.get("format") in ("epoch_second", "epoch_millis"):
        return isinstance(value, int)
    if kind == "date":
        return isinstance(value, str) and RFC3339.fullmatch(value) is not None
    raise AssertionError(f"no such type here: {kind}")


def guess(value):
    """The mapping of a member that has none."""
    if isinstance(value, list):
        return guess(value[0])
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "long"}
    if isinstance(value, float):
        return {"type": "double"}
    return {"type": "keyword"} if isinstance(value, str) else None


class Index:
    """What an index knows of its members."""

    def __init__(self, mappings):
        self.properties = json.loads(json.dumps(mappings.get("properties", {})))

    def take(self, document):
        """Why the document does not fit, or None. New members become known."""
        return self._take(document, self.properties, "")

    def _take(self, members, properties, path):
        for name, value in members.items():
            known = properties.get(name)
            if value is None or value == []:
                continue  # no value, whatever the mapping
            if isinstance(value, dict):
                inner = properties.setdefault(name, {"properties": {}})
                if "properties" not in inner:
                    return f"object mapping for [{path}{name}] tried to parse field as object, but found a value"
                why = self._take(value, inner["properties"], f"{path}{name}.")
                if why:
                    return why
            elif isinstance(value, list) and isinstance(value[0], dict):
                for item in value:
                    why = self._take({name: item}, properties, path)
                    if why:
                        return why
            elif known is None:
                found = guess(value)
                if found:
                    properties[name] = found
            elif "properties" in known:
                return f"object mapping for [{path}{name}] tried to parse field as object"
            elif not fits(known, value):
                return f"failed to parse field [{path}{name}] of type [{known['type']}]: '{value}'"
        return None


class StandIn:
    def __init__(self, folder, major, user, fast):
        self.lock = threading.Lock()
        self.major, self.user, self.fast = major, user, fast
        self.documents, self.indices, self.templates = {}, {}, {}
        self.mode, self.times, self.value = "ok", 0, 0
        self.requests, self.log, self.serial = 0, [], 0
        self.journal_path = pathlib.Path(folder) / "documents"
        self._read_journal()
        self.journal = open(self.journal_path, "ab", buffering=0)

    def _read_journal(self):
        if not self.journal_path.exists():
            return
        whole = self.journal_path.read_bytes()
        whole = whole[:whole.rfind(b"\n") + 1]  # the last line may be torn: it was not acknowledged
        self.journal_path.write_bytes(whole)
        for line in whole.splitlines():
            index, name, document = line.split(b"\t", 2)
            self.documents[index.decode(), name.decode()] = document

    def put_template(self, kind, name, body):
        if self.mode == "no_template":
            raise Refusal(400, "illegal_argument_exception", "templates are refused here")
        try:
            template = json.loads(body)
        except ValueError as error:
            raise Refusal(400, "parse_exception", str(error)) from error
        patterns = template.get("index_patterns")
        if not isinstance(patterns, list) or not patterns:
            raise Refusal(400, "action_request_validation_exception", "index patterns are missing")
        known = ({"index_patterns", "priority", "template", "_meta", "version", "composed_of"}
                 if kind == "_index_template"
                 else {"index_patterns", "order", "mappings", "settings", "aliases", "version"})
        unknown = set(template) - known
        if unknown:
            raise Refusal(400, "x_content_parse_exception", f"unknown field {sorted(unknown)}")
        if kind == "_template" and self.major < 7:
            types = template.get("mappings", {})
            if len(types) != 1 or "properties" in types:
                raise Refusal(400, "mapper_parsing_exception", "Root mapping definition has no type")
            mappings = next(iter(types.values()))
        else:
            mappings = template.get("template", template).get("mappings", {})
        if set(mappings) - {"dynamic", "date_detection", "dynamic_templates", "properties", "_source"}:
            raise Refusal(400, "mapper_parsing_exception", "Root mapping definition has unsupported parameters")
        self._check_properties(mappings.get("properties", {}))
        self.templates[name] = (template.get("priority", template.get("order", 0)), patterns, mappings)

    def _check_properties(self, properties):
        for name, mapping in properties.items():
            if "properties" in mapping:
                self._check_properties(mapping["properties"])
                continue
            known = {"keyword", "ip", "boolean", "integer", "long", "double", "date"}
            if mapping.get("type") not in known or set(mapping) - {"type", "format", "ignore_above"}:
                raise Refusal(400, "mapper_parsing_exception", f"bad mapping of [{name}]: {mapping}")

    def index(self, name):
        if name not in self.indices:
            matching = [(priority, mappings) for priority, patterns, mappings in self.templates.values()
                        for pattern in patterns
                        if re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), name)]
            self.indices[name] = Index(max(matching, key=lambda m: m[0])[1] if matching else {})
        return self.indices[name]

    def bulk(self, body, default_index, default_type, mode):
        if not body:
            raise Refusal(400, "parse_exception", "request body is required")
        if not body.endswith(b"\n"):
            raise Refusal(400, "illegal_argument_exception",
                          "The bulk request must be terminated by a newline [\\n]")
        lines = body[:-1].split(b"\n")
        items, written, at = [], [], 0
        while at < len(lines):
            line = lines[at]
            at += 1
            if not line.strip():
                continue
            operation, metadata = self._action(line, at)
            if operation == "delete":
                raise Refusal(400, "illegal_argument_exception", "this stand-in deletes nothing")
            if at >= len(lines):
                raise Refusal(400, "illegal_argument_exception",
                              "The bulk request must be terminated by a newline [\\n]")
            source = lines[at]
            at += 1
            status, kind, reason = self._item(operation, metadata, source, default_index, default_type,
                                              len(items), mode, written)
            item = {"_index": metadata.get("_index", default_index), "_id": metadata.get("_id"), "status": status}
            if status >= 300:
                item["error"] = {"type": kind, "reason": reason, "index_uuid": "stand-in", "shard": "0"}
            else:
                item.update(_version=1, result="created", _seq_no=0, _primary_term=1,
                            _shards={"total": 1, "successful": 1, "failed": 0})
            items.append({operation: item})
        if not items:
            raise Refusal(400, "action_request_validation_exception", "Validation Failed: 1: no requests added;")
        if written:
            self.journal.write(b"".join(written))
        errors = any(next(iter(item.values()))["status"] >= 300 for item in items)
        return {"errors": errors, "took": 1, "items": items}

    def _action(self, line, number):
        try:
            action = json.loads(line)
        except ValueError as error:
            raise Refusal(400, "x_content_parse_exception",
                          f"Malformed action/metadata line [{number}]: {error}") from error
        if not isinstance(action, dict) or len(action) != 1:
            raise Refusal(400, "illegal_argument_exception", f"Malformed action/metadata line [{number}]")
        operation, metadata = next(iter(action.items()))
        if operation not in ("index", "create", "update", "delete") or not isinstance(metadata, dict):
            raise Refusal(400, "illegal_argument_exception",
                          f"Malformed action/metadata line [{number}], expected field [create], [delete], [index]"
                          f" or [update] but found [{operation}]")
        allowed = METADATA | ({"_type"} if self.major < 8 else set())
        for name in metadata:
            if name not in allowed:
                raise Refusal(400, "illegal_argument_exception",
                              f"Action/metadata line [{number}] contains an unknown parameter [{name}]")
        return operation, metadata

    def _item(self, operation, metadata, source, default_index, default_type, number, mode, written):
        index, name = metadata.get("_index", default_index), metadata.get("_id")
        if index is None:
            raise Refusal(400, "action_request_validation_exception", "Validation Failed: 1: index is missing;")
        if self.major < 7 and "_type" not in metadata and not default_type:
            raise Refusal(400, "action_request_validation_exception", "Validation Failed: 1: type is missing;")
        if BAD_INDEX.search(index) or not 0 < len(index.encode()) <= 255:
            return 400, "invalid_index_name_exception", f"Invalid index name [{index}]"
        if name is not None and not 0 < len(name.encode()) <= 512:
            return 400, "illegal_argument_exception", "if _id is specified it must have 1 to 512 bytes"
        if mode == "item429" and number % 3 == 2:
            return 429, "es_rejected_execution_exception", "rejected execution of coordinating operation"
        if mode == "block":
            return 403, "cluster_block_exception", f"index [{index}] blocked by: [FORBIDDEN/12/index read-only]"
        if mode == "mapping" and number % self.value == 0:
            return 400, "document_parsing_exception", "failed to parse field [x] of type [long]"
        if operation == "create" and (index, name) in self.documents:
            return 409, "version_conflict_engine_exception", f"[{name}]: version conflict, document already exists"
        try:
            document = json.loads(source.decode())
        except ValueError:
            document = None
        if not isinstance(document, dict):
            return 400, "document_parsing_exception", "[1:1] failed to parse"
        why = None if self.fast else self.index(index).take(document)
        if why:
            return 400, "document_parsing_exception", why
        if name is None:
            self.serial += 1
            name = f"automatic-{self.serial}"
        self.documents[index, name] = source
        written.append(b"\t".join((index.encode(), name.encode(), source)) + b"\n")
        return 201, None, None

    def state(self):
        return {"documents": len(self.documents), "requests": self.requests,
                "templates": {name: patterns for name, (_, patterns, _) in self.templates.items()},
                "indices": sorted({index for index, _ in self.documents}), "log": self.log[-50:]}

    def values(self, name):
        return "".join(f"{json.loads(document)[name]}\n" for document in self.documents.values())


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stand_in = None

    def log_message(self, *_):
        pass

    def setup(self):
        super().setup()
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def answer(self, status, body, content_type="application/json", headers=()):
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(text)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def refuse(self, status, kind, reason, headers=()):
        cause = {"type": kind, "reason": reason}
        self.answer(status, {"error": {"root_cause": [cause], **cause}, "status": status}, headers=headers)

    def do_GET(self):
        stand_in = self.stand_in
        with stand_in.lock:
            if self.path == "/_stand_in":
                return self.answer(200, stand_in.state())
            if self.path == "/_stand_in/ids":
                return self.answer(200, "".join(f"{name}\n" for _, name in stand_in.documents).encode())
            if self.path.startswith("/_stand_in/values/"):
                return self.answer(200, stand_in.values(self.path.rsplit("/", 1)[1]).encode())
        return self.refuse(404, "resource_not_found_exception", self.path)

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        if self.path == "/_stand_in":
            order = json.loads(body)
            with self.stand_in.lock:
                self.stand_in.mode, self.stand_in.times = order["mode"], order.get("times", 0)
                self.stand_in.value = order.get("value", 1)
                if order.get("forget_templates"):
                    self.stand_in.templates.clear()
            return self.answer(200, {})
        try:
            self.serve(body)
        except Refusal as refusal:
            self.refuse(refusal.status, refusal.kind, refusal.reason)

    do_PUT = do_POST

    def serve(self, body):
        stand_in = self.stand_in
        if stand_in.user:
            wanted = "Basic " + base64.b64encode(stand_in.user.encode()).decode()
            if self.headers.get("Authorization") != wanted:
                raise Refusal(401, "security_exception", "missing authentication credentials for REST request")
        content_type = self.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if content_type not in CONTENT_TYPES:
            raise Refusal(406, "media_type_header_exception", f"Content-Type header [{content_type}] is not supported")
        packed = self.headers.get("Content-Encoding") == "gzip"
        if packed:
            body = gzip.decompress(body)
        path = urllib.parse.urlparse(self.path)
        parts = [urllib.parse.unquote(part) for part in path.path.strip("/").split("/")]
        kinds = ("_template",) if stand_in.major < 7 else ("_template", "_index_template")
        if self.command == "PUT" and len(parts) == 2 and parts[0] in kinds:
            with stand_in.lock:
                stand_in.put_template(parts[0], parts[1], body)
            return self.answer(200, {"acknowledged": True})
        if parts[-1] != "_bulk" or len(parts) > 3:
            raise Refusal(404, "resource_not_found_exception", self.path)
        with stand_in.lock:
            mode, value = stand_in.mode, stand_in.value
            stand_in.requests += 1
            stand_in.log.append({"mode": mode, "bytes": len(body), "gzip": packed})
            if stand_in.times > 0:
                stand_in.times -= 1
                stand_in.mode = stand_in.mode if stand_in.times else "ok"
        if mode in ("429", "503"):
            return self.refuse(int(mode), "es_rejected_execution_exception", "rejected execution",
                               [("Retry-After", str(value))])
        if mode == "403":
            raise Refusal(403, "security_exception", "action [indices:data/write/bulk] is unauthorized for user")
        if mode == "413" and len(body) > value:
            return self.answer(413, b"")
        if mode == "drop":
            self.close_connection = True
            return None
        if mode == "text":
            return self.answer(200, b"<html>welcome</html>", "text/html")
        if mode == "slow":
            time.sleep(value)
        with stand_in.lock:
            reply = stand_in.bulk(body, parts[0] if len(parts) > 1 else None,
                                  parts[1] if len(parts) > 2 else None, mode)
        return self.send_reply(reply, mode, path.query)

    def send_reply(self, reply, mode, query):
        if mode == "late_drop":
            self.close_connection = True
            return
        if "filter_path" in urllib.parse.parse_qs(query):
            reply = {"errors": reply["errors"], "items": [
                {operation: {"status": item["status"],
                             **({"error": {k: item["error"][k] for k in ("type", "reason")}}
                                if "error" in item else {})}}
                for entry in reply["items"] for operation, item in entry.items()]}
        text = json.dumps(reply, separators=(",", ":")).encode()
        if mode == "cut":
            self.answer(200, text[:len(text) // 2])
        else:
            self.answer(200, text)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # who asked may be gone
            super().handle_error(request, client_address)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("port", type=int)
    arguments.add_argument("folder")
    arguments.add_argument("--major", type=int, default=8)
    arguments.add_argument("--user", default="")
    arguments.add_argument("--fast", action="store_true")
    given = arguments.parse_args()
    Handler.stand_in = StandIn(given.folder, given.major, given.user, given.fast)
    Server(("127.0.0.1", given.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
