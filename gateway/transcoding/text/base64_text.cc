#include "gateway/transcoding/text/base64_text.h"

#include <array>
#include <cstdint>

namespace triad::gateway {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> MakeValues() {
  std::array<std::uint8_t, 256> values = {};
  for (auto& value : values) value = kNoDigit;
  for (std::uint8_t i = 0; i < 64; ++i) values[static_cast<unsigned char>(kAlphabet[i])] = i;
  values['-'] = 62;
  values['_'] = 63;
  return values;
}

constexpr std::array<std::uint8_t, 256> kValues = MakeValues();

std::uint32_t ValueOf(char digit) { return kValues[static_cast<unsigned char>(digit)]; }

}  // namespace

std::optional<absl::string_view> WithoutPadding(absl::string_view text) {
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  if (padding > 0 && text.size() % 4 != 0) return std::nullopt;
  text.remove_suffix(padding);
  if (text.size() % 4 == 1) return std::nullopt;
  return text;
}

bool DecodeDigits(absl::string_view digits, char* out) {
  std::uint32_t seen = 0;  // has high bits once a digit was none
  std::size_t i = 0;
  for (; i + 4 <= digits.size(); i += 4) {
    std::uint32_t a = ValueOf(digits[i]), b = ValueOf(digits[i + 1]);
    std::uint32_t c = ValueOf(digits[i + 2]), d = ValueOf(digits[i + 3]);
    seen |= a | b | c | d;
    std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    *out++ = static_cast<char>(bits >> 16);
    *out++ = static_cast<char>(bits >> 8);
    *out++ = static_cast<char>(bits);
  }
  std::size_t left = digits.size() - i;
  if (left == 0) return seen < 64;
  std::uint32_t a = ValueOf(digits[i]), b = ValueOf(digits[i + 1]);
  std::uint32_t c = left == 3 ? ValueOf(digits[i + 2]) : 0;
  seen |= a | b | c;
  *out++ = static_cast<char>(a << 2 | b >> 4);
  if (left == 3) *out++ = static_cast<char>(b << 4 | c >> 2);
  return seen < 64;
}

void EncodeDigits(absl::string_view bytes, char* out) {
  auto byte = [&](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at]));
  };
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    std::uint32_t bits = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    *out++ = kAlphabet[bits >> 18];
    *out++ = kAlphabet[bits >> 12 & 0x3F];
    *out++ = kAlphabet[bits >> 6 & 0x3F];
    *out++ = kAlphabet[bits & 0x3F];
  }
  std::size_t left = bytes.size() - i;
  if (left == 0) return;
  std::uint32_t bits = byte(i) << 16 | (left == 2 ? byte(i + 1) << 8 : 0);
  *out++ = kAlphabet[bits >> 18];
  *out++ = kAlphabet[bits >> 12 & 0x3F];
  *out++ = left == 2 ? kAlphabet[bits >> 6 & 0x3F] : '=';
  *out++ = '=';
}

}  // namespace triad::gateway
