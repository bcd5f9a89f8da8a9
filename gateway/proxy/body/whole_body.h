// Reads a request's body that is to be had whole.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "runtime/http/server.h"

namespace triad::gateway {

// `done` gets the body, later, on the loop. OUT_OF_RANGE if it is over `limit`,
// without reading more; otherwise the errors of Exchange::ReadBody.
void CollectWholeBody(std::shared_ptr<http::Exchange> exchange, std::size_t limit,
                      http::Exchange::BodyCallback done);

}  // namespace triad::gateway
