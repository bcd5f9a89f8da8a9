// Protobuf's wire format, written from front to back.
//
// Source: https://protobuf.dev/programming-guides/encoding/.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/transcoding/text/byte_chain.h"
#include "runtime/messages/message_table.h"

namespace triad::gateway {

inline constexpr std::size_t kMaxVarintBytes = 10;

inline char* WriteVarint(std::uint64_t value, char* out) {
  for (; value >= 0x80; value >>= 7) *out++ = static_cast<char>(value | 0x80);
  *out++ = static_cast<char>(value);
  return out;
}

inline std::size_t VarintSize(std::uint64_t value) {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

// The length in front of a message is known only behind it. One byte is left for it, and what
// does not fit there is put in while the whole is copied to where it goes: so each byte is
// copied once, however deep it lies. For one thread.
class WireWriter {
 public:
  explicit WireWriter(ConversionMemory& memory) : bytes_(memory) {}

  // A length that is not known yet.
  struct Length {
    char* place;
    std::size_t begin;     // of what it is the length of
    std::size_t inserted;  // as it was then
    std::size_t index;     // in late_
  };

  void Tag(const messages::FieldEntry& field) {
    char* out = bytes_.Reserve(field.tag.size());
    std::memcpy(out, field.tag.data(), field.tag.size());
    bytes_.Commit(out + field.tag_size);
  }
  // Field `number`, below 16, of a length.
  void BytesTag(int number) { bytes_.Append(static_cast<char>(number << 3 | 2)); }
  void VarintTag(int number) { bytes_.Append(static_cast<char>(number << 3)); }

  void Varint(std::uint64_t value) {
    char* out = bytes_.Reserve(kMaxVarintBytes);
    bytes_.Commit(WriteVarint(value, out));
  }

  template <typename T>
  void Fixed(T value) {
    static_assert(std::endian::native == std::endian::little);
    char* out = bytes_.Reserve(sizeof(value));
    std::memcpy(out, &value, sizeof(value));
    bytes_.Commit(out + sizeof(value));
  }

  // With its length in front.
  void Bytes(absl::string_view bytes) {
    Varint(bytes.size());
    bytes_.Append(bytes);
  }

  void EndGroup(std::uint32_t number) { Varint(number << 3 | 4); }

  Length Open() {
    char* place = bytes_.Reserve(1);
    bytes_.Commit(place + 1);
    late_.push_back({size(), 0});
    return {place, size(), inserted_, late_.size() - 1};
  }

  void Close(const Length& length) {
    std::size_t bytes = size() - length.begin + inserted_ - length.inserted;
    if (bytes < 0x80) {
      // What it holds is small as well: it is the last of late_.
      *length.place = static_cast<char>(bytes);
      late_.pop_back();
      return;
    }
    late_[length.index].length = bytes;
    inserted_ += VarintSize(bytes) - 1;
  }

  // Of what is written so far.
  std::size_t size() const { return bytes_.size(); }
  std::size_t final_size() const { return size() + inserted_; }
  // To write bytes as they are.
  ByteChain& bytes() { return bytes_; }

  // All of it, lengths included; every one has to be closed.
  std::string Take() &&;

 private:
  // A length that takes more than the byte in front of `begin`.
  struct Late {
    std::size_t begin;
    std::size_t length;
  };

  ByteChain bytes_;
  std::vector<Late> late_;  // by `begin`; those that are open are among them
  std::size_t inserted_ = 0;
};

}  // namespace triad::gateway
