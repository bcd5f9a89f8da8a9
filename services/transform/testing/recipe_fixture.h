// A store of recipes on a real database, for tests.
#pragma once

#include <memory>
#include <string>

#include "runtime/audit/audit_log.h"
#include "runtime/base/random.h"
#include "runtime/base/testing/fake_clock.h"
#include "runtime/database/testing/temp_database.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/transform/migrations.h"
#include "services/transform/recipes/recipe_store.h"

namespace triad::transform::testing {

inline bool Never() { return false; }

class RecipeFixture {
 public:
  explicit RecipeFixture(const RecipeLimits& limits = {}) : limits_(limits) { Open(); }

  RecipeStore& store() { return *store_; }
  audit::AuditLog& audit() { return *audit_; }
  db::TempDatabase& database() { return database_; }
  FakeClock& clock() { return clock_; }
  RunningBytes& running() { return running_; }

  // As after a restart.
  void Reopen() {
    store_.reset();
    audit_.reset();
    database_.Reopen();
    Open();
  }

 private:
  void Open() {
    audit_ = *audit::AuditLog::Open(*database_, clock_, metrics_, {});
    store_ = std::make_unique<RecipeStore>(
        RecipeParts{*database_, *audit_, clock_, Random::System(), run_limits_, running_}, limits_);
  }

  const RecipeLimits limits_;
  const Limits run_limits_;
  RunningBytes running_{std::int64_t{64} * 1024 * 1024};
  FakeClock clock_;
  Metrics metrics_{"test"};
  db::TempDatabase database_{Migrations()};
  std::unique_ptr<audit::AuditLog> audit_;
  std::unique_ptr<RecipeStore> store_;
};

}  // namespace triad::transform::testing
