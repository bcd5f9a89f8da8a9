// One transfer: what libcurl's thread and the caller share of it. Internal to
// the HTTP client.
#pragma once

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/mutex.h"
#include "runtime/http_client/http_client.h"

namespace triad::http_client {

class Transfer {
 public:
  // A body that comes as it is put. Without a size only its end tells it.
  struct Upload {
    std::optional<std::int64_t> size;
  };

  // `options` must outlive it.
  Transfer(HttpRequest request, std::optional<Upload> upload, const HttpOptions& options);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // What the caller waits for. Thread-safe.
  absl::StatusOr<HttpHead> WaitForHead();
  struct Taken {
    std::string bytes = {};
    bool resume = false;  // the sender was told to wait and should go on
  };
  // The next `count` bytes at most, as soon as there are any; none at the end.
  absl::StatusOr<Taken> Take(std::size_t count);
  // Takes bytes of an upload, once there is room.
  struct Put {
    bool wanted = false;  // false: the transfer has ended
    bool resume = false;  // the sender waits for what was put
  };
  Put Send(absl::string_view bytes);
  // Nothing of the upload follows.
  Put EndUpload();
  void Fail(absl::Status status);
  // How long ago the sender was told to wait; zero if it was not.
  absl::Duration PausedFor();

  // On libcurl's thread.
  CURL* easy() const { return easy_; }
  void Prepare();
  void Complete(CURLcode code);

 private:
  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t OnSend(char* room, std::size_t size, std::size_t count, void* self);

  void PrepareBody();
  void PrepareUpload();
  std::size_t TakeUnsent(char* room, std::size_t count);
  void PrepareTimeouts();
  void AddHeaderLine(absl::string_view line);
  absl::Status StatusOf(CURLcode code) const;

  // What was put and waits to be sent.
  struct Unsent {
    std::string bytes = {};
    std::size_t sent = 0;  // of `bytes`
    bool ended = false;
    bool starved = false;  // libcurl was told that there is nothing yet
  };

  const HttpRequest request_;
  const std::optional<Upload> upload_;
  const HttpOptions& options_;
  CURL* const easy_;
  curl_slist* headers_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_{};
  HttpHead incoming_;  // until it is whole; libcurl's thread only

  Mutex mutex_;
  CondVar changed_;
  std::optional<HttpHead> head_ ABSL_GUARDED_BY(mutex_);
  std::string body_ ABSL_GUARDED_BY(mutex_);
  std::size_t taken_ ABSL_GUARDED_BY(mutex_) = 0;  // of body_
  Unsent unsent_ ABSL_GUARDED_BY(mutex_);
  std::optional<Stopwatch> paused_ ABSL_GUARDED_BY(mutex_);
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status result_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::http_client
