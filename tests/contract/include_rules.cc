#include "tests/contract/include_rules.h"

#include <regex>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace triad::contract {
namespace {

// base <- io, telemetry <- http, rpc, database <- service, services; the gateway
// stands on base, io, telemetry and http. In a service: handlers -> domain ->
// repository -> database.
struct Rule {
  const char* files;      // matches from the start
  const char* forbidden;  // matches from the start
  const char* reason;
};

// Of a service's files, those that speak gRPC, by name.
#define TRIAD_HANDLERS "(\\w+_)?(handlers?|service|mapping|headers)\\.(h|cc)$"

// What sends something of its own accord.
#define TRIAD_OUTWARD "(http_client|tracing|error_reports|reporting)/"

constexpr Rule kRules[] = {
    {"runtime/base/", "runtime/(?!base/)", "base knows no other part of the runtime"},
    {"runtime/io/", "runtime/(?!base/|io/)", "io stands on base alone"},
    {"runtime/telemetry/", "runtime/(?!base/|telemetry/)", "telemetry stands on base alone"},
    {"runtime/(http|rpc|database)/", "runtime/" TRIAD_OUTWARD, "it records; it does not send"},
    {"runtime/http/", "runtime/(rpc|database|service)/", "http stands on base, io and telemetry"},
    {"runtime/rpc/", "runtime/(http|database|service)/", "rpc stands on base, io and telemetry"},
    {"runtime/database/", "runtime/(http|rpc|service)/",
     "database stands on base, io and telemetry"},
    {"runtime/http_client/", "runtime/(?!base/|io/|http_client/)",
     "the HTTP client stands on base and io"},
    {"runtime/" TRIAD_OUTWARD, "runtime/(http|rpc|database|service)/",
     "traces and errors leave by the HTTP client, whatever they are about"},
    {"gateway/(?!main\\.cc|flags\\.)", "runtime/" TRIAD_OUTWARD,
     "the gateway's parts record; its main sends"},
    {"runtime/", "(gateway|services)/", "the runtime knows none of its users"},
    {"runtime/", "triad/", "the runtime knows no contract"},
    {"gateway/", "runtime/(rpc|database|service)/",
     "the gateway is no gRPC server and has no data"},
    {"gateway/", "services/", "the gateway has no code per service"},
    {"gateway/", "triad/(?!gateway/)", "the gateway knows contracts by descriptor only"},
    {"gateway/", "(grpc|grpcpp)/|.*\\.grpc\\.pb\\.h$", "the gateway links no gRPC"},
    {"gateway/(?!proxy/)\\w+/", "gateway/proxy/", "the proxy stands on the other parts"},
    {"gateway/routing/", "gateway/(?!routing/)", "routing stands alone"},
    {"gateway/upstream/", "gateway/(?!upstream/)", "upstream stands alone"},
    {"gateway/(?!proxy/|upstream/)\\w+/", "gateway/upstream/", "only the proxy calls services"},
    {"services/", "gateway/", "services do not know the gateway"},
    {"services/", "runtime/http/", "a service's admin port is runtime/service's"},
    {"services/config/", "(services|triad)/(transform|storage)/",
     "services do not know each other"},
    {"services/transform/", "(services|triad)/(config|storage)/",
     "services do not know each other"},
    {"services/storage/", "(services|triad)/(config|transform)/",
     "services do not know each other"},
    {"services/\\w+/(?!main\\.cc|" TRIAD_HANDLERS ")", "(grpc|grpcpp)/|.*\\.pb\\.h$",
     "the domain and the repository know no gRPC: put it into a handler or a mapping"},
    {"services/\\w+/(?!main\\.cc|" TRIAD_HANDLERS ")", "runtime/(rpc|service)/",
     "the domain and the repository do not know that they are served"},
    {"services/\\w+/" TRIAD_HANDLERS, "services/\\w+/\\w*repository\\.h|runtime/database/",
     "handlers ask the domain, not the repository"},
    {"services/\\w+/\\w*repository\\.(h|cc)$", "services/\\w+/\\w*store\\.h",
     "the repository does not know the domain above it"},
    {"", "(gtest|gmock|tests)/|.*/testing/", "product code needs no test code"},
};

struct Compiled {
  std::regex files;
  std::regex forbidden;
  const char* reason;
};

const std::vector<Compiled>& Rules() {
  static const std::vector<Compiled>& rules = *[] {
    auto* result = new std::vector<Compiled>();
    for (const Rule& rule : kRules) {
      result->push_back({std::regex(rule.files), std::regex(rule.forbidden), rule.reason});
    }
    return result;
  }();
  return rules;
}

bool StartMatches(const std::string& text, const std::regex& pattern) {
  return std::regex_search(text, pattern, std::regex_constants::match_continuous);
}

bool IsTest(absl::string_view file) {
  return absl::EndsWith(file, "_test.cc") || absl::StrContains(file, "/testing/") ||
         absl::StartsWith(file, "tests/");
}

}  // namespace

std::optional<std::string> IncludeProblem(const std::string& file, const std::string& header) {
  if (IsTest(file)) return std::nullopt;
  for (const Compiled& rule : Rules()) {
    if (StartMatches(file, rule.files) && StartMatches(header, rule.forbidden)) {
      return absl::StrCat(file, " includes ", header, ": ", rule.reason);
    }
  }
  return std::nullopt;
}

std::vector<std::string> IncludesOf(absl::string_view source) {
  std::vector<std::string> headers;
  for (absl::string_view line : absl::StrSplit(source, '\n')) {
    line = absl::StripLeadingAsciiWhitespace(line);
    if (!absl::ConsumePrefix(&line, "#")) continue;
    line = absl::StripLeadingAsciiWhitespace(line);
    if (!absl::ConsumePrefix(&line, "include")) continue;
    line = absl::StripLeadingAsciiWhitespace(line);
    std::size_t end = line.find_first_of(">\"", 1);
    if (end != absl::string_view::npos) headers.emplace_back(line.substr(1, end - 1));
  }
  return headers;
}

}  // namespace triad::contract
