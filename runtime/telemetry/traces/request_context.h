// Which request a thread works for, so that what is far below its handler (a
// database, a log line) can say so without being told.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "runtime/base/elapsed.h"
#include "runtime/telemetry/traces/span.h"
#include "runtime/telemetry/traces/trace.h"

namespace triad {

// Where a request comes from.
struct RequestOrigin {
  std::string method;     // what is called
  std::string principal;  // by whom, if that is known
  std::string peer;       // the other end of the connection
  std::string address;    // of the client, as a proxy of ours states it
};

class RequestContext {
 public:
  virtual ~RequestContext() = default;
  virtual absl::string_view request_id() const = 0;
  virtual const TraceContext& trace() const = 0;
  virtual const Tracer& tracer() const = 0;
  virtual RequestOrigin origin() const { return {}; }
};

// Null if this thread works for none.
const RequestContext* CurrentRequest();

// Its trace id if spans of it are recorded, else empty: what exemplars hold.
absl::string_view CurrentRecordedTrace();

// Makes `request`, which may be null, the current one for its own scope. It is
// not looked at again when the scope ends.
class WorkingFor {
 public:
  explicit WorkingFor(const RequestContext* request);
  ~WorkingFor();
  WorkingFor(const WorkingFor&) = delete;
  WorkingFor& operator=(const WorkingFor&) = delete;

 private:
  const RequestContext* const before_;
};

// A span below the current request's, for its own scope; nothing if there is no
// request, or if its trace is not recorded.
class ChildSpan {
 public:
  // `name` and names of attributes must be literals.
  ChildSpan(const char* name, SpanKind kind);
  ~ChildSpan();
  ChildSpan(const ChildSpan&) = delete;
  ChildSpan& operator=(const ChildSpan&) = delete;

  void Set(const char* attribute, absl::string_view value);
  // How it ended: failed, unless OK.
  void End(const absl::Status& status);

 private:
  const Tracer* tracer_ = nullptr;  // null: not recorded
  Span span_;
  std::optional<Stopwatch> watch_;  // if it is
};

}  // namespace triad
