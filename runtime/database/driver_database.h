// The Database that stands on a driver's sessions, whatever the engine: metrics,
// spans, health, and who uses which session when.
#pragma once

#include <memory>

#include "runtime/database/database.h"
#include "runtime/database/driver.h"
#include "runtime/database/open.h"

namespace triad::db {

// `system` is a literal: OpenTelemetry's name of the engine, for spans. Of `options`,
// what is the same for every engine.
std::unique_ptr<Database> MakeDatabase(DriverSessions sessions, const char* system,
                                       const OpenOptions& options);

}  // namespace triad::db
