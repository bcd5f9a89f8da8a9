#include "tests/contract/style_rules.h"

#include <regex>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace triad::contract {
namespace {

constexpr StyleRule kRules[] = {
    {"(?!runtime/base/clock\\.cc|tests/contract/).*", "\\babsl::Now\\(\\)",
     "wall time comes from a Clock, elapsed time from a Stopwatch or a Countdown",
     "  absl::Time now = absl::Now();"},
    {"(?!tests/|runtime/(rpc|grpc_client)/.*_test\\.cc|.*/testing/).*", "\\bsystem_clock\\b",
     "wall time comes from a Clock, elapsed time from a Stopwatch or a Countdown",
     "  auto begin = std::chrono::system_clock::now();"},
    {"(?!tests/contract/).*", "\\bk(Most|Least|Largest|Smallest)[A-Z]",
     "limits are kMax… and kMin…", "constexpr int kMostWords = 3;"},
    {"(?!tests/contract/).*", "^\\s*// ?(-{3}|={3}|\\*{3})", "comments have no banners",
     "// ---- the answer ----"},
    {".*_test\\.cc", "^TEST(_F|_P)?\\((?!\\w+Test,)",
     "a test suite is named after what it tests, …Test", "TEST(Contract, EveryMethodIsGuarded) {"},
    {"(?!tests/contract/).*", "for \\([^;]+ : [^;()]*\\([^()]*\\)->\\w+\\)",
     "what a call gives is gone before the loop over a part of it",
     "  for (const Line& line : log->List(filter)->lines) Show(line);"},
    {".*\\.cc", "^ {2,}const [^&*()=;]+ [a-z](\\w*[a-z0-9])?( = |\\(|\\{)", "locals are not const",
     "  const std::size_t size = text.size();"},
    {"(?!tests/contract/).*\\.cc", "^ {2,}(?!static )\\S.*\\* const [a-z](\\w*[a-z0-9])? = ",
     "locals are not const", "  CURL* const easy = transfer.easy();"},
    {"(?!tests/contract/).*", "\\bstd::string (\\w+::)?\\w*ToString\\(",
     "text made of a value is Format…", "  std::string ToString() const;"},
    {"(?!runtime/messages/|tests/contract/).*",
     "(\\.|->)(has_presence|is_packed|syntax|has_optional_keyword)\\(\\)",
     "what an edition changes is asked of runtime/messages/features.h",
     "  bool has_presence = field.has_presence();"},
};

}  // namespace

absl::Span<const StyleRule> StyleRules() { return kRules; }

std::vector<std::string> StyleProblems(const std::string& path, absl::string_view source) {
  std::vector<const StyleRule*> applying;
  std::vector<std::regex> patterns;
  for (const StyleRule& rule : kRules) {
    if (!std::regex_match(path, std::regex(rule.files))) continue;
    applying.push_back(&rule);
    patterns.emplace_back(rule.forbidden, std::regex::optimize);
  }
  std::vector<std::string> problems;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(source, '\n')) {
    ++number;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      if (!std::regex_search(line.begin(), line.end(), patterns[i])) continue;
      problems.push_back(absl::StrCat(path, ":", number, ": ", applying[i]->reason, ": ", line));
    }
  }
  return problems;
}

}  // namespace triad::contract
