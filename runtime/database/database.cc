#include "runtime/database/database.h"

#include <iterator>

#include "runtime/base/utf8.h"
#include "runtime/database/driver.h"

namespace triad::db {
namespace {

template <typename T>
const T& ValueAt(const std::vector<Value>& values, std::size_t column, const char* wanted) {
  if (column < values.size()) {
    if (const T* value = std::get_if<T>(&values[column])) return *value;
  }
  EndForWrongColumn(column, values.size(), wanted);
}

}  // namespace

KeptRow::KeptRow(const Row& row) {
  values_.reserve(row.size());
  for (std::size_t i = 0; i < row.size(); ++i) values_.push_back(row.Get(i));
}

bool KeptRow::IsNull(std::size_t column) const {
  return column < values_.size() && std::holds_alternative<std::monostate>(values_[column]);
}

std::int64_t KeptRow::Int(std::size_t column) const {
  return ValueAt<std::int64_t>(values_, column, "an integer");
}

double KeptRow::Double(std::size_t column) const {
  return ValueAt<double>(values_, column, "a double");
}

absl::string_view KeptRow::TextView(std::size_t column) const {
  return ValueAt<std::string>(values_, column, "text");
}

absl::string_view KeptRow::BytesView(std::size_t column) const {
  return ValueAt<Blob>(values_, column, "bytes").bytes;
}

absl::StatusOr<std::vector<KeptRow>> Session::Query(absl::string_view sql,
                                                    absl::Span<const Value> parameters) {
  std::vector<KeptRow> rows;
  absl::Status status = Visit(sql, parameters, [&](const Row& row) {
    rows.emplace_back(row);
    return true;
  });
  if (!status.ok()) return status;
  return rows;
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
