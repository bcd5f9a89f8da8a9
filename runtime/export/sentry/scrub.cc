#include "runtime/export/sentry/scrub.h"

#include <regex>
#include <vector>

namespace triad::error_reports {
namespace {

constexpr std::size_t kMaxText = 4096;

#define TRIAD_SECRET_NAMES                                                         \
  "(?:[\\w-]*(?:token|passw(?:or)?d|passphrase|secret|api[_-]?key|access[_-]?key|" \
  "private[_-]?key|credentials?|signature|dsn)[\\w-]*|(?:proxy-)?authorization|(?:set-)?cookie)"

struct Rule {
  const char* pattern;  // ECMAScript, case ignored
  const char* replacement;
};

// In this order: what one has replaced, the next finds harmless.
constexpr Rule kRules[] = {
    // "scheme://user:password@host"
    {"(://)[^\\s/@]+@", "$1[redacted]@"},
    // "Authorization: Digest a, b": the rest of the line
    {"\\b((?:proxy-)?authorization|(?:set-)?cookie)(\"?\\s*[:=]\\s*)[^\\r\\n]+", "$1$2[redacted]"},
    {"\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]+", "$1 [redacted]"},
    // "/path?query", "https://host?query"
    {"(/[^\\s?\"']*)\\?[^\\s\"']+", "$1?[redacted]"},
    // "token=value", "\"password\": \"value\""
    {"\\b(" TRIAD_SECRET_NAMES ")(\"?\\s*[:=]\\s*)(?:\"[^\"]*\"|'[^']*'|[^\\s,;&]+)",
     "$1$2[redacted]"},
};

struct Compiled {
  std::regex pattern;
  const char* replacement;
};

const std::vector<Compiled>& Rules() {
  static const std::vector<Compiled>& rules = *[] {
    auto* compiled = new std::vector<Compiled>();
    for (const Rule& rule : kRules) {
      compiled->push_back(
          {std::regex(rule.pattern, std::regex::ECMAScript | std::regex::icase), rule.replacement});
    }
    return compiled;
  }();
  return rules;
}

}  // namespace

std::string Scrub(absl::string_view text) {
  std::string scrubbed(text.substr(0, kMaxText));
  for (const Compiled& rule : Rules()) {
    scrubbed = std::regex_replace(scrubbed, rule.pattern, rule.replacement);
  }
  return scrubbed;
}

bool IsSecretName(absl::string_view name) {
  static const std::regex& names =
      *new std::regex(TRIAD_SECRET_NAMES, std::regex::ECMAScript | std::regex::icase);
  return std::regex_match(name.begin(), name.end(), names);
}

}  // namespace triad::error_reports
