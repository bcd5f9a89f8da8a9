#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "services/transform/engine/families/encoding/operations.h"

namespace triad::transform {
namespace {

constexpr int kBase = 85;

struct Alphabet {
  absl::string_view name;
  absl::string_view symbols;
  bool z;  // whether 'z' stands for four bytes of 0
};

constexpr Alphabet kAlphabets[] = {
    {"ascii85",
     "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstu",
     true},
    {"rfc1924",
     "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~",
     false},
    {"z85", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#",
     false},
};

const Alphabet& AlphabetOf(const Arguments& arguments) {
  for (const Alphabet& alphabet : kAlphabets) {
    if (alphabet.name == arguments.Text("alphabet")) return alphabet;
  }
  return kAlphabets[0];
}

// Four bytes are five symbols; n < 4 bytes at the end are n + 1.
class Encoder final : public Stage {
 public:
  explicit Encoder(const Arguments& arguments) : alphabet_(AlphabetOf(arguments)) {}

  absl::Status Take(absl::string_view piece, Output& output) override {
    std::string symbols;
    symbols.reserve(piece.size() * 5 / 4 + 5);
    for (char c : piece) {
      bits_ = bits_ << 8 | static_cast<unsigned char>(c);
      if (++bytes_ == 4) Write(symbols);
    }
    output.Append(symbols);
    return output.status();
  }

  absl::Status Finish(Output& output) override {
    if (bytes_ == 0) return absl::OkStatus();
    bits_ <<= 8 * (4 - bytes_);
    std::string symbols;
    Write(symbols);
    output.Append(symbols);
    return output.status();
  }

 private:
  void Write(std::string& symbols) {
    if (alphabet_.z && bits_ == 0 && bytes_ == 4) {
      symbols.push_back('z');
    } else {
      std::array<char, 5> group;
      for (int i = 4; i >= 0; --i, bits_ /= kBase) {
        group[static_cast<std::size_t>(i)] = alphabet_.symbols[bits_ % kBase];
      }
      symbols.append(group.data(), static_cast<std::size_t>(bytes_) + 1);
    }
    bits_ = 0;
    bytes_ = 0;
  }

  const Alphabet& alphabet_;
  std::uint32_t bits_ = 0;
  int bytes_ = 0;
};

constexpr std::uint8_t kInvalid = 255;

class Decoder final : public Stage {
 public:
  explicit Decoder(const Arguments& arguments) : alphabet_(AlphabetOf(arguments)) {
    values_.fill(kInvalid);
    for (std::size_t i = 0; i < alphabet_.symbols.size(); ++i) {
      values_[static_cast<unsigned char>(alphabet_.symbols[i])] = static_cast<std::uint8_t>(i);
    }
  }

  absl::Status Take(absl::string_view piece, Output& output) override {
    std::string bytes;
    for (std::size_t at = 0; at < piece.size(); ++at) {
      char c = piece[at];
      if (absl::string_view(" \t\r\n\v\f").find(c) != absl::string_view::npos) continue;
      if (alphabet_.z && c == 'z' && symbols_ == 0) {
        bytes.append(4, '\0');
        continue;
      }
      std::uint8_t value = values_[static_cast<unsigned char>(c)];
      if (value == kInvalid) {
        return BadInputAt(at, "must be base85 of the chosen alphabet, which it is not");
      }
      bits_ = bits_ * kBase + value;
      if (++symbols_ == 5 && !Write(4, bytes)) {
        return BadInputAt(at, "has a group over 2^32 - 1");
      }
    }
    output.Append(bytes);
    return output.status();
  }

  absl::Status Finish(Output& output) override {
    if (symbols_ == 0) return absl::OkStatus();
    if (symbols_ == 1) return BadInput("ends within a byte: one symbol is left over");
    int count = symbols_ - 1;
    for (int i = symbols_; i < 5; ++i) bits_ = bits_ * kBase + (kBase - 1);
    std::string bytes;
    if (!Write(count, bytes)) return BadInput("has a group over 2^32 - 1");
    output.Append(bytes);
    return output.status();
  }

 private:
  bool Write(int count, std::string& bytes) {
    if (bits_ > 0xFFFFFFFF) return false;
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>(bits_ >> (24 - 8 * i)));
    bits_ = 0;
    symbols_ = 0;
    return true;
  }

  const Alphabet& alphabet_;
  std::array<std::uint8_t, 256> values_;
  std::uint64_t bits_ = 0;
  int symbols_ = 0;
};

Parameter AlphabetParameter() {
  return {.name = "alphabet",
          .summary = "Ascii85 (Adobe's, without <~ and ~>), that of RFC 1924, or Z85 (ZeroMQ's).",
          .kind = Kind::kChoice,
          .default_value = "ascii85",
          .choices = {"ascii85", "rfc1924", "z85"}};
}

}  // namespace

Operation ToBase85() {
  return {
      .id = "to-base85",
      .name = "To base85",
      .aliases = {"To Base85"},
      .summary = "Encodes bytes as base85: five symbols for four bytes.",
      .gives = Data::kText,
      .parameters = {AlphabetParameter()},
      .inverse = "from-base85",
      .examples = {{"Triad", "to-base85", "<,u\\]A,"}},
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
        return std::make_unique<Encoder>(arguments);
      }};
}

Operation FromBase85() {
  return {
      .id = "from-base85",
      .name = "From base85",
      .aliases = {"From Base85"},
      .summary = "Decodes base85; ASCII white space in it is skipped.",
      .parameters = {AlphabetParameter()},
      .inverse = "to-base85",
      .examples = {{"<,u\\]A,", "from-base85", "Triad"}},
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
        return std::make_unique<Decoder>(arguments);
      }};
}

}  // namespace triad::transform
