// triad-transform: text and data operations.
#include <cstdint>

#include "runtime/base/options/options.h"
#include "runtime/service/service.h"
#include "services/transform/service.h"

namespace {

// What a message holds beside its text fits in the rest of gRPC's limit.
constexpr triad::Range<std::int64_t> kBytes = {.min = 1, .max = 6 * 1024 * 1024};

}  // namespace

int main(int argc, char** argv) {
  triad::service::Service service(
      {.name = "triad-transform", .summary = "Runs text and data operations from a catalogue."});
  triad::transform::Limits limits;
  service.options().Add("max_input_bytes", &limits.max_input_bytes,
                        "largest input of a transformation", kBytes);
  service.options().Add("max_output_bytes", &limits.max_output_bytes, "largest output of each step",
                        kBytes);
  service.options().Add("max_total_bytes", &limits.max_total_bytes,
                        "bytes that the steps of a transformation together may work on",
                        {.min = 1});
  service.options().Add("max_ratio", &limits.max_ratio,
                        "times that an output of over 1 MiB may be as long as its input",
                        {.min = 1});
  service.options().Add("max_time", &limits.max_time, "time that a transformation may take");
  std::int64_t max_streams = static_cast<std::int64_t>(limits.max_streams);
  service.options().Add("max_streams", &max_streams, "streams that may be open at a time",
                        {.min = 1, .max = 1024});
  service.Start(argc, argv);
  limits.max_streams = static_cast<std::size_t>(max_streams);
  // The other half is for what arrives, what leaves and what waits.
  limits.memory_bytes = service.memory_budget() / 4;

  triad::transform::TransformService handlers(service.admission(), limits);
  // Nothing below it can fail: a process that answers is healthy.
  return service.Serve({&handlers}, [](absl::Duration) { return absl::OkStatus(); });
}
