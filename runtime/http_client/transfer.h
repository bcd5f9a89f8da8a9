// One transfer: what libcurl's thread and the caller share of it. Internal to
// the HTTP client.
#pragma once

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/base/mutex.h"
#include "runtime/http_client/http_client.h"

namespace triad::http_client {

class Transfer {
 public:
  // `options` must outlive it.
  Transfer(HttpRequest request, const HttpOptions& options);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // What the caller waits for. Thread-safe.
  absl::StatusOr<HttpHead> WaitForHead();
  // `resume` is set if the sender was told to wait and should go on.
  absl::StatusOr<std::string> Take(std::size_t count, bool& resume);
  void Fail(absl::Status status);
  // Since when the sender has been told to wait; InfiniteFuture if it has not.
  absl::Time PausedSince();

  // On libcurl's thread.
  CURL* easy() const { return easy_; }
  void Prepare();
  void Complete(CURLcode code);

 private:
  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self);

  void PrepareBody();
  void PrepareTimeouts();
  void AddHeaderLine(absl::string_view line);
  absl::Status StatusOf(CURLcode code) const;

  const HttpRequest request_;
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
  absl::Time paused_since_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status result_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::http_client
