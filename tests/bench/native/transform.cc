// A recipe on a file, again and again, in this process and on one core.
//   triad_bench_transform RECIPE INPUT OUTPUT SECONDS
// The output is written once, to be compared.
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/elapsed.h"
#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/recipe/run.h"
#include "tests/bench/native/result.h"

namespace triad::bench {
namespace {

constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max() / 2;

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Fail(absl::StrCat("cannot read ", path));
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Run(const std::string& input, const transform::Recipe& recipe) {
  transform::RunOptions options = {.limits = {.max_input_bytes = kAny,
                                              .max_output_bytes = kAny,
                                              .max_total_bytes = kAny,
                                              .max_ratio = kAny,
                                              .max_time = absl::InfiniteDuration()}};
  transform::RunningBytes memory(kAny);
  auto result = transform::RunRecipe(input, recipe, options, memory, transform::NeverCancelled);
  if (!result.ok()) Fail(result.status().ToString());
  if (result->failure.has_value()) Fail(result->failure->status.ToString());
  return std::move(result->output);
}

int Main(int argc, char** argv) {
  double seconds;
  if (argc != 5 || !absl::SimpleAtod(argv[4], &seconds)) {
    Fail("usage: triad_bench_transform RECIPE INPUT OUTPUT SECONDS");
  }
  auto recipe = transform::ParseRecipe(argv[1]);
  if (!recipe.ok()) Fail(recipe.status().ToString());
  std::string input = Read(argv[2]);
  std::ofstream(argv[3], std::ios::binary) << Run(input, *recipe);
  Result result;
  Stopwatch whole;
  absl::Duration spent = ProcessorTime();
  while (result.durations.empty() || whole.elapsed() < absl::Seconds(seconds)) {
    Stopwatch one;
    Run(input, *recipe);
    result.durations.push_back(one.elapsed());
  }
  result.took = whole.elapsed();
  result.processor = ProcessorTime() - spent;
  Print(result);
  return 0;
}

}  // namespace
}  // namespace triad::bench

int main(int argc, char** argv) { return triad::bench::Main(argc, argv); }
