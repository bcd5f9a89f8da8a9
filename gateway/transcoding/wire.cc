#include "gateway/transcoding/wire.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "absl/strings/str_join.h"

namespace triad::gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

bool ReadBytes(CodedInputStream& input, absl::string_view message, WireField& field) {
  int size;
  if (!input.ReadVarintSizeAsInt(&size)) return false;
  std::size_t begin = input.CurrentPosition();
  if (!input.Skip(size)) return false;
  field.payloads.push_back(message.substr(begin, size));
  return true;
}

bool ReadField(CodedInputStream& input, absl::string_view message, std::uint32_t tag,
               WireField& field) {
  switch (WireFormatLite::GetTagWireType(tag)) {
    case WireFormatLite::WIRETYPE_LENGTH_DELIMITED:
      return ReadBytes(input, message, field);
    case WireFormatLite::WIRETYPE_VARINT:
      return input.ReadVarint64(&field.last_varint);
    default:
      return WireFormatLite::SkipField(&input, tag);
  }
}

void AppendTag(int number, WireFormatLite::WireType type, std::string& out) {
  std::uint8_t tag[5];
  auto* end = CodedOutputStream::WriteVarint32ToArray(WireFormatLite::MakeTag(number, type), tag);
  out.append(reinterpret_cast<const char*>(tag), end - tag);
}

void AppendGroup(int number, absl::string_view fields, std::string& out) {
  AppendTag(number, WireFormatLite::WIRETYPE_START_GROUP, out);
  out.append(fields.data(), fields.size());
  AppendTag(number, WireFormatLite::WIRETYPE_END_GROUP, out);
}

}  // namespace

void AppendBytesHead(int number, std::size_t size, std::string& out) {
  std::uint8_t length[10];
  AppendTag(number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED, out);
  auto* end = CodedOutputStream::WriteVarint64ToArray(size, length);
  out.append(reinterpret_cast<const char*>(length), end - length);
}

void AppendBytes(int number, absl::string_view bytes, std::string& out) {
  constexpr std::size_t kHead = 15;
  out.reserve(out.size() + kHead + bytes.size());
  AppendBytesHead(number, bytes.size(), out);
  out.append(bytes.data(), bytes.size());
}

std::string Nested(absl::Span<const FieldDescriptor* const> path, std::string fields) {
  for (auto field = path.rbegin(); field != path.rend(); ++field) {
    std::string outer;
    if ((*field)->type() == FieldDescriptor::TYPE_GROUP) {
      AppendGroup((*field)->number(), fields, outer);
    } else {
      AppendBytes((*field)->number(), fields, outer);
    }
    fields = std::move(outer);
  }
  return fields;
}

std::string Joined(absl::Span<const absl::string_view> pieces) { return absl::StrJoin(pieces, ""); }

bool FindField(absl::string_view message, int number, WireField& field) {
  CodedInputStream input(reinterpret_cast<const std::uint8_t*>(message.data()),
                         static_cast<int>(message.size()));
  while (true) {
    bool is_over = static_cast<std::size_t>(input.CurrentPosition()) == message.size();
    std::uint32_t tag = input.ReadTag();
    if (tag == 0) return is_over;
    if (WireFormatLite::GetTagFieldNumber(tag) != number) {
      if (!WireFormatLite::SkipField(&input, tag)) return false;
      continue;
    }
    if (!ReadField(input, message, tag, field)) return false;
    field.is_there = true;
  }
}

}  // namespace triad::gateway
