#include "gateway/transcoding/parse/parse.h"

#include "absl/types/span.h"
#include "gateway/transcoding/parse/context.h"
#include "gateway/transcoding/parse/messages.h"
#include "gateway/transcoding/text/utf8_text.h"

namespace triad::gateway {
namespace {

// Reads all of the text by `parse`.
template <typename Parse>
absl::StatusOr<std::string> ParseWhole(ParseContext& context, absl::string_view json,
                                       ConversionMemory& memory, const Parse& parse) {
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
  if (context.out.bytes().is_refused() || !memory.Take(context.out.final_size())) {
    return NoMemoryToConvert();
  }
  return std::move(context.out).Take();
}

// The value of the field that `path` leads to, and the messages around it.
bool ParseFieldAt(ParseContext& context, absl::Span<const messages::FieldEntry* const> path) {
  const messages::FieldEntry& field = *path.front();
  bool good;
  if (path.size() == 1) {
    good = ParseField(context, field);
  } else {
    good = ParseNested(context, field, [&] { return ParseFieldAt(context, path.subspan(1)); });
  }
  if (!good) context.problem.AddField(field.descriptor->name());
  return good;
}

}  // namespace

absl::StatusOr<std::string> ParseJsonMessage(const google::protobuf::DescriptorPool& pool,
                                             const messages::MessageTables& tables,
                                             const CodecOptions& options,
                                             const messages::MessageTable& type,
                                             absl::string_view json, ConversionMemory& memory) {
  ParseContext context(pool, tables, options, json, memory);
  return ParseWhole(context, json, memory, [&] { return ParseMessage(context, type); });
}

absl::StatusOr<std::string> ParseJsonField(const google::protobuf::DescriptorPool& pool,
                                           const messages::MessageTables& tables,
                                           const CodecOptions& options,
                                           const messages::EntryPath& path, absl::string_view json,
                                           ConversionMemory& memory) {
  ParseContext context(pool, tables, options, json, memory);
  return ParseWhole(context, json, memory, [&] { return ParseFieldAt(context, path); });
}

}  // namespace triad::gateway
