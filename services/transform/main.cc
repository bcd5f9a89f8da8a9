// triad-transform: text and data operations.
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "runtime/base/options/options.h"
#include "runtime/service/service.h"
#include "services/transform/service.h"

namespace {

// What a message holds beside its text fits in the rest of gRPC's limit.
constexpr std::int64_t kMostBytes = 6 * 1024 * 1024;

absl::Status CheckBytes(std::int64_t bytes) {
  if (bytes >= 1 && bytes <= kMostBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("expected 1 to ", kMostBytes, " bytes"));
}

}  // namespace

int main(int argc, char** argv) {
  triad::service::Service service(
      {.name = "triad-transform", .summary = "Runs text and data operations from a catalogue."});
  triad::transform::Limits limits;
  std::int64_t max_input = static_cast<std::int64_t>(limits.max_input_bytes);
  std::int64_t max_output = static_cast<std::int64_t>(limits.max_output_bytes);
  service.options().Add("max_input_bytes", &max_input, "largest input of a transformation");
  service.options().AddCheck("max_input_bytes", [&] { return CheckBytes(max_input); });
  service.options().Add("max_output_bytes", &max_output, "largest output of each step");
  service.options().AddCheck("max_output_bytes", [&] { return CheckBytes(max_output); });
  service.Start(argc, argv);

  limits.max_input_bytes = static_cast<std::size_t>(max_input);
  limits.max_output_bytes = static_cast<std::size_t>(max_output);
  triad::transform::TransformService handlers(service.admission(), limits);
  // Nothing below it can fail: a process that answers is healthy.
  return service.Serve({&handlers}, [](absl::Duration) { return absl::OkStatus(); });
}
