// Rows of comma-separated values (RFC 4180).
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::transform {

// Rows end with LF or CRLF, the last perhaps with nothing. Empty lines are rows of one empty field.
// Not thread-safe.
class CsvReader {
 public:
  // `text` outlives this.
  CsvReader(absl::string_view text, char delimiter);

  // The next row; false at the end and at what is no CSV, which `status` tells.
  bool Next();
  const std::vector<std::string>& fields() const { return fields_; }
  // Its number, from 1.
  std::size_t row() const { return row_; }
  std::size_t position() const { return at_; }
  // OK, or a BadInputAt.
  const absl::Status& status() const { return status_; }

 private:
  bool TakeField(std::string& field);
  bool TakeQuoted(std::string& field);
  bool AtEndOfField() const;

  const absl::string_view text_;
  const char delimiter_;
  std::array<bool, 256> special_ = {};  // by character, whether a field may end there
  std::size_t at_ = 0;
  std::size_t row_ = 0;
  std::vector<std::string> fields_;
  absl::Status status_;
};

}  // namespace triad::transform
