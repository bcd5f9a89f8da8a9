// The bearer tokens that calls which write may carry.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/base/mutex.h"

namespace triad::rpc {

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
  // The time it takes says nothing about the tokens but their lengths.
  bool Has(absl::string_view given) const;

 private:
  mutable Mutex mutex_;
  std::vector<std::string> tokens_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::rpc
