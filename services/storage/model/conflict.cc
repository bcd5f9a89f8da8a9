#include "services/storage/model/conflict.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "runtime/base/resources/time_text.h"
#include "runtime/base/status.h"

namespace triad::storage {
namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

constexpr absl::string_view kDomain = "storage.triad";

}  // namespace

absl::Status WithCurrent(const absl::Status& status, absl::string_view reason,
                         const ObjectName& name, const std::optional<Object>& current) {
  Facts facts = {{"name", FormatObjectName(name)},
                 {"generation", absl::StrCat(current.has_value() ? current->generation : 0)}};
  if (current.has_value()) {
    facts.emplace_back("etag", current->etag);
    facts.emplace_back("size", absl::StrCat(current->size));
    facts.emplace_back("sha256", current->sha256);
    if (current->crc32c.has_value()) {
      facts.emplace_back("crc32c", absl::StrFormat("%08x", current->crc32c->value()));
    }
    facts.emplace_back("contentType", current->content_type);
    facts.emplace_back("updateTime", TimeText(current->update_time));
  }
  return WithReason(status, reason, kDomain, facts);
}

absl::Status WithCurrent(const absl::Status& status, absl::string_view reason,
                         const Bucket& current) {
  return WithReason(status, reason, kDomain,
                    {{"name", FormatBucketName(current.id)},
                     {"etag", current.etag},
                     {"deleting", current.deleting ? "true" : "false"},
                     {"objectCount", absl::StrCat(current.objects.count)},
                     {"versionCount", absl::StrCat(current.versions.count)},
                     {"updateTime", TimeText(current.update_time)}});
}

absl::Status WithCurrent(const absl::Status& status, absl::string_view reason, std::int64_t part,
                         const std::optional<UploadPart>& current) {
  Facts facts = {{"number", absl::StrCat(part)}};
  if (current.has_value()) {
    facts.emplace_back("etag", current->etag);
    facts.emplace_back("size", absl::StrCat(current->size));
    facts.emplace_back("sha256", current->sha256);
  }
  return WithReason(status, reason, kDomain, facts);
}

}  // namespace triad::storage
