#include <array>
#include <bit>
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
  void Copy(std::uint64_t bits, char* to) const { std::memcpy(to, &symbols_[2 * bits], 2); }

 private:
  static constexpr std::size_t kPairs = 4096;
  std::array<char, 2 * kPairs> symbols_;
};

const PairTable& Pairs(bool url) {
  static const PairTable& standard_pairs = *new PairTable(kStandard);
  static const PairTable& url_pairs = *new PairTable(kUrl);
  return url ? url_pairs : standard_pairs;
}

// Eight bytes as a number whose highest byte is the first.
std::uint64_t LoadEight(const char* bytes) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes, sizeof(number));
  return std::endian::native == std::endian::little ? __builtin_bswap64(number) : number;
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

  // `bytes` are whole groups: two at a time, for as long as there are eight bytes to load.
  void EncodeBlock(absl::string_view bytes, char* symbols) const {
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 6, symbols += 8) {
      std::uint64_t bits = LoadEight(bytes.data() + at);
      pairs_.Copy(bits >> 52, symbols);
      pairs_.Copy(bits >> 40 & 0xFFF, symbols + 2);
      pairs_.Copy(bits >> 28 & 0xFFF, symbols + 4);
      pairs_.Copy(bits >> 16 & 0xFFF, symbols + 6);
    }
    for (; at < bytes.size(); at += 3, symbols += 4) Group(bytes.data() + at, symbols);
  }

  // `bytes` are whole groups.
  void Encode(absl::string_view bytes, Output& output) {
    constexpr std::size_t kBlock = 12 * 1024;
    std::array<char, kBlock / 3 * 4> symbols;
    while (!bytes.empty() && !output.failed()) {
      absl::string_view block = bytes.substr(0, kBlock);
      EncodeBlock(block, symbols.data());
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

// What each symbol adds to a group, by its place in it.
using Places = std::array<std::array<std::uint32_t, 256>, 4>;
constexpr std::uint32_t kNoGroup = 1 << 24;

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

struct Alphabet {
  explicit Alphabet(absl::string_view symbols) : values(ValuesOf(symbols)) {
    for (std::size_t place = 0; place < places.size(); ++place) {
      for (std::size_t symbol = 0; symbol < values.size(); ++symbol) {
        std::uint32_t value = values[symbol];
        places[place][symbol] = value < kPadding ? value << (18 - 6 * place) : kNoGroup;
      }
    }
  }

  const Values values;
  Places places;
};

const Alphabet& AlphabetOf(bool url) {
  static const Alphabet& standard_alphabet = *new Alphabet(kStandard);
  static const Alphabet& url_alphabet = *new Alphabet(kUrl);
  return url ? url_alphabet : standard_alphabet;
}

class Decoder final : public Stage {
 public:
  explicit Decoder(const Arguments& arguments)
      : strict_(arguments.Flag("strict")),
        alphabet_(AlphabetOf(arguments.Text("alphabet") == "url")) {}

  absl::Status Take(absl::string_view piece, Output& output) override {
    written_ = 0;
    for (std::size_t at = 0; at < piece.size();) {
      if (symbols_ == 0 && padding_ == 0) at = DecodeGroups(piece, at);
      if (at == piece.size()) break;
      absl::Status status = TakeSymbol(static_cast<unsigned char>(piece[at]), at);
      if (!status.ok()) return status;
      ++at;
    }
    output.Append(absl::string_view(bytes_.data(), written_));
    return output.status();
  }

  absl::Status Finish(Output& output) override {
    if (symbols_ == 1) return BadInput("ends within a byte: one symbol is left over");
    bool whole = symbols_ == 0 ? padding_ == 0 : symbols_ + padding_ == 4;
    if (!whole && (padding_ > 0 || strict_)) return BadInput("ends without all of its padding");
    if (strict_ && symbols_ > 0 && LeftOver() != 0) {
      return BadInput("has bits after its last byte that are not 0");
    }
    for (int i = 1; i < symbols_; ++i) {
      output.Put(static_cast<char>(bits_ >> (6 * symbols_ - 8 * i)));
    }
    return output.status();
  }

 private:
  // Whole groups of four symbols, from `at` on; where they end.
  std::size_t DecodeGroups(absl::string_view piece, std::size_t at) {
    const Places& places = alphabet_.places;
    auto symbol = [&piece](std::size_t i) { return static_cast<unsigned char>(piece[i]); };
    for (; at + 4 <= piece.size(); at += 4) {
      std::uint32_t bits = places[0][symbol(at)] | places[1][symbol(at + 1)] |
                           places[2][symbol(at + 2)] | places[3][symbol(at + 3)];
      if (bits >= kNoGroup) return at;
      Write(bits);
    }
    return at;
  }

  void Write(std::uint32_t bits) {
    char* to = bytes_.data() + written_;
    to[0] = static_cast<char>(bits >> 16);
    to[1] = static_cast<char>(bits >> 8);
    to[2] = static_cast<char>(bits);
    written_ += 3;
  }

  absl::Status TakeSymbol(unsigned char symbol, std::size_t at) {
    std::uint8_t value = alphabet_.values[symbol];
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
    Write(bits_);
    symbols_ = 0;
    bits_ = 0;
    return absl::OkStatus();
  }

  std::uint32_t LeftOver() const { return bits_ & (symbols_ == 2 ? 0xF : 3); }

  const bool strict_;
  const Alphabet& alphabet_;
  std::array<char, kMaxPieceBytes> bytes_;  // of a piece
  std::size_t written_ = 0;
  std::uint32_t bits_ = 0;  // of the symbols of a group that is not whole yet
  int symbols_ = 0;
  int padding_ = 0;
};

Parameter AlphabetParameter() {
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
      .parameters = {AlphabetParameter(),
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
      .parameters = {AlphabetParameter(),
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
