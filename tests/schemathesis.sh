#!/bin/sh
# Asks a running server whatever the OpenAPI document allows, and more, and holds its answers against the document.
#
#   tests/schemathesis.sh target/debug/jobmatch [more options of schemathesis]
#
# Starts the program on a free port with a data folder of its own, makes an account, and stops it at the end. Installs
# schemathesis below cargo's target directory where it is not installed. Takes three minutes at most.
set -eu

program=${1:?path of the program, such as target/debug/jobmatch}
shift
root=$(cd "$(dirname "$0")/.." && pwd)
venv=${CARGO_TARGET_DIR:-$root/target}/schemathesis

if command -v schemathesis > /dev/null; then
    schemathesis=schemathesis
else
    schemathesis=$venv/bin/schemathesis
    if [ ! -x "$schemathesis" ]; then
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet 'schemathesis>=4.32,<5'
    fi
fi

data=$(mktemp -d)
server=
stop() {
    [ -z "$server" ] || kill "$server" 2> /dev/null || true
    [ -z "$server" ] || wait "$server" 2> /dev/null || true
    rm -rf "$data"
}
trap stop EXIT
trap 'exit 130' INT TERM

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
at=http://127.0.0.1:$port
JOBMATCH_LOG=${JOBMATCH_LOG:-error} "$program" --data-dir "$data/data" serve --listen "127.0.0.1:$port" > "$data/log" 2>&1 &
server=$!

tries=0
until curl --silent --fail --output /dev/null "$at/health"; do
    tries=$((tries + 1))
    if [ $tries -gt 150 ] || ! kill -0 "$server" 2> /dev/null; then
        cat "$data/log" >&2
        exit 1
    fi
    sleep 0.2
done

# post PATH JSON [TOKEN]
post() {
    curl --silent --fail --show-error --header 'Content-Type: application/json' \
        ${3:+--header "Authorization: Bearer $3"} --data "$2" "$at$1"
}
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

code=$(sed -n 's/.*code=\([-A-Z0-9]*\).*/\1/p' "$data/log")
account='{"email": "essai@exemple.fr", "password": "quatre loutres en vélo", "code": "'$code'"}'
access=$(post /api/auth/sign-up "$account" | field access)
# The access token would expire, and would end with the password that some call may change.
token=$(post /api/auth/tokens '{"name": "essai", "scopes": ["read", "write", "offers:import", "admin"]}' "$access" | field token)
# The offer that the examples of the document speak of.
offer='{"source": "france-travail", "id": "123ABCD", "title": "Soudeur", "description": "Soudure TIG."}'
post /api/offers/import "$offer" "$token" > /dev/null

# Left out: what ends the account that is used.
cd "$data"
cat > schemathesis.toml << 'END'
# A well-formed value may be refused for what it means: an unknown town, a password that is too easy.
[checks]
positive_data_acceptance.enabled = false

# A task that is called off stays.
[[operations]]
include-path-regex = "^/(api/tasks|status)/"
checks.use_after_free.enabled = false
checks.negative_data_rejection.enabled = false

# An empty parameter counts as one that is left out.
[[operations]]
include-path = ["/api/applications", "/api/offers"]
include-method = "GET"
checks.negative_data_rejection.enabled = false

[[operations]]
include-path-regex = "/(matches|gaps)"
checks.negative_data_rejection.enabled = false

# Whatever is sent as a file is one.
[[operations]]
include-path-regex = "/(file|documents|extract)$"
checks.negative_data_rejection.enabled = false
END
"$schemathesis" run "$at/api/openapi.json" \
    --header "Authorization: Bearer $token" \
    --exclude-operation-id delete_api_me \
    --exclude-operation-id delete_api_admin_users_id \
    --exclude-operation-id patch_api_admin_users_id \
    --phases examples,coverage,fuzzing,stateful \
    --max-examples 20 --max-time 150 --seed 1 --workers 2 \
    --rate-limit auto \
    "$@"
