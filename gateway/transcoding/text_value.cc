#include "gateway/transcoding/text_value.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/wire_format_lite.h>

#include <charconv>
#include <optional>
#include <type_traits>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/protos/well_known.h"
#include "gateway/transcoding/text/base64_text.h"
#include "gateway/transcoding/text/number_text.h"
#include "gateway/transcoding/text/time_text.h"
#include "gateway/transcoding/wire.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "runtime/messages/features.h"

namespace triad::gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

absl::Status Must(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("must be ", what));
}

template <typename T>
std::optional<T> ParseInteger(absl::string_view text) {
  T value;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// A number of JSON, or what it has no number for.
template <typename T>
std::optional<T> ParseReal(absl::string_view text, std::optional<T> (*nearest)(const NumberText&)) {
  if (std::optional<double> special = NonFinite(text)) return static_cast<T>(*special);
  std::optional<NumberText> number = WholeNumber(text);
  return number ? nearest(*number) : std::nullopt;
}

std::optional<bool> ParseBool(absl::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

// Open enums take any number.
std::optional<int> ParseEnum(const FieldDescriptor& field, absl::string_view text) {
  const auto& type = *field.enum_type();
  if (const auto* value = type.FindValueByName(std::string(text))) return value->number();
  std::optional<std::int32_t> number = ParseInteger<std::int32_t>(text);
  if (number && !messages::IsOpen(type) && type.FindValueByNumber(*number) == nullptr)
    return std::nullopt;
  return number;
}

std::optional<std::string> ParseBase64(absl::string_view text) {
  std::optional<absl::string_view> digits = WithoutPadding(text);
  if (!digits) return std::nullopt;
  std::string bytes(DecodedSize(digits->size()), '\0');
  if (!DecodeDigits(*digits, bytes.data())) return std::nullopt;
  return bytes;
}

// Writes what was parsed, or says what was expected.
template <typename T>
absl::Status Put(const FieldDescriptor& field, const std::optional<T>& value,
                 absl::string_view expected, void (*write)(int, T, CodedOutputStream*),
                 std::string& out) {
  if (!value) return Must(expected);
  google::protobuf::io::StringOutputStream stream(&out);
  CodedOutputStream coded(&stream);
  write(field.number(), *value, &coded);
  return absl::OkStatus();
}

template <typename T>
absl::Status AppendInteger(const FieldDescriptor& field, absl::string_view text,
                           void (*write)(int, T, CodedOutputStream*), std::string& out) {
  constexpr bool kWide = sizeof(T) == sizeof(std::int64_t);
  constexpr absl::string_view kSigned =
      kWide ? "a whole number in 64 bits" : "a whole number in 32 bits";
  constexpr absl::string_view kUnsigned = kWide ? "a whole number from 0 to 18446744073709551615"
                                                : "a whole number from 0 to 4294967295";
  return Put(field, ParseInteger<T>(text), std::is_signed_v<T> ? kSigned : kUnsigned, write, out);
}

absl::Status AppendString(const FieldDescriptor& field, absl::string_view text, std::string& out) {
  if (!IsValidUtf8(text)) return Must("UTF-8");
  AppendBytes(field.number(), text, out);
  return absl::OkStatus();
}

absl::Status AppendBase64(const FieldDescriptor& field, absl::string_view text, std::string& out) {
  std::optional<std::string> bytes = ParseBase64(text);
  if (!bytes) return Must("base64");
  AppendBytes(field.number(), *bytes, out);
  return absl::OkStatus();
}

// Of a Timestamp or a Duration.
template <typename Time>
absl::StatusOr<std::string> TimeBytes(std::optional<SecondsAndNanos> time,
                                      absl::string_view expected) {
  if (!time) return Must(expected);
  Time value;
  value.set_seconds(time->seconds);
  value.set_nanos(time->nanos);
  return value.SerializeAsString();
}

// Paths as in JSON (pageSize) or as in the proto (page_size).
absl::StatusOr<std::string> FieldMaskBytes(absl::string_view text) {
  if (!IsValidUtf8(text)) return Must("UTF-8");
  google::protobuf::FieldMask value;
  for (absl::string_view path : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    std::string& snake = *value.add_paths();
    for (char c : path) {
      if (absl::ascii_isupper(static_cast<unsigned char>(c))) snake.push_back('_');
      snake.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    }
  }
  return value.SerializeAsString();
}

absl::StatusOr<std::string> MessageBytes(const google::protobuf::Descriptor& message,
                                         absl::string_view text) {
  switch (WellKnownType(message)) {
    case WellKnown::kTimestamp:
      return TimeBytes<google::protobuf::Timestamp>(
          ParseTimestamp(text), "a time of RFC 3339, for instance 2026-01-02T03:04:05Z");
    case WellKnown::kDuration:
      return TimeBytes<google::protobuf::Duration>(ParseDuration(text),
                                                   "seconds with the suffix s, for instance 1.5s");
    case WellKnown::kFieldMask:
      return FieldMaskBytes(text);
    case WellKnown::kWrapper: {
      std::string bytes;
      TRIAD_RETURN_IF_ERROR(AppendText(*message.field(0), text, bytes));
      return bytes;
    }
    default:
      return absl::InvalidArgumentError("is a message: name one of its fields");
  }
}

}  // namespace

absl::Status AppendText(const FieldDescriptor& field, absl::string_view text, std::string& out) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_INT32:
      return AppendInteger(field, text, WireFormatLite::WriteInt32, out);
    case FieldDescriptor::TYPE_SINT32:
      return AppendInteger(field, text, WireFormatLite::WriteSInt32, out);
    case FieldDescriptor::TYPE_SFIXED32:
      return AppendInteger(field, text, WireFormatLite::WriteSFixed32, out);
    case FieldDescriptor::TYPE_INT64:
      return AppendInteger(field, text, WireFormatLite::WriteInt64, out);
    case FieldDescriptor::TYPE_SINT64:
      return AppendInteger(field, text, WireFormatLite::WriteSInt64, out);
    case FieldDescriptor::TYPE_SFIXED64:
      return AppendInteger(field, text, WireFormatLite::WriteSFixed64, out);
    case FieldDescriptor::TYPE_UINT32:
      return AppendInteger(field, text, WireFormatLite::WriteUInt32, out);
    case FieldDescriptor::TYPE_FIXED32:
      return AppendInteger(field, text, WireFormatLite::WriteFixed32, out);
    case FieldDescriptor::TYPE_UINT64:
      return AppendInteger(field, text, WireFormatLite::WriteUInt64, out);
    case FieldDescriptor::TYPE_FIXED64:
      return AppendInteger(field, text, WireFormatLite::WriteFixed64, out);
    case FieldDescriptor::TYPE_DOUBLE:
      return Put(field, ParseReal(text, NearestDouble), "a number", WireFormatLite::WriteDouble,
                 out);
    case FieldDescriptor::TYPE_FLOAT:
      return Put(field, ParseReal(text, NearestFloat), "a number of single precision",
                 WireFormatLite::WriteFloat, out);
    case FieldDescriptor::TYPE_BOOL:
      return Put(field, ParseBool(text), "true or false", WireFormatLite::WriteBool, out);
    case FieldDescriptor::TYPE_ENUM:
      return Put(field, ParseEnum(field, text), "a name or number of the enum",
                 WireFormatLite::WriteEnum, out);
    case FieldDescriptor::TYPE_STRING:
      return AppendString(field, text, out);
    case FieldDescriptor::TYPE_BYTES:
      return AppendBase64(field, text, out);
    case FieldDescriptor::TYPE_MESSAGE: {
      TRIAD_ASSIGN_OR_RETURN(std::string bytes, MessageBytes(*field.message_type(), text));
      AppendBytes(field.number(), bytes, out);
      return absl::OkStatus();
    }
    case FieldDescriptor::TYPE_GROUP:
      return absl::InvalidArgumentError("is a message: name one of its fields");
  }
  return absl::InternalError("unknown type of field");
}

}  // namespace triad::gateway
