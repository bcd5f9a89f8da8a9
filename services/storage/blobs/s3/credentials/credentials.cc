#include "services/storage/blobs/s3/credentials/credentials.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/telemetry/logs/log.h"
#include "services/storage/blobs/s3/credentials/credential_sources.h"

namespace triad::storage::s3 {
namespace {

// How long before they expire credentials are replaced, and no longer used.
constexpr absl::Duration kRefreshBefore = absl::Minutes(5);
constexpr absl::Duration kMinValid = absl::Seconds(10);
// How long after a failure the next attempt comes.
constexpr absl::Duration kRefreshAgain = absl::Seconds(15);

constexpr CredentialSource kSources[] = {
    {"the environment", &FromEnvironment},
    {"web identity", &FromWebIdentity},
    {"the shared credentials file", &FromSharedFile},
    {"the container's credentials endpoint", &FromContainer},
    {"instance metadata", &FromInstance},
};

// A missing file must not look like a missing object: only UNAVAILABLE is passed on.
absl::Status FailedSource(const CredentialSource& source, const absl::Status& status) {
  auto code = absl::IsUnavailable(status) ? status.code() : absl::StatusCode::kInternal;
  return absl::Status(code,
                      absl::StrCat("S3 credentials from ", source.name, ": ", status.message()));
}

}  // namespace

absl::Span<const CredentialSource> CredentialSources() { return kSources; }

absl::StatusOr<Credentials> CredentialCache::Get() {
  if (std::optional<Credentials> usable = UsableOrClaim()) return *std::move(usable);
  return Store(Fetch());
}

std::optional<Credentials> CredentialCache::UsableOrClaim() {
  MutexLock lock(mutex_);
  while (true) {
    absl::Time now = clock_.Now();
    bool valid = current_.has_value() && now < current_->expires - kMinValid;
    bool due = valid && now >= current_->expires - kRefreshBefore && clock_.Steady() >= next_fetch_;
    if (valid && (fetching_ || !due)) return current_;
    if (!fetching_) break;
    changed_.Wait(mutex_);
  }
  fetching_ = true;
  return std::nullopt;
}

absl::StatusOr<Credentials> CredentialCache::Fetch() {
  for (const CredentialSource& source : sources_) {
    absl::StatusOr<std::optional<Credentials>> found = source.fetch(context_);
    if (!found.ok()) return FailedSource(source, found.status());
    if (found->has_value()) return **std::move(found);
  }
  return absl::InternalError(
      "no credentials for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a file in "
      "AWS_SHARED_CREDENTIALS_FILE, or run with a role (web identity, Pod Identity, instance)");
}

absl::StatusOr<Credentials> CredentialCache::Store(absl::StatusOr<Credentials> fetched) {
  MutexLock lock(mutex_);
  fetching_ = false;
  changed_.NotifyAll();
  absl::Time now = clock_.Now();
  if (fetched.ok()) {
    current_ = *fetched;
    next_fetch_ = -absl::InfiniteDuration();
    return fetched;
  }
  if (!current_.has_value() || now >= current_->expires - kMinValid) return fetched;
  log::Warning("S3 credentials not refreshed", {{"error", fetched.status().message()}});
  next_fetch_ = clock_.Steady() + kRefreshAgain;
  return *current_;
}

void CredentialCache::Discard(const Credentials& refused) {
  MutexLock lock(mutex_);
  if (!current_.has_value() || current_->access_key_id != refused.access_key_id ||
      current_->session_token != refused.session_token) {
    return;
  }
  current_.reset();
}

}  // namespace triad::storage::s3
