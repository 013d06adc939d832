#!/usr/bin/env bash
# How often does aiohttp send a GET that got no answer?
#
# Seen on 2026-11-27 with aiohttp 3.14.5: twice, on a connection that has served a request before, on the first one of the
# session, and with TCPConnector(force_close=True). The server has read the request and closes without a byte; the session
# sends it again on a fresh connection, and the caller sees one ServerDisconnectedError. HEAD, PUT and DELETE go twice too,
# POST and PATCH once. No public option turns it off. requests 2.34.2 and httpx 0.28.1 send once in the same place.
#
# It fails if any of this changes. It needs Python 3 with venv and PyPI, and nothing else.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check aiohttp==3.14.5
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
import asyncio
import aiohttp
import server

async def show(method, kept=True, **options):
    address = server.start()
    server.orders = 0
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(**options)) as session:
        if kept:
            async with session.get(address + "/first") as answer:
                await answer.read()
        try:
            await session.request(method, address + "/order")
        except aiohttp.ClientError as error:
            print(f"{method} kept={kept} {options}: sent {server.orders}, {type(error).__name__}")

async def main():
    for method in ("GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"):
        await show(method)
    await show("GET", kept=False)
    await show("GET", kept=False, force_close=True)

asyncio.run(main())
PY
)
expected='GET kept=True {}: sent 2, ServerDisconnectedError
HEAD kept=True {}: sent 2, ServerDisconnectedError
PUT kept=True {}: sent 2, ServerDisconnectedError
DELETE kept=True {}: sent 2, ServerDisconnectedError
POST kept=True {}: sent 1, ServerDisconnectedError
PATCH kept=True {}: sent 1, ServerDisconnectedError
GET kept=False {}: sent 2, ServerDisconnectedError
GET kept=False {'\''force_close'\'': True}: sent 2, ServerDisconnectedError'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '  changed: it was\n%s\n' "$expected"; exit 1; }
