// Tells which metadata the calls of a connection repeat: worth an entry in the table of
// header compression, which what differs from call to call would only push out.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/grpc_client/metadata.h"

namespace triad::grpc_client {

// Not thread-safe.
class RepeatedFields {
 public:
  // Compares with the call before: whether its metadata had this field, at the same place
  // among the others. To be asked once for each field of a call, in order from 0.
  bool Repeats(std::size_t index, const Metadata::value_type& field) {
    if (index >= before_.size()) {
      before_.push_back(field);
      return false;
    }
    Metadata::value_type& before = before_[index];
    if (before == field) return !IsSecret(field.first);
    before = field;
    return false;
  }

 private:
  // How well a secret is compressed could tell others what it is (RFC 7541, section 7.1.3).
  static bool IsSecret(absl::string_view name) {
    return name == "authorization" || name == "cookie";
  }

  Metadata before_;
};

}  // namespace triad::grpc_client
