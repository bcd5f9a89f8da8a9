#include "services/config/schemas/key_pattern.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

bool IsPatternCharacter(char c) { return absl::ascii_isalnum(c) || absl::StrContains("._/*-", c); }

std::string ToRegex(absl::string_view pattern) {
  std::string regex;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '*') {
      absl::StrAppend(&regex, RE2::QuoteMeta({&pattern[i], 1}));
    } else if (pattern.substr(i, 2) == "**") {
      absl::StrAppend(&regex, ".*");
      ++i;
    } else {
      absl::StrAppend(&regex, "[^/]*");
    }
  }
  return regex;
}

}  // namespace

absl::Status KeyPattern::Check(absl::string_view field, absl::string_view pattern) {
  if (pattern.empty() || pattern.size() > kMaxKeyBytes) {
    return InvalidField(
        field, absl::StrCat("must be 1 to ", kMaxKeyBytes, " bytes; it has ", pattern.size()));
  }
  if (!std::all_of(pattern.begin(), pattern.end(), IsPatternCharacter)) {
    return InvalidField(field, "has a character that is none of [A-Za-z0-9._/*-]");
  }
  if (absl::StrContains(pattern, "***")) {
    return InvalidField(field, "has '***': '**' stands for any characters already");
  }
  return absl::OkStatus();
}

KeyPattern::KeyPattern(std::string pattern)
    : text_(std::move(pattern)), matcher_(std::make_unique<RE2>(ToRegex(text_), RE2::Quiet)) {}

KeyPattern::~KeyPattern() = default;
KeyPattern::KeyPattern(KeyPattern&&) noexcept = default;

bool KeyPattern::Matches(absl::string_view key) const {
  return RE2::FullMatch({key.data(), key.size()}, *matcher_);
}

absl::string_view KeyPattern::prefix() const {
  return absl::string_view(text_).substr(0, text_.find('*'));
}

std::size_t KeyPattern::weight() const {
  return text_.size() - static_cast<std::size_t>(std::count(text_.begin(), text_.end(), '*'));
}

}  // namespace triad::config
