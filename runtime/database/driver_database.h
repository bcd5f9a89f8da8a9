// The Database that stands on a driver's sessions, whatever the engine: metrics,
// spans, health, and who uses which session when.
#pragma once

#include <memory>

#include "runtime/database/database.h"
#include "runtime/database/driver.h"

namespace triad {
class Metrics;
}

namespace triad::db {

// `system` is a literal: OpenTelemetry's name of the engine, for spans. `metrics`
// may be null; else it outlives the database.
std::unique_ptr<Database> MakeDatabase(DriverSessions sessions, const char* system,
                                       Metrics* metrics);

}  // namespace triad::db
