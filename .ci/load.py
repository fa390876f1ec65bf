"""A minute of load on the simulator with its network going wrong, a kill, and a reckoning.

Every write that was acknowledged must be there afterwards, no customer may ever have had two callouts
at once (R27), nothing may be answered 500, and memory and descriptors must not grow with the requests.
The people are registered once and used again and again, so that what grows is only what callouts leave.

    python3 .ci/load.py <program> [seconds] [options of the program]
"""

import collections
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

PEOPLE, THREADS = 200, 8
# Once in the simulator's state, a callout that has ended stays: this many bytes of memory for each is
# far more than it needs, and far less than a leak in every request would take.
BYTES_PER_CALLOUT, SLACK = 8192, 24 * 1024 * 1024

program, seconds = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 60
options = sys.argv[3:]
folder = tempfile.TemporaryDirectory()
state = os.path.join(folder.name, "state.redb")
problems, lock = [], threading.Lock()
counts = {"calls": 0, "faults": 0}


def start():
    log = open(os.path.join(folder.name, "log"), "ab")
    process = subprocess.Popen(
        [program, "--port", "0", "--state", state, *options], stdout=subprocess.PIPE, stderr=log
    )
    line = process.stdout.readline()
    if not line:
        raise SystemExit("load: the simulator does not start")
    return process, json.loads(line)


