// Messages that are written without being in memory as one: field by field, as
// https://protobuf.dev/programming-guides/encoding says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "runtime/rpc/encoded.h"

namespace triad::rpc {

// One message after the other, in the same memory. What is empty, 0 or false is left out, as
// proto3 does. `field` is the number of a field that has that type. Not thread-safe.
class MessageWriter {
 public:
  // Valid until anything is written.
  absl::string_view message() const { return {buffer_.data(), size_}; }
  void Clear() { size_ = 0; }

  void Text(int field, absl::string_view text) { Text(field, absl::MakeConstSpan(&text, 1)); }
  // The parts, one behind the other. UTF-8.
  void Text(int field, absl::Span<const absl::string_view> parts);
  // What stands in front of `size` bytes of a field, which follow elsewhere.
  void BytesHead(int field, std::size_t size);
  void Number(int field, std::int64_t number);
  void Flag(int field, bool flag) { Number(field, flag ? 1 : 0); }
  // A google.protobuf.Timestamp, to the microsecond.
  void Time(int field, absl::Time time);
  // A map<string, string>.
  void Pairs(int field, const std::map<std::string, std::string>& pairs);

 private:
  char* Room(std::size_t bytes) {
    if (buffer_.size() - size_ < bytes) Grow(bytes);
    return buffer_.data() + size_;
  }
  void Grow(std::size_t bytes);
  void TakeUpTo(const char* end) { size_ = static_cast<std::size_t>(end - buffer_.data()); }

  std::string buffer_;  // all of its size is room
  std::size_t size_ = 0;
};

// A message that grows by fields and is never moved: an answer of many parts. Not thread-safe.
class MessagePieces {
 public:
  // Of a field that is a message.
  void AddField(int field, absl::string_view message);
  // Messages that stand one behind the other are one message, with the fields of all of them.
  void AddFields(absl::string_view message);

  // What was added. It adds nothing more.
  EncodedBytes Take();

 private:
  std::string& PieceWithRoom(std::size_t bytes);

  std::shared_ptr<std::vector<std::string>> pieces_ = std::make_shared<std::vector<std::string>>();
};

}  // namespace triad::rpc
