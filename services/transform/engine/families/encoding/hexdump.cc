#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "runtime/base/status.h"
#include "services/transform/engine/families/encoding/operations.h"
#include "services/transform/engine/support/line_stage.h"

namespace triad::transform {
namespace {

constexpr std::size_t kRow = 16;
// Of a row: 8 groups of two bytes, each with a space.
constexpr std::size_t kDigitsWidth = 40;
// A gap of more is a damaged dump rather than a sparse one.
constexpr std::uint64_t kMaxGap = 1024 * 1024;

class Encoder final : public Stage {
 public:
  absl::Status Take(absl::string_view piece, Output& output) override {
    std::string lines;
    while (!piece.empty()) {
      std::size_t count = std::min(piece.size(), kRow - row_.size());
      row_.append(piece.data(), count);
      piece.remove_prefix(count);
      if (row_.size() == kRow) WriteRow(lines);
    }
    output.Append(lines);
    return output.status();
  }

  absl::Status Finish(Output& output) override {
    std::string line;
    if (!row_.empty()) WriteRow(line);
    output.Append(line);
    return output.status();
  }

 private:
  void WriteRow(std::string& lines) {
    std::string digits;
    std::string text;
    for (std::size_t i = 0; i < row_.size(); ++i) {
      digits += absl::BytesToHexString(absl::string_view(row_).substr(i, 1));
      if (i % 2 == 1) digits.push_back(' ');
      text.push_back(absl::ascii_isprint(row_[i]) ? row_[i] : '.');
    }
    digits.resize(kDigitsWidth, ' ');
    absl::StrAppendFormat(&lines, "%08x: %s %s\n", offset_, digits, text);
    offset_ += row_.size();
    row_.clear();
  }

  std::string row_;
  std::uint64_t offset_ = 0;
};

class Decoder final : public LineStage {
 private:
  // offset ":" digits, up to two spaces or the end of the line
  absl::Status TakeLine(const Line& line, Output& output) override {
    absl::string_view rest = line.content;
    if (rest.empty()) return absl::OkStatus();
    std::size_t colon = rest.find(':');
    std::uint64_t offset = 0;
    if (colon == absl::string_view::npos || colon > 16 ||
        !absl::SimpleHexAtoi(rest.substr(0, colon), &offset)) {
      return BadInput("must have an offset and ':' at the beginning of each line");
    }
    TRIAD_RETURN_IF_ERROR(FillGap(offset, output));
    absl::string_view digits = rest.substr(colon + 1);
    if (!digits.empty() && digits[0] == ' ') digits.remove_prefix(1);
    return TakeDigits(digits.substr(0, digits.find("  ")), output);
  }

  absl::Status FillGap(std::uint64_t offset, Output& output) {
    if (offset < offset_) return BadInput("has offsets that go back");
    if (offset - offset_ > kMaxGap) return BadInput("has a gap of over 1 MiB between its lines");
    output.Append(std::string(offset - offset_, '\0'));
    offset_ = offset;
    return output.status();
  }

  absl::Status TakeDigits(absl::string_view text, Output& output) {
    std::string digits;
    for (char c : text) {
      if (c == ' ') continue;
      if (!absl::ascii_isxdigit(c)) return BadInput("has no hexadecimal digit where one must be");
      digits.push_back(c);
    }
    if (digits.size() % 2 != 0) return BadInput("has a line with an odd number of digits");
    output.Append(absl::HexStringToBytes(digits));
    offset_ += digits.size() / 2;
    return output.status();
  }

  std::uint64_t offset_ = 0;
};

}  // namespace

Operation ToHexdump() {
  return {.id = "to-hexdump",
          .name = "To hexdump",
          .aliases = {"To Hexdump", "xxd"},
          .summary = "Shows bytes sixteen to a line, with their offset and as text, as xxd does.",
          .gives = Data::kText,
          .inverse = "from-hexdump",
          .examples = {{"Triad", "to-hexdump",
                        "00000000: 5472 6961 64                             Triad\n"}},
          .start = [](const Arguments&, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
            return std::make_unique<Encoder>();
          }};
}

Operation FromHexdump() {
  return {.id = "from-hexdump",
          .name = "From hexdump",
          .aliases = {"From Hexdump"},
          .summary = "Reads bytes from a dump as xxd writes it; gaps between offsets become 0.",
          .inverse = "to-hexdump",
          .examples = {{"00000000: 5472 6961 64  Triad\n", "from-hexdump", "Triad"}},
          .start = [](const Arguments&, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
            return std::make_unique<Decoder>();
          }};
}

}  // namespace triad::transform
