// The client that a back end team writes in JavaScript: fetch, a token that is kept.
// node fetch.mjs <raise|get> <in flight> <seconds> <address> prints one line of JSON.

const [what, inFlight, seconds, address] = process.argv.slice(2);
const base = `http://${address}`;
const json = { "content-type": "application/json" };

let token;

async function fetchToken() {
  const response = await fetch(`${base}/oauth/token`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({ clientId: "id", clientSecret: "secret" }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return (await response.json()).accessToken;
}

async function call(path, options = {}) {
  token ??= fetchToken();
  const response = await fetch(`${base}${path}`, {
    ...options,
    headers: { ...options.headers, authorization: `Bearer ${await token}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return (await response.json()).callout;
}

const calls = {
  raise: () =>
    call("/customers/5/callouts", {
      method: "POST",
      headers: json,
      body: JSON.stringify({
        location: { latitude: -26.12345, longitude: 28.12345 },
        responseTypeId: 1,
      }),
    }),
  get: () => call("/callouts/7"),
};

async function again(until, took) {
  for (let began = performance.now(); began < until; ) {
    const callout = await calls[what]();
    if (callout.id !== 7) throw new Error("another callout");
    const ended = performance.now();
    took.push(ended - began);
    began = ended;
  }
}

async function round(seconds) {
  const took = [];
  const began = performance.now();
  const until = began + seconds * 1000;
  await Promise.all(Array.from({ length: Number(inFlight) }, () => again(until, took)));
  return [took, (performance.now() - began) / 1000];
}

await round(Number(seconds) / 4);
const [took, spent] = await round(Number(seconds));
took.sort((one, other) => one - other);
const share = (part) => took[Math.max(Math.ceil(took.length * part), 1) - 1] * 1000;
console.log(
  JSON.stringify({
    calls: took.length,
    seconds: spent,
    p50_us: share(0.5),
    p99_us: share(0.99),
    p999_us: share(0.999),
  }),
);
process.exit(0);
