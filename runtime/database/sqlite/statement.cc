#include "runtime/database/sqlite/statement.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/database/driver.h"
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

// The row that a statement is at.
class StatementRow final : public Row {
 public:
  explicit StatementRow(sqlite3_stmt* statement)
      : statement_(statement), columns_(sqlite3_data_count(statement)) {}

  std::size_t size() const override { return static_cast<std::size_t>(columns_); }
  bool IsNull(std::size_t column) const override {
    return column < size() && TypeOf(column) == SQLITE_NULL;
  }
  std::int64_t Int(std::size_t column) const override {
    Check(column, SQLITE_INTEGER, "an integer");
    return sqlite3_column_int64(statement_, static_cast<int>(column));
  }
  double Double(std::size_t column) const override {
    Check(column, SQLITE_FLOAT, "a double");
    return sqlite3_column_double(statement_, static_cast<int>(column));
  }
  absl::string_view TextView(std::size_t column) const override {
    Check(column, SQLITE_TEXT, "text");
    return View(column);
  }
  absl::string_view BytesView(std::size_t column) const override {
    Check(column, SQLITE_BLOB, "bytes");
    return View(column);
  }
  Value Get(std::size_t column) const override {
    switch (TypeOf(column)) {
      case SQLITE_INTEGER:
        return Int(column);
      case SQLITE_FLOAT:
        return Double(column);
      case SQLITE_TEXT:
        return Text(column);
      case SQLITE_BLOB:
        return Blob{Bytes(column)};
      default:
        return std::monostate();
    }
  }

 private:
  int TypeOf(std::size_t column) const {
    return sqlite3_column_type(statement_, static_cast<int>(column));
  }
  void Check(std::size_t column, int type, const char* wanted) const {
    if (column >= size() || TypeOf(column) != type) EndForWrongColumn(column, size(), wanted);
  }
  // Of text, too: it is UTF-8 in the file, as the database is. Null for none.
  absl::string_view View(std::size_t column) const {
    const void* bytes = sqlite3_column_blob(statement_, static_cast<int>(column));
    int size = sqlite3_column_bytes(statement_, static_cast<int>(column));
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  }

  sqlite3_stmt* const statement_;
  const int columns_;
};

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

absl::Status Statement::Run(absl::Span<const Value> parameters, Session::Visitor visit) {
  absl::Status status = Bind(parameters);
  if (status.ok()) status = StepToEnd(visit);
  // Also after an error, and its code is that of the step: an open statement
  // would make RELEASE or COMMIT fail.
  sqlite3_reset(statement_.get());
  return status;
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

absl::Status Statement::StepToEnd(Session::Visitor visit) {
  int code;
  while ((code = sqlite3_step(statement_.get())) == SQLITE_ROW) {
    if (!visit(StatementRow(statement_.get()))) return absl::OkStatus();
  }
  return code == SQLITE_DONE ? absl::OkStatus() : Error();
}

absl::Status Statement::Error() const { return LatestError(sqlite3_db_handle(statement_.get())); }

}  // namespace triad::db::sqlite
