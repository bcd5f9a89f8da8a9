#include "gateway/openapi/rules.h"

#include <buf/validate/validate.pb.h>
#include <google/protobuf/descriptor.h>

#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace triad::gateway {
namespace {

using Json = nlohmann::ordered_json;
using buf::validate::FieldRules;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Numbers of all types have the same names.
constexpr std::pair<const char*, const char*> kBounds[] = {
    {"gte", "minimum"}, {"gt", "exclusiveMinimum"}, {"lte", "maximum"}, {"lt", "exclusiveMaximum"}};

constexpr std::pair<const char*, const char*> kSizes[] = {
    {"len", "minLength"},           {"len", "maxLength"},          {"min_len", "minLength"},
    {"max_len", "maxLength"},       {"min_items", "minItems"},     {"max_items", "maxItems"},
    {"min_pairs", "minProperties"}, {"max_pairs", "maxProperties"}};

constexpr std::pair<const char*, const char*> kFormats[] = {
    {"email", "email"}, {"hostname", "hostname"},     {"ipv4", "ipv4"}, {"ipv6", "ipv6"},
    {"uri", "uri"},     {"uri_ref", "uri-reference"}, {"uuid", "uuid"}};

// The value of a rule, or null if it is not set, or no number or text.
Json ValueOf(const Message& rules, const FieldDescriptor& rule, int index = -1) {
  const auto& reflection = *rules.GetReflection();
  bool one = index < 0;
  if (one && !reflection.HasField(rules, &rule)) return nullptr;
#define TRIAD_VALUE(Type) \
  one ? reflection.Get##Type(rules, &rule) : reflection.GetRepeated##Type(rules, &rule, index)
  switch (rule.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return TRIAD_VALUE(Int32);
    case FieldDescriptor::CPPTYPE_INT64:
      return TRIAD_VALUE(Int64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return TRIAD_VALUE(UInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return TRIAD_VALUE(UInt64);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return TRIAD_VALUE(Double);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return TRIAD_VALUE(Float);
    case FieldDescriptor::CPPTYPE_BOOL:
      return TRIAD_VALUE(Bool);
    case FieldDescriptor::CPPTYPE_STRING:
      return TRIAD_VALUE(String);
    default:
      return nullptr;
  }
#undef TRIAD_VALUE
}

Json ValueOf(const Message& rules, absl::string_view rule) {
  const auto* field = rules.GetDescriptor()->FindFieldByName(std::string(rule));
  return field == nullptr ? Json() : ValueOf(rules, *field);
}

template <typename Table>
void AddAll(const Table& table, const Message& rules, Json& schema) {
  for (const auto& [rule, keyword] : table) {
    Json value = ValueOf(rules, rule);
    if (!value.is_null()) schema[keyword] = value;
  }
}

// Bounds the other way round leave out what lies between them.
bool HasRange(const Message& rules) {
  Json low = ValueOf(rules, "gte"), high = ValueOf(rules, "lte");
  if (low.is_null()) low = ValueOf(rules, "gt");
  if (high.is_null()) high = ValueOf(rules, "lt");
  return low.is_null() || high.is_null() || low <= high;
}

// A number of an enum as JSON has it.
Json NameOf(const EnumDescriptor& type, const Json& number) {
  const auto* value = type.FindValueByNumber(number.get<int>());
  return value == nullptr ? number : Json(value->name());
}

// const and in.
void AddChoices(const FieldDescriptor& field, bool enum_numbers, const Message& rules,
                Json& schema) {
  bool as_names = field.enum_type() != nullptr && !enum_numbers;
  auto shown = [&](Json value) { return as_names ? NameOf(*field.enum_type(), value) : value; };
  Json wanted = ValueOf(rules, "const");
  if (!wanted.is_null()) schema["const"] = shown(wanted);
  const auto* in = rules.GetDescriptor()->FindFieldByName("in");
  int count = in == nullptr ? 0 : rules.GetReflection()->FieldSize(rules, in);
  for (int i = 0; i < count; ++i) schema["enum"].push_back(shown(ValueOf(rules, *in, i)));
}

void AddText(const Message& rules, Json& schema) {
  Json pattern = ValueOf(rules, "pattern");
  if (!pattern.is_null()) schema["pattern"] = pattern;
  for (const auto& [rule, format] : kFormats) {
    if (ValueOf(rules, rule) == Json(true)) schema["format"] = format;
  }
}

// A text, or null.
bool IsText(const Json& schema) {
  Json type = schema.is_object() ? schema.value("type", Json()) : Json();
  return type == "string" || (type.is_array() && type.front() == "string");
}

// Whether JSON Schema can say what the rules do: it sees a 64-bit number, a time or bytes as text,
// and knows no types of messages.
bool CanSay(const FieldRules& rules, const Json& schema) {
  return rules.has_string() || !(IsText(schema) || rules.has_any());
}

void AddValueRules(const FieldDescriptor& field, bool enum_numbers, const FieldRules& rules,
                   Json& schema) {
  const auto* set = FieldRules::GetReflection()->GetOneofFieldDescriptor(
      rules, FieldRules::descriptor()->FindOneofByName("type"));
  if (set == nullptr) return;
  const Message& of_type = FieldRules::GetReflection()->GetMessage(rules, set);
  if (!CanSay(rules, schema)) return;
  AddChoices(field, enum_numbers, of_type, schema);
  AddAll(kSizes, of_type, schema);
  if (HasRange(of_type)) AddAll(kBounds, of_type, schema);
  if (rules.has_string()) AddText(of_type, schema);
}

}  // namespace

void AddRules(const FieldDescriptor& field, bool enum_numbers, Json& schema) {
  const FieldRules& rules = field.options().GetExtension(buf::validate::field);
  if (rules.ignore() == buf::validate::IGNORE_ALWAYS) return;
  AddValueRules(field, enum_numbers, rules, schema);
  if (field.is_map()) {
    const auto& pair = *field.message_type();
    if (rules.map().keys().has_string()) {
      AddValueRules(*pair.map_key(), enum_numbers, rules.map().keys(), schema["propertyNames"]);
    }
    AddValueRules(*pair.map_value(), enum_numbers, rules.map().values(),
                  schema["additionalProperties"]);
  } else if (field.is_repeated()) {
    if (rules.repeated().unique()) schema["uniqueItems"] = true;
    AddValueRules(field, enum_numbers, rules.repeated().items(), schema["items"]);
  }
}

bool IsRequired(const FieldDescriptor& field) {
  const FieldRules& rules = field.options().GetExtension(buf::validate::field);
  return rules.required() && rules.ignore() != buf::validate::IGNORE_ALWAYS;
}

}  // namespace triad::gateway
