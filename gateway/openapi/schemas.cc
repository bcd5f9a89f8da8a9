#include "gateway/openapi/schemas.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/str_cat.h"
#include "gateway/openapi/comments.h"
#include "gateway/openapi/rules.h"
#include "gateway/protos/well_known.h"
#include "runtime/messages/features.h"

namespace triad::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

Json Type(const char* type) { return Json{{"type", type}}; }
Json Type(const char* type, const char* format) { return Json{{"type", type}, {"format", format}}; }

Json Reference(const std::string& name) {
  return Json{{"$ref", absl::StrCat("#/components/schemas/", name)}};
}

Json Any() {
  return Json{{"type", "object"},
              {"properties", {{"@type", Type("string", "uri-reference")}}},
              {"required", {"@type"}},
              {"additionalProperties", true},
              {"description", "A message, with its type's URL in `@type`."}};
}

std::string EnumDescription(const EnumDescriptor& type) {
  std::string text = CommentOf(type);
  for (int i = 0; i < type.value_count(); ++i) {
    std::string comment = CommentOf(*type.value(i));
    if (comment.empty()) continue;
    absl::StrAppend(&text, text.empty() ? "" : "\n", i == 0 ? "\n" : "", "- `",
                    type.value(i)->name(), "`: ", comment);
  }
  return text;
}

std::string SchemaName(const Descriptor& message, Use use) {
  return absl::StrCat(message.full_name(), use == Use::kInput ? ".Input" : "");
}

}  // namespace

Json Described(Json schema, const std::string& description) {
  if (!description.empty()) schema["description"] = description;
  return schema;
}

void SchemaBook::UseStyle(const JsonStyleChanges& changes) {
  style_ = usual_;
  changes.ApplyTo(style_);
}

std::string SchemaBook::Styled(std::string name) const {
  for (const JsonChoice& choice : JsonChoices()) {
    bool layout = choice.member == &JsonStyle::is_pretty;
    if (layout || style_.*choice.member == usual_.*choice.member) continue;
    absl::StrAppend(&name, ".", choice.name, "_", style_.*choice.member ? choice.on : choice.off);
  }
  return name;
}

const std::string& SchemaBook::NameOf(const FieldDescriptor& field) const {
  return style_.proto_names ? field.name() : field.json_name();
}

// JavaScript would round 64-bit integers: ProtoJSON has strings for them.
Json SchemaBook::Scalar(const FieldDescriptor& field) const {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return Type("integer", "int32");
    case FieldDescriptor::CPPTYPE_UINT32:
      return Json{{"type", "integer"}, {"minimum", 0}, {"maximum", 4294967295}};
    case FieldDescriptor::CPPTYPE_INT64:
      return Type(style_.int64_numbers ? "integer" : "string", "int64");
    case FieldDescriptor::CPPTYPE_UINT64:
      return Type(style_.int64_numbers ? "integer" : "string", "uint64");
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Type("number", "double");
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Type("number", "float");
    case FieldDescriptor::CPPTYPE_BOOL:
      return Type("boolean");
    default:
      break;
  }
  if (field.type() != FieldDescriptor::TYPE_BYTES) return Type("string");
  return Json{{"type", "string"}, {"format", "byte"}, {"contentEncoding", "base64"}};
}

Json SchemaBook::Wrapper(const Descriptor& message) const {
  Json schema = Scalar(*message.field(0));
  schema["type"] = Json::array({schema["type"], "null"});
  return schema;
}

Json SchemaBook::WellKnownSchema(const Descriptor& message) const {
  switch (WellKnownType(message)) {
    case WellKnown::kTimestamp:
      return Type("string", "date-time");
    case WellKnown::kDuration:
      return Json{{"type", "string"}, {"pattern", "^-?[0-9]+(\\.[0-9]{1,9})?s$"}};
    case WellKnown::kFieldMask:
      return Described(Type("string"), "Names of fields, separated by commas.");
    case WellKnown::kWrapper:
      return Wrapper(message);
    case WellKnown::kStruct:
    case WellKnown::kEmpty:
      return Type("object");
    case WellKnown::kValue:
      return Described(Json::object(), "Any JSON value.");
    case WellKnown::kListValue:
      return Json{{"type", "array"}, {"items", Json::object()}};
    case WellKnown::kAny:
      return Any();
    case WellKnown::kHttpBody:
    case WellKnown::kNone:
      return nullptr;
  }
  return nullptr;
}

