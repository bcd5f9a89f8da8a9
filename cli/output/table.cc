#include "cli/output/table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace triad::cli {
namespace {

constexpr std::size_t kGap = 2;

Row Bold(const std::vector<std::string>& headers) {
  Row row;
  for (const std::string& header : headers) row.push_back({header, Style::kBold});
  return row;
}

}  // namespace

TableWriter::TableWriter(std::vector<std::string> headers, const Colours& colours, Sink sink)
    : headers_(Bold(headers)), colours_(colours), sink_(std::move(sink)) {
  for (const Cell& header : headers_) widths_.push_back(Width(header.text));
}

void TableWriter::Write(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths_[i] = std::max(widths_[i], Width(row[i].text));
    }
  }
  if (!std::exchange(begun_, true)) WriteRow(headers_);
  for (const Row& row : rows) WriteRow(row);
}

void TableWriter::WriteRow(const Row& row) {
  std::string line;
  std::size_t missing = 0;  // blanks, which nobody needs at the end of a line
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!row[i].text.empty()) {
      absl::StrAppend(&line, std::string(missing, ' '), colours_(row[i].style, row[i].text));
      missing = 0;
    }
    missing += widths_[i] - Width(row[i].text) + kGap;
  }
  sink_(absl::StrCat(line, "\n"));
}

std::string FormatFields(const std::vector<std::pair<std::string, Cell>>& fields,
                         const Colours& colours) {
  std::size_t width = 0;
  for (const auto& [name, cell] : fields) {
    if (!cell.text.empty()) width = std::max(width, Width(name));
  }
  std::string text;
  for (const auto& [name, cell] : fields) {
    if (cell.text.empty()) continue;
    absl::StrAppend(&text, colours(Style::kBold, name),
                    std::string(width - Width(name) + kGap, ' '), colours(cell.style, cell.text),
                    "\n");
  }
  return text;
}

}  // namespace triad::cli
