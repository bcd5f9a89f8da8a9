// A message that is serialized already: as the streams that send it share its bytes, or as it
// was never a message in memory.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"

namespace google::protobuf {
class Descriptor;
}  // namespace google::protobuf

namespace triad::rpc {

// The pieces, one after the other, are the message.
struct EncodedBytes {
  // Keeps what the pieces point to, unchanged, for as long as gRPC may read it.
  std::shared_ptr<const void> owner;
  std::vector<absl::string_view> pieces;
  // Whether no other stream sends it: it counts as memory of this one.
  bool is_own = false;

  std::size_t size() const {
    std::size_t bytes = 0;
    for (absl::string_view piece : pieces) bytes += piece.size();
    return bytes;
  }
};

// A message of type T. A Source<Encoded<T>> serves a method that streams T, and a function that
// returns it one that answers T.
template <typename T>
struct Encoded : EncodedBytes {
  static const google::protobuf::Descriptor* descriptor() { return T::descriptor(); }
};

}  // namespace triad::rpc
