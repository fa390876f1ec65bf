#!/usr/bin/env bash
# The whole emergency with curl, against a running simulator:
#   cargo run -p people-protect-simulator -- --port 4010 &
#   bash crates/people-protect-simulator/examples/quickstart.sh
set -euo pipefail

api=${AURA_API:-http://127.0.0.1:4010/panic-api/v2}
control=${AURA_CONTROL:-http://127.0.0.1:4010/_simulator}
client_id=${AURA_CLIENT_ID:-simulator-one}
client_secret=${AURA_CLIENT_SECRET:-not-a-real-secret-one}
mobile=${MOBILE:-+27821234567}

# send <method> <path> [body]: the answer's body; an error status ends the script with its message.
send() {
  curl -sS --fail-with-body -X "$1" "$api$2" -H 'Content-Type: application/json' \
    ${token:+-H "Authorization: Bearer $token"} ${3:+-d "$3"}
}
# field <name>: the first value of that name.
field() { grep -o "\"$1\":\"\{0,1\}[^\",}]*" | head -1 | sed 's/^"[^"]*":"\{0,1\}//'; }
# Wherever it came from, a callout's latest status.
status() { send GET "/callouts/$callout" | field status; }

# A token. It lasts an hour: keep it.
token=$(send POST /oauth/token "{\"clientId\":\"$client_id\",\"clientSecret\":\"$client_secret\"}" | field accessToken)

# A customer who is covered at once. Ids of types belong to the customer source: always ask for them.
type=$(send GET /subscriptions/subscriptionTypes | field id)
response=$(send GET /responseTypes | field id)
customer=$(send POST /customers "{
  \"customer\": {\"name\": \"Jane\", \"surname\": \"Doe\", \"mobile\": \"$mobile\"},
  \"subscription\": {\"subscriptionTypeId\": $type}
}" | field id)

# A callout. Asking again while it is active returns the same one: after a lost answer, just repeat.
cry="{\"location\": {\"latitude\": -26.12345, \"longitude\": 28.12345, \"accuracy\": 10}, \"responseTypeId\": $response}"
created=$(send POST "/customers/$customer/callouts" "$cry")
callout=$(grep -o '"callout":{.*' <<<"$created" | field id)
again=$(send POST "/customers/$customer/callouts" "$cry" | grep -o '"callout":{.*' | field id)
[[ $again == "$callout" ]]
echo "callout $callout: $(status)"
# Open it in a browser. It is a secret: whoever has it sees the callout.
url=$(field url <<<"$created")
curl -sS --fail -o /dev/null "$url"

# Play the responder (on the real staging service: in the portal), and watch.
for stage in dispatched arrived completed closed; do
  curl -sS --fail-with-body -o /dev/null "$control/callouts/$callout/stage" -d "{\"stage\":\"$stage\"}"
  echo "callout $callout: $(status)"
done

# From now on a location update answers 285: stop sending.
code=$(curl -sS -o /dev/null -w '%{http_code}' "$api/callouts/$callout/location" \
  -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d '{"latitude":-26.2,"longitude":28.2}')
[[ $code == 285 ]]
echo "done"
