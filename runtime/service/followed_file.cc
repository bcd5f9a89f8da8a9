#include "runtime/service/followed_file.h"

#include <openssl/crypto.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/background.h"
#include "runtime/base/sha256.h"
#include "runtime/base/status.h"
#include "runtime/io/file_system.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::service {
namespace {

class Follower final : public FollowedFile {
 public:
  Follower(FollowedFileOptions options, Metrics& metrics, Take take)
      : options_(std::move(options)),
        take_(std::move(take)),
        reloaded_(Reloads(metrics, options_.flag, "ok")),
        failed_(Reloads(metrics, options_.flag, "error")) {}

  absl::Status Begin() {
    TRIAD_RETURN_IF_ERROR(Look().status());
    background_.emplace("followed-file", options_.interval,
                        [this](const Background&) { LookAgain(); });
    return absl::OkStatus();
  }

 private:
  static prometheus::Counter& Reloads(Metrics& metrics, const std::string& flag,
                                      const char* result) {
    return metrics.Counter("triad_secret_reloads_total",
                           "Changes of a file with a secret that were taken, or could not be.",
                           {{"flag", flag}, {"result", result}});
  }

  // Whether there was something new, which has then been taken.
  absl::StatusOr<bool> Look() {
    absl::StatusOr<std::string> content =
        ReadFile(FileSystem::Posix(), options_.path, options_.max_bytes);
    if (!content.ok()) return Named(content.status());
    Sha256 digest = Sha256::Of(*content);
    bool changed = digest_ != digest;
    absl::Status taken = changed ? take_(*content) : absl::OkStatus();
    OPENSSL_cleanse(content->data(), content->size());
    if (!taken.ok()) return Named(taken);
    digest_ = digest;
    return changed;
  }

  absl::Status Named(const absl::Status& status) const {
    return Annotate(status, absl::StrCat("--", options_.flag, ": "));
  }

  void LookAgain() {
    absl::StatusOr<bool> changed = Look();
    Tell(changed);
    if (changed.ok() && *changed) {
      reloaded_.Increment();
      log::Info("read again", {{"flag", options_.flag}, {"file", options_.path}});
    }
  }

  void Tell(const absl::StatusOr<bool>& changed) {
    if (std::exchange(failing_, !changed.ok()) || changed.ok()) return;
    failed_.Increment();
    log::Warning("what was read before stays", {{"error", changed.status().message()}});
  }

  const FollowedFileOptions options_;
  const Take take_;
  prometheus::Counter& reloaded_;
  prometheus::Counter& failed_;
  std::optional<Sha256> digest_;          // of what was taken; Begin's, then the thread's
  bool failing_ = false;                  // the thread's
  std::optional<Background> background_;  // last: it uses the rest
};

}  // namespace

absl::StatusOr<std::unique_ptr<FollowedFile>> FollowedFile::Start(FollowedFileOptions options,
                                                                  Metrics& metrics, Take take) {
  auto follower = std::make_unique<Follower>(std::move(options), metrics, std::move(take));
  TRIAD_RETURN_IF_ERROR(follower->Begin());
  return follower;
}

}  // namespace triad::service