def send(connection, method, path, body=None, token=None):
    """One call; None if the network failed or the answer did not arrive whole."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, headers)
        response = connection.getresponse()
        answer = json.loads(response.read() or b"null")
        return response.status, answer
    except (OSError, http.client.HTTPException, ValueError):
        connection.close()
        return None


class Caller:
    """An integrator that repeats until it is answered."""

    def __init__(self, ready):
        source = ready["sources"][0]
        host = ready["api"].split("/")[2]
        self.connection = http.client.HTTPConnection(host, timeout=20)
        credentials = {"clientId": source["client_id"], "clientSecret": source["client_secret"]}
        self.token = None
        self.token = self.call("POST", "/oauth/token", credentials)[1]["accessToken"]

    def call(self, method, path, body=None):
        for _ in range(200):
            with lock:
                counts["calls"] += 1
            answer = send(self.connection, method, "/panic-api/v2" + path, body, self.token)
            # Only what a fault answers, or too many requests, is asked again.
            if answer is not None and answer[0] >= 500 and answer[0] not in (503, 504):
                problems.append(f"{answer[0]} to {method} {path}: {answer[1]}")
                return answer
            if answer is not None and answer[0] not in (429, 503, 504):
                return answer
            with lock:
                counts["faults"] += 1
        raise RuntimeError(f"{method} {path} was never answered")


def control(ready, method, path, body=None):
    connection = http.client.HTTPConnection(ready["control"].split("/")[2], timeout=120)
    status, answer = send(connection, method, "/_simulator" + path, body)
    assert status < 300, (path, status, answer)
    return answer


def work(ready, number, people, ended, said, moved, until):
    """One thread has its own people, so that it knows what must be true of them."""
    chance = random.Random(number)
    try:
        caller = Caller(ready)
        for at in range(PEOPLE // THREADS):
            mobile = f"+2782{number:03}{at:04}"
            person = {"name": "Jane", "surname": "Doe", "mobile": mobile}
            body = {"customer": person, "subscription": {"subscriptionTypeId": 4}}
            status, answer = caller.call("POST", "/customers", body)
            # 409: an attempt before, whose answer was lost, has registered (R11).
            if status == 201:
                people[mobile] = answer["customer"]["id"]
            elif status != 409:
                problems.append(f"registering: {status} {answer}")
        mine = [person for mobile, person in people.items() if mobile.startswith(f"+2782{number:03}")]
        cry = {"location": {"latitude": -26.1, "longitude": 28.1}, "responseTypeId": 1}
        while time.monotonic() < until:
            person = chance.choice(mine)
            first = caller.call("POST", f"/customers/{person}/callouts", cry)[1]["callout"]["id"]
            again = caller.call("POST", f"/customers/{person}/callouts", cry)[1]["callout"]["id"]
            if first != again:
                problems.append(f"customer {person} has callouts {first} and {again} at once")
            text = f"line {chance.random()}"
            caller.call("POST", f"/callouts/{first}/events", {"source": "load", "event": text})
            said.append((first, text))
            caller.call("POST", f"/callouts/{first}/location", {"latitude": -26.2, "longitude": 28.2})
            moved.append(first)
            view = caller.call("GET", f"/callouts/{first}")[1]["callout"]
            if view["id"] != first:
                problems.append(f"asked for {first}, got {view['id']}")
            if chance.random() < 0.9:
                caller.call("POST", f"/callouts/{first}/cancel", {})
                ended.append(first)
    except Exception as error:  # A thread that dies is a failed run, whatever it died of.
        problems.append(f"thread {number}: {error!r}")


def usage(process):
    with open(f"/proc/{process.pid}/status") as status:
        memory = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))
    return memory, len(os.listdir(f"/proc/{process.pid}/fd"))


process, ready = start()
for fault in (
    {"operation": "all", "probability": 0.03, "reset": "before"},
    {"operation": "all", "probability": 0.03, "reset": "after"},
    {"operation": "all", "probability": 0.03, "status": 503},
    {"operation": "all", "probability": 0.02, "status_after": 504},
    {"operation": "all", "probability": 0.02, "truncate": 10},
    {"operation": "all", "probability": 0.02, "delay_after_ms": 20},
):
    control(ready, "POST", "/faults", fault)
people, ended, said, moved = {}, [], [], []
until = time.monotonic() + seconds
threads = [
    threading.Thread(target=work, args=(ready, number, people, ended, said, moved, until))
    for number in range(THREADS)
]
for thread in threads:
    thread.start()
half = None
while any(thread.is_alive() for thread in threads):
    time.sleep(0.2)
    if half is None and time.monotonic() > until - seconds / 2:
        half = usage(process), len(ended)
full = usage(process), len(ended)

# What was acknowledged is on the disk: the power may go.
process.send_signal(signal.SIGKILL)
process.wait()
process, ready = start()
kept = control(ready, "GET", "/state")["state"]
process.terminate()
if process.wait() != 0:
    problems.append(f"exit code {process.returncode}")

for mobile, person in people.items():
    if str(person) not in kept["customers"]:
        problems.append(f"customer {person} was registered and is lost")
for callout in ended:
    if kept["callouts"].get(str(callout), {}).get("stage") != "cancelled":
        problems.append(f"callout {callout} was cancelled and is not")
for callout, text in said:
    lines = [event["text"] for event in kept["callouts"].get(str(callout), {}).get("events", [])]
    if text not in lines:
        problems.append(f"callout {callout} has lost what was said")
for callout, times in collections.Counter(moved).items():
    updates = kept["callouts"].get(str(callout), {}).get("positionUpdates", 0)
    # An attempt whose answer was lost has moved it too.
    if updates < times:
        problems.append(f"callout {callout} has lost a position")
with open(os.path.join(folder.name, "log"), encoding="utf-8", errors="replace") as log:
    problems += [f"the log says: {line.strip()}" for line in log if "panicked at" in line]
active = {}
for callout in kept["callouts"].values():
    if callout["stage"] not in ("closed", "cancelled"):
        active.setdefault(callout["customerId"], []).append(callout["id"])
problems += [f"customer {who} has callouts {which}" for who, which in active.items() if len(which) > 1]
if half:
    grown = full[0][0] - half[0][0]
    allowed = SLACK + BYTES_PER_CALLOUT * (full[1] - half[1])
    if grown > allowed:
        problems.append(f"memory grew by {grown} bytes in the second half, {allowed} at most")
    if full[0][1] > half[0][1] + 16:
        problems.append(f"descriptors grew from {half[0][1]} to {full[0][1]}")
if not ended or not counts["faults"]:
    problems.append("nothing was tried")

print(
    f"{counts['calls']} calls, {counts['faults']} of them went wrong, {len(ended)} callouts, "
    f"{full[0][0] // 1048576} MiB"
)
for problem in problems[:20]:
    print(f"load: {problem}", file=sys.stderr)
sys.exit(1 if problems else 0)
