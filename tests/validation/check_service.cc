// triad-check: a service whose requests have every rule, for validation_test.mjs.
#include "runtime/rpc/bound_service.h"
#include "runtime/service/service.h"
#include "tests/validation/check.pb.h"

namespace triad::validation::testing {
namespace {

class TakesAll final : public rpc::Sink<CheckRequest, CheckResponse> {
 public:
  absl::Status Write(const CheckRequest&) override { return absl::OkStatus(); }
  absl::StatusOr<CheckResponse> Finish() override { return CheckResponse(); }
};

class Checks {
 public:
  absl::StatusOr<CheckResponse> Check(rpc::Call&, const CheckRequest&) { return CheckResponse(); }
  absl::StatusOr<std::unique_ptr<rpc::Sink<CheckRequest, CheckResponse>>> CheckEach(rpc::Call&) {
    return std::make_unique<TakesAll>();
  }
};

class CheckService final : public rpc::BoundService {
 public:
  explicit CheckService(rpc::Admission& admission)
      : BoundService(admission, "triad.validation.testing.CheckService") {
    Unary("Check", &checks_, &Checks::Check, rpc::Run::kInline);
    ClientStream("CheckEach", &checks_, &Checks::CheckEach);
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
