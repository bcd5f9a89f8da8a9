#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "services/transform/engine/families/encoding/operations.h"

namespace triad::transform {
namespace {

constexpr absl::string_view kUnreserved = "-._~";
constexpr absl::string_view kReserved = ":/?#[]@!$&'()*+,;=";

// By byte, whether it stays as it is.
std::array<bool, 256> Kept(const std::string& mode) {
  std::array<bool, 256> kept = {};
  if (mode == "everything") return kept;
  for (std::size_t byte = 0; byte < kept.size(); ++byte) {
    char c = static_cast<char>(byte);
    kept[byte] = absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                 absl::StrContains(kUnreserved, c) ||
                 (mode == "url" && absl::StrContains(kReserved, c));
  }
  return kept;
}

class Encoder final : public Stage {
 public:
  explicit Encoder(const Arguments& arguments)
      : kept_(Kept(arguments.Text("mode"))), plus_(arguments.Text("mode") == "form") {}

  absl::Status Take(absl::string_view piece, Output& output) override {
    constexpr absl::string_view kDigits = "0123456789ABCDEF";
    text_.resize(std::max(text_.size(), 3 * piece.size()));
    char* to = text_.data();
    for (char c : piece) {
      auto byte = static_cast<unsigned char>(c);
      if (kept_[byte]) {
        *to++ = c;
      } else if (plus_ && c == ' ') {
        *to++ = '+';
      } else {
        *to++ = '%';
        *to++ = kDigits[byte >> 4];
        *to++ = kDigits[byte & 15];
      }
    }
    output.Append(absl::string_view(text_.data(), static_cast<std::size_t>(to - text_.data())));
    return output.status();
  }

  absl::Status Finish(Output&) override { return absl::OkStatus(); }

 private:
  const std::array<bool, 256> kept_;
  const bool plus_;
  std::string text_;  // room for what a piece becomes
};

class Decoder final : public Stage {
 public:
  explicit Decoder(const Arguments& arguments)
      : strict_(arguments.Flag("strict")), space_(arguments.Text("plus") == "space") {}

  absl::Status Take(absl::string_view piece, Output& output) override {
    bytes_.clear();
    for (std::size_t at = 0; at < piece.size(); ++at) {
      char c = piece[at];
      if (escape_.empty() && c != '%') {
        bytes_.push_back(space_ && c == '+' ? ' ' : c);
        continue;
      }
      if (!TakeOfEscape(c) && strict_) {
        return BadInputAt(at, "must have two hexadecimal digits after each %");
      }
    }
    output.Append(bytes_);
    return output.status();
  }

  absl::Status Finish(Output& output) override {
    if (escape_.empty()) return absl::OkStatus();
    if (strict_) return BadInput("ends within an escape: two digits must follow %");
    output.Append(escape_);
    return output.status();
  }

 private:
  // False if what began is no escape: it stays as it is.
  bool TakeOfEscape(char c) {
    bool begins = c == '%';
    if (begins ? escape_.empty() : absl::ascii_isxdigit(static_cast<unsigned char>(c))) {
      escape_.push_back(c);
      if (escape_.size() < 3) return true;
      bytes_ += absl::HexStringToBytes(absl::string_view(escape_).substr(1));
      escape_.clear();
      return true;
    }
    bytes_ += escape_;
    escape_.clear();
    if (begins) {
      escape_.assign(1, '%');
    } else {
      bytes_.push_back(space_ && c == '+' ? ' ' : c);
    }
    return false;
  }

  const bool strict_;
  const bool space_;
  std::string bytes_;
  std::string escape_;  // an escape that is not whole yet
};

}  // namespace

Operation UrlEncode() {
  return {
      .id = "url-encode",
      .name = "URL encode",
      .aliases = {"URL Encode", "percent-encode"},
      .summary = "Writes bytes as %XX (RFC 3986).",
      .gives = Data::kText,
      .parameters = {{.name = "mode",
                      .summary = "What stays: unreserved characters (component), those with a "
                                 "space as + (form), reserved ones too (url), or nothing "
                                 "(everything).",
                      .kind = Kind::kChoice,
                      .default_value = "component",
                      .choices = {"component", "form", "url", "everything"}}},
      .inverse = "url-decode",
      .examples = {{"a b&c=é", "url-encode", "a%20b%26c%3D%C3%A9"}},
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
        return std::make_unique<Encoder>(arguments);
      }};
}

Operation UrlDecode() {
  return {
      .id = "url-decode",
      .name = "URL decode",
      .aliases = {"URL Decode", "percent-decode"},
      .summary = "Reads %XX as bytes, once.",
      .parameters = {{.name = "plus",
                      .summary = "What + is: itself, or a space as in forms.",
                      .kind = Kind::kChoice,
                      .default_value = "keep",
                      .choices = {"keep", "space"}},
                     {.name = "strict",
                      .summary = "Whether a % without two digits is an error; otherwise it "
                                 "stays.",
                      .kind = Kind::kFlag,
                      .default_value = "true"}},
      .inverse = "url-encode",
      .examples = {{"a%20b%26c%3D%C3%A9", "url-decode", "a b&c=é"},
                   {"100%", "url-decode(strict=false)", "100%"}},
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
        return std::make_unique<Decoder>(arguments);
      }};
}

}  // namespace triad::transform
