#include "runtime/process/followed_file.h"

#include <openssl/crypto.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "runtime/base/background.h"
#include "runtime/base/clock.h"
#include "runtime/base/sha256.h"
#include "runtime/base/status.h"
#include "runtime/io/file_system.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad {
namespace {

constexpr int kMaxFirstLooks = 10;
constexpr absl::Duration kFresh = absl::Seconds(1);
// At start, when nobody is served meanwhile.
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);

absl::Time TimeOf(const timespec& time) { return absl::TimeFromTimespec(time); }

// All of a look but the content.
absl::StatusOr<FileLook> Version(const std::string& path) {
  struct stat file = {};
  if (stat(path.c_str(), &file) != 0) {
    return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  FileLook look;
  look.version = absl::StrCat(file.st_dev, ".", file.st_ino, ".", file.st_size, ".",
                              file.st_mtim.tv_sec, ".", file.st_mtim.tv_nsec);
  look.fresh = S_ISREG(file.st_mode) &&
               absl::AbsDuration(Clock::System().Now() - TimeOf(file.st_mtim)) < kFresh;
  return look;
}

// What is kept of a look: not the content, which is secret.
struct Seen {
  Sha256 digest;
  std::string version;

  bool operator==(const Seen& other) const {
    return digest == other.digest && version == other.version;
  }
};

class Follower final : public FollowedFile {
 public:
  Follower(FollowedFileOptions options, Metrics& metrics, Take take)
      : options_(std::move(options)),
        take_(std::move(take)),
        reloaded_(Reloads(metrics, "ok")),
        failed_(Reloads(metrics, "error")) {}

  absl::Status Begin() {
    TRIAD_RETURN_IF_ERROR(TakeFirst());
    background_.emplace("followed-file", options_.interval,
                        [this](const Background&) { LookAgain(); });
    return absl::OkStatus();
  }

 private:
  prometheus::Counter& Reloads(Metrics& metrics, const char* result) const {
    return metrics.Counter(options_.counter, options_.counter_help,
                           {{"flag", options_.flag}, {"result", result}});
  }

  absl::Status TakeFirst() {
    for (int i = 0; i < kMaxFirstLooks; ++i) {
      if (i > 0) absl::SleepFor(std::min(options_.interval, kFirstPause));
      absl::StatusOr<FileLook> look = options_.look(options_.path, options_.max_bytes);
      if (!look.ok()) return Named(look.status());
      TRIAD_ASSIGN_OR_RETURN(bool taken, TakeIfNew(*look, /*at_rest=*/!look->fresh));
      if (taken) return absl::OkStatus();
    }
    return Named(absl::FailedPreconditionError(
        absl::StrCat(options_.path, " changes all the time: it is being written")));
  }

  // Whether there was something new, which has then been taken.
  absl::StatusOr<bool> Look() {
    absl::StatusOr<FileLook> look = options_.look(options_.path, options_.max_bytes);
    if (!look.ok()) return Named(look.status());
    return TakeIfNew(*look, /*at_rest=*/false);
  }

  // `at_rest`: nobody writes it, whatever the look before has seen. Wipes the content.
  absl::StatusOr<bool> TakeIfNew(FileLook& look, bool at_rest) {
    Seen seen = {Sha256::Of(look.content), look.version};
    at_rest |= last_ == seen;
    last_ = seen;
    bool changed = at_rest && taken_ != seen.digest;
    absl::Status taken = changed ? take_(look.content) : absl::OkStatus();
    OPENSSL_cleanse(look.content.data(), look.content.size());
    if (!taken.ok()) return Named(taken);
    if (changed) taken_ = seen.digest;
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
  // Begin's, then the thread's.
  std::optional<Sha256> taken_;
  std::optional<Seen> last_;
  bool failing_ = false;
  std::optional<Background> background_;  // last: it uses the rest
};

}  // namespace

absl::StatusOr<FileLook> LookAtFile(const std::string& path, std::size_t max_bytes) {
  // First: what is written later makes the next look another.
  FileLook look = Version(path).value_or(FileLook{});
  TRIAD_ASSIGN_OR_RETURN(look.content, ReadFile(FileSystem::Posix(), path, max_bytes));
  return look;
}

absl::StatusOr<FileLook> LookAtVersion(const std::string& path, std::size_t) {
  TRIAD_ASSIGN_OR_RETURN(FileLook look, Version(path));
  look.content = look.version;
  return look;
}

absl::StatusOr<std::unique_ptr<FollowedFile>> FollowedFile::Start(FollowedFileOptions options,
                                                                  Metrics& metrics, Take take) {
  auto follower = std::make_unique<Follower>(std::move(options), metrics, std::move(take));
  TRIAD_RETURN_IF_ERROR(follower->Begin());
  return follower;
}

}  // namespace triad
