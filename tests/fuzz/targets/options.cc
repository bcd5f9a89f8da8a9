// Command lines. The input is one argument a line.
#include "runtime/base/options/options.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

// One option of each kind.
struct Values {
  std::string text = "initial";
  bool flag = false;
  std::int64_t number = 7;
  double ratio = 0.5;
  absl::Duration duration = absl::Seconds(30);
  std::vector<std::string> list = {"a", "b"};
  std::string choice = "one";
};

absl::Status Parse(const std::vector<std::string>& arguments, Values& values) {
  OptionParser parser("fuzz", "Takes options.");
  parser.Add("text", &values.text, "text");
  parser.Add("flag", &values.flag, "flag");
  parser.Add("number", &values.number, "number", {.min = -5, .max = 1000});
  parser.Add("ratio", &values.ratio, "ratio", {.min = 0, .max = 1});
  parser.Add("duration", &values.duration, "duration");
  parser.Add("list", &values.list, "list");
  parser.AddChoice("choice", &values.choice, "choice", {"one", "two"});
  parser.Retired("old", "--text");
  return parser.Parse(arguments);
}

std::vector<std::string> Format(const Values& values) {
  return {absl::StrCat("--text=", values.text),
          absl::StrCat("--flag=", values.flag ? "true" : "false"),
          absl::StrCat("--number=", values.number),
          absl::StrCat("--ratio=", absl::StrFormat("%.17g", values.ratio)),
          absl::StrCat("--duration=", absl::FormatDuration(values.duration)),
          absl::StrCat("--list=", absl::StrJoin(values.list, ",")),
          absl::StrCat("--choice=", values.choice)};
}

void CheckValues(const Values& values, absl::string_view input) {
  Require(values.number >= -5 && values.number <= 1000, "a number is in its range", input);
  Require(values.ratio >= 0 && values.ratio <= 1, "a ratio is in its range", input);
  Require(values.duration >= absl::ZeroDuration(), "a duration is not negative", input);
  Require(values.choice == "one" || values.choice == "two", "a choice is one of them", input);
  for (const std::string& item : values.list) {
    Require(!item.empty() && !absl::StrContains(item, ','), "an item is one item", input);
  }
}

const Registration kTarget("options", [](absl::string_view input) {
  Values values;
  absl::Status status = Parse(absl::StrSplit(input, '\n', absl::SkipEmpty()), values);
  if (absl::IsCancelled(status)) return;  // --help, --version
  if (!status.ok()) {
    Require(absl::IsInvalidArgument(status), "what is wrong is the caller's", status.message());
    Require(!status.message().empty() && !absl::StrContains(status.message(), '\n'),
            "what is wrong is said in one line", status.message());
    return;
  }
  CheckValues(values, input);
  std::vector<std::string> arguments = Format(values);
  Values again;
  status = Parse(arguments, again);
  Require(status.ok(), "values are accepted as they were read", status.message());
  RequireEqual(absl::StrJoin(Format(again), "\n"), absl::StrJoin(arguments, "\n"),
               "values are read alike twice");
});

}  // namespace
}  // namespace triad::fuzz
