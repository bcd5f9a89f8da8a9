#include "runtime/rpc/wire/codec.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/proto_buffer_writer.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"

namespace triad::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

constexpr int kMaxDepth = 16;

// Path of the first string field whose bytes are not UTF-8, or empty.
std::string FindBadText(const Descriptor& type, const std::string& bytes, int depth) {
  UnknownFieldSet fields;
  if (depth > kMaxDepth || !fields.ParseFromString(bytes)) return "";
  for (int i = 0; i < fields.field_count(); ++i) {
    const UnknownField& field = fields.field(i);
    const FieldDescriptor* known = type.FindFieldByNumber(field.number());
    if (known == nullptr || field.type() != UnknownField::TYPE_LENGTH_DELIMITED) continue;
    if (known->type() == FieldDescriptor::TYPE_STRING && !IsValidUtf8(field.length_delimited())) {
      return known->name();
    }
    if (known->type() != FieldDescriptor::TYPE_MESSAGE) continue;
    std::string inner = FindBadText(*known->message_type(), field.length_delimited(), depth + 1);
    if (!inner.empty()) return absl::StrCat(known->name(), ".", inner);
  }
  return "";
}

absl::Status Malformed(const Descriptor& type, const grpc::ByteBuffer& bytes) {
  grpc::Slice flat;
  std::string field;
  if (bytes.DumpToSingleSlice(&flat).ok()) {
    field = FindBadText(type, std::string(flat.begin(), flat.end()), 0);
  }
  if (!field.empty()) return InvalidField(field, "must be valid UTF-8");
  return absl::InvalidArgumentError(absl::StrCat("request: is not a valid ", type.full_name()));
}

}  // namespace

absl::Status Parse(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  // Its own reader consumes nothing of `bytes`, which an error looks at again.
  grpc::ByteBuffer copy(bytes);
  grpc::ProtoBufferReader reader(&copy);
  if (reader.status().ok() && message.ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return Malformed(*message.GetDescriptor(), bytes);
}

absl::Status Serialize(const google::protobuf::Message& message, grpc::ByteBuffer& bytes) {
  bytes.Clear();
  bool own_buffer = false;
  grpc::Status status = grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(
      message, &bytes, &own_buffer);
  if (status.ok()) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("serializing ", message.GetTypeName(), ": ", status.error_message()));
}

}  // namespace triad::rpc
