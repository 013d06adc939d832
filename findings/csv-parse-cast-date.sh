#!/usr/bin/env bash
# What do csv-parse and exceljs make of Jalali dates in a CSV file?
#
# Seen on 2026-11-27 with csv-parse 7.0.3 (cast and cast_date on) and exceljs 4.4.0, on Node 20:
# - csv-parse gives every cell to Date.parse, and V8 moves days that a month does not have: 1405/02/31 becomes 3 March 1405
#   without a word, 1405/02/30 the second, with hyphens too. Only Persian digits stay text.
# - exceljs takes dates with hyphens alone, and only those that the Gregorian calendar has: in one column 1405-03-30 is a
#   Date and 1405-02-31 a string. Dates with slashes are strings.
# - Phone numbers become numbers in both, +98… as well.
#
# It fails if any of this changes. It needs Node 20 or later with npm and its registry, and nothing else.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix "$work" csv-parse@7.0.3 exceljs@4.4.0 >/dev/null
cat >seen.mjs <<'JS'
import { Readable } from "node:stream";
import { parse } from "csv-parse/sync";
import ExcelJS from "exceljs";

const cells = ["1405/03/30", "1405/02/30", "1405/02/31", "1405-03-30", "1405-02-31", "۱۴۰۵/۰۹/۰۱", "09120000000", "+989120000000"];
const text = cells.join("\n");
const parsed = parse(text, { cast: true, cast_date: true }).map(([cell]) => cell);
const sheet = await new ExcelJS.Workbook().csv.read(Readable.from([text]));
cells.forEach((cell, row) => console.log(cell, "csv-parse", JSON.stringify(parsed[row]), "exceljs", JSON.stringify(sheet.getCell(row + 1, 1).value)));
JS
seen=$(TZ=UTC node seen.mjs)
expected='1405/03/30 csv-parse "1405-03-30T00:00:00.000Z" exceljs "1405/03/30"
1405/02/30 csv-parse "1405-03-02T00:00:00.000Z" exceljs "1405/02/30"
1405/02/31 csv-parse "1405-03-03T00:00:00.000Z" exceljs "1405/02/31"
1405-03-30 csv-parse "1405-03-30T00:00:00.000Z" exceljs "1405-03-30T00:00:00.000Z"
1405-02-31 csv-parse "1405-03-03T00:00:00.000Z" exceljs "1405-02-31"
۱۴۰۵/۰۹/۰۱ csv-parse "۱۴۰۵/۰۹/۰۱" exceljs "۱۴۰۵/۰۹/۰۱"
09120000000 csv-parse 9120000000 exceljs 9120000000
+989120000000 csv-parse 989120000000 exceljs 989120000000'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '  changed: it was\n%s\n' "$expected"; exit 1; }
