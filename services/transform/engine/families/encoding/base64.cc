#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/transform/engine/families/encoding/line_breaker.h"
#include "services/transform/engine/families/encoding/operations.h"

namespace triad::transform {
namespace {

constexpr absl::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr absl::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// The two symbols of each 12 bits: half as many look-ups as by symbol.
class PairTable {
 public:
  explicit PairTable(absl::string_view alphabet) {
    for (std::size_t i = 0; i < kPairs; ++i) {
      symbols_[2 * i] = alphabet[i >> 6];
      symbols_[2 * i + 1] = alphabet[i & 63];
    }
  }
  void Copy(std::uint32_t bits, char* to) const { std::memcpy(to, &symbols_[2 * bits], 2); }

 private:
  static constexpr std::size_t kPairs = 4096;
  std::array<char, 2 * kPairs> symbols_;
};

const PairTable& Pairs(bool url) {
  static const PairTable& standard_pairs = *new PairTable(kStandard);
  static const PairTable& url_pairs = *new PairTable(kUrl);
  return url ? url_pairs : standard_pairs;
}

class Encoder final : public Stage {
 public:
  explicit Encoder(const Arguments& arguments)
      : url_(arguments.Text("alphabet") == "url"),
        padded_(arguments.Text("padding") == "always" ||
                (!url_ && arguments.Text("padding") == "auto")),
        pairs_(Pairs(url_)),
        lines_(static_cast<std::size_t>(arguments.Integer("line_length")),
               arguments.Text("line_end") == "crlf" ? "\r\n" : "\n") {}

  absl::Status Take(absl::string_view piece, Output& output) override {
    while (cut_bytes_ > 0 && cut_bytes_ < 3 && !piece.empty()) {
      cut_[cut_bytes_++] = piece[0];
      piece.remove_prefix(1);
    }
    if (cut_bytes_ == 3) {
      Encode(absl::string_view(cut_.data(), 3), output);
      cut_bytes_ = 0;
    }
    if (piece.empty()) return output.status();
    std::size_t rest = piece.size() % 3;
    Encode(piece.substr(0, piece.size() - rest), output);
    std::memcpy(cut_.data(), piece.data() + piece.size() - rest, rest);
    cut_bytes_ = rest;
    return output.status();
  }

  absl::Status Finish(Output& output) override {
    if (cut_bytes_ == 0) return absl::OkStatus();
    std::memset(cut_.data() + cut_bytes_, 0, 3 - cut_bytes_);
    std::array<char, 4> symbols = {};
    Group(cut_.data(), symbols.data());
    std::size_t used = cut_bytes_ + 1;
    lines_.Append(absl::string_view(symbols.data(), used), output);
    if (padded_) lines_.Append(absl::string_view("==").substr(0, 4 - used), output);
    return output.status();
  }

 private:
  void Group(const char* bytes, char* symbols) const {
    auto byte = [bytes](int i) { return static_cast<std::uint32_t>(bytes[i] & 0xFF); };
    std::uint32_t bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    pairs_.Copy(bits >> 12, symbols);
    pairs_.Copy(bits & 0xFFF, symbols + 2);
  }

  // `bytes` are whole groups.
  void Encode(absl::string_view bytes, Output& output) {
    constexpr std::size_t kBlock = 12 * 1024;
    std::array<char, kBlock / 3 * 4> symbols;
    while (!bytes.empty() && !output.failed()) {
      absl::string_view block = bytes.substr(0, kBlock);
      for (std::size_t i = 0; i < block.size() / 3; ++i) {
        Group(block.data() + 3 * i, symbols.data() + 4 * i);
      }
      lines_.Append(absl::string_view(symbols.data(), block.size() / 3 * 4), output);
      bytes.remove_prefix(block.size());
    }
  }

  const bool url_;
  const bool padded_;
  const PairTable& pairs_;
  LineBreaker lines_;
  std::array<char, 3> cut_ = {};  // bytes of a group that is not whole yet
  std::size_t cut_bytes_ = 0;
};

// What a symbol that is none of the alphabet means.
enum Special : std::uint8_t { kPadding = 64, kSpace = 65, kInvalid = 66 };

using Values = std::array<std::uint8_t, 256>;

Values ValuesOf(absl::string_view alphabet) {
  Values values;
  values.fill(kInvalid);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  values['='] = kPadding;
  for (char space : absl::string_view(" \t\r\n\v\f")) {
    values[static_cast<unsigned char>(space)] = kSpace;
  }
  return values;
}

class Decoder final : public Stage {
 public:
  explicit Decoder(const Arguments& arguments)
      : strict_(arguments.Flag("strict")),
        values_(ValuesOf(arguments.Text("alphabet") == "url" ? kUrl : kStandard)) {}

  absl::Status Take(absl::string_view piece, Output& output) override {
    bytes_.clear();
    for (std::size_t at = 0; at < piece.size();) {
      if (symbols_ == 0 && padding_ == 0) at = DecodeGroups(piece, at);
      if (at == piece.size()) break;
      absl::Status status = TakeSymbol(static_cast<unsigned char>(piece[at]), at);
      if (!status.ok()) return status;
      ++at;
    }
    output.Append(bytes_);
    return output.status();
  }

