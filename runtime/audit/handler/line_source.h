// The lines of an audit log as they are written, none left out.
#pragma once

#include <cstdint>
#include <memory>

#include "runtime/audit/audit_log.h"
#include "runtime/rpc/stream.h"
#include "triad/audit/v1/audit.pb.h"

namespace triad {
class Executor;
}

namespace triad::audit {

using LineSource = rpc::Source<v1::WatchAuditLinesResponse>;

// Where a stream begins: behind this line.
struct LinePosition {
  std::int64_t id = 0;
  // Whether the caller knows it; else the first message tells it, even without a line.
  bool known = false;
};

// What it is given must outlive the stream.
std::unique_ptr<LineSource> FollowLines(AuditLog& log, Executor& executor, Filter filter,
                                        LinePosition after);

}  // namespace triad::audit
