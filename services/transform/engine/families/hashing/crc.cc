#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_format.h"
#include "services/transform/engine/families/hashing/operations.h"

namespace triad::transform {
namespace {

// In the terms of Greg Cook's catalogue of parametrised CRC algorithms. Reflected ones read and
// write the lowest bit first.
struct Sum {
  absl::string_view name;
  int width;
  std::uint64_t polynomial;
  std::uint64_t initial;
  bool reflected;
  std::uint64_t final_xor;
};

constexpr std::array<Sum, 16> kCrcs = {{
    {"crc-32", 32, 0x04C11DB7, 0xFFFFFFFF, true, 0xFFFFFFFF},
    {"crc-32c", 32, 0x1EDC6F41, 0xFFFFFFFF, true, 0xFFFFFFFF},
    {"crc-32-bzip2", 32, 0x04C11DB7, 0xFFFFFFFF, false, 0xFFFFFFFF},
    {"crc-32-mpeg", 32, 0x04C11DB7, 0xFFFFFFFF, false, 0},
    {"crc-8", 8, 0x07, 0, false, 0},
    {"crc-8-maxim", 8, 0x31, 0, true, 0},
    {"crc-16", 16, 0x8005, 0, true, 0},
    {"crc-16-ccitt-false", 16, 0x1021, 0xFFFF, false, 0},
    {"crc-16-kermit", 16, 0x1021, 0, true, 0},
    {"crc-16-modbus", 16, 0x8005, 0xFFFF, true, 0},
    {"crc-16-usb", 16, 0x8005, 0xFFFF, true, 0xFFFF},
    {"crc-16-x25", 16, 0x1021, 0xFFFF, true, 0xFFFF},
    {"crc-16-xmodem", 16, 0x1021, 0, false, 0},
    {"crc-24", 24, 0x864CFB, 0xB704CE, false, 0},
    {"crc-64-nvme", 64, 0xAD93D23594C93659, 0xFFFFFFFFFFFFFFFF, true, 0xFFFFFFFFFFFFFFFF},
    {"crc-64-xz", 64, 0x42F0E1EBA9EA3693, 0xFFFFFFFFFFFFFFFF, true, 0xFFFFFFFFFFFFFFFF},
}};

std::uint64_t Reflect(std::uint64_t bits, int width) {
  std::uint64_t reflected = 0;
  for (int i = 0; i < width; ++i, bits >>= 1) reflected = reflected << 1 | (bits & 1);
  return reflected;
}

// The remainder of each byte. Not reflected ones stand in the highest bits.
using Table = std::array<std::uint64_t, 256>;

Table TableOf(const Sum& crc) {
  Table table;
  std::uint64_t polynomial =
      crc.reflected ? Reflect(crc.polynomial, crc.width) : crc.polynomial << (64 - crc.width);
  for (std::uint64_t byte = 0; byte < table.size(); ++byte) {
    std::uint64_t rest = crc.reflected ? byte : byte << 56;
    for (int bit = 0; bit < 8; ++bit) {
      bool carry = (crc.reflected ? rest & 1 : rest >> 63) != 0;
      rest = crc.reflected ? rest >> 1 : rest << 1;
      if (carry) rest ^= polynomial;
    }
    table[byte] = rest;
  }
  return table;
}

class CrcStage final : public Stage {
 public:
  explicit CrcStage(const Sum& crc)
      : crc_(crc),
        table_(TableOf(crc)),
        rest_(crc.reflected ? Reflect(crc.initial, crc.width) : crc.initial << (64 - crc.width)) {}

  absl::Status Take(absl::string_view piece, Output&) override {
    std::uint64_t rest = rest_;
    if (crc_.reflected) {
      for (char c : piece) rest = table_[(rest ^ static_cast<unsigned char>(c)) & 0xFF] ^ rest >> 8;
    } else {
      for (char c : piece) rest = table_[rest >> 56 ^ static_cast<unsigned char>(c)] ^ rest << 8;
    }
    rest_ = rest;
    return absl::OkStatus();
  }

  absl::Status Finish(Output& output) override {
    std::uint64_t value = crc_.reflected ? rest_ : rest_ >> (64 - crc_.width);
    output.Append(absl::StrFormat("%0*x", crc_.width / 4, value ^ crc_.final_xor));
    return output.status();
  }

 private:
  const Sum& crc_;
  const Table table_;
  std::uint64_t rest_;
};

Parameter AlgorithmParameter() {
  Parameter parameter = {.name = "algorithm",
                         .summary = "The sum; crc-32 is that of gzip, PNG and Ethernet.",
                         .kind = Kind::kChoice,
                         .default_value = std::string(kCrcs[0].name)};
  for (const Sum& crc : kCrcs) parameter.choices.emplace_back(crc.name);
  return parameter;
}

absl::StatusOr<std::unique_ptr<Stage>> Start(const Arguments& arguments, Output&) {
  std::size_t i = 0;
  while (kCrcs[i].name != arguments.Text("algorithm")) ++i;
  return std::make_unique<CrcStage>(kCrcs[i]);
}

}  // namespace

Operation Crc() {
  return {.id = "crc",
          .name = "CRC",
          .aliases = {"CRC Checksum", "crc32"},
          .summary = "A cyclic redundancy check of bytes, in hexadecimal digits.",
          .gives = Data::kText,
          .parameters = {AlgorithmParameter()},
          .examples = {{"123456789", "crc", "cbf43926"},
                       {"123456789", "crc(algorithm=crc-16-modbus)", "4b37"}},
          .start = Start};
}

}  // namespace triad::transform
