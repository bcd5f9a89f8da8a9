#include <memory>

#include "runtime/database/database.h"
#include "runtime/service/service.h"
#include "services/example/counters/counter_store.h"
#include "services/example/migrations.h"
#include "services/example/service.h"

namespace triad::example {
namespace {

int Main(int argc, char** argv) {
  service::Service service(
      {.name = "triad-example", .summary = "Counters that many clients raise at a time."});
  service::DataOptions data(service);
  service.Start(argc, argv);

  std::unique_ptr<db::Database> database = data.OpenDatabase(Migrations());
  CounterStore counters(*database);
  ExampleService handlers(service.admission(), counters);
  return service.Serve({&handlers},
                       [&](absl::Duration timeout) { return database->CheckHealth(timeout); });
}

}  // namespace
}  // namespace triad::example

int main(int argc, char** argv) { return triad::example::Main(argc, argv); }
