#include "services/transform/options.h"

#include "runtime/base/options/options.h"

namespace triad::transform {
namespace {

// What a message holds beside its text fits in the rest of gRPC's limit.
constexpr Range<std::int64_t> kBytes = {.min = 1, .max = 6 * 1024 * 1024};

}  // namespace

void Options::Register(OptionParser& parser) {
  parser.Add("max_input_bytes", &limits.max_input_bytes, "largest input of a transformation",
             kBytes);
  parser.Add("max_output_bytes", &limits.max_output_bytes, "largest output of each step", kBytes);
  parser.Add("max_total_bytes", &limits.max_total_bytes,
             "bytes that the steps of a transformation together may work on", {.min = 1});
  parser.Add("max_ratio", &limits.max_ratio,
             "times that an output of over 1 MiB may be as long as its input", {.min = 1});
  parser.Add("max_time", &limits.max_time, "time that a transformation may take");
  parser.Add("max_streams", &limits.max_streams, "streams that may be open at a time",
             {.min = 1, .max = 1024});
  parser.Add("max_recipes", &recipes.max_recipes, "recipes that may be kept",
             {.min = 1, .max = 1'000'000});
  parser.Add("max_recipe_versions", &recipes.max_versions, "versions that each of them may have",
             {.min = 1, .max = 1'000'000});
}

}  // namespace triad::transform
