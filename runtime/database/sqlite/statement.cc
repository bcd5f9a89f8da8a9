#include "runtime/database/sqlite/statement.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/database/sqlite/status.h"

namespace triad::db::sqlite {
namespace {

// SQLite's result code of binding one value. Bytes are not copied: the caller's
// parameters live until the statement is reset.
struct Binder {
  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
  int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
  int operator()(const std::string& text) const {
    return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  int operator()(const Blob& blob) const {
    return sqlite3_bind_blob64(statement, index, blob.bytes.data(), blob.bytes.size(),
                               SQLITE_STATIC);
  }

  sqlite3_stmt* statement;
  int index;
};

Value ColumnValue(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const unsigned char* text = sqlite3_column_text(statement, column);
      return std::string(reinterpret_cast<const char*>(text),
                         sqlite3_column_bytes(statement, column));
    }
    case SQLITE_BLOB: {
      const void* bytes = sqlite3_column_blob(statement, column);
      std::size_t size = sqlite3_column_bytes(statement, column);
      return Blob{size == 0 ? std::string() : std::string(static_cast<const char*>(bytes), size)};
    }
    default:
      return std::monostate();
  }
}

bool HasNul(const Value& value) {
  const std::string* text = std::get_if<std::string>(&value);
  return text != nullptr && text->find('\0') != std::string::npos;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Statement>> Statement::Prepare(sqlite3* connection,
                                                              absl::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  int code = sqlite3_prepare_v3(connection, sql.data(), static_cast<int>(sql.size()),
                                SQLITE_PREPARE_PERSISTENT, &raw, &tail);
  std::unique_ptr<Statement> statement(new Statement(raw));
  if (code != SQLITE_OK) return Annotate(LatestError(connection), absl::StrCat(sql, ": "));
  absl::string_view rest = sql.substr(tail - sql.data());
  if (raw == nullptr || !absl::StripAsciiWhitespace(rest).empty()) {
    return absl::InternalError(absl::StrCat("not exactly one SQL statement: ", sql));
  }
  TRIAD_RETURN_IF_ERROR(statement->MapParameters());
  return statement;
}

absl::Status Statement::MapParameters() {
  int count = sqlite3_bind_parameter_count(statement_.get());
  for (int i = 1; i <= count; ++i) {
    const char* name = sqlite3_bind_parameter_name(statement_.get(), i);
    std::size_t place = 0;
    if (name == nullptr || *name != '$' || !absl::SimpleAtoi(name + 1, &place) || place == 0) {
      return absl::InternalError(absl::StrCat("SQL parameters are $1, $2, …, not '",
                                              name == nullptr ? "?" : name,
                                              "': ", sqlite3_sql(statement_.get())));
    }
    places_.push_back(place - 1);
    parameters_ = std::max(parameters_, place);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Row>> Statement::Run(absl::Span<const Value> parameters) {
  absl::Status bound = Bind(parameters);
  absl::StatusOr<std::vector<Row>> rows = bound.ok() ? StepToEnd() : bound;
  // Also after an error, and its code is that of the step: an open statement
  // would make RELEASE or COMMIT fail.
  sqlite3_reset(statement_.get());
  return rows;
}

absl::Status Statement::Bind(absl::Span<const Value> parameters) {
  if (parameters.size() != parameters_) {
    return absl::InternalError(absl::StrCat("SQL takes ", parameters_, " parameters, got ",
                                            parameters.size(), ": ",
                                            sqlite3_sql(statement_.get())));
  }
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const Value& value = parameters[places_[i]];
    if (HasNul(value)) {
      return absl::InvalidArgumentError("text must not contain the character NUL");
    }
    Binder binder{statement_.get(), static_cast<int>(i) + 1};
    if (std::visit(binder, value) != SQLITE_OK) return Error();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Row>> Statement::StepToEnd() {
  std::vector<Row> rows;
  int code;
  while ((code = sqlite3_step(statement_.get())) == SQLITE_ROW) {
    std::vector<Value> values;
    int columns = sqlite3_data_count(statement_.get());
    values.reserve(columns);
    for (int i = 0; i < columns; ++i) values.push_back(ColumnValue(statement_.get(), i));
    rows.emplace_back(std::move(values));
  }
  if (code != SQLITE_DONE) return Error();
  return rows;
}

absl::Status Statement::Error() const { return LatestError(sqlite3_db_handle(statement_.get())); }

}  // namespace triad::db::sqlite
