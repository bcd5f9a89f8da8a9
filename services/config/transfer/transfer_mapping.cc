#include "services/config/transfer/transfer_mapping.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

struct MediaTypeRow {
  absl::string_view type;
  FileFormat format;
};

// The first of each format is that of exports.
constexpr MediaTypeRow kMediaTypes[] = {
    {"application/json", FileFormat::kJson}, {"text/json", FileFormat::kJson},
    {"application/yaml", FileFormat::kYaml}, {"application/x-yaml", FileFormat::kYaml},
    {"text/yaml", FileFormat::kYaml},        {"text/x-yaml", FileFormat::kYaml},
    {"text/plain", FileFormat::kEnv},        {"application/x-env", FileFormat::kEnv},
};

// Of all differences together; more would not fit into one answer.
constexpr std::size_t kMaxDifferenceBytes = 2 << 20;

absl::StatusOr<FileFormat> FormatOfMediaType(const std::string& content_type) {
  if (content_type.empty()) return FileFormat::kJson;
  absl::string_view type =
      absl::StripAsciiWhitespace(absl::string_view(content_type).substr(0, content_type.find(';')));
  for (const MediaTypeRow& row : kMediaTypes) {
    if (absl::AsciiStrToLower(type) == row.type) return row.format;
  }
  return InvalidField("format",
                      "must be given where the content is neither application/json nor "
                      "application/yaml nor text/plain");
}

v1::EntryDifference ToProto(Difference difference) {
  v1::EntryDifference proto;
  proto.set_key(std::move(difference.key));
  proto.set_type(!difference.before.has_value()  ? v1::EntryDifference::TYPE_ADDED
                 : !difference.after.has_value() ? v1::EntryDifference::TYPE_REMOVED
                                                 : v1::EntryDifference::TYPE_CHANGED);
  if (difference.before.has_value()) {
    *proto.mutable_before() = ToProtoWithoutLargeValue(*std::move(difference.before));
  }
  if (difference.after.has_value()) {
    *proto.mutable_after() = ToProtoWithoutLargeValue(*std::move(difference.after));
  }
  return proto;
}

}  // namespace

absl::StatusOr<FileFormat> FormatFromProto(v1::Format format) {
  switch (format) {
    case v1::FORMAT_UNSPECIFIED:
    case v1::FORMAT_JSON:
      return FileFormat::kJson;
    case v1::FORMAT_YAML:
      return FileFormat::kYaml;
    case v1::FORMAT_ENV:
      return FileFormat::kEnv;
    default:
      return InvalidField("format", "must be FORMAT_JSON, FORMAT_YAML or FORMAT_ENV");
  }
}

absl::string_view MediaTypeOf(FileFormat format) {
  for (const MediaTypeRow& row : kMediaTypes) {
    if (row.format == format) return row.type;
  }
  return "";
}

absl::StatusOr<ImportRequest> ImportFromProto(const v1::ImportEntriesRequest& request) {
  ImportRequest import;
  TRIAD_ASSIGN_OR_RETURN(import.space, ParseParent("parent", request.parent()));
  TRIAD_ASSIGN_OR_RETURN(import.format, request.format() == v1::FORMAT_UNSPECIFIED
                                            ? FormatOfMediaType(request.content().content_type())
                                            : FormatFromProto(request.format()));
  bool replace = request.mode() == v1::ImportEntriesRequest::MODE_REPLACE;
  if (!replace && request.mode() != v1::ImportEntriesRequest::MODE_MERGE &&
      request.mode() != v1::ImportEntriesRequest::MODE_UNSPECIFIED) {
    return InvalidField("mode", "must be MODE_MERGE or MODE_REPLACE");
  }
  import.mode = replace ? ImportMode::kReplace : ImportMode::kMerge;
  import.dry_run = DryRunOf(request.validate_only());
  return import;
}

v1::ImportEntriesResponse ToProto(ImportResult result) {
  v1::ImportEntriesResponse response;
  response.set_revision(result.revision.value);
  response.set_added(result.counts.added);
  response.set_changed(result.counts.changed);
  response.set_removed(result.counts.removed);
  response.set_unchanged(result.counts.unchanged);
  response.set_more_differences(result.more_differences);
  std::size_t bytes = 0;
  for (Difference& difference : result.differences) {
    v1::EntryDifference proto = ToProto(std::move(difference));
    bytes += proto.ByteSizeLong();
    if (bytes > kMaxDifferenceBytes) {
      response.set_more_differences(true);
      break;
    }
    *response.add_differences() = std::move(proto);
  }
  return response;
}

}  // namespace triad::config
