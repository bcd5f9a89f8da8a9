#include "runtime/telemetry/traces/request_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <variant>

#include "runtime/base/testing/fake_clock.h"
#include "runtime/base/testing/fake_random.h"

namespace triad {
namespace {

constexpr char kSampled[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr char kUnsampled[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

struct Kept final : SpanSink {
  void Add(Span span) override { spans.push_back(std::move(span)); }
  std::vector<Span> spans;
};

class Request final : public RequestContext {
 public:
  Request(const Tracer& tracer, const char* traceparent)
      : tracer_(tracer), trace_(tracer.Continue(traceparent, "")) {}
  absl::string_view request_id() const override { return "request-1"; }
  const TraceContext& trace() const override { return trace_; }
  const Tracer& tracer() const override { return tracer_; }

 private:
  const Tracer& tracer_;
  const TraceContext trace_;
};

class RequestContextTest : public testing::Test {
 protected:
  FakeRandom random_;
  Kept kept_;
  Tracer tracer_{random_, Clock::System(), 1, &kept_};
};

TEST_F(RequestContextTest, ScopesNestAndMayBeEmpty) {
  Request outer(tracer_, kSampled);
  EXPECT_EQ(CurrentRequest(), nullptr);
  {
    WorkingFor scope(&outer);
    EXPECT_EQ(CurrentRequest(), &outer);
    {
      WorkingFor none(nullptr);
      EXPECT_EQ(CurrentRequest(), nullptr);
    }
    EXPECT_EQ(CurrentRequest(), &outer);
  }
  EXPECT_EQ(CurrentRequest(), nullptr);
}

TEST_F(RequestContextTest, AChildSpanIsBelowTheRequests) {
  Request request(tracer_, kSampled);
  WorkingFor scope(&request);
  EXPECT_EQ(CurrentRecordedTrace(), request.trace().trace_id);
  {
    ChildSpan span("db read", SpanKind::kClient);
    span.Set("db.system", "sqlite");
    span.End(absl::UnavailableError("gone, with what a user sent"));
  }
  ASSERT_EQ(kept_.spans.size(), 1u);
  const Span& span = kept_.spans[0];
  EXPECT_EQ(span.name, "db read");
  EXPECT_EQ(span.trace.trace_id, request.trace().trace_id);
  EXPECT_EQ(span.trace.parent_span_id, request.trace().span_id);
  EXPECT_LE(span.start, span.end);
  EXPECT_TRUE(span.failed);
  EXPECT_EQ(span.message, "UNAVAILABLE");
  EXPECT_EQ(std::get<std::string>(span.attributes.at(0).second), "sqlite");
}

TEST_F(RequestContextTest, AChildSpanLastsAsLongAsItDidWhateverTheWallClockDoes) {
  FakeClock clock;
  Tracer tracer(random_, clock, 1, &kept_);
  Request request(tracer, kSampled);
  WorkingFor scope(&request);
  for (absl::Duration step : {-absl::Hours(1), absl::Minutes(1)}) {
    ChildSpan span("db read", SpanKind::kClient);
    clock.Advance(absl::Seconds(2));
    clock.Set(clock.Now() + step);
  }
  ASSERT_EQ(kept_.spans.size(), 2u);
  for (const Span& span : kept_.spans) EXPECT_EQ(span.end - span.start, absl::Seconds(2));
}

TEST_F(RequestContextTest, NothingIsRecordedWithoutARequestASampleOrASink) {
  { ChildSpan span("nobody's", SpanKind::kClient); }
  Request unsampled(tracer_, kUnsampled);
  Request off(Tracer::Off(), kSampled);
  for (const Request* request : {&unsampled, &off}) {
    WorkingFor scope(request);
    EXPECT_EQ(CurrentRecordedTrace(), "");
    ChildSpan span("unseen", SpanKind::kClient);
    span.Set("a", "b");
    span.End(absl::InternalError("x"));
  }
  EXPECT_TRUE(kept_.spans.empty());
}

}  // namespace
}  // namespace triad
