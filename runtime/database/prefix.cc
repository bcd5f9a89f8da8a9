#include "runtime/database/prefix.h"

#include <cstddef>

namespace triad::db {
namespace {

constexpr char32_t kLast = 0x10FFFF;

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

char32_t Decode(absl::string_view bytes) {
  static constexpr unsigned char kMask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t code = static_cast<unsigned char>(bytes[0]) & kMask[bytes.size()];
  for (char byte : bytes.substr(1)) code = code << 6 | (static_cast<unsigned char>(byte) & 0x3F);
  return code;
}

std::string Encode(char32_t code) {
  std::string bytes;
  if (code < 0x80) return std::string(1, static_cast<char>(code));
  if (code < 0x800) {
    bytes += static_cast<char>(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    bytes += static_cast<char>(0xE0 | code >> 12);
    bytes += static_cast<char>(0x80 | (code >> 6 & 0x3F));
  } else {
    bytes += static_cast<char>(0xF0 | code >> 18);
    bytes += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    bytes += static_cast<char>(0x80 | (code >> 6 & 0x3F));
  }
  return bytes + static_cast<char>(0x80 | (code & 0x3F));
}

}  // namespace

std::string PrefixEnd(absl::string_view prefix) {
  while (!prefix.empty()) {
    std::size_t start = prefix.size() - 1;
    while (start > 0 && prefix.size() - start < 4 && IsContinuation(prefix[start])) --start;
    char32_t code = Decode(prefix.substr(start));
    prefix.remove_suffix(prefix.size() - start);
    if (code >= kLast) continue;
    // UTF-8 has no surrogates.
    return std::string(prefix) + Encode(code == 0xD7FF ? 0xE000 : code + 1);
  }
  return Encode(kLast);
}

}  // namespace triad::db
