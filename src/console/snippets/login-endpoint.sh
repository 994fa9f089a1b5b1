#!/bin/sh
# What a login endpoint does, from a terminal: asks for a code and prints the address that lets the reader in.
#
#   GATEPASS_CLIENT_SECRET=... sh login-endpoint.sh [REDIRECT_PATH [STATE CODE_CHALLENGE]]
#
# The three come from the query with which the knowledge base sends a browser to the login URL.
set -eu

code_url='https://id.example.com/jwt/generateCode'
client_id='login_00000000000000000000000000000000'

# Replace this: who is signed in, as JSON.
current_user() {
  cat <<'JSON'
  "externalId": "1",
  "username": "ada",
  "firstName": "Ada",
  "lastName": "Lovelace",
  "emailId": "ada@example.com",
  "readerGroupIds": []
JSON
}

quoted() {
  printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"
}

body="{ $(current_user)"
[ $# -ge 1 ] && body="$body, \"redirectUrl\": $(quoted "$1")"
# Passed on, these bind the code to the browser that asked.
[ $# -ge 3 ] && body="$body, \"state\": $(quoted "$2"),
  \"codeChallenge\": $(quoted "$3"), \"codeChallengeMethod\": \"S256\""
body="$body }"

answer=$(
  printf %s "$body" | curl -sS --fail-with-body --max-time 10 \
    -u "$client_id:${GATEPASS_CLIENT_SECRET:?is not set}" \
    -H 'content-type: application/json' --data-binary @- "$code_url"
) || {
  # With the trace ID in it, the sign-in is found in the console.
  printf 'No code: %s\n' "$answer" >&2
  exit 1
}
printf '%s\n' "$answer" | sed 's/.*"callbackUrl":"\([^"]*\)".*/\1/'
