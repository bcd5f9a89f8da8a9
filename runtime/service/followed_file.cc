#include "runtime/service/followed_file.h"

#include <openssl/crypto.h>
#include <pthread.h>

#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "runtime/base/mutex.h"
#include "runtime/base/sha256.h"
#include "runtime/base/status.h"
#include "runtime/io/file_system.h"
#include "runtime/telemetry/log.h"
#include "runtime/telemetry/metrics.h"

namespace triad::service {
namespace {

class Follower final : public FollowedFile {
 public:
  Follower(FollowedFileOptions options, Metrics& metrics, Take take)
      : options_(std::move(options)),
        take_(std::move(take)),
        reloaded_(Reloads(metrics, options_.flag, "ok")),
        failed_(Reloads(metrics, options_.flag, "error")) {}

  ~Follower() override {
    if (!thread_.joinable()) return;
    {
      MutexLock lock(mutex_);
      stopping_ = true;
    }
    stop_.NotifyAll();
    thread_.join();
  }

  absl::Status Begin() {
    TRIAD_RETURN_IF_ERROR(Look().status());
    thread_ = std::thread([this] { Run(); });
    pthread_setname_np(thread_.native_handle(), "followed-file");
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
    const Sha256 digest = Sha256::Of(*content);
    if (digest_.has_value() && digest == *digest_) return false;
    const absl::Status taken = take_(*content);
    OPENSSL_cleanse(content->data(), content->size());
    if (!taken.ok()) return Named(taken);
    digest_ = digest;
    return true;
  }

  absl::Status Named(const absl::Status& status) const {
    return Annotate(status, absl::StrCat("--", options_.flag, ": "));
  }

  void Run() {
    while (Wait()) {
      const absl::StatusOr<bool> changed = Look();
      Tell(changed);
      if (changed.ok() && *changed) {
        reloaded_.Increment();
        log::Info("read again", {{"flag", options_.flag}, {"file", options_.path}});
      }
    }
  }

  // False at the end.
  bool Wait() {
    const absl::Time until = absl::Now() + options_.interval;
    MutexLock lock(mutex_);
    while (!stopping_ && absl::Now() < until) stop_.WaitFor(mutex_, until - absl::Now());
    return !stopping_;
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
  std::optional<Sha256> digest_;  // of what was taken; Begin's, then the thread's
  bool failing_ = false;          // the thread's
  Mutex mutex_;
  CondVar stop_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<FollowedFile>> FollowedFile::Start(FollowedFileOptions options,
                                                                  Metrics& metrics, Take take) {
  auto follower = std::make_unique<Follower>(std::move(options), metrics, std::move(take));
  TRIAD_RETURN_IF_ERROR(follower->Begin());
  return follower;
}

}  // namespace triad::service
