#include "runtime/validation/checks/texts.h"

#include <google/protobuf/descriptor.h>
#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "runtime/validation/checks/checks.h"
#include "runtime/validation/checks/compared.h"
#include "runtime/validation/formats/formats.h"

namespace triad::validation {
namespace {

using buf::validate::BytesRules;
using buf::validate::StringRules;

// Of the program and of the states that are made while it runs.
constexpr std::int64_t kMaxPatternMemory = 1024 * 1024;

using Measure = std::uint64_t (*)(absl::string_view);

std::uint64_t Bytes(absl::string_view text) { return text.size(); }

// Every byte but those that continue a character.
std::uint64_t Characters(absl::string_view text) {
  return static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

void AddLength(std::string id, std::uint64_t length, Measure size, const char* unit,
               Checks& checks) {
  checks.push_back({std::move(id), absl::StrCat("must have ", length, " ", unit),
                    [=](const Value& value) { return size(value.bytes) == length; }});
}

void AddMinimum(std::string id, std::uint64_t limit, Measure size, const char* unit,
                Checks& checks) {
  std::string text =
      limit == 1 ? "must not be empty" : absl::StrCat("must have at least ", limit, " ", unit);
  checks.push_back({std::move(id), std::move(text),
                    [=](const Value& value) { return size(value.bytes) >= limit; }});
}

void AddMaximum(std::string id, std::uint64_t limit, Measure size, const char* unit,
                Checks& checks) {
  checks.push_back({std::move(id), absl::StrCat("must be at most ", limit, " ", unit),
                    [=](const Value& value) { return size(value.bytes) <= limit; }});
}

// Anywhere in the text, unless the pattern says otherwise. What is not UTF-8 matches none.
absl::Status AddPattern(absl::string_view type, const std::string& pattern, Checks& checks) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kMaxPatternMemory);
  // Shared by the copies that std::function may make.
  auto expression = std::make_shared<const RE2>(pattern, options);
  if (!expression->ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("has a pattern that RE2 does not take: ", expression->error()));
  }
  checks.push_back({absl::StrCat(type, ".pattern"), absl::StrCat("must match ", pattern),
                    [expression](const Value& value) {
                      re2::StringPiece text(value.bytes.data(), value.bytes.size());
                      return IsValidUtf8(value.bytes) && RE2::PartialMatch(text, *expression);
                    }});
  return absl::OkStatus();
}

// `relation` with the value and `part`.
void AddPart(std::string id, const char* text, const std::string& part,
             bool (*relation)(absl::string_view, absl::string_view), Checks& checks) {
  checks.push_back({std::move(id), absl::StrCat("must ", text, " ", TextOf(part)),
                    [part, relation](const Value& value) { return relation(value.bytes, part); }});
}

bool Contains(absl::string_view text, absl::string_view part) {
  return absl::StrContains(text, part);
}
bool ContainsNot(absl::string_view text, absl::string_view part) {
  return !absl::StrContains(text, part);
}
bool StartsWith(absl::string_view text, absl::string_view part) {
  return absl::StartsWith(text, part);
}
bool EndsWith(absl::string_view text, absl::string_view part) { return absl::EndsWith(text, part); }

// What both types have.
template <typename Rules>
absl::Status AddCommon(const std::string& type, const Rules& rules, Checks& checks) {
  if (rules.has_const_()) AddConst<std::string>(type, rules.const_(), checks);
  if (rules.has_pattern()) TRIAD_RETURN_IF_ERROR(AddPattern(type, rules.pattern(), checks));
  if (rules.has_prefix()) {
    AddPart(type + ".prefix", "begin with", rules.prefix(), StartsWith, checks);
  }
  if (rules.has_suffix()) AddPart(type + ".suffix", "end with", rules.suffix(), EndsWith, checks);
  if (rules.has_contains()) {
    AddPart(type + ".contains", "contain", rules.contains(), Contains, checks);
  }
  AddList<std::string>(type, Among::kYes, {rules.in().begin(), rules.in().end()}, checks);
  AddList<std::string>(type, Among::kNo, {rules.not_in().begin(), rules.not_in().end()}, checks);
  return absl::OkStatus();
}

