#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver.h>
#include <google/protobuf/util/type_resolver_util.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/transcoding/codec.h"
#include "gateway/transcoding/json_check.h"
#include "gateway/transcoding/wire.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

using google::protobuf::Descriptor;

constexpr absl::string_view kUrlPrefix = "type.googleapis.com";
constexpr absl::string_view kUnknownField = ": Cannot find field.";

std::string TypeUrl(const Descriptor& type) {
  return absl::StrCat(kUrlPrefix, "/", type.full_name());
}

// Cuts the field's name off the front of `text`. The converter writes either
// "(path.to.field): problem" or "(path.to) field: problem", and leaves the
// brackets out at the top.
std::string CutField(absl::string_view& text) {
  std::string field;
  std::size_t close = text.find(')');
  if (absl::StartsWith(text, "(") && close != absl::string_view::npos) {
    field = std::string(text.substr(1, close - 1));
    text.remove_prefix(close + 1);
    if (absl::ConsumePrefix(&text, ": ")) return field;
    absl::ConsumePrefix(&text, " ");
  }
  std::size_t end =
      absl::EndsWith(text, kUnknownField) ? text.size() - kUnknownField.size() : text.find(": ");
  if (end == absl::string_view::npos) return field;
  absl::StrAppend(&field, field.empty() ? "" : ".", text.substr(0, end));
  text.remove_prefix(end + 2);
  return field;
}

absl::Status FieldError(absl::string_view text) {
  std::string field = CutField(text);
  if (field.empty()) return absl::InvalidArgumentError(absl::StrCat("body: ", text));
  if (absl::EndsWith(kUnknownField, text)) text = "is not a known field";
  return InvalidField(field, text);
}

class LibprotobufCodec : public Codec {
 public:
  LibprotobufCodec(const google::protobuf::DescriptorPool& pool, const CodecOptions& options)
      : resolver_(google::protobuf::util::NewTypeResolverForDescriptorPool(std::string(kUrlPrefix),
                                                                           &pool)) {
    parse_.ignore_unknown_fields = options.ignore_unknown;
    print_.always_print_primitive_fields = options.print_defaults;
  }

  absl::StatusOr<std::string> JsonToWire(const Descriptor& type,
                                         absl::string_view json) const override {
    TRIAD_RETURN_IF_ERROR(CheckJson(json));
    std::string wire;
    auto status = google::protobuf::util::JsonToBinaryString(
        resolver_.get(), TypeUrl(type), {json.data(), json.size()}, &wire, parse_);
    if (!status.ok()) {
      return FieldError({status.message().data(), status.message().size()});
    }
    return wire;
  }

  absl::StatusOr<std::string> WireToJson(const Descriptor& type,
                                         absl::string_view wire) const override {
    // The converter takes a message that breaks off for one that ends.
    WireField none;
    if (!FindField(wire, 0, none)) {
      return absl::InternalError(absl::StrCat("what was sent is not a ", type.full_name()));
    }
    std::string json;
    auto status = google::protobuf::util::BinaryToJsonString(resolver_.get(), TypeUrl(type),
                                                             std::string(wire), &json, print_);
    if (!status.ok()) {
      return absl::InternalError(absl::StrCat("cannot write ", type.full_name(),
                                              " as JSON: ", std::string(status.message())));
    }
    return json;
  }

 private:
  const std::unique_ptr<google::protobuf::util::TypeResolver> resolver_;
  google::protobuf::util::JsonParseOptions parse_;
  google::protobuf::util::JsonPrintOptions print_;
};

}  // namespace

std::unique_ptr<Codec> MakeLibprotobufCodec(const google::protobuf::DescriptorPool& pool,
                                            const CodecOptions& options) {
  return std::make_unique<LibprotobufCodec>(pool, options);
}

}  // namespace triad::gateway
