// The bearer tokens of which calls must carry one (RFC 6750).
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/base/mutex.h"

namespace triad {

// Thread-safe. Wipes what it forgets.
class AuthTokens {
 public:
  // One token a line, white space around it aside; any of them will do, so that
  // callers can change from one to the next at their own time. None at all: no
  // token is needed.
  explicit AuthTokens(absl::string_view lines);
  ~AuthTokens();
  AuthTokens(const AuthTokens&) = delete;
  AuthTokens& operator=(const AuthTokens&) = delete;

  // Those instead. False, and nothing changes, if there are none: a guard that is
  // there does not go away by an empty file.
  bool Replace(absl::string_view lines);

  bool needed() const;
  // UNAUTHENTICATED unless none is needed or `authorization`, the header's value, is
  // "Bearer " with one of them. The time it takes says nothing about the tokens but their
  // lengths.
  absl::Status Check(absl::string_view authorization) const;

 private:
  bool Has(absl::string_view given) const;

  mutable Mutex mutex_;
  std::vector<std::string> tokens_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad
