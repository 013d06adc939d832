#!/usr/bin/env bash
# What does `cargo publish --workspace` say is left, when it fails in the middle, and can it be run again?
#
# Seen on 2026-11-27 with cargo 1.95.0 against a sparse registry on loopback; three crates, each needing the one before:
# - The upload of the second is refused. Cargo exits with 101 and notes that "the following crates have not been published
#   yet": the third alone. The second, which was refused, is not in the list. Whoever goes on with `-p` and that list
#   publishes the third before the second, and is told that no package of the second's name is found.
# - The second is stored, but its answer is lost (504). The note is the same, so it does not tell the two apart.
# - The same command again, in either case, stops before any upload: the first "already exists" on the index. There is
#   no option to leave out what is there.
# So the index has to be asked for each crate, and the missing ones be named with `-p`.
#
# It fails if any of this changes. It needs cargo (`cargo +1.95.0` for that version) and Python 3, and nothing else.
set -euo pipefail

work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
cat >"$work/registry.py" <<'PY'
import hashlib, http.server, json, os, struct, sys

folder, trouble = sys.argv[1], sys.argv[2]

class Registry(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        here = "http://" + self.headers["Host"]
        name = self.path.rsplit("/", 1)[1]
        if name == "config.json":
            return self.answer(200, json.dumps({"dl": here + "/dl", "api": here}).encode())
        try:
            self.answer(200, open(os.path.join(folder, name), "rb").read())
        except FileNotFoundError:
            self.answer(404, b"")

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        length = struct.unpack("<I", body[:4])[0]
        sent, package = json.loads(body[4:4 + length]), body[8 + length:]
        name = sent["name"]
        print(name, file=open(os.path.join(folder, "uploads"), "a"))
        fails = name == "middle-part" and not os.path.exists(os.path.join(folder, "failed"))
        if fails:
            open(os.path.join(folder, "failed"), "w").close()
        if fails and trouble == "refused":
            return self.answer(503, b'{"errors":[{"detail":"refused"}]}')
        for dependency in sent["deps"]:
            dependency["req"] = dependency.pop("version_req")
        line = {"name": name, "vers": sent["vers"], "deps": sent["deps"], "features": {}, "yanked": False,
                "cksum": hashlib.sha256(package).hexdigest()}
        open(os.path.join(folder, name), "w").write(json.dumps(line) + "\n")
        self.answer(504, b'{"errors":[{"detail":"lost"}]}') if fails else self.answer(200, b"{}")

    def log_message(self, *arguments):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
open(os.path.join(folder, "port"), "w").write(str(server.server_port))
server.serve_forever()
PY

# package NAME DEPENDENCY
package() {
    mkdir -p "$1/src"
    touch "$1/src/lib.rs"
    cat >"$1/Cargo.toml" <<TOML
[package]
name = "$1"
version = "0.1.0"
edition = "2021"
description = "A part"
license = "MIT"
publish = ["local"]

[dependencies]
$2
TOML
}

failed=0
# expect WHAT EXPECTED SEEN
expect() {
    printf '%-52s %s\n' "$1" "$3"
    [ "$3" = "$2" ] || { echo "  changed: it was $2"; failed=1; }
}
publish() {
    cargo publish --no-verify --allow-dirty "$@" >output 2>&1 && echo 0 || echo $?
}
left() {
    sed -n '/have not been published yet/,/^$/p' output | grep -o '[a-z]*-part v' | tr -d '\n'
}
stored() {
    ls "$store" | grep -- '-part' | tr '\n' ' '
}

export CARGO_REGISTRIES_LOCAL_TOKEN=no-real-token
cargo --version
for trouble in refused lost; do
    store="$work/$trouble-store"
    mkdir -p "$store" "$work/$trouble/.cargo"
    python3 "$work/registry.py" "$store" "$trouble" &
    server=$!
    until [ -s "$store/port" ]; do sleep 0.1; done
    cd "$work/$trouble"
    export CARGO_HOME="$work/$trouble-home"
    printf '[registries.local]\nindex = "sparse+http://127.0.0.1:%s/index/"\n' "$(cat "$store/port")" >.cargo/config.toml
    printf '[workspace]\nresolver = "2"\nmembers = ["*-part"]\n' >Cargo.toml
    package first-part ''
    package middle-part 'first-part = { path = "../first-part", version = "0.1.0", registry = "local" }'
    package last-part 'middle-part = { path = "../middle-part", version = "0.1.0", registry = "local" }'

    expect "the second is $trouble: exit code" 101 "$(publish --workspace --registry local)"
    expect '  cargo says that these are not published' 'last-part v' "$(left)"
    if [ "$trouble" = refused ]; then
        expect '  the registry has' 'first-part ' "$(stored)"
        expect '  -p with that list: exit code' 101 "$(publish --registry local -p last-part)"
        expect '  it says' 'no matching package named `middle-part` found' "$(grep -o 'no matching package named .*' output)"
    else
        expect '  the registry has' 'first-part middle-part ' "$(stored)"
    fi
    expect '  the same command again: exit code' 101 "$(publish --workspace --registry local)"
    expect '  it says' 'already exists on `local` index' "$(grep -o 'already exists on .* index' output)"
    expect '  uploads so far' 'first-part middle-part ' "$(tr '\n' ' ' <"$store/uploads")"
    kill "$server"
done
exit $failed
