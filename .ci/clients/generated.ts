// The quickstart through openapi-fetch, with the types that openapi-typescript made from the contract.

import createClient from 'openapi-fetch';
import type { paths } from './contract.js';

const { AURA_API, AURA_CONTROL, AURA_CLIENT_ID, AURA_CLIENT_SECRET } = process.env as Record<string, string>;

const client = createClient<paths>({ baseUrl: AURA_API! });

// The answer's data; an error ends the program with the API's message.
function ok<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.url}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

const token = ok(
  await client.POST('/oauth/token', {
    body: { clientId: AURA_CLIENT_ID!, clientSecret: AURA_CLIENT_SECRET! },
  }),
);
client.use({
  onRequest: ({ request }) => {
    request.headers.set('Authorization', `Bearer ${token.accessToken}`);
    return request;
  },
});

const types = ok(await client.GET('/subscriptions/subscriptionTypes'));
const responses = ok(await client.GET('/responseTypes'));
const registered = ok(
  await client.POST('/customers', {
    body: {
      customer: { name: 'Jane', surname: 'Doe', mobile: '+27821234502' },
      subscription: { subscriptionTypeId: types.subscriptionTypes![0]!.id! },
    },
  }),
);
const customerId = registered.customer!.id!;

const raise = async () =>
  ok(
    await client.POST('/customers/{customerId}/callouts', {
      params: { path: { customerId } },
      body: {
        location: { latitude: -26.12345, longitude: 28.12345, accuracy: 10 },
        responseTypeId: responses.responseTypes![0]!.id!,
      },
    }),
  ).callout!;
const callout = await raise();
const calloutId = callout.id!;
if ((await raise()).id !== calloutId) throw new Error('a second callout');
if (!(await fetch(callout.url!)).ok) throw new Error('the tracking page does not open');

const seen = new Set<string>();
for (const stage of [undefined, 'dispatched', 'arrived', 'completed', 'closed']) {
  if (stage) {
    const answer = await fetch(`${AURA_CONTROL}/callouts/${calloutId}/stage`, {
      method: 'POST',
      body: JSON.stringify({ stage }),
    });
    if (!answer.ok) throw new Error(`${stage}: ${answer.status}`);
  }
  const view = ok(await client.GET('/callouts/{calloutId}', { params: { path: { calloutId } } })).callout!;
  if (!view.incidentInformation?.length) throw new Error('nested on reading (R29)');
  seen.add(view.status!);
}
if (seen.size !== 5) throw new Error([...seen].join());

const late = await client.POST('/callouts/{calloutId}/location', {
  params: { path: { calloutId } },
  body: { latitude: -26.2, longitude: 28.2 },
});
if (late.response.status !== 285) throw new Error(`${late.response.status} instead of 285`);
console.log('ok  openapi-fetch:', [...seen].join(' > '));