void AddFormat(const Format& format, Checks& checks) {
  std::string id = absl::StrCat("string.", format.name);
  std::string text = absl::StrCat("must be ", format.what);
  bool refuses_empty = format.refuses_empty;
  if (refuses_empty) {
    checks.push_back({absl::StrCat(id, "_empty"), text,
                      [](const Value& value) { return !value.bytes.empty(); }});
  }
  checks.push_back({id, text, [matches = format.matches, refuses_empty](const Value& value) {
                      return (refuses_empty && value.bytes.empty()) || matches(value.bytes);
                    }});
}

// The member of the oneof well_known that is set to true, or null.
template <typename Rules>
const google::protobuf::FieldDescriptor* WellKnownOf(const Rules& rules) {
  const auto& reflection = *Rules::GetReflection();
  const auto* oneof = Rules::descriptor()->FindOneofByName("well_known");
  const auto* set = reflection.GetOneofFieldDescriptor(rules, oneof);
  bool is_flag = set != nullptr && set->type() == google::protobuf::FieldDescriptor::TYPE_BOOL;
  return is_flag && !reflection.GetBool(rules, set) ? nullptr : set;
}

void AddKnownRegex(const StringRules& rules, Checks& checks) {
  bool is_strict = !rules.has_strict() || rules.strict();
  switch (rules.well_known_regex()) {
    case buf::validate::KNOWN_REGEX_HTTP_HEADER_NAME:
      return AddFormat(HeaderName(is_strict), checks);
    case buf::validate::KNOWN_REGEX_HTTP_HEADER_VALUE:
      return AddFormat(HeaderValue(is_strict), checks);
    default:
      return;
  }
}

}  // namespace

absl::Status AddString(const Subject& subject, Checks& checks) {
  const StringRules& rules = subject.rules.string();
  constexpr char kCharacters[] = "characters";
  constexpr char kBytes[] = "bytes";
  if (rules.has_len()) AddLength("string.len", rules.len(), Characters, kCharacters, checks);
  if (rules.has_min_len()) {
    AddMinimum("string.min_len", rules.min_len(), Characters, kCharacters, checks);
  }
  if (rules.has_max_len()) {
    AddMaximum("string.max_len", rules.max_len(), Characters, kCharacters, checks);
  }
  if (rules.has_len_bytes())
    AddLength("string.len_bytes", rules.len_bytes(), Bytes, kBytes, checks);
  if (rules.has_min_bytes()) {
    AddMinimum("string.min_bytes", rules.min_bytes(), Bytes, kBytes, checks);
  }
  if (rules.has_max_bytes()) {
    AddMaximum("string.max_bytes", rules.max_bytes(), Bytes, kBytes, checks);
  }
  TRIAD_RETURN_IF_ERROR(AddCommon("string", rules, checks));
  if (rules.has_not_contains()) {
    AddPart("string.not_contains", "not contain", rules.not_contains(), ContainsNot, checks);
  }
  AddKnownRegex(rules, checks);
  const auto* well_known = WellKnownOf(rules);
  const Format* format = well_known == nullptr ? nullptr : FindFormat(well_known->name());
  if (format != nullptr) AddFormat(*format, checks);
  return absl::OkStatus();
}

absl::Status AddBytes(const Subject& subject, Checks& checks) {
  const BytesRules& rules = subject.rules.bytes();
  constexpr char kBytes[] = "bytes";
  if (rules.has_len()) AddLength("bytes.len", rules.len(), Bytes, kBytes, checks);
  if (rules.has_min_len()) AddMinimum("bytes.min_len", rules.min_len(), Bytes, kBytes, checks);
  if (rules.has_max_len()) AddMaximum("bytes.max_len", rules.max_len(), Bytes, kBytes, checks);
  TRIAD_RETURN_IF_ERROR(AddCommon("bytes", rules, checks));
  const auto* well_known = WellKnownOf(rules);
  if (well_known == nullptr) return absl::OkStatus();
  bool is_v4 = well_known->name() == "ip" || well_known->name() == "ipv4";
  bool is_long = well_known->name() != "ipv4";
  std::string id = absl::StrCat("bytes.", well_known->name());
  std::string text = absl::StrCat("must have ", is_v4 ? "4" : "", is_v4 && is_long ? " or " : "",
                                  is_long ? "16" : "", " bytes");
  checks.push_back({id + "_empty", text, [](const Value& value) { return !value.bytes.empty(); }});
  checks.push_back({id, text, [is_v4, is_long](const Value& value) {
                      std::size_t size = value.bytes.size();
                      return size == 0 || (is_v4 && size == 4) || (is_long && size == 16);
                    }});
  return absl::OkStatus();
}

}  // namespace triad::validation
