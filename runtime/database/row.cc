#include <cstdio>
#include <cstdlib>

#include "runtime/database/database.h"

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

}  // namespace triad::db
