#include "services/transform/families/encoding/encoding.h"

#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "runtime/base/base64.h"

namespace triad::transform {
namespace {

Parameter Alphabet() {
  return {.name = "alphabet",
          .description = "Characters 62 and 63 of the alphabet: +/ with padding, or -_ without.",
          .default_value = "standard",
          .choices = {"standard", "url"}};
}

bool IsUrl(const Arguments& arguments) { return arguments.at("alphabet") == "url"; }

absl::StatusOr<std::string> RunToBase64(absl::string_view input, const Arguments& arguments,
                                        Cancelled) {
  return IsUrl(arguments) ? absl::WebSafeBase64Escape(input) : absl::Base64Escape(input);
}

absl::StatusOr<std::string> RunFromBase64(absl::string_view input, const Arguments& arguments,
                                          Cancelled) {
  std::optional<std::string> bytes =
      DecodeBase64(input, IsUrl(arguments) ? Base64Alphabet::kUrl : Base64Alphabet::kStandard);
  if (!bytes.has_value()) {
    return absl::InvalidArgumentError("must be base64 of the chosen alphabet");
  }
  return *std::move(bytes);
}

absl::StatusOr<std::string> RunToHex(absl::string_view input, const Arguments& arguments,
                                     Cancelled) {
  const std::string& separator = arguments.at("separator");
  if (separator == "none") return absl::BytesToHexString(input);
  constexpr absl::string_view kDigits = "0123456789abcdef";
  std::string separated;
  separated.reserve(input.size() * 3);
  for (char c : input) {
    if (!separated.empty()) separated.push_back(separator == "colon" ? ':' : ' ');
    auto byte = static_cast<unsigned char>(c);
    separated.push_back(kDigits[byte >> 4]);
    separated.push_back(kDigits[byte & 15]);
  }
  return separated;
}

}  // namespace

Operation FromBase64() {
  return {.id = "from-base64",
          .family = "encoding",
          .description =
              "Decodes base64 (RFC 4648); white space in it is skipped, and padding may be "
              "left out.",
          .takes = Takes::kBytes,
          .parameters = {Alphabet()},
          .examples = {{.input = "VHJpYWQ=", .arguments = {}, .output = "Triad"},
                       {.input = "w7_Dvw", .arguments = {{"alphabet", "url"}}, .output = "ÿÿ"}},
          .run = RunFromBase64};
}

Operation ToBase64() {
  return {.id = "to-base64",
          .family = "encoding",
          .description = "Encodes bytes as base64 (RFC 4648).",
          .takes = Takes::kBytes,
          .parameters = {Alphabet()},
          .examples = {{.input = "Triad", .arguments = {}, .output = "VHJpYWQ="},
                       {.input = "ÿÿ", .arguments = {{"alphabet", "url"}}, .output = "w7_Dvw"}},
          .run = RunToBase64};
}

Operation ToHex() {
  return {
      .id = "to-hex",
      .family = "encoding",
      .description = "Writes each byte as two lower-case hexadecimal digits.",
      .takes = Takes::kBytes,
      .parameters = {{.name = "separator",
                      .description = "What stands between two bytes.",
                      .default_value = "none",
                      .choices = {"none", "space", "colon"}}},
      .examples = {{.input = "Triad", .arguments = {}, .output = "5472696164"},
                   {.input = "é!", .arguments = {{"separator", "colon"}}, .output = "c3:a9:21"}},
      .run = RunToHex};
}

}  // namespace triad::transform
