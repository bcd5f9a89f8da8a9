// What happens around every RPC, in one place: identity, authorization,
// deadline, span, metrics, logs, and the mapping of Status. Services pass through
// it by being a BoundService:
//
//   class ConfigService final : public rpc::BoundService {
//    public:
//     ConfigService(rpc::Admission& admission, EntryStore& store)
//         : BoundService(admission, "triad.config.v1.ConfigService"), entries_(store) {
//       Unary("GetEntry", &entries_, &EntriesHandler::Get);
//     }
//
//    private:
//     EntriesHandler entries_;
//   };
//
// (A gRPC C++ server interceptor cannot refuse a call.) Methods whose proto does
// not say `idempotency_level = NO_SIDE_EFFECTS` need the auth token, if there
// is one; with auth_reads all do. gRPC health, reflection and the build do not pass
// through it, and are open. A refused call never reaches its function: UNAUTHENTICATED,
// DEADLINE_EXCEEDED if its deadline has passed (checked again when its turn in
// the executor comes), UNAVAILABLE with RetryInfo when the executor is full or
// the server drains, INVALID_ARGUMENT for a message that breaks a rule of its proto
// (runtime/validation), each of a stream's.
#pragma once

#include <prometheus/counter.h>

#include <atomic>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/auth_tokens.h"
#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/rpc/calls/stream_registry.h"
#include "runtime/telemetry/logs/sampler.h"
#include "runtime/telemetry/traces/request_context.h"
#include "runtime/telemetry/traces/trace.h"
#include "runtime/validation/rule_book.h"

namespace google::protobuf {
class Descriptor;
}

namespace triad {
class ErrorSink;
class Executor;
class MemoryBudget;
class Metrics;
}  // namespace triad

namespace triad::rpc {

class BoundService;

// Nothing is owned; all must outlive the Admission.
struct AdmissionOptions {
  Executor* executor = nullptr;
  Metrics* metrics = nullptr;
  const Clock* clock = &Clock::System();
  Random* random = &Random::System();
  const Tracer* tracer = &Tracer::Off();
  ErrorSink* errors = nullptr;  // null: errors are not reported
  // Where answers are held that callers have not taken; null: nowhere.
  MemoryBudget* answers = nullptr;
  // Bearer tokens of which writes must carry one, as AuthTokens has them; empty:
  // none is asked for.
  std::string auth_token;
  // Whether reads must carry one too.
  bool auth_reads = false;
  // By which rules of their protos requests are checked.
  validation::Mode validation = validation::Mode::kStandard;
};

// What all services of a process share. Thread-safe. Must outlive the server.
class Admission {
 public:
  // Registers the metrics of the executor, whose queue is read when scraped.
  explicit Admission(AdmissionOptions options);
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // From now on calls are answered UNAVAILABLE, and streams that give are cancelled. What
  // runs goes on.
  void BeginDrain();
  bool draining() const { return draining_.load(std::memory_order_relaxed); }

  // Called with each call that is refused for want of a right, and with the name of what it is
  // about, if that is known, on any thread; must not block. To be set before the server starts.
  using OnRefused =
      std::function<void(const RequestContext&, const absl::Status&, std::string resource)>;
  void SetOnRefused(OnRefused on_refused) { on_refused_ = std::move(on_refused); }

  AuthTokens& tokens() { return tokens_; }

  // The rules that requests are checked by. INVALID_ARGUMENT for some that cannot be, or are not
  // standard: the server must not start then.
  const absl::Status& rules_status() const { return rules_status_; }
  const validation::RuleBook& rules() const { return rules_; }

  // In the order in which they were made.
  const std::vector<const BoundService*>& services() const { return services_; }

  // For services and the calls themselves.
  void AddService(const BoundService& service) { services_.push_back(&service); }
  // Those of requests of this type, which may be null. To be asked before the server starts.
  const validation::MessageRules* RulesOf(const google::protobuf::Descriptor& request);
  const AdmissionOptions& options() const { return options_; }
  void CountRefusal() { refused_.Increment(); }
  bool WantsRefused() const { return on_refused_ != nullptr; }
  void Refused(const RequestContext& call, const absl::Status& status, std::string resource) const {
    on_refused_(call, status, std::move(resource));
  }
  StreamRegistry& streams() { return streams_; }
  log::Sampler& unavailable_lines() { return unavailable_lines_; }

 private:
  const AdmissionOptions options_;
  AuthTokens tokens_;
  validation::RuleBook rules_;
  absl::Status rules_status_;  // the first error
  prometheus::Counter& refused_;
  OnRefused on_refused_;
  std::atomic<bool> draining_{false};
  std::vector<const BoundService*> services_;  // complete before the server starts
  StreamRegistry streams_;
  log::Sampler unavailable_lines_;
};

}  // namespace triad::rpc
