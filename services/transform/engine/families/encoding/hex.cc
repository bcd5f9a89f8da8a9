#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "services/transform/engine/families/encoding/operations.h"

namespace triad::transform {
namespace {

// Both digits of each byte.
using Digits = std::array<char, 512>;

Digits PairsOf(absl::string_view alphabet) {
  Digits digits;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    digits[2 * byte] = alphabet[byte >> 4];
    digits[2 * byte + 1] = alphabet[byte & 15];
  }
  return digits;
}

const Digits& DigitsOf(bool upper) {
  static const Digits& lower_digits = *new Digits(PairsOf("0123456789abcdef"));
  static const Digits& upper_digits = *new Digits(PairsOf("0123456789ABCDEF"));
  return upper ? upper_digits : lower_digits;
}

absl::string_view SeparatorOf(const std::string& choice) {
  if (choice == "space") return " ";
  if (choice == "colon") return ":";
  if (choice == "comma") return ",";
  if (choice == "newline") return "\n";
  return "";
}

// Sixteen at a time, in the registers that every machine has for that.
using Sixteen = unsigned char __attribute__((vector_size(16)));

// The digits of numbers below 16. `gap` is what stands between '9' and the digit of ten.
Sixteen DigitsOfNumbers(Sixteen numbers, unsigned char gap) {
  auto letters = reinterpret_cast<Sixteen>(numbers > 9);
  return numbers + '0' + (letters & gap);
}

// The 32 digits of 16 bytes.
void WriteSixteen(const char* bytes, unsigned char gap, char* to) {
  Sixteen values;
  std::memcpy(&values, bytes, sizeof(values));
  Sixteen high = DigitsOfNumbers(values >> 4, gap);
  Sixteen low = DigitsOfNumbers(values & 15, gap);
  Sixteen first =
      __builtin_shufflevector(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  Sixteen second = __builtin_shufflevector(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29,
                                           14, 30, 15, 31);
  std::memcpy(to, &first, sizeof(first));
  std::memcpy(to + sizeof(first), &second, sizeof(second));
}

class Encoder final : public Stage {
 public:
  explicit Encoder(const Arguments& arguments)
      : gap_(static_cast<unsigned char>((arguments.Flag("upper") ? 'A' : 'a') - '9' - 1)),
        digits_(DigitsOf(arguments.Flag("upper"))),
        separator_(SeparatorOf(arguments.Text("separator"))),
        prefix_(arguments.Text("prefix")) {}

  absl::Status Take(absl::string_view piece, Output& output) override {
    bool plain = separator_.empty() && prefix_.empty();
    constexpr std::size_t kBlock = 8 * 1024;
    for (; !piece.empty() && !output.failed();
         piece.remove_prefix(std::min(kBlock, piece.size()))) {
      absl::string_view block = piece.substr(0, kBlock);
      plain ? Plain(block, output) : Separated(block, output);
    }
    return output.status();
  }

  absl::Status Finish(Output&) override { return absl::OkStatus(); }

 private:
  const char* Pair(char byte) const { return &digits_[2 * static_cast<unsigned char>(byte)]; }

  void Plain(absl::string_view bytes, Output& output) {
    text_.resize(2 * bytes.size());
    std::size_t i = 0;
    for (; i + 16 <= bytes.size(); i += 16) {
      WriteSixteen(bytes.data() + i, gap_, text_.data() + 2 * i);
    }
    for (; i < bytes.size(); ++i) {
      std::memcpy(text_.data() + 2 * i, Pair(bytes[i]), 2);
    }
    output.Append(text_);
  }

  void Separated(absl::string_view bytes, Output& output) {
    text_.clear();
    for (char byte : bytes) {
      if (begun_) text_.append(separator_.data(), separator_.size());
      begun_ = true;
      text_.append(prefix_).append(Pair(byte), 2);
    }
    output.Append(text_);
  }

  const unsigned char gap_;
  const Digits& digits_;
  const absl::string_view separator_;
  const std::string prefix_;
  std::string text_;
  bool begun_ = false;
};

constexpr int kNoDigit = -1;

// By character.
constexpr std::array<std::int8_t, 256> kValues = [] {
  std::array<std::int8_t, 256> values = {};
  values.fill(kNoDigit);
  for (std::size_t i = 0; i < 10; ++i) values['0' + i] = static_cast<std::int8_t>(i);
  for (std::size_t i = 0; i < 6; ++i) {
    values['a' + i] = values['A' + i] = static_cast<std::int8_t>(10 + i);
  }
  return values;
}();

int ValueOf(char digit) { return kValues[static_cast<unsigned char>(digit)]; }

// Between bytes, not within them: white space, one of ,;:- and a prefix.
class Decoder final : public Stage {
 public:
  explicit Decoder(const Arguments& arguments) : separated_(!arguments.Flag("strict")) {}

  absl::Status Take(absl::string_view piece, Output& output) override {
    written_ = 0;
    for (std::size_t at = 0; at < piece.size();) {
      if (state_ == State::kFirst) at = TakePairs(piece, at);
      if (at == piece.size()) break;
      absl::Status status = TakeDigit(piece[at], at);
      if (!status.ok()) return status;
      ++at;
    }
    output.Append(absl::string_view(bytes_.data(), written_));
    return output.status();
  }

  absl::Status Finish(Output&) override {
    if (state_ == State::kSecond) return BadInput("has an odd number of hexadecimal digits");
    if (state_ != State::kFirst) return BadInput("ends after a prefix");
    return absl::OkStatus();
  }

 private:
  // What comes next: kPrefixed is a digit that must follow a prefix, kX the x of \x.
  enum class State { kFirst, kSecond, kPrefixed, kX };

  // Pairs of digits with nothing between them, from `at` on; where they end.
  std::size_t TakePairs(absl::string_view piece, std::size_t at) {
    char* to = bytes_.data() + written_;
    for (; at + 2 <= piece.size(); at += 2) {
      int value = ValueOf(piece[at]) << 4 | ValueOf(piece[at + 1]);
      if (value < 0) break;
      *to++ = static_cast<char>(value);
    }
    written_ = static_cast<std::size_t>(to - bytes_.data());
    return at;
  }

  absl::Status TakeDigit(char c, std::size_t at) {
    bool x = c == 'x' || c == 'X';
    if (separated_ && state_ == State::kSecond && high_ == 0 && x) {  // 0x
      state_ = State::kPrefixed;
      return absl::OkStatus();
    }
    if (state_ == State::kX) {
      state_ = State::kPrefixed;
      return x ? absl::OkStatus() : BadInputAt(at, "has a backslash without an x");
    }
    int value = ValueOf(c);
    if (value >= 0) {
      Add(value);
      return absl::OkStatus();
    }
    bool between = state_ == State::kFirst && separated_;
    if (between && c == '\\') {
      state_ = State::kX;
      return absl::OkStatus();
    }
    if (between && absl::StrContains(" \t\r\n\v\f,;:-", c)) return absl::OkStatus();
    return BadInputAt(at, "has no hexadecimal digit where one must be");
  }

  void Add(int value) {
    if (state_ == State::kSecond) {
      bytes_[written_++] = static_cast<char>(high_ << 4 | value);
      state_ = State::kFirst;
    } else {
      high_ = value;
      state_ = State::kSecond;
    }
  }

  const bool separated_;
  std::array<char, kMaxPieceBytes> bytes_;  // of a piece
  std::size_t written_ = 0;
  State state_ = State::kFirst;
  int high_ = 0;
};

}  // namespace

Operation ToHex() {
  return {
      .id = "to-hex",
      .name = "To hex",
      .aliases = {"To Hex", "hex"},
      .summary = "Writes each byte as two hexadecimal digits.",
      .gives = Data::kText,
      .parameters = {{.name = "separator",
                      .summary = "What stands between two bytes.",
                      .kind = Kind::kChoice,
                      .default_value = "none",
                      .choices = {"none", "space", "colon", "comma", "newline"}},
                     {.name = "prefix", .summary = "What stands before each byte, as 0x."},
                     {.name = "upper",
                      .summary = "Whether digits are A to F.",
                      .kind = Kind::kFlag,
                      .default_value = "false"}},
      .inverse = "from-hex",
      .examples = {{"Triad", "to-hex", "5472696164"},
                   {"é!", "to-hex(separator=colon)", "c3:a9:21"}},
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
        return std::make_unique<Encoder>(arguments);
      }};
}

Operation FromHex() {
  return {
      .id = "from-hex",
      .name = "From hex",
      .aliases = {"From Hex", "unhex"},
      .summary = "Reads bytes from hexadecimal digits of either case.",
      .parameters = {{.name = "strict",
                      .summary = "Whether nothing may stand between bytes; otherwise white "
                                 "space, one of ,;:- and 0x or \\x may.",
                      .kind = Kind::kFlag,
                      .default_value = "false"}},
      .inverse = "to-hex",
      .examples = {{"5472696164", "from-hex", "Triad"}, {"0x41 0x42", "from-hex", "AB"}},
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
        return std::make_unique<Decoder>(arguments);
      }};
}

}  // namespace triad::transform
