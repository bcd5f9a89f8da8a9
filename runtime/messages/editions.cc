#include "runtime/messages/editions.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/messages/features.h"

namespace triad::messages {
namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::RepeatedPtrField;
using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

// Of google.protobuf.FileDescriptorProto.
constexpr int kEditionNumber = 14;

const UnknownField* Find(const UnknownFieldSet& set, int number, UnknownField::Type type) {
  for (int i = 0; i < set.field_count(); ++i) {
    if (set.field(i).number() == number && set.field(i).type() == type) return &set.field(i);
  }
  return nullptr;
}

const UnknownField* EditionOf(const FileDescriptorProto& file) {
  return Find(file.unknown_fields(), kEditionNumber, UnknownField::TYPE_VARINT);
}

// `parent` with what the options of an element say.
template <typename Options>
FeatureSet Resolve(const FeatureSet& parent, const Options& options, int number) {
  const UnknownField* features =
      Find(options.unknown_fields(), number, UnknownField::TYPE_LENGTH_DELIMITED);
  return features == nullptr ? parent : Overridden(parent, features->length_delimited());
}

template <typename Options>
void Store(const FeatureSet& features, int number, Options& options) {
  UnknownFieldSet& unknown = *options.mutable_unknown_fields();
  unknown.DeleteByNumber(number);
  unknown.AddLengthDelimited(number, Serialized(features));
}

// Rewrites one file.
class Rewriter {
 public:
  // `map_entries` holds the full names of the entry types of all maps, with a dot in front.
  explicit Rewriter(const std::set<std::string>& map_entries) : map_entries_(map_entries) {}

  absl::Status Rewrite(FileDescriptorProto& file) {
    const UnknownField* edition = EditionOf(file);
    bool proto3 = file.syntax() == "proto3";
    auto number = edition != nullptr ? static_cast<Edition>(edition->varint())
                  : proto3           ? Edition::kProto3
                                     : Edition::kProto2;
    std::optional<FeatureSet> defaults = DefaultsOf(number);
    if (!defaults) {
      return absl::InvalidArgumentError(absl::StrCat(
          file.name(), ": its edition is not known: proto2, proto3, 2023 and 2024 are"));
    }
    FeatureSet features = Resolve(*defaults, file.options(), kFeaturesOfFile);
    for (DescriptorProto& message : *file.mutable_message_type()) RewriteMessage(features, message);
    for (EnumDescriptorProto& type : *file.mutable_enum_type()) RewriteEnum(features, type);
    for (FieldDescriptorProto& field : *file.mutable_extension()) {
      RewriteField(features, /*in_map_entry=*/false, field);
    }
    file.clear_syntax();
    file.mutable_unknown_fields()->DeleteByNumber(kEditionNumber);
    return absl::OkStatus();
  }

 private:
  void RewriteMessage(const FeatureSet& parent, DescriptorProto& message) {
    FeatureSet features = Resolve(parent, message.options(), kFeaturesOfMessage);
    bool map_entry = message.options().map_entry();
    for (FieldDescriptorProto& field : *message.mutable_field()) {
      bool in_oneof = field.has_oneof_index() && !field.proto3_optional();
      FeatureSet around = features;
      if (in_oneof) {
        around =
            Resolve(features, message.oneof_decl(field.oneof_index()).options(), kFeaturesOfOneof);
      }
      RewriteField(around, map_entry, field);
    }
    for (FieldDescriptorProto& field : *message.mutable_extension()) {
      RewriteField(features, /*in_map_entry=*/false, field);
    }
    RemoveSyntheticOneofs(message);
    for (DescriptorProto& nested : *message.mutable_nested_type()) RewriteMessage(features, nested);
    for (EnumDescriptorProto& type : *message.mutable_enum_type()) RewriteEnum(features, type);
  }

  // Optional fields of proto3 are marked as not belonging to their oneof any more. Such a oneof
  // stands behind all real ones.
  static void RemoveSyntheticOneofs(DescriptorProto& message) {
    std::set<int> used;
    for (FieldDescriptorProto& field : *message.mutable_field()) {
      if (field.has_oneof_index()) used.insert(field.oneof_index());
    }
    while (message.oneof_decl_size() > 0 && used.count(message.oneof_decl_size() - 1) == 0) {
      message.mutable_oneof_decl()->RemoveLast();
    }
  }

  void RewriteField(const FeatureSet& parent, bool in_map_entry, FieldDescriptorProto& field) {
    FeatureSet features = Resolve(parent, field.options(), kFeaturesOfField);
    if (field.proto3_optional()) {
      features.presence = Presence::kExplicit;
      field.clear_proto3_optional();
      field.clear_oneof_index();
    }
    if (field.label() == FieldDescriptorProto::LABEL_REQUIRED) {
      features.presence = Presence::kRequired;
    } else if (features.presence == Presence::kRequired &&
               field.label() == FieldDescriptorProto::LABEL_OPTIONAL) {
      field.set_label(FieldDescriptorProto::LABEL_REQUIRED);
    }
    if (field.options().has_packed()) {
      features.repeated =
          field.options().packed() ? RepeatedEncoding::kPacked : RepeatedEncoding::kExpanded;
    }
    RewriteEncoding(in_map_entry, field, features);
    Store(features, kFeaturesOfField, *field.mutable_options());
  }

  // Maps and what is in them have a length in front, whatever the file says.
  void RewriteEncoding(bool in_map_entry, FieldDescriptorProto& field, FeatureSet& features) {
    bool is_map = map_entries_.count(field.type_name()) > 0;
    if (in_map_entry || is_map) features.messages = MessageEncoding::kLengthPrefixed;
    if (field.type() == FieldDescriptorProto::TYPE_GROUP) {
      features.messages = MessageEncoding::kDelimited;
    } else if (field.type() == FieldDescriptorProto::TYPE_MESSAGE &&
               features.messages == MessageEncoding::kDelimited) {
      field.set_type(FieldDescriptorProto::TYPE_GROUP);
    }
  }

  static void RewriteEnum(const FeatureSet& parent, EnumDescriptorProto& type) {
    Store(Resolve(parent, type.options(), kFeaturesOfEnum), kFeaturesOfEnum,
          *type.mutable_options());
  }

  const std::set<std::string>& map_entries_;
};

void CollectMapEntries(const std::string& scope, const RepeatedPtrField<DescriptorProto>& messages,
                       std::set<std::string>& found) {
  for (const DescriptorProto& message : messages) {
    std::string name = absl::StrCat(scope, ".", message.name());
    if (message.options().map_entry()) found.insert(name);
    CollectMapEntries(name, message.nested_type(), found);
  }
}

}  // namespace

bool HasEditions(const FileDescriptorSet& set) {
  for (const FileDescriptorProto& file : set.file()) {
    if (EditionOf(file) != nullptr) return true;
  }
  return false;
}

absl::Status AsProto2(FileDescriptorSet& set) {
  std::set<std::string> map_entries;
  for (const FileDescriptorProto& file : set.file()) {
    std::string scope = file.package().empty() ? "" : absl::StrCat(".", file.package());
    CollectMapEntries(scope, file.message_type(), map_entries);
  }
  Rewriter rewriter(map_entries);
  for (FileDescriptorProto& file : *set.mutable_file()) {
    TRIAD_RETURN_IF_ERROR(rewriter.Rewrite(file));
  }
  return absl::OkStatus();
}

}  // namespace triad::messages
