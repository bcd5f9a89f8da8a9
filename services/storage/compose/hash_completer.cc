#include "services/storage/compose/hash_completer.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/sha256.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/object_rows.h"
#include "services/storage/rows/unhashed_rows.h"
#include "services/storage/rows/version_rows.h"

namespace triad::storage {
namespace {

constexpr std::int64_t kPage = 100;
constexpr std::size_t kChunk = 1 << 20;

absl::Status SetSha256(db::Session& session, const Object& object, const std::string& sha256) {
  TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(object.name.bucket));
  if (!object.noncurrent_time.has_value()) {
    TRIAD_RETURN_IF_ERROR(ObjectRows(session, bucket).SetSha256(object, sha256));
  }
  // It may have become a version meanwhile.
  return VersionRows(session, bucket).SetSha256(object, sha256);
}

}  // namespace

absl::Status HashCompleter::Run(Stopping stopping) {
  std::set<std::string> failed;  // by etag, so that they keep no page from what follows
  while (!stopping()) {
    auto list = [&](db::Session& session) {
      return UnhashedRows(session).List(parts_.clock.Now() - kSettled,
                                        kPage + static_cast<std::int64_t>(failed.size()));
    };
    TRIAD_ASSIGN_OR_RETURN(std::vector<Object> unhashed, db::Read(parts_.database, list));
    bool any = false;
    for (const Object& object : unhashed) {
      if (stopping() || failed.contains(object.etag)) continue;
      any = true;
      absl::Status completed = Complete(object, stopping);
      if (completed.ok()) continue;
      failed.insert(object.etag);
      log::Warning("SHA-256 not computed, will be tried again",
                   {{"object", FormatObjectName(object.name)}, {"error", completed.message()}});
    }
    if (!any) break;
  }
  return absl::OkStatus();
}

absl::Status HashCompleter::Complete(const Object& object, Stopping stopping) {
  absl::StatusOr<ObjectContent> content = objects_.Open(object.name, object.generation);
  if (!content.ok()) return std::move(content).status();
  Sha256Hasher hasher;
  while (!stopping()) {
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, content->content->Read(kChunk));
    if (bytes.empty()) {
      std::string sha256 = hasher.Finish().hex();
      return parts_.database.Write(
          [&](db::Session& session) { return SetSha256(session, object, sha256); });
    }
    hasher.Update(bytes);
  }
  return absl::OkStatus();
}

BackgroundHashes::BackgroundHashes(HashCompleter& completer)
    : background_("hashes", HashCompleter::kSettled, [&completer](const Background& self) {
        absl::Status completed = completer.Run([&] { return self.stopping(); });
        if (!completed.ok()) {
          log::Warning("SHA-256 not computed", {{"error", completed.message()}});
        }
      }) {}

}  // namespace triad::storage
