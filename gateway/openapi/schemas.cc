#include "gateway/openapi/schemas.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/str_cat.h"
#include "gateway/openapi/comments.h"
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

// 64-bit integers are strings in proto3 JSON: JavaScript would round them.
Json Scalar(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return Type("integer", "int32");
    case FieldDescriptor::CPPTYPE_UINT32:
      return Json{{"type", "integer"}, {"minimum", 0}, {"maximum", 4294967295}};
    case FieldDescriptor::CPPTYPE_INT64:
      return Type("string", "int64");
    case FieldDescriptor::CPPTYPE_UINT64:
      return Type("string", "uint64");
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

// A wrapper is what it wraps, or null.
Json Wrapper(const Descriptor& message) {
  Json schema = Scalar(*message.field(0));
  schema["type"] = Json::array({schema["type"], "null"});
  return schema;
}

Json Any() {
  return Json{{"type", "object"},
              {"properties", {{"@type", Type("string", "uri-reference")}}},
              {"required", {"@type"}},
              {"additionalProperties", true},
              {"description", "A message, with its type's URL in `@type`."}};
}

// Null for a message that is written as an object of its fields.
Json WellKnownSchema(const Descriptor& message) {
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
std::string MessageDescription(const Descriptor& message) {
  std::string text = CommentOf(message);
  for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
    const auto& oneof = *message.oneof_decl(i);
    std::string names;
    for (int f = 0; f < oneof.field_count(); ++f) {
      absl::StrAppend(&names, f == 0 ? "`" : ", `", oneof.field(f)->json_name(), "`");
    }
    std::string comment = CommentOf(oneof);
    absl::StrAppend(&text, text.empty() ? "" : "\n\n", "At most one of ", names, " is set.",
                    comment.empty() ? "" : " ", comment);
  }
  return text;
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

Json SchemaBook::OfMessage(const Descriptor& message, Use use) {
  Json well_known = WellKnownSchema(message);
  if (!well_known.is_null()) return well_known;
  std::string name = SchemaName(message, use);
  if (known_.insert(name).second) pending_.emplace_back(&message, use);
  return Reference(name);
}

Json SchemaBook::OfEnum(const EnumDescriptor& type) {
  if (type.full_name() == "google.protobuf.NullValue") return Type("null");
  if (known_.insert(type.full_name()).second) {
    Json names = Json::array();
    for (int i = 0; i < type.value_count(); ++i) names.push_back(type.value(i)->name());
    done_[type.full_name()] =
        Described(Json{{"type", "string"}, {"enum", names}}, EnumDescription(type));
  }
  return Reference(type.full_name());
}

Json SchemaBook::OfValue(const FieldDescriptor& field, Use use) {
  if (field.message_type() != nullptr) return OfMessage(*field.message_type(), use);
  return field.enum_type() != nullptr ? OfEnum(*field.enum_type()) : Scalar(field);
}

Json SchemaBook::OfField(const FieldDescriptor& field, Use use) {
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
    properties[field.json_name()] = Described(OfField(field, use), CommentOf(field));
    bool always_present = use == Use::kOutput && print_defaults_ && !messages::HasPresence(field);
    if (always_present) required.push_back(field.json_name());
  }
  Json schema = Type("object");
  schema = Described(std::move(schema), MessageDescription(message));
  schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

Json SchemaBook::Components() {
  while (!pending_.empty()) {
    auto [message, use] = pending_.front();
    pending_.pop_front();
    done_[SchemaName(*message, use)] = Object(*message, use);
  }
  Json components = Json::object();
  for (const auto& [name, schema] : done_) components[name] = schema;
  return components;
}

}  // namespace triad::gateway
