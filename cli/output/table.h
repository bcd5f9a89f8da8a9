// Tables for people.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/output/style.h"

namespace triad::cli {

// Takes what is to be written.
using Sink = std::function<void(absl::string_view text)>;

struct Cell {
  std::string text;
  Style style = Style::kPlain;
};

using Row = std::vector<Cell>;

// Aligned columns. Rows may come in several batches, of which the first decides the widths;
// a later column that is wider stays so from then on.
class TableWriter {
 public:
  TableWriter(std::vector<std::string> headers, const Colours& colours, Sink sink);

  // Writes the headers before the first batch, also if that is empty.
  void Write(const std::vector<Row>& rows);

 private:
  void WriteRow(const Row& row);

  const Row headers_;
  const Colours colours_;
  const Sink sink_;
  std::vector<std::size_t> widths_;
  bool begun_ = false;
};

// "name   value" on lines of their own; those with an empty value are left out.
std::string FormatFields(const std::vector<std::pair<std::string, Cell>>& fields,
                         const Colours& colours);

}  // namespace triad::cli