// What the comments of a message and of its oneofs say.
std::string SchemaBook::MessageDescription(const Descriptor& message) const {
  std::string text = CommentOf(message);
  for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
    const auto& oneof = *message.oneof_decl(i);
    std::string names;
    for (int f = 0; f < oneof.field_count(); ++f) {
      absl::StrAppend(&names, f == 0 ? "`" : ", `", NameOf(*oneof.field(f)), "`");
    }
    std::string comment = CommentOf(oneof);
    absl::StrAppend(&text, text.empty() ? "" : "\n\n", "At most one of ", names, " is set.",
                    comment.empty() ? "" : " ", comment);
  }
  return text;
}

Json SchemaBook::OfMessage(const Descriptor& message, Use use) {
  Json well_known = WellKnownSchema(message);
  if (!well_known.is_null()) return well_known;
  std::string name = Styled(SchemaName(message, use));
  if (known_.insert(name).second) pending_.push_back({&message, use, style_});
  return Reference(name);
}

Json SchemaBook::OfEnum(const EnumDescriptor& type) {
  if (type.full_name() == "google.protobuf.NullValue") return Type("null");
  std::string name = Styled(type.full_name());
  if (known_.insert(name).second) {
    Json values = Json::array();
    for (int i = 0; i < type.value_count(); ++i) {
      const auto& value = *type.value(i);
      values.push_back(style_.enum_numbers ? Json(value.number()) : Json(value.name()));
    }
    done_[name] =
        Described(Json{{"type", style_.enum_numbers ? "integer" : "string"}, {"enum", values}},
                  EnumDescription(type));
  }
  return Reference(name);
}

Json SchemaBook::OfValue(const FieldDescriptor& field, Use use) {
  if (field.message_type() != nullptr) return OfMessage(*field.message_type(), use);
  return field.enum_type() != nullptr ? OfEnum(*field.enum_type()) : Scalar(field);
}

Json SchemaBook::OfField(const FieldDescriptor& field, Use use) {
  Json schema = WithoutRules(field, use);
  if (use == Use::kInput) AddRules(field, style_.enum_numbers, schema);
  return schema;
}

Json SchemaBook::WithoutRules(const FieldDescriptor& field, Use use) {
  if (field.is_map()) {
    return Json{{"type", "object"},
                {"additionalProperties", OfValue(*field.message_type()->map_value(), use)}};
  }
  if (!field.is_repeated()) return OfValue(field, use);
  return Json{{"type", "array"}, {"items", OfValue(field, use)}};
}

Json SchemaBook::Object(const Descriptor& message, Use use) {
  Json properties = Json::object();
  Json required = Json::array();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    properties[NameOf(field)] = Described(OfField(field, use), CommentOf(field));
    bool always_present =
        use == Use::kOutput && style_.print_defaults && !messages::HasPresence(field);
    bool is_asked_for = use == Use::kInput && IsRequired(field) && left_out_.count(&field) == 0;
    if (always_present || is_asked_for) required.push_back(NameOf(field));
  }
  Json schema = Type("object");
  schema = Described(std::move(schema), MessageDescription(message));
  schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

Json SchemaBook::Components() {
  while (!pending_.empty()) {
    Pending next = pending_.front();
    pending_.pop_front();
    style_ = next.style;
    done_[Styled(SchemaName(*next.message, next.use))] = Object(*next.message, next.use);
  }
  Json components = Json::object();
  for (const auto& [name, schema] : done_) components[name] = schema;
  return components;
}

}  // namespace triad::gateway
