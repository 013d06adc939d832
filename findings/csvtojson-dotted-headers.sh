#!/usr/bin/env bash
# Which keys does csvtojson give for a Persian header with an abbreviation?
#
# Seen on 2026-11-27 with csvtojson 2.0.14: a dot in a header makes an object. «تاریخ (ه.ش)» becomes the key «تاریخ (ه» that
# holds the key «ش)», and two such columns are merged into one object. flatKeys turns it off; a header that ends in a dot
# is left alone. With checkType on, a code such as 12E4567890 becomes Infinity, which JSON writes as null; 0912… and
# +98… become numbers.
#
# It fails if any of this changes. It needs Node 20 or later with npm and its registry, and nothing else.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix "$work" csvtojson@2.0.14 >/dev/null
cat >seen.mjs <<'JS'
import csv from "csvtojson";

const show = async (name, text, options) => console.log(`${name}: ${JSON.stringify((await csv(options).fromString(text))[0])}`);
await show("a dot", "نام,تاریخ (ه.ش)\nسارا,1405/09/01");
await show("two", "تاریخ (ه.ش),تاریخ (ه.ق)\n1405/09/01,1448/06/11");
await show("at the end", "نام,ش.ملی.\nسارا,0012345678");
await show("flatKeys", "نام,تاریخ (ه.ش)\nسارا,1405/09/01", { flatKeys: true });
await show("checkType", "شماره,همراه,کد\n09120000000,+989120000000,12E4567890", { checkType: true });
JS
seen=$(node seen.mjs)
expected='a dot: {"نام":"سارا","تاریخ (ه":{"ش)":"1405/09/01"}}
two: {"تاریخ (ه":{"ش)":"1405/09/01","ق)":"1448/06/11"}}
at the end: {"نام":"سارا","ش.ملی.":"0012345678"}
flatKeys: {"نام":"سارا","تاریخ (ه.ش)":"1405/09/01"}
checkType: {"شماره":9120000000,"همراه":989120000000,"کد":null}'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '  changed: it was\n%s\n' "$expected"; exit 1; }
