// triad-transform: text and data operations, and recipes of them that are kept.
#include <memory>
#include <optional>

#include "runtime/audit/audit_log.h"
#include "runtime/audit/handler/audit_handler.h"
#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/database/database.h"
#include "runtime/service/audit_options.h"
#include "runtime/service/service.h"
#include "services/transform/apart_threads.h"
#include "services/transform/migrations.h"
#include "services/transform/options.h"
#include "services/transform/recipes/recipe_store.h"
#include "services/transform/service.h"

namespace triad::transform {
namespace {

int Main(int argc, char** argv) {
  service::Service service(
      {.name = "triad-transform",
       .summary = "Runs text and data operations from a catalogue, and keeps recipes of them."});
  service::DataOptions data(service, service::DataNeed::kOptional);
  service::AuditOptions audit_options(service);
  Options options;
  options.Register(service.options());
  service.Start(argc, argv);

  const Clock& clock = Clock::System();
  // The rest is for what arrives, what leaves and what waits.
  RunningBytes running(service.memory_budget() / 4);
  ApartThreads apart(service.executor_threads());
  options.limits.apart = [&apart](absl::FunctionRef<void()> work) { return apart.Run(work); };
  std::unique_ptr<db::Database> database = data.OpenDatabase(Migrations());
  std::unique_ptr<audit::AuditLog> audit;
  std::optional<RecipeStore> recipes;
  std::optional<audit::AuditHandler> audit_handler;
  TransformParts parts;
  if (database != nullptr) {
    audit = audit_options.Open(*database, clock);
    parts.recipes = &recipes.emplace(
        RecipeParts{*database, *audit, clock, Random::System(), options.limits, running},
        options.recipes);
    parts.audit = &audit_handler.emplace(*audit, service.executor());
  }
  TransformService handlers(service.admission(), options.limits, running, parts);
  return service.Serve({&handlers}, [&](absl::Duration timeout) {
    // Nothing else can fail: without a database, a process that answers is healthy.
    return database == nullptr ? absl::OkStatus() : database->CheckHealth(timeout);
  });
}

}  // namespace
}  // namespace triad::transform

int main(int argc, char** argv) { return triad::transform::Main(argc, argv); }
