// The whole emergency in JavaScript, with nothing but Node's own fetch (18 or later):
//   cargo run -p people-protect-simulator -- --port 4010 &
//   node crates/people-protect-simulator/examples/quickstart.mjs

const {
  AURA_API: api = 'http://127.0.0.1:4010/panic-api/v2',
  AURA_CONTROL: control = 'http://127.0.0.1:4010/_simulator',
  AURA_CLIENT_ID: clientId = 'simulator-one',
  AURA_CLIENT_SECRET: clientSecret = 'not-a-real-secret-one',
  MOBILE: mobile = '+27821234567',
} = process.env;

let token;

// Sends a call. A status outside 2xx is an error that shows the API's message.
async function send(method, path, body, base = api) {
  const headers = { 'Content-Type': 'application/json' };
  if (token && base === api) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.message}`);
  return { status: response.status, answer };
}

// A token. It lasts an hour: keep it.
({ accessToken: token } = (await send('POST', '/oauth/token', { clientId, clientSecret })).answer);

// A customer who is covered at once. Ids of types belong to the customer source: always ask for them.
const [type] = (await send('GET', '/subscriptions/subscriptionTypes')).answer.subscriptionTypes;
const [response] = (await send('GET', '/responseTypes')).answer.responseTypes;
const { customer } = (await send('POST', '/customers', {
  customer: { name: 'Jane', surname: 'Doe', mobile },
  subscription: { subscriptionTypeId: type.id },
})).answer;

// A callout. Asking again while it is active returns the same one: after a lost answer, just repeat.
const cry = {
  location: { latitude: -26.12345, longitude: 28.12345, accuracy: 10 },
  responseTypeId: response.id,
};
const raise = async () => (await send('POST', `/customers/${customer.id}/callouts`, cry)).answer.callout;
const callout = await raise();
if ((await raise()).id !== callout.id) throw new Error('a second callout');

const read = async () => (await send('GET', `/callouts/${callout.id}`)).answer.callout;
console.log(`callout ${callout.id}: ${(await read()).status}`);
// Open it in a browser. It is a secret: whoever has it sees the callout.
const page = await fetch(callout.url);
if (!page.ok) throw new Error('the tracking page does not open');

// Play the responder (on the real staging service: in the portal), and watch.
for (const stage of ['dispatched', 'arrived', 'completed', 'closed']) {
  await send('POST', `/callouts/${callout.id}/stage`, { stage }, control);
  console.log(`callout ${callout.id}: ${(await read()).status}`);
}

// From now on a location update answers 285: stop sending.
const late = await send('POST', `/callouts/${callout.id}/location`, { latitude: -26.2, longitude: 28.2 });
if (late.status !== 285) throw new Error(`${late.status} instead of 285`);
console.log('done');
