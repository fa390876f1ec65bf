"""The whole emergency in Python, with nothing but its standard library (3.9 or later):

    cargo run -p people-protect-simulator -- --port 4010 &
    python3 crates/people-protect-simulator/examples/quickstart.py
"""

import json
import os
from urllib.error import HTTPError
from urllib.request import Request, urlopen

API = os.environ.get("AURA_API", "http://127.0.0.1:4010/panic-api/v2")
CONTROL = os.environ.get("AURA_CONTROL", "http://127.0.0.1:4010/_simulator")
CLIENT_ID = os.environ.get("AURA_CLIENT_ID", "simulator-one")
CLIENT_SECRET = os.environ.get("AURA_CLIENT_SECRET", "not-a-real-secret-one")
MOBILE = os.environ.get("MOBILE", "+27821234567")

token = None


def send(method, path, body=None, base=API):
    """Sends a call. A status outside 2xx ends the program with the API's message."""
    headers = {"Content-Type": "application/json"}
    if token and base == API:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(base + path, data, headers, method=method)) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        message = json.load(error).get("message")
        raise SystemExit(f"{method} {path}: {error.code} {message}") from None


# A token. It lasts an hour: keep it.
_, answer = send("POST", "/oauth/token", {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET})
token = answer["accessToken"]

# A customer who is covered at once. Ids of types belong to the customer source: always ask for them.
_, types = send("GET", "/subscriptions/subscriptionTypes")
_, responses = send("GET", "/responseTypes")
_, answer = send(
    "POST",
    "/customers",
    {
        "customer": {"name": "Jane", "surname": "Doe", "mobile": MOBILE},
        "subscription": {"subscriptionTypeId": types["subscriptionTypes"][0]["id"]},
    },
)
customer = answer["customer"]["id"]


def raise_callout():
    """A callout. Asking again while it is active returns the same one: after a lost answer, repeat."""
    cry = {
        "location": {"latitude": -26.12345, "longitude": 28.12345, "accuracy": 10},
        "responseTypeId": responses["responseTypes"][0]["id"],
    }
    return send("POST", f"/customers/{customer}/callouts", cry)[1]["callout"]


callout = raise_callout()
assert raise_callout()["id"] == callout["id"], "a second callout"


def show():
    _, answer = send("GET", f"/callouts/{callout['id']}")
    print(f"callout {callout['id']}: {answer['callout']['status']}")


show()
# Open it in a browser. It is a secret: whoever has it sees the callout.
with urlopen(callout["url"]) as page:
    assert page.status == 200

# Play the responder (on the real staging service: in the portal), and watch.
for stage in ("dispatched", "arrived", "completed", "closed"):
    send("POST", f"/callouts/{callout['id']}/stage", {"stage": stage}, CONTROL)
    show()

# From now on a location update answers 285: stop sending.
status, _ = send("POST", f"/callouts/{callout['id']}/location", {"latitude": -26.2, "longitude": 28.2})
assert status == 285, status
print("done")
