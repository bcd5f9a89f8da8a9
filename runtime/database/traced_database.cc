#include "runtime/database/traced_database.h"

#include <utility>

#include "runtime/telemetry/traces/request_context.h"

namespace triad::db {
namespace {

class TracedDatabase final : public Database {
 public:
  TracedDatabase(std::unique_ptr<Database> database, const char* system)
      : database_(std::move(database)), system_(system) {}

  absl::Status Write(Work work, std::function<void()> committed) override {
    return InSpan("db write", "write",
                  [&] { return database_->Write(std::move(work), std::move(committed)); });
  }

  absl::Status Read(absl::FunctionRef<absl::Status(Session&)> work) override {
    return InSpan("db read", "read", [&] { return database_->Read(work); });
  }

  absl::Status CheckHealth(absl::Duration timeout) override {
    return database_->CheckHealth(timeout);
  }

 private:
  template <typename Call>
  absl::Status InSpan(const char* name, const char* operation, Call call) {
    ChildSpan span(name, SpanKind::kClient);
    span.Set("db.system", system_);
    span.Set("db.operation.name", operation);
    absl::Status status = call();
    span.End(status);
    return status;
  }

  const std::unique_ptr<Database> database_;
  const char* const system_;
};

}  // namespace

std::unique_ptr<Database> Traced(std::unique_ptr<Database> database, const char* system) {
  return std::make_unique<TracedDatabase>(std::move(database), system);
}

}  // namespace triad::db
