#!/usr/bin/env bash
# What does DuckDB make of a CSV column of Jalali dates, and of phone numbers?
#
# Seen on 2026-11-27 with duckdb 2.0.1 (Python) and its automatic types:
# - 1405/03/30 is a DATE of the year 1405 in the Gregorian calendar, so is 1405-03-30; the same column is VARCHAR as soon as
#   the file holds a day that only the Jalali calendar has (1405/02/31). The type of a column follows the season.
# - The guess looks at 20,480 rows. If the first such day comes later, the read stops with an error at that row.
# - A year of two digits is guessed from the file too: 05/09/01 is 2005-09-01.
# - Phone numbers keep their zero: 0912… stays VARCHAR, and so does the code 007. But one column of numbers without a zero
#   in front is BIGINT.
#
# It fails if any of this changes. It needs Python 3 with venv and PyPI, and nothing else.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.1
seen=$(cd "$work" && venv/bin/python - <<'PY'
import duckdb

def show(name, cells):
    with open("people.csv", "w", encoding="utf-8") as file:
        file.write("نام,مقدار\n" + "".join(f"سارا,{cell}\n" for cell in cells))
    try:
        table = duckdb.read_csv("people.csv")
        print(f"{name}: {table.types[1]}", *(str(row[1]) for row in table.fetchall()[-2:]))
    except duckdb.ConversionException as error:
        print(f"{name}: ConversionException:", *(line for line in str(error).splitlines() if "Could not" in line))

show("both calendars have them", ["1405/01/29", "1405/03/30"])
show("with hyphens", ["1405-01-29", "1405-03-30"])
show("a day of the Jalali calendar", ["1405/01/29", "1405/02/31"])
show("the same after 30,000 rows", ["1405/01/29"] * 30_000 + ["1405/02/31"])
show("two digits", ["05/01/29", "05/09/01"])
show("Persian digits", ["۱۴۰۵/۰۱/۲۹"])
show("phone numbers", ["09120000000", "09350000000"])
show("a code", ["007", "012"])
show("without a zero", ["9120000000", "9350000000"])
PY
)
expected='both calendars have them: DATE 1405-01-29 1405-03-30
with hyphens: DATE 1405-01-29 1405-03-30
a day of the Jalali calendar: VARCHAR 1405/01/29 1405/02/31
the same after 30,000 rows: ConversionException: Error when converting column "مقدار". Could not convert string "1405/02/31" to '\''DATE'\''
two digits: DATE 2005-01-29 2005-09-01
Persian digits: VARCHAR ۱۴۰۵/۰۱/۲۹
phone numbers: VARCHAR 09120000000 09350000000
a code: VARCHAR 007 012
without a zero: BIGINT 9120000000 9350000000'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '  changed: it was\n%s\n' "$expected"; exit 1; }