  absl::Status Finish(Output& output) override {
    if (symbols_ == 1) return BadInput("ends within a byte: one symbol is left over");
    bool whole = symbols_ == 0 ? padding_ == 0 : symbols_ + padding_ == 4;
    if (!whole && (padding_ > 0 || strict_)) return BadInput("ends without all of its padding");
    if (strict_ && symbols_ > 0 && LeftOver() != 0) {
      return BadInput("has bits after its last byte that are not 0");
    }
    bytes_.clear();
    for (int i = 1; i < symbols_; ++i) {
      bytes_.push_back(static_cast<char>(bits_ >> (6 * symbols_ - 8 * i)));
    }
    output.Append(bytes_);
    return output.status();
  }

 private:
  // Whole groups of four symbols, from `at` on; where they end.
  std::size_t DecodeGroups(absl::string_view piece, std::size_t at) {
    for (; at + 4 <= piece.size(); at += 4) {
      auto value = [&](std::size_t i) -> std::uint32_t {
        return values_[static_cast<unsigned char>(piece[at + i])];
      };
      std::uint32_t a = value(0), b = value(1), c = value(2), d = value(3);
      if ((a | b | c | d) >= kPadding) return at;
      std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
      char group[3] = {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8),
                       static_cast<char>(bits)};
      bytes_.append(group, 3);
    }
    return at;
  }

  absl::Status TakeSymbol(unsigned char symbol, std::size_t at) {
    std::uint8_t value = values_[symbol];
    if (value == kSpace && !strict_) return absl::OkStatus();
    if (value == kPadding) {
      ++padding_;
      bool fits = symbols_ >= 2 && symbols_ + padding_ <= 4;
      return fits ? absl::OkStatus() : BadInputAt(at, "has padding where none may be");
    }
    if (value >= kPadding) {
      return BadInputAt(at, "must be base64 of the chosen alphabet, which it is not");
    }
    if (padding_ > 0) return BadInputAt(at, "goes on after its padding");
    bits_ = bits_ << 6 | value;
    if (++symbols_ < 4) return absl::OkStatus();
    for (int shift = 16; shift >= 0; shift -= 8) {
      bytes_.push_back(static_cast<char>(bits_ >> shift));
    }
    symbols_ = 0;
    bits_ = 0;
    return absl::OkStatus();
  }

  std::uint32_t LeftOver() const { return bits_ & (symbols_ == 2 ? 0xF : 3); }

  const bool strict_;
  const Values values_;
  std::string bytes_;
  std::uint32_t bits_ = 0;  // of the symbols of a group that is not whole yet
  int symbols_ = 0;
  int padding_ = 0;
};

Parameter Alphabet() {
  return {.name = "alphabet",
          .summary = "Symbols 62 and 63: +/ (standard) or -_ (url).",
          .kind = Kind::kChoice,
          .default_value = "standard",
          .choices = {"standard", "url"}};
}

}  // namespace

Operation ToBase64() {
  return {
      .id = "to-base64",
      .name = "To base64",
      .aliases = {"To Base64", "base64"},
      .summary = "Encodes bytes as base64 (RFC 4648).",
      .gives = Data::kText,
      .parameters = {Alphabet(),
                     {.name = "padding",
                      .summary = "Whether = fills the last group; auto: in the standard alphabet.",
                      .kind = Kind::kChoice,
                      .default_value = "auto",
                      .choices = {"auto", "always", "never"}},
                     {.name = "line_length",
                      .summary = "Breaks lines after so many symbols; 0: never.",
                      .kind = Kind::kInteger,
                      .default_value = "0",
                      .max = 1'000'000,
                      .unit = "symbols"},
                     {.name = "line_end",
                      .summary = "What stands between lines.",
                      .kind = Kind::kChoice,
                      .default_value = "lf",
                      .choices = {"lf", "crlf"}}},
      .inverse = "from-base64",
      .examples = {{"Triad", "to-base64", "VHJpYWQ="}, {"ÿÿ", "to-base64(alphabet=url)", "w7_Dvw"}},
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
        return std::make_unique<Encoder>(arguments);
      }};
}

Operation FromBase64() {
  return {
      .id = "from-base64",
      .name = "From base64",
      .aliases = {"From Base64", "unbase64"},
      .summary =
          "Decodes base64 (RFC 4648); ASCII white space in it is skipped, and padding "
          "may be left out.",
      .parameters = {Alphabet(),
                     {.name = "strict",
                      .summary = "Refuses white space, missing padding, and bits left over "
                                 "that are not 0.",
                      .kind = Kind::kFlag,
                      .default_value = "false"}},
      .inverse = "to-base64",
      .examples = {{"VHJpYWQ=", "from-base64", "Triad"},
                   {"w7_Dvw", "from-base64(alphabet=url)", "ÿÿ"}},
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
        return std::make_unique<Decoder>(arguments);
      }};
}

}  // namespace triad::transform
