"""How much memory the simulator takes: 100,000 customers with a subscription, 10,000 open callouts.

Fills a simulator through its API, as integrators would, and prints what the system says it holds.
Exits 1 at 200 MB or more.

    python3 .ci/size.py <program> [customers] [callouts]
"""

import http.client
import json
import subprocess
import sys
import threading

LIMIT_MB, THREADS = 200, 4

program = sys.argv[1]
customers = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
callouts = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000

process = subprocess.Popen(
    [program, "--port", "0", "--clock", "manual"],
    stdout=subprocess.PIPE,
    stderr=subprocess.DEVNULL,
)
ready = json.loads(process.stdout.readline())
host, base = ready["api"].split("//")[1].split("/", 1)
source = ready["sources"][0]
filled = []


def call(connection, method, path, body, token):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    connection.request(method, f"/{base}{path}", json.dumps(body), headers)
    response = connection.getresponse()
    answer = json.loads(response.read())
    if response.status not in (200, 201):
        raise SystemExit(f"size: {method} {path} answered {response.status}: {answer}")
    return answer


def fill(share):
    connection = http.client.HTTPConnection(host)
    credentials = {"clientId": source["client_id"], "clientSecret": source["client_secret"]}
    token = call(connection, "POST", "/oauth/token", credentials, None)["accessToken"]
    for number in range(share, customers, THREADS):
        person = {"name": "Jane", "surname": "Doe", "mobile": f"+2782{number:07}"}
        body = {"customer": person, "subscription": {"subscriptionTypeId": 4}}
        known = call(connection, "POST", "/customers", body, token)["customer"]["id"]
        if number < callouts:
            place = {"latitude": -26.1 - number / 1e6, "longitude": 28.05}
            cry = {"location": place, "responseTypeId": 1}
            call(connection, "POST", f"/customers/{known}/callouts", cry, token)
    filled.append(share)


def held(name):
    with open(f"/proc/{process.pid}/status") as status:
        line = next(line for line in status if line.startswith(name))
    return int(line.split()[1]) * 1024 / 1e6


try:
    threads = [threading.Thread(target=fill, args=(share,)) for share in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(filled) < THREADS:
        raise SystemExit("size: not filled")
    size = held("VmRSS")
    print(f"{customers} customers, {callouts} open callouts: {size:.1f} MB, at most {held('VmHWM'):.1f} MB")
finally:
    process.terminate()
    process.wait()
sys.exit(size >= LIMIT_MB)
