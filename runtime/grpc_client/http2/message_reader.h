// Cuts the bytes of an HTTP/2 stream into gRPC messages.
//
//   byte 0: compressed flag · bytes 1-4: length, big-endian · then the message
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::grpc_client {

// Takes bytes in pieces cut anywhere. Not thread-safe.
class MessageReader {
 public:
  static constexpr std::size_t kPrefixBytes = 5;

  explicit MessageReader(std::size_t max_message_bytes) : max_(max_message_bytes) {}

  // INTERNAL for a compressed message (we ask for none), RESOURCE_EXHAUSTED for
  // one over the limit. Nothing may be appended after an error.
  absl::Status Append(absl::string_view bytes);

  bool has_message() const { return next_ < ready_.size(); }
  // The oldest whole message; only if there is one.
  std::string Take();

  // Bytes of the stream that are kept: whole messages not taken, and the part
  // of the one that is still coming.
  std::size_t held() const { return held_; }
  // Places in memory for whole messages, those of taken ones included.
  std::size_t slots() const { return ready_.size(); }
  // Whether a message has begun and is not whole.
  bool in_message() const { return prefix_size_ > 0; }

 private:
  absl::Status ReadPrefix(absl::string_view& bytes);

  const std::size_t max_;
  std::array<unsigned char, kPrefixBytes> prefix_{};
  std::size_t prefix_size_ = 0;
  std::size_t missing_ = 0;  // bytes of `partial_` still to come
  std::string partial_;
  std::vector<std::string> ready_;
  std::size_t next_ = 0;
  std::size_t held_ = 0;
};

}  // namespace triad::grpc_client
