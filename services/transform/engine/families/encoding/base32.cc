#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "services/transform/engine/families/encoding/operations.h"

namespace triad::transform {
namespace {

constexpr absl::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr absl::string_view kHex = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

absl::string_view AlphabetOf(const Arguments& arguments) {
  return arguments.Text("alphabet") == "hex" ? kHex : kStandard;
}

class Encoder final : public Stage {
 public:
  explicit Encoder(const Arguments& arguments)
      : alphabet_(AlphabetOf(arguments)), padded_(arguments.Flag("padding")) {}

  absl::Status Take(absl::string_view piece, Output& output) override {
    std::string symbols;
    symbols.reserve(piece.size() * 8 / 5 + 8);
    for (char c : piece) {
      bits_ = bits_ << 8 | static_cast<unsigned char>(c);
      for (held_ += 8; held_ >= 5; held_ -= 5) Write(bits_ >> (held_ - 5), symbols);
    }
    output.Append(symbols);
    return output.status();
  }

  absl::Status Finish(Output& output) override {
    std::string symbols;
    if (held_ > 0) Write(bits_ << (5 - held_), symbols);
    while (padded_ && (written_ + padding_) % 8 != 0) {
      symbols.push_back('=');
      ++padding_;
    }
    output.Append(symbols);
    return output.status();
  }

 private:
  void Write(std::uint32_t bits, std::string& symbols) {
    symbols.push_back(alphabet_[bits & 31]);
    ++written_;
  }

  const absl::string_view alphabet_;
  const bool padded_;
  std::uint32_t bits_ = 0;
  int held_ = 0;  // bits that are in no symbol yet
  std::size_t written_ = 0;
  std::size_t padding_ = 0;
};

constexpr std::uint8_t kInvalid = 255;

std::array<std::uint8_t, 256> ValuesOf(absl::string_view alphabet) {
  std::array<std::uint8_t, 256> values;
  values.fill(kInvalid);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    auto symbol = static_cast<unsigned char>(alphabet[i]);
    values[symbol] = static_cast<std::uint8_t>(i);
    if (symbol >= 'A') values[symbol + ('a' - 'A')] = static_cast<std::uint8_t>(i);
  }
  return values;
}

class Decoder final : public Stage {
 public:
  explicit Decoder(const Arguments& arguments) : values_(ValuesOf(AlphabetOf(arguments))) {}

  absl::Status Take(absl::string_view piece, Output& output) override {
    std::string bytes;
    bytes.reserve(piece.size() * 5 / 8 + 8);
    for (std::size_t at = 0; at < piece.size(); ++at) {
      char c = piece[at];
      if (absl::string_view(" \t\r\n\v\f").find(c) != absl::string_view::npos) continue;
      if (c == '=') {
        ++padding_;
        continue;
      }
      std::uint8_t value = values_[static_cast<unsigned char>(c)];
      if (value == kInvalid) {
        return BadInputAt(at, "must be base32 of the chosen alphabet, which it is not");
      }
      if (padding_ > 0) return BadInputAt(at, "goes on after its padding");
      bits_ = bits_ << 5 | value;
      held_ += 5;
      ++symbols_;
      if (held_ < 8) continue;
      held_ -= 8;
      bytes.push_back(static_cast<char>(bits_ >> held_));
    }
    output.Append(bytes);
    return output.status();
  }

  absl::Status Finish(Output&) override {
    std::size_t last = symbols_ % 8;
    if (last == 1 || last == 3 || last == 6) {
      return BadInput("ends within a byte: symbols are left over");
    }
    std::size_t missing = (8 - last) % 8;
    if (padding_ != 0 && padding_ != missing) return BadInput("has padding of another length");
    return absl::OkStatus();
  }

 private:
  const std::array<std::uint8_t, 256> values_;
  std::uint32_t bits_ = 0;
  int held_ = 0;
  std::size_t symbols_ = 0;
  std::size_t padding_ = 0;
};

Parameter Alphabet() {
  return {.name = "alphabet",
          .summary = "A to Z and 2 to 7 (standard), or 0 to 9 and A to V (hex).",
          .kind = Kind::kChoice,
          .default_value = "standard",
          .choices = {"standard", "hex"}};
}

}  // namespace

Operation ToBase32() {
  return {
      .id = "to-base32",
      .name = "To base32",
      .aliases = {"To Base32", "base32"},
      .summary = "Encodes bytes as base32 (RFC 4648).",
      .gives = Data::kText,
      .parameters = {Alphabet(),
                     {.name = "padding",
                      .summary = "Whether = fills the last group of eight.",
                      .kind = Kind::kFlag,
                      .default_value = "true"}},
      .inverse = "from-base32",
      .examples = {{"Triad", "to-base32", "KRZGSYLE"}},
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
        return std::make_unique<Encoder>(arguments);
      }};
}

Operation FromBase32() {
  return {
      .id = "from-base32",
      .name = "From base32",
      .aliases = {"From Base32", "unbase32"},
      .summary =
          "Decodes base32 (RFC 4648), of either case; white space in it is skipped, and "
          "padding may be left out.",
      .parameters = {Alphabet()},
      .inverse = "to-base32",
      .examples = {{"KRZGSYLE", "from-base32", "Triad"}},
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
        return std::make_unique<Decoder>(arguments);
      }};
}

}  // namespace triad::transform
