// Spans: what one step of a request was, how long it took, and how it ended.
//
// Nothing here sends them anywhere: a SpanSink does, if there is one. Names and
// attributes are those of OpenTelemetry's semantic conventions.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/base/clock.h"
#include "runtime/telemetry/traces/trace.h"

namespace triad {

class Random;

enum class SpanKind { kInternal = 1, kServer = 2, kClient = 3 };

struct Span {
  using Attribute = std::pair<const char*, std::variant<std::string, std::int64_t>>;

  TraceContext trace;  // its own ids, and its parent's
  std::string name;    // of few values: a method, a route; never what a user sent
  SpanKind kind = SpanKind::kInternal;
  absl::Time start;
  absl::Time end;
  bool failed = false;
  std::string message;  // why, if it failed
  std::vector<Attribute> attributes;
};

// Takes spans that have ended. Thread-safe; never blocks, so it may drop.
class SpanSink {
 public:
  virtual ~SpanSink() = default;
  virtual void Add(Span span) = 0;
};

// Who decides about traces in this process. Thread-safe; a plain value.
class Tracer {
 public:
  // `ratio` as in ContinueTrace. None is owned; without a sink nothing is
  // recorded, and asking costs next to nothing.
  Tracer(Random& random, const Clock& clock, double ratio, SpanSink* sink)
      : random_(&random), clock_(&clock), ratio_(ratio), sink_(sink) {}

  // Records nothing, and passes on what it is given.
  static const Tracer& Off();

  TraceContext Continue(absl::string_view traceparent, absl::string_view tracestate) const {
    return ContinueTrace(traceparent, tracestate, *random_, ratio_);
  }
  TraceContext Child(const TraceContext& parent) const { return ChildOf(parent, *random_); }

  // A span begins at its Now, and ends as much later as its Stopwatch says.
  const Clock& clock() const { return *clock_; }

  bool on() const { return sink_ != nullptr; }
  bool Records(const TraceContext& trace) const { return on() && trace.sampled; }
  // Only if it Records the span's trace.
  void Record(Span span) const { sink_->Add(std::move(span)); }

 private:
  Random* random_;
  const Clock* clock_;
  double ratio_;
  SpanSink* sink_;
};

// Attributes of a gRPC call's span, server's or client's. `full_name` is
// "pkg.Service/Method".
std::vector<Span::Attribute> RpcAttributes(absl::string_view full_name, absl::StatusCode code);

}  // namespace triad
