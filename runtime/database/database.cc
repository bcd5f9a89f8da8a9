#include "runtime/database/database.h"

#include <cstdio>
#include <cstdlib>
#include <iterator>

#include "runtime/base/utf8.h"

namespace triad::db {
namespace {

template <typename T>
const T& Get(const std::vector<Value>& values, std::size_t column, const char* wanted) {
  if (column < values.size()) {
    if (const T* value = std::get_if<T>(&values[column])) return *value;
  }
  std::fprintf(stderr, "column %zu of %zu is not %s: mend the SQL of the caller\n", column,
               values.size(), wanted);
  std::abort();
}

}  // namespace

bool Row::IsNull(std::size_t column) const {
  return column < values_.size() && std::holds_alternative<std::monostate>(values_[column]);
}

std::int64_t Row::Int(std::size_t column) const {
  return Get<std::int64_t>(values_, column, "an integer");
}

double Row::Double(std::size_t column) const { return Get<double>(values_, column, "a double"); }

const std::string& Row::Text(std::size_t column) const {
  return Get<std::string>(values_, column, "text");
}

const std::string& Row::Bytes(std::size_t column) const {
  return Get<Blob>(values_, column, "bytes").bytes;
}

std::string PrefixEnd(absl::string_view prefix) {
  constexpr char32_t kLast = 0x10FFFF;
  char32_t next = kLast;
  // The last character that has a successor gives way to it; what follows is dropped.
  while (!prefix.empty()) {
    std::size_t start = prefix.size() - 1;
    while (start > 0 && Utf8::is_trail(prefix[start])) --start;
    const char* character = prefix.data() + start;
    char32_t code = Utf8::decode(character, prefix.data() + prefix.size());
    prefix = prefix.substr(0, start);
    if (code >= kLast) continue;
    next = code == 0xD7FF ? 0xE000 : code + 1;  // UTF-8 has no surrogates
    break;
  }
  std::string end(prefix);
  Utf8::encode(next, std::back_inserter(end));
  return end;
}

}  // namespace triad::db
