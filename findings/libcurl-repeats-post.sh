#!/usr/bin/env bash
# How often does libcurl send a POST that got no answer?
#
# Seen on 2026-11-27 with pycurl 7.49.0 (libcurl 8.23.0): twice, if its connection had served a request before. The server has read the
# whole request and closes without a byte; libcurl takes the kept connection for a dead one, opens a fresh one and sends the
# POST again, body and all. The caller sees one error, "Empty reply from server", and no option asks for it. A GET and a PUT
# go twice as well. On a connection of its own it goes once: FRESH_CONNECT for this request, or FORBID_REUSE for the one
# before. PHP's curl functions and Ruby's typhoeus stand on the same library and do the same.
#
# It fails if any of this changes. It needs Python 3 with venv and PyPI, and nothing else.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pycurl==7.49.0
cat >"$work/server.py" <<'PY'
# Answers /first on a connection that it keeps. It reads a request for /order whole, and closes without an answer.
import socketserver

orders = 0

class Connection(socketserver.StreamRequestHandler):
    def handle(self):
        global orders
        while line := self.rfile.readline():
            length = 0
            while header := self.rfile.readline().strip().lower():
                if header.startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            self.rfile.read(length)
            if b"/order" in line:
                orders += 1
                return
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

def start():
    import threading
    server = Server(("127.0.0.1", 0), Connection)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"
PY
seen=$(cd "$work" && venv/bin/python - <<'PY'
import io
import pycurl
import server

def show(name, *options, before=()):
    address = server.start()
    server.orders = 0
    curl = pycurl.Curl()
    curl.setopt(pycurl.WRITEDATA, io.BytesIO())
    curl.setopt(pycurl.URL, address + "/first")
    for option, value in before:
        curl.setopt(option, value)
    curl.perform()
    curl.setopt(pycurl.URL, address + "/order")
    for option, value in options:
        curl.setopt(option, value)
    try:
        curl.perform()
    except pycurl.error as error:
        print(f"{name}: sent {server.orders}, {error.args[1]}")

print(pycurl.version.split()[1])
body = (pycurl.POSTFIELDS, "count=100")
show("GET")
show("POST", body)
show("PUT", body, (pycurl.CUSTOMREQUEST, "PUT"))
show("POST, FRESH_CONNECT", body, (pycurl.FRESH_CONNECT, 1))
show("POST, FORBID_REUSE before", body, before=[(pycurl.FORBID_REUSE, 1)])
PY
)
expected='libcurl/8.23.0
GET: sent 2, Empty reply from server
POST: sent 2, Empty reply from server
PUT: sent 2, Empty reply from server
POST, FRESH_CONNECT: sent 1, Empty reply from server
POST, FORBID_REUSE before: sent 1, Empty reply from server'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '  changed: it was\n%s\n' "$expected"; exit 1; }
