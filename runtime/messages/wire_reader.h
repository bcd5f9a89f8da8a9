// Protobuf's wire format, read from front to back.
//
// Source: https://protobuf.dev/programming-guides/encoding/.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"
#include "runtime/messages/message_table.h"

namespace triad::messages {

// Objects and lists of JSON, or messages and groups of the wire, within each other.
inline constexpr int kMaxDepth = 100;

// A value of the wire as it stands: of kBytes `bytes`, else `bits`.
struct RawValue {
  std::uint64_t bits = 0;
  absl::string_view bytes;
};

// What it reads has to outlive it. Every call returns false, and then it is of no more use, if
// the bytes are no wire format. For one thread.
class WireReader {
 public:
  WireReader() = default;
  explicit WireReader(absl::string_view bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool AtEnd() const { return at_ == end_; }
  const char* at() const { return at_; }
  void MoveTo(const char* at) { at_ = at; }

  bool Varint(std::uint64_t& value) {
    if (end_ - at_ < 3) return LongVarint(value);
    // Most are of one, two or three bytes.
    std::uint32_t first = Byte(0), second = Byte(1), third = Byte(2);
    if (first < 0x80) {
      value = first;
      at_ += 1;
    } else if (second < 0x80) {
      value = second << 7 | (first & 0x7F);
      at_ += 2;
    } else if (third < 0x80) {
      value = third << 14 | (second & 0x7F) << 7 | (first & 0x7F);
      at_ += 3;
    } else {
      return LongVarint(value);
    }
    return true;
  }

  bool Tag(std::uint32_t& number, WireType& type) {
    std::uint64_t tag;
    if (!Varint(tag) || tag > UINT32_MAX || tag >> 3 == 0) return false;
    number = static_cast<std::uint32_t>(tag >> 3);
    type = static_cast<WireType>(tag & 7);
    return true;
  }

  bool Bytes(absl::string_view& bytes) {
    std::uint64_t size;
    if (!Varint(size) || size > static_cast<std::uint64_t>(end_ - at_)) return false;
    bytes = absl::string_view(at_, static_cast<std::size_t>(size));
    at_ += size;
    return true;
  }

  // A value that is no group.
  bool Raw(WireType type, RawValue& value) {
    switch (type) {
      case WireType::kVarint:
        return Varint(value.bits);
      case WireType::kFixed64:
        return Fixed<std::uint64_t>(value.bits);
      case WireType::kFixed32:
        return Fixed<std::uint32_t>(value.bits);
      case WireType::kBytes:
        return Bytes(value.bytes);
      default:
        return false;
    }
  }

  // The fields of a message: what its length says, or all up to the end of the group `number`.
  bool Message(WireType type, std::uint32_t number, absl::string_view& fields) {
    return type == WireType::kStartGroup ? Group(number, fields) : Bytes(fields);
  }

  // A value of any type, behind its tag.
  bool Skip(WireType type, std::uint32_t number) {
    if (type == WireType::kStartGroup) {
      absl::string_view fields;
      return Group(number, fields);
    }
    RawValue value;
    return Raw(type, value);
  }

 private:
  template <typename T>
  bool Fixed(std::uint64_t& bits) {
    static_assert(std::endian::native == std::endian::little);
    if (static_cast<std::size_t>(end_ - at_) < sizeof(T)) return false;
    T value;
    std::memcpy(&value, at_, sizeof(T));
    bits = value;
    at_ += sizeof(T);
    return true;
  }

  std::uint32_t Byte(std::size_t offset) const { return static_cast<unsigned char>(at_[offset]); }
  bool LongVarint(std::uint64_t& value);
  bool VarintByBytes(std::uint64_t& value);
  bool Group(std::uint32_t number, absl::string_view& fields);

  const char* at_ = nullptr;
  const char* end_ = nullptr;
};

}  // namespace triad::messages
