#!/usr/bin/env bash
# What does pyarrow make of phone numbers in a CSV file?
#
# Seen on 2026-11-27 with pyarrow 26.0.1 and its automatic types: a sign decides. A column of 0912… is int64 and has lost its
# zero; a column of +98912… is double, since the integer parser knows no plus and the float parser does; one +98… among
# 0912… makes doubles of all. Written to CSV again, or cast to text, +989120000000 is 9.8912e+11: half of the number is
# gone. A number with an E in it becomes infinity beside its neighbours. Persian digits stay text.
#
# It fails if any of this changes. It needs Python 3 with venv and PyPI, and nothing else.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyarrow==26.0.1
seen=$(cd "$work" && venv/bin/python - <<'PY'
import io
import pyarrow, pyarrow.compute, pyarrow.csv

def show(name, cells):
    text = "name,value\n" + "".join(f"sara,{cell}\n" for cell in cells)
    column = pyarrow.csv.read_csv(io.BytesIO(text.encode()))["value"]
    file = io.BytesIO()
    pyarrow.csv.write_csv(pyarrow.table({"value": column}), file)
    written = file.getvalue().decode().split()[1:]
    print(f"{name}: {column.type} {column.to_pylist()} written {written} as text {column.cast('string').to_pylist()}")

show("0912…", ["09120000000", "09350000000"])
show("+98…", ["+989120000000", "+989350000000"])
show("both", ["09120000000", "+989350000000"])
show("a code with an E", ["0012345678", "12E4567890"])
show("Persian digits", ["۰۹۱۲۰۰۰۰۰۰۰"])
PY
)
expected='0912…: int64 [9120000000, 9350000000] written ['\''9120000000'\'', '\''9350000000'\''] as text ['\''9120000000'\'', '\''9350000000'\'']
+98…: double [989120000000.0, 989350000000.0] written ['\''9.8912e+11'\'', '\''9.8935e+11'\''] as text ['\''9.8912e+11'\'', '\''9.8935e+11'\'']
both: double [9120000000.0, 989350000000.0] written ['\''9120000000'\'', '\''9.8935e+11'\''] as text ['\''9120000000'\'', '\''9.8935e+11'\'']
a code with an E: double [12345678.0, inf] written ['\''12345678'\'', '\''inf'\''] as text ['\''12345678'\'', '\''inf'\'']
Persian digits: string ['\''۰۹۱۲۰۰۰۰۰۰۰'\''] written ['\''"۰۹۱۲۰۰۰۰۰۰۰"'\''] as text ['\''۰۹۱۲۰۰۰۰۰۰۰'\'']'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '  changed: it was\n%s\n' "$expected"; exit 1; }
