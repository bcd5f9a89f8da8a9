// The credentials that requests are signed with, found where AWS's own tools find
// them and replaced before they expire.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/base/clock.h"
#include "runtime/base/mutex.h"
#include "runtime/http_client/http_client.h"
#include "services/storage/blobs/s3/credentials/environment.h"
#include "services/storage/blobs/s3/protocol/signer.h"

namespace triad {
class FileSystem;
}

namespace triad::storage::s3 {

// What sources read. All of it must outlive them.
struct SourceContext {
  const Environment& environment;
  FileSystem& files;
  http_client::HttpClient& http;
};

// A place where credentials may be.
struct CredentialSource {
  const char* name;
  // nullopt if this place is not in use here; an error if it is and fails.
  absl::StatusOr<std::optional<Credentials>> (*fetch)(const SourceContext& context);
};

// In the order in which they are asked; the first that is in use is believed.
absl::Span<const CredentialSource> CredentialSources();

// Thread-safe. Get blocks while nothing valid is known.
class CredentialCache {
 public:
  CredentialCache(const SourceContext& context, const Clock& clock,
                  absl::Span<const CredentialSource> sources = CredentialSources())
      : context_(context), clock_(clock), sources_(sources) {}

  // Valid for the next ten seconds at least. From five minutes before they expire, one
  // caller fetches new ones and the others go on with the old. INTERNAL if no source
  // has any or one is set up wrongly; UNAVAILABLE if it may work soon.
  absl::StatusOr<Credentials> Get();

  // S3 refused these: the next Get fetches anew.
  void Discard(const Credentials& refused);

 private:
  // What can be used now; nullopt if the caller is to fetch new ones.
  std::optional<Credentials> UsableOrClaim();
  absl::StatusOr<Credentials> Fetch();
  absl::StatusOr<Credentials> Store(absl::StatusOr<Credentials> fetched);

  const SourceContext context_;
  const Clock& clock_;
  const absl::Span<const CredentialSource> sources_;

  Mutex mutex_;
  CondVar changed_;
  std::optional<Credentials> current_ ABSL_GUARDED_BY(mutex_);
  // Of the steady clock: not before it after a failure.
  absl::Duration next_fetch_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  bool fetching_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace triad::storage::s3
