#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "services/transform/engine/families/value/operations.h"
#include "services/transform/engine/support/digests.h"

namespace triad::transform {
namespace {

using Uuid = std::array<std::uint8_t, 16>;

// 32 hexadecimal digits of either case, with hyphens at their places or without, perhaps in braces
// or behind "urn:uuid:".
std::optional<Uuid> ParseUuid(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  absl::ConsumePrefix(&text, "urn:uuid:");
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool hyphen = text.size() == 36 && (i == 8 || i == 13 || i == 18 || i == 23);
    if (hyphen ? text[i] != '-' : !absl::ascii_isxdigit(static_cast<unsigned char>(text[i]))) {
      return std::nullopt;
    }
    if (!hyphen) digits.push_back(text[i]);
  }
  if (digits.size() != 32) return std::nullopt;
  std::string bytes = absl::HexStringToBytes(digits);
  Uuid uuid;
  std::copy(bytes.begin(), bytes.end(), uuid.begin());
  return uuid;
}

std::string FormatUuid(const Uuid& uuid) {
  std::string digits =
      absl::BytesToHexString({reinterpret_cast<const char*>(uuid.data()), uuid.size()});
  for (std::size_t at : {20, 16, 12, 8}) digits.insert(at, 1, '-');
  return digits;
}

std::uint64_t BigEndian(const Uuid& uuid, std::size_t begin, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = begin; i < begin + count; ++i) value = value << 8 | uuid[i];
  return value;
}

std::string FormatTime(absl::CivilSecond time, std::uint64_t fraction, int digits) {
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d.%0*dZ", time.year(), time.month(),
                         time.day(), time.hour(), time.minute(), time.second(), digits, fraction);
}

// Versions 1 and 6 count 100 ns since the Gregorian calendar began, 7 counts milliseconds since
// 1970 (RFC 9562, section 5). Nothing for the others.
std::string TimeOf(const Uuid& uuid, int version) {
  constexpr std::uint64_t kTicks = 10'000'000;
  std::uint64_t ticks = 0;
  if (version == 1) {
    ticks =
        (BigEndian(uuid, 6, 2) & 0xFFF) << 48 | BigEndian(uuid, 4, 2) << 32 | BigEndian(uuid, 0, 4);
  } else if (version == 6) {
    ticks = BigEndian(uuid, 0, 6) << 12 | (BigEndian(uuid, 6, 2) & 0xFFF);
  } else if (version == 7) {
    std::uint64_t ms = BigEndian(uuid, 0, 6);
    return FormatTime(absl::CivilSecond(1970) + static_cast<std::int64_t>(ms / 1000), ms % 1000, 3);
  } else {
    return "";
  }
  absl::CivilSecond time =
      absl::CivilSecond(1582, 10, 15) + static_cast<std::int64_t>(ticks / kTicks);
  return FormatTime(time, ticks % kTicks, 7);
}

absl::string_view VariantOf(const Uuid& uuid) {
  bool same = std::all_of(uuid.begin(), uuid.end(), [&](std::uint8_t b) { return b == uuid[0]; });
  if (same && uuid[0] == 0) return "nil";
  if (same && uuid[0] == 0xFF) return "max";
  if (uuid[8] < 0x80) return "ncs";
  if (uuid[8] < 0xC0) return "rfc";
  return uuid[8] < 0xE0 ? "microsoft" : "future";
}

absl::Status RunInspect(absl::string_view input, const Arguments&, Output& output) {
  std::optional<Uuid> uuid = ParseUuid(input);
  if (!uuid) return BadInput("must be a UUID");
  absl::string_view variant = VariantOf(*uuid);
  int version = variant == "rfc" ? (*uuid)[6] >> 4 : 0;
  std::string time = TimeOf(*uuid, version);
  output.Append(absl::StrCat("{\"version\":", version == 0 ? "null" : absl::StrCat(version),
                             ",\"variant\":\"", variant, "\""));
  if (!time.empty()) output.Append(absl::StrCat(",\"time\":\"", time, "\""));
  output.Put('}');
  return output.status();
}

struct Namespace {
  absl::string_view name;
  std::uint8_t fourth;  // 6ba7b81x-9dad-11d1-80b4-00c04fd430c8 (RFC 9562, section 6.6)
};

constexpr std::array<Namespace, 4> kNamespaces = {
    {{"dns", 0x10}, {"url", 0x11}, {"oid", 0x12}, {"x500", 0x14}}};

std::optional<Uuid> NamespaceOf(const std::string& text) {
  for (const Namespace& known : kNamespaces) {
    if (known.name != text) continue;
    return Uuid{0x6b, 0xa7, 0xb8, known.fourth, 0x9d, 0xad, 0x11, 0xd1,
                0x80, 0xb4, 0x00, 0xc0,         0x4f, 0xd4, 0x30, 0xc8};
  }
  return ParseUuid(text);
}

absl::Status RunFromName(absl::string_view input, const Arguments& arguments, Output& output) {
  std::optional<Uuid> space = NamespaceOf(arguments.Text("namespace"));
  if (!space) return BadArgument("namespace", "must be dns, url, oid, x500 or a UUID");
  bool md5 = arguments.Text("version") == "3";
  std::string bytes(reinterpret_cast<const char*>(space->data()), space->size());
  bytes.append(input.data(), input.size());
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> hash;
  if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, FindDigest(md5 ? "md5" : "sha1"),
                 nullptr) != 1) {
    return absl::InternalError("OpenSSL cannot digest");
  }
  Uuid uuid;
  std::copy_n(hash.begin(), uuid.size(), uuid.begin());
  uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0F) | (md5 ? 0x30 : 0x50));
  uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3F) | 0x80);
  output.Append(FormatUuid(uuid));
  return output.status();
}

}  // namespace

Operation UuidInspect() {
  return {.id = "uuid-inspect",
          .name = "Inspect UUID",
          .aliases = {"Analyse UUID"},
          .summary =
              "Tells version, variant and, where it has one, time of a UUID (RFC 9562), as "
              "JSON.",
          .takes = Data::kText,
          .gives = Data::kText,
          .examples = {{"550e8400-e29b-41d4-a716-446655440000", "uuid-inspect",
                        R"({"version":4,"variant":"rfc"})"}},
          .run = RunInspect};
}

Operation UuidFromName() {
  return {
      .id = "uuid-from-name",
      .name = "UUID from name",
      .aliases = {"Generate UUID"},
      .summary =
          "The UUID of a name in a namespace: the same each time (RFC 9562, version 5 "
          "or 3).",
      .gives = Data::kText,
      .parameters = {{.name = "namespace",
                      .summary = "dns, url, oid, x500, or a UUID.",
                      .default_value = "dns"},
                     {.name = "version",
                      .summary = "By SHA-1 (5) or MD5 (3).",
                      .kind = Kind::kChoice,
                      .default_value = "5",
                      .choices = {"5", "3"}}},
      .examples = {{"www.example.com", "uuid-from-name", "2ed6657d-e927-568b-95e1-2665a8aea6a2"}},
      .scratch = 1,
      .run = RunFromName};
}

}  // namespace triad::transform
