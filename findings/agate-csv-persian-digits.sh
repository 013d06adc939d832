#!/usr/bin/env bash
# What does agate, on which csvkit stands, make of a CSV file with Persian digits?
#
# Seen on 2026-11-27 with agate 1.14.2 and its automatic types:
# - «۰۹۱۲۰۰۰۰۰۰۰» is the number 9120000000, and «۱۴۰۵/۰۹/۰۱» the Gregorian date 1405-09-01: Python's int, Decimal and dates
#   read every script's digits. Written again they are Latin, without the zero.
# - A column of dates with one day that only the Jalali calendar has stays text. With a year of two digits the parts move:
#   05/01/31 is 2031-05-01.
# - A byte order mark stays in the name of the first column, so row["نام"] is a KeyError.
#
# It fails if any of this changes. It needs Python 3 with venv and PyPI, and nothing else.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check agate==1.14.2 python-dateutil==4.0.0
seen=$(cd "$work" && venv/bin/python - <<'PY'
import agate

def show(name, cells, mark=""):
    with open("people.csv", "w", encoding="utf-8") as file:
        file.write(mark + "مقدار\n" + "".join(f"{cell}\n" for cell in cells))
    column = agate.Table.from_csv("people.csv").columns[0]
    print(f"{name}: {ascii(column.name[:1])} {type(column.data_type).__name__}", *column.values())

show("a phone number", ["۰۹۱۲۰۰۰۰۰۰۰"])
show("dates", ["۱۴۰۵/۰۱/۲۹", "۱۴۰۵/۰۹/۰۱"])
show("one that only the Jalali calendar has", ["۱۴۰۵/۰۱/۲۹", "۱۴۰۵/۰۲/۳۱"])
show("two digits", ["05/01/31"])
show("a byte order mark", ["سارا"], "\ufeff")
PY
)
expected='a phone number: '\''\u0645'\'' Number 9120000000
dates: '\''\u0645'\'' Date 1405-01-29 1405-09-01
one that only the Jalali calendar has: '\''\u0645'\'' Text ۱۴۰۵/۰۱/۲۹ ۱۴۰۵/۰۲/۳۱
two digits: '\''\u0645'\'' Date 2031-05-01
a byte order mark: '\''\ufeff'\'' Text سارا'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '  changed: it was\n%s\n' "$expected"; exit 1; }
