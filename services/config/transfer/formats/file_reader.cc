#include "services/config/transfer/formats/file_reader.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/transfer/formats/document_builder.h"
#include "services/config/transfer/formats/env_reader.h"
#include "services/config/transfer/formats/json_reader.h"
#include "services/config/transfer/formats/yaml_reader.h"

namespace triad::config {
namespace {

absl::Status ReadInto(FileFormat format, const ByteSource& source, const ValueLimits& limits,
                      const TakeEntry& take) {
  if (format == FileFormat::kEnv) return ReadEnv(source, limits, take);
  DocumentBuilder builder(limits, take);
  return format == FileFormat::kYaml ? ReadYaml(source, builder) : ReadJson(source, builder);
}

absl::Status SortAndCheck(FileEntries& entries) {
  auto place = [](const FileEntry& entry) {
    return std::tie(entry.key, entry.at.line, entry.at.column);
  };
  std::sort(entries.begin(), entries.end(),
            [&](const FileEntry& a, const FileEntry& b) { return place(a) < place(b); });
  auto twice =
      std::adjacent_find(entries.begin(), entries.end(),
                         [](const FileEntry& a, const FileEntry& b) { return a.key == b.key; });
  if (twice == entries.end()) return absl::OkStatus();
  const FileEntry& second = *std::next(twice);
  return RefusedAt(second.at, second.key,
                   absl::StrCat("is there twice, first in line ", twice->at.line));
}

}  // namespace

absl::StatusOr<FileEntries> ReadFile(FileFormat format, const ByteSource& source,
                                     const FileLimits& limits, const Reserve& reserve) {
  FileEntries entries;
  auto take = [&](FileEntry entry) -> absl::Status {
    if (static_cast<std::int64_t>(entries.size()) == limits.max_entries) {
      return RefusedAt(entry.at, entry.key,
                       absl::StrCat("is one too many: an import may have ", limits.max_entries,
                                    " entries (--import_entries)"));
    }
    TRIAD_RETURN_IF_ERROR(reserve(entry.bytes()));
    entries.push_back(std::move(entry));
    return absl::OkStatus();
  };
  TRIAD_RETURN_IF_ERROR(ReadInto(format, source, limits.values, take));
  TRIAD_RETURN_IF_ERROR(SortAndCheck(entries));
  return entries;
}

}  // namespace triad::config
