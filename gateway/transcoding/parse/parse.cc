#include "gateway/transcoding/parse/parse.h"

#include "gateway/transcoding/parse/context.h"
#include "gateway/transcoding/parse/messages.h"
#include "gateway/transcoding/text/utf8_text.h"

namespace triad::gateway {
namespace {

// Reads all of the text by `parse`.
template <typename Parse>
absl::StatusOr<std::string> ParseWhole(ParseContext& context, absl::string_view json,
                                       const Parse& parse) {
  if (json.size() > kMaxMessageBytes) {
    return absl::InvalidArgumentError("body: is larger than 2 GiB");
  }
  std::size_t utf8 = Utf8Length(json);
  bool good = false;
  if (utf8 != json.size()) {
    context.FailAt(json.data() + utf8, "is not valid JSON: it is not UTF-8");
  } else if (parse()) {
    good = context.in.AtEnd() || context.NotJson();
  }
  if (!good) return context.problem.AsStatus();
  if (context.out.final_size() > kMaxMessageBytes) {
    return absl::InvalidArgumentError("body: becomes a message that is larger than 2 GiB");
  }
  return std::move(context.out).Take();
}

}  // namespace

absl::StatusOr<std::string> ParseJsonMessage(const google::protobuf::DescriptorPool& pool,
                                             const messages::MessageTables& tables,
                                             const CodecOptions& options,
                                             const messages::MessageTable& type,
                                             absl::string_view json) {
  ParseContext context(pool, tables, options, json);
  return ParseWhole(context, json, [&] { return ParseMessage(context, type); });
}

absl::StatusOr<std::string> ParseJsonField(const google::protobuf::DescriptorPool& pool,
                                           const messages::MessageTables& tables,
                                           const CodecOptions& options,
                                           const messages::FieldEntry& field,
                                           absl::string_view json) {
  ParseContext context(pool, tables, options, json);
  return ParseWhole(context, json, [&] {
    if (ParseField(context, field)) return true;
    context.problem.AddField(field.descriptor->name());
    return false;
  });
}

}  // namespace triad::gateway
