"""The client that a back end team writes in Python: httpx, asyncio, a token that is kept.

httpx_client.py <raise|get> <in flight> <seconds> <address> prints one line of JSON.
"""

import asyncio
import json
import math
import sys
import time

import httpx


class Client:
    def __init__(self, base, in_flight):
        # As many connections as there are calls; the default of 100 would make the others wait.
        limits = httpx.Limits(max_connections=in_flight, max_keepalive_connections=in_flight)
        self.http = httpx.AsyncClient(base_url=base, timeout=10.0, limits=limits)
        self.token = None
        self.lock = asyncio.Lock()

    async def headers(self):
        async with self.lock:
            if self.token is None:
                credentials = {"clientId": "id", "clientSecret": "secret"}
                response = await self.http.post("/oauth/token", json=credentials)
                response.raise_for_status()
                self.token = response.json()["accessToken"]
        return {"authorization": f"Bearer {self.token}"}

    async def raise_callout(self):
        body = {
            "location": {"latitude": -26.12345, "longitude": 28.12345},
            "responseTypeId": 1,
        }
        headers = await self.headers()
        response = await self.http.post("/customers/5/callouts", json=body, headers=headers)
        response.raise_for_status()
        return response.json()["callout"]

    async def get_callout(self):
        response = await self.http.get("/callouts/7", headers=await self.headers())
        response.raise_for_status()
        return response.json()["callout"]


async def again(call, until, took):
    began = time.perf_counter()
    while began < until:
        callout = await call()
        assert callout["id"] == 7
        ended = time.perf_counter()
        took.append(ended - began)
        began = ended


async def measure(call, in_flight, seconds):
    took = []
    began = time.perf_counter()
    until = began + seconds
    await asyncio.gather(*(again(call, until, took) for _ in range(in_flight)))
    return took, time.perf_counter() - began


async def main(what, in_flight, seconds, address):
    client = Client(f"http://{address}", in_flight)
    call = client.raise_callout if what == "raise" else client.get_callout
    await measure(call, in_flight, seconds / 4)
    took, spent = await measure(call, in_flight, seconds)
    took.sort()

    def share(part):
        return took[max(math.ceil(len(took) * part), 1) - 1] * 1e6

    report = {
        "calls": len(took),
        "seconds": spent,
        "p50_us": share(0.5),
        "p99_us": share(0.99),
        "p999_us": share(0.999),
    }
    print(json.dumps(report))


asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]))
