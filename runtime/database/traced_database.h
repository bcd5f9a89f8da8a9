// Spans around a database's calls, whatever its driver.
#pragma once

#include <memory>

#include "runtime/database/database.h"

namespace triad::db {

// `database` with a span around each transaction that is made for a request.
// `system` is a literal: OpenTelemetry's name of the engine.
std::unique_ptr<Database> Traced(std::unique_ptr<Database> database, const char* system);

}  // namespace triad::db
