#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "services/transform/engine/families/encoding/operations.h"
#include "services/transform/engine/support/line_stage.h"

namespace triad::transform {
namespace {

// RFC 2045: of an encoded line, with the '=' that breaks it.
constexpr std::size_t kMaxLine = 76;

class Encoder final : public LineStage {
 private:
  absl::Status TakeLine(const Line& line, Output& output) override {
    column_ = 0;
    for (std::size_t i = 0; i < line.content.size(); ++i) {
      bool last = i + 1 == line.content.size();
      Write(Unit(line.content[i], last), last, output);
    }
    output.Append(line.ending);
    return output.status();
  }

  static std::string Unit(char c, bool last) {
    constexpr absl::string_view kDigits = "0123456789ABCDEF";
    bool blank = c == ' ' || c == '\t';
    if (blank ? !last : c != '=' && absl::ascii_isgraph(static_cast<unsigned char>(c))) {
      return std::string(1, c);
    }
    auto byte = static_cast<unsigned char>(c);
    return {'=', kDigits[byte >> 4], kDigits[byte & 15]};
  }

  // A line that goes on keeps a column for the '=' that says so.
  void Write(const std::string& unit, bool last, Output& output) {
    if (column_ + unit.size() > (last ? kMaxLine : kMaxLine - 1)) {
      output.Append("=\n");
      column_ = 0;
    }
    output.Append(unit);
    column_ += unit.size();
  }

  std::size_t column_ = 0;
};

class Decoder final : public LineStage {
 private:
  absl::Status TakeLine(const Line& line, Output& output) override {
    // White space at the end was added on the way (rule 3).
    absl::string_view rest = line.content;
    while (absl::EndsWith(rest, " ") || absl::EndsWith(rest, "\t")) rest.remove_suffix(1);
    bool soft = absl::ConsumeSuffix(&rest, "=");
    std::string bytes;
    for (std::size_t at = 0; at < rest.size(); ++at) {
      if (rest[at] != '=') {
        bytes.push_back(rest[at]);
        continue;
      }
      absl::string_view digits = rest.substr(at + 1, 2);
      if (digits.size() < 2 || !absl::ascii_isxdigit(static_cast<unsigned char>(digits[0])) ||
          !absl::ascii_isxdigit(static_cast<unsigned char>(digits[1]))) {
        return BadInput("must have two hexadecimal digits after each =");
      }
      bytes += absl::HexStringToBytes(digits);
      at += 2;
    }
    output.Append(bytes);
    if (!soft) output.Append(line.ending);
    return output.status();
  }
};

}  // namespace

Operation ToQuotedPrintable() {
  return {.id = "to-quoted-printable",
          .name = "To quoted-printable",
          .aliases = {"To Quoted Printable"},
          .summary =
              "Encodes bytes for mail (RFC 2045), in lines of at most 76; line ends stay as "
              "they are.",
          .gives = Data::kText,
          .inverse = "from-quoted-printable",
          .examples = {{"a=é", "to-quoted-printable", "a=3D=C3=A9"}},
          .start = [](const Arguments&, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
            return std::make_unique<Encoder>();
          }};
}

Operation FromQuotedPrintable() {
  return {.id = "from-quoted-printable",
          .name = "From quoted-printable",
          .aliases = {"From Quoted Printable"},
          .summary = "Decodes quoted-printable (RFC 2045).",
          .inverse = "to-quoted-printable",
          .examples = {{"a=3D=C3=A9", "from-quoted-printable", "a=é"}},
          .start = [](const Arguments&, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
            return std::make_unique<Decoder>();
          }};
}

}  // namespace triad::transform
