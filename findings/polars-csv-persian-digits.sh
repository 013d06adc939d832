#!/usr/bin/env bash
# Can polars read a CSV file whose numbers have Persian digits?
#
# Seen on 2026-11-27 with polars 2.1.0: not by default. Its guess at a column's type takes ۰ to ۹ for digits, so a column of
# «۰۹۱۲۰۰۰۰۰۰۰» is an integer; its parser of integers does not know them, and read_csv raises for a file that has nothing
# wrong in it. Arabic-Indic digits do the same, and so does «۱۲۵۰.۵» as a float. One such cell among Latin ones is enough,
# and a look at the whole file (infer_schema_length=None) does not help. With ignore_errors the cell becomes null without a
# word. Dates of Persian digits stay text. With infer_schema=False every cell arrives as it is.
# +98… keeps a column text; 0912… in Latin digits loses its zero.
#
# It fails if any of this changes. It needs Python 3 with venv and PyPI, and nothing else.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check polars==2.1.0
seen=$(cd "$work" && venv/bin/python - <<'PY'
import polars

def show(name, cells, **options):
    with open("people.csv", "w", encoding="utf-8") as file:
        file.write("نام,شماره\n" + "".join(f"سارا,{cell}\n" for cell in cells))
    try:
        column = polars.read_csv("people.csv", **options)["شماره"]
        print(f"{name}: {column.dtype} {column.to_list()}")
    except polars.exceptions.ComputeError as error:
        print(f"{name}: ComputeError: {str(error).splitlines()[0]}")

show("Persian digits", ["۰۹۱۲۰۰۰۰۰۰۰"])
show("Arabic-Indic digits", ["٠٩١٢٠٠٠٠٠٠٠"])
show("a float", ["۱۲۵۰.۵"])
show("one among Latin ones", ["09120000000", "۰۹۱۲۰۰۰۰۰۰۰"], infer_schema_length=None)
show("ignore_errors", ["09120000000", "۰۹۱۲۰۰۰۰۰۰۰"], ignore_errors=True)
show("a date", ["۱۴۰۵/۰۹/۰۱"], try_parse_dates=True)
show("infer_schema=False", ["۰۹۱۲۰۰۰۰۰۰۰"], infer_schema=False)
show("a plus", ["+989120000000", "09120000000"])
show("Latin digits", ["09120000000"])
PY
)
expected='Persian digits: ComputeError: could not parse `۰۹۱۲۰۰۰۰۰۰۰` as dtype `i128` at column '\''شماره'\'' (column number 2)
Arabic-Indic digits: ComputeError: could not parse `٠٩١٢٠٠٠٠٠٠٠` as dtype `i128` at column '\''شماره'\'' (column number 2)
a float: ComputeError: could not parse `۱۲۵۰.۵` as dtype `f64` at column '\''شماره'\'' (column number 2)
one among Latin ones: ComputeError: could not parse `۰۹۱۲۰۰۰۰۰۰۰` as dtype `i128` at column '\''شماره'\'' (column number 2)
ignore_errors: Int128 [9120000000, None]
a date: String ['\''۱۴۰۵/۰۹/۰۱'\'']
infer_schema=False: String ['\''۰۹۱۲۰۰۰۰۰۰۰'\'']
a plus: String ['\''+989120000000'\'', '\''09120000000'\'']
Latin digits: Int64 [9120000000]'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '  changed: it was\n%s\n' "$expected"; exit 1; }
