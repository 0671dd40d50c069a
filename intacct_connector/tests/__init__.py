from . import test_gateway_client
from . import test_gateway_paging
from . import test_gateway_requests
