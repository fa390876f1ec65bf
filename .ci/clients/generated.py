"""The quickstart through a client that openapi-python-client made from the contract."""

import os
import urllib.request

from aura_people_protect_api_panic_api_client import AuthenticatedClient, Client
from aura_people_protect_api_panic_api_client.api.authentication import create_oauth_token
from aura_people_protect_api_panic_api_client.api.callouts import (
    create_customer_callout,
    get_callout,
    update_callout_location,
)
from aura_people_protect_api_panic_api_client.api.customers import create_customer
from aura_people_protect_api_panic_api_client.api.response_types_and_coverage import list_response_types
from aura_people_protect_api_panic_api_client.api.subscriptions import list_subscription_types
from aura_people_protect_api_panic_api_client.models.callout_location import CalloutLocation
from aura_people_protect_api_panic_api_client.models.create_customer_callout_request import (
    CreateCustomerCalloutRequest,
)
from aura_people_protect_api_panic_api_client.models.create_customer_request import CreateCustomerRequest
from aura_people_protect_api_panic_api_client.models.customer_input import CustomerInput
from aura_people_protect_api_panic_api_client.models.registration_subscription import (
    RegistrationSubscription,
)
from aura_people_protect_api_panic_api_client.models.token_request import TokenRequest
from aura_people_protect_api_panic_api_client.models.update_callout_location_request import (
    UpdateCalloutLocationRequest,
)

api = os.environ["AURA_API"]
credentials = TokenRequest(
    client_id=os.environ["AURA_CLIENT_ID"], client_secret=os.environ["AURA_CLIENT_SECRET"]
)
token = create_oauth_token.sync(client=Client(base_url=api), body=credentials)
client = AuthenticatedClient(base_url=api, token=token.accessToken, raise_on_unexpected_status=True)

subscription_type = list_subscription_types.sync(client=client).subscription_types[0]
response_type = list_response_types.sync(client=client).response_types[0]
registered = create_customer.sync(
    client=client,
    body=CreateCustomerRequest(
        customer=CustomerInput(name="Jane", surname="Doe", mobile="+27821234501"),
        subscription=RegistrationSubscription(subscription_type_id=subscription_type.id),
    ),
)
customer = registered.customer.id


def raise_callout():
    location = CalloutLocation(latitude=-26.12345, longitude=28.12345, accuracy=10)
    body = CreateCustomerCalloutRequest(response_type_id=response_type.id, location=location)
    return create_customer_callout.sync(customer, client=client, body=body).callout


callout = raise_callout()
assert raise_callout().id == callout.id, "a second callout"
with urllib.request.urlopen(callout.url) as page:
    assert page.status == 200

seen = []
for stage in (None, "dispatched", "arrived", "completed", "closed"):
    if stage:
        url = f"{os.environ['AURA_CONTROL']}/callouts/{callout.id}/stage"
        urllib.request.urlopen(url, f'{{"stage":"{stage}"}}'.encode()).close()
    view = get_callout.sync(callout.id, client=client).callout
    assert view.incident_information, "nested on reading (R29)"
    seen.append(view.status)
assert len(set(seen)) == 5, seen

# Its generated call cannot show a status that Python's HTTPStatus does not know, so request and reader,
# both generated, are put together here.
body = UpdateCalloutLocationRequest(latitude=-26.2, longitude=28.2)
late = client.get_httpx_client().request(**update_callout_location._get_kwargs(callout.id, body=body))
assert late.status_code == 285, late.status_code
assert update_callout_location._parse_response(client=client, response=late).callout.id == callout.id
print("ok  openapi-python-client:", " > ".join(seen))
