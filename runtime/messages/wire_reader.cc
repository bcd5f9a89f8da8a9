#include "runtime/messages/wire_reader.h"

#include <array>

namespace triad::messages {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080u;

// The lower seven bits of each byte, next to each other.
std::uint64_t Squeeze(std::uint64_t word) {
  word = (word & 0x007F007F007F007Fu) | (word & 0x7F007F007F007F00u) >> 1;
  word = (word & 0x00003FFF00003FFFu) | (word & 0x3FFF00003FFF0000u) >> 2;
  return (word & 0x000000000FFFFFFFu) | (word & 0x0FFFFFFF00000000u) >> 4;
}

}  // namespace

bool WireReader::LongVarint(std::uint64_t& value) {
  if (end_ - at_ < 10) return VarintByBytes(value);
  std::uint64_t word;
  std::memcpy(&word, at_, sizeof(word));
  std::uint64_t ends = ~word & kHighBits;
  if (ends != 0) {
    at_ += std::countr_zero(ends) / 8 + 1;
    value = Squeeze(word & (ends ^ (ends - 1)));
    return true;
  }
  std::uint64_t ninth = Byte(8), tenth = Byte(9);
  value = Squeeze(word) | ninth << 56;
  if (ninth < 0x80) {
    at_ += 9;
    return true;
  }
  // Of the ninth, the high bit does not count; of the tenth, only the lowest has a place.
  value = Squeeze(word) | (ninth & 0x7F) << 56 | tenth << 63;
  at_ += 10;
  return tenth < 0x80;
}

bool WireReader::VarintByBytes(std::uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 70 && at_ != end_; shift += 7) {
    auto byte = static_cast<std::uint64_t>(static_cast<unsigned char>(*at_++));
    value |= (byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool WireReader::Group(std::uint32_t number, absl::string_view& fields) {
  const char* begin = at_;
  std::array<std::uint32_t, kMaxDepth> open;
  std::size_t depth = 0;
  open[depth++] = number;
  while (true) {
    const char* tag = at_;
    std::uint32_t inner;
    WireType type;
    if (!Tag(inner, type)) return false;
    if (type == WireType::kStartGroup) {
      if (depth == open.size()) return false;
      open[depth++] = inner;
    } else if (type == WireType::kEndGroup) {
      if (open[--depth] != inner) return false;
      fields = absl::string_view(begin, static_cast<std::size_t>(tag - begin));
      if (depth == 0) return true;
    } else {
      RawValue value;
      if (!Raw(type, value)) return false;
    }
  }
}

}  // namespace triad::messages
