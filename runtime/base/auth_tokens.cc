#include "runtime/base/auth_tokens.h"

#include <openssl/crypto.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace triad {
namespace {

constexpr absl::string_view kScheme = "Bearer ";

std::vector<std::string> Parse(absl::string_view lines) {
  std::vector<std::string> tokens;
  for (absl::string_view line : absl::StrSplit(lines, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!line.empty()) tokens.emplace_back(line);
  }
  return tokens;
}

void Wipe(std::vector<std::string>& tokens) {
  for (std::string& token : tokens) OPENSSL_cleanse(token.data(), token.size());
}

}  // namespace

AuthTokens::AuthTokens(absl::string_view lines) : tokens_(Parse(lines)) {}

AuthTokens::~AuthTokens() {
  MutexLock lock(mutex_);
  Wipe(tokens_);
}

bool AuthTokens::Replace(absl::string_view lines) {
  std::vector<std::string> tokens = Parse(lines);
  if (tokens.empty()) return false;
  MutexLock lock(mutex_);
  tokens_.swap(tokens);
  Wipe(tokens);
  return true;
}

bool AuthTokens::needed() const {
  MutexLock lock(mutex_);
  return !tokens_.empty();
}

absl::Status AuthTokens::Check(absl::string_view authorization) const {
  if (!needed()) return absl::OkStatus();
  if (authorization.empty()) {
    return absl::UnauthenticatedError("authorization: a bearer token is needed for this method");
  }
  if (absl::StartsWithIgnoreCase(authorization, kScheme) &&
      Has(authorization.substr(kScheme.size()))) {
    return absl::OkStatus();
  }
  return absl::UnauthenticatedError("authorization: the bearer token is not the right one");
}

bool AuthTokens::Has(absl::string_view given) const {
  MutexLock lock(mutex_);
  bool found = false;
  for (const std::string& token : tokens_) {
    found |= given.size() == token.size() &&
             CRYPTO_memcmp(given.data(), token.data(), token.size()) == 0;
  }
  return found;
}

}  // namespace triad
