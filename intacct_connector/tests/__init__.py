from . import test_gateway_answers
from . import test_gateway_client
from . import test_gateway_errors
from . import test_gateway_faults
from . import test_gateway_formats
from . import test_gateway_paging
from . import test_gateway_query
from . import test_gateway_requests
