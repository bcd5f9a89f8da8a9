// The HTTP client, by the names that are used here.
#pragma once

#include "runtime/http_client/http_client.h"

namespace triad::storage::s3 {

using http_client::HttpClient;
using http_client::HttpHead;
using http_client::HttpRequest;
using http_client::HttpResponse;
using http_client::ResponseReader;

}  // namespace triad::storage::s3
