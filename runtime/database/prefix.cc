#include "runtime/database/prefix.h"

#include <cstddef>
#include <iterator>

#include "runtime/base/utf8.h"

namespace triad::db {
namespace {

constexpr char32_t kLast = 0x10FFFF;

std::string Encode(char32_t code) {
  std::string bytes;
  Utf8::encode(code, std::back_inserter(bytes));
  return bytes;
}

}  // namespace

std::string PrefixEnd(absl::string_view prefix) {
  while (!prefix.empty()) {
    std::size_t start = prefix.size() - 1;
    while (start > 0 && prefix.size() - start < 4 && Utf8::is_trail(prefix[start])) --start;
    char32_t code = FirstCharacter(prefix.substr(start)).code;
    prefix.remove_suffix(prefix.size() - start);
    if (code >= kLast) continue;
    // UTF-8 has no surrogates.
    return std::string(prefix) + Encode(code == 0xD7FF ? 0xE000 : code + 1);
  }
  return Encode(kLast);
}

}  // namespace triad::db
