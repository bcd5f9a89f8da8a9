// triad-check: a service whose requests have every rule, for validation_test.mjs.
#include "runtime/rpc/bound_service.h"
#include "runtime/service/service.h"
#include "tests/validation/check.pb.h"

namespace triad::validation::testing {
namespace {

class Checks {
 public:
  absl::StatusOr<CheckResponse> Check(rpc::Call&, const CheckRequest&) { return CheckResponse(); }
};

class CheckService final : public rpc::BoundService {
 public:
  explicit CheckService(rpc::Admission& admission)
      : BoundService(admission, "triad.validation.testing.CheckService") {
    Unary("Check", &checks_, &Checks::Check, rpc::Run::kInline);
  }

 private:
  Checks checks_;
};

int Main(int argc, char** argv) {
  service::Service service({.name = "triad-check", .summary = "Checks requests."});
  service.Start(argc, argv);
  CheckService checks(service.admission());
  return service.Serve({&checks}, [](absl::Duration) { return absl::OkStatus(); });
}

}  // namespace
}  // namespace triad::validation::testing

int main(int argc, char** argv) { return triad::validation::testing::Main(argc, argv); }
