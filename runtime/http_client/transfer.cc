#include "runtime/http_client/transfer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/http_client/user_info.h"

namespace triad::http_client {
namespace {

// Of an answer that nobody reads; then its sender waits.
constexpr std::size_t kMaxWaiting = 512 * 1024;
// Of an upload; then its writer waits.
constexpr std::size_t kMaxUnsent = 1024 * 1024;
constexpr long kReceiveBuffer = 128 * 1024;
constexpr long kSendBuffer = 256 * 1024;

struct ErrorRow {
  CURLcode code;
  absl::StatusCode status;
  const char* advice;  // what to do about the flag
  std::string HttpOptions::*flag;
};

// What is not here may be gone the next time.
constexpr ErrorRow kErrors[] = {
    {CURLE_URL_MALFORMAT, absl::StatusCode::kInternal, "; correct ", &HttpOptions::address_flag},
    {CURLE_UNSUPPORTED_PROTOCOL, absl::StatusCode::kInternal, "; give http or https in ",
     &HttpOptions::address_flag},
    {CURLE_PEER_FAILED_VERIFICATION, absl::StatusCode::kInternal,
     "; name the certificates to trust in ", &HttpOptions::ca_flag},
    {CURLE_SSL_CACERT_BADFILE, absl::StatusCode::kInternal, "; correct ", &HttpOptions::ca_flag},
};

// How many `unit`s `duration` is, rounded up and at least one: libcurl takes 0 for no
// limit at all.
long CeilTo(absl::Duration unit, absl::Duration duration) {
  return std::max<long>(1, static_cast<long>(absl::Ceil(duration, unit) / unit));
}

// "https://host:port" of a URL.
std::string PeerOf(absl::string_view url) {
  std::size_t host = url.find("://");
  std::size_t end = host == absl::string_view::npos ? host : url.find('/', host + 3);
  return WithoutUserInfo(url.substr(0, end));
}

}  // namespace

Transfer::Transfer(HttpRequest request, std::optional<Upload> upload, const HttpOptions& options)
    : request_(std::move(request)), upload_(upload), options_(options), easy_(curl_easy_init()) {}

Transfer::~Transfer() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
}

void Transfer::Prepare() {
  curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);
  if (!request_.proxy) curl_easy_setopt(easy_, CURLOPT_PROXY, "");
  if (!options_.ca_file.empty()) {
    curl_easy_setopt(easy_, CURLOPT_CAINFO, options_.ca_file.c_str());
  }
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  for (const std::string& header : request_.headers) {
    headers_ = curl_slist_append(headers_, header.c_str());
  }
  PrepareBody();
  if (upload_.has_value()) PrepareUpload();
  PrepareTimeouts();
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
}

void Transfer::PrepareBody() {
  if (request_.method == "HEAD") curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
  if (request_.body != nullptr) {
    // Whole in memory: libcurl can send it again when a kept connection was stale.
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body->data());
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request_.body->size()));
    curl_easy_setopt(easy_, CURLOPT_UPLOAD_BUFFERSIZE, kSendBuffer);
    // Not to wait for a go-ahead that costs a round trip, nor to call it a form.
    headers_ = curl_slist_append(headers_, "Expect:");
    headers_ = curl_slist_append(headers_, "Content-Type:");
  }
  curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Transfer::PrepareUpload() {
  curl_easy_setopt(easy_, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &Transfer::OnSend);
  curl_easy_setopt(easy_, CURLOPT_READDATA, this);
  curl_easy_setopt(easy_, CURLOPT_UPLOAD_BUFFERSIZE, kSendBuffer);
  curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
  if (upload_->size.has_value()) {
    curl_easy_setopt(easy_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(*upload_->size));
  }
}

void Transfer::PrepareTimeouts() {
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                   CeilTo(absl::Milliseconds(1), request_.connect_timeout));
  if (request_.stall_timeout < absl::InfiniteDuration()) {
    curl_easy_setopt(easy_, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy_, CURLOPT_LOW_SPEED_TIME,
                     CeilTo(absl::Seconds(1), request_.stall_timeout));
  }
  if (request_.timeout < absl::InfiniteDuration()) {
    curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, CeilTo(absl::Milliseconds(1), request_.timeout));
  }
}

std::size_t Transfer::OnHeader(char* data, std::size_t size, std::size_t count, void* self) {
  static_cast<Transfer*>(self)->AddHeaderLine(absl::string_view(data, size * count));
  return size * count;
}

void Transfer::AddHeaderLine(absl::string_view line) {
  line = absl::StripAsciiWhitespace(line);
  if (absl::StartsWith(line, "HTTP/")) {
    incoming_ = {};
    std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    if (words.size() < 2 || !absl::SimpleAtoi(words[1], &incoming_.status)) incoming_.status = 0;
  } else if (!line.empty()) {
    const std::pair<absl::string_view, absl::string_view> header =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    incoming_.headers[absl::AsciiStrToLower(header.first)] =
        std::string(absl::StripAsciiWhitespace(header.second));
  } else if (incoming_.status >= 200) {
    MutexLock lock(mutex_);
    if (!head_.has_value()) head_ = std::move(incoming_);
    changed_.NotifyAll();
  }
}

std::size_t Transfer::OnBody(char* data, std::size_t size, std::size_t count, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  MutexLock lock(transfer->mutex_);
  if (transfer->body_.size() - transfer->taken_ >= kMaxWaiting) {
    transfer->paused_.emplace();
    return CURL_WRITEFUNC_PAUSE;
  }
  transfer->body_.append(data, size * count);
  transfer->changed_.NotifyAll();
  return size * count;
}

std::size_t Transfer::OnSend(char* room, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->TakeUnsent(room, size * count);
}

std::size_t Transfer::TakeUnsent(char* room, std::size_t count) {
  MutexLock lock(mutex_);
  count = unsent_.bytes.copy(room, count, unsent_.sent);
  unsent_.sent += count;
  unsent_.starved = count == 0 && !unsent_.ended;
  // Rarely, so that what waits is not moved with each piece.
  if (unsent_.sent == unsent_.bytes.size() || unsent_.sent >= kMaxUnsent / 2) {
    unsent_.bytes.erase(0, unsent_.sent);
    unsent_.sent = 0;
    changed_.NotifyAll();
  }
  return unsent_.starved ? CURL_READFUNC_PAUSE : count;
}

Transfer::Put Transfer::Send(absl::string_view bytes) {
  MutexLock lock(mutex_);
  while (unsent_.bytes.size() >= kMaxUnsent && !done_) changed_.Wait(mutex_);
  if (done_) return {};
  unsent_.bytes.append(bytes.data(), bytes.size());
  return {.wanted = true, .resume = std::exchange(unsent_.starved, false)};
}

Transfer::Put Transfer::EndUpload() {
  MutexLock lock(mutex_);
  unsent_.ended = true;
  return {.wanted = !done_, .resume = std::exchange(unsent_.starved, false)};
}

absl::StatusOr<HttpHead> Transfer::WaitForHead() {
  MutexLock lock(mutex_);
  while (!head_.has_value() && !done_) changed_.Wait(mutex_);
  if (head_.has_value()) return *head_;
  if (!result_.ok()) return result_;
  return absl::UnavailableError(absl::StrCat(PeerOf(request_.url), ": no HTTP answer"));
}

absl::StatusOr<Transfer::Taken> Transfer::Take(std::size_t count) {
  MutexLock lock(mutex_);
  while (body_.size() == taken_ && !done_) changed_.Wait(mutex_);
  if (body_.size() == taken_) {
    if (!result_.ok()) return result_;
    return Taken{};
  }
  Taken taken;
  if (taken_ == 0 && body_.size() <= count) {
    taken.bytes.swap(body_);
  } else {
    taken.bytes = body_.substr(taken_, count);
    taken_ += taken.bytes.size();
  }
  // Rarely, so that what waits is not moved with each piece.
  if (taken_ == body_.size() || taken_ >= kMaxWaiting / 2) {
    body_.erase(0, taken_);
    taken_ = 0;
  }
  taken.resume = paused_.has_value() && body_.size() - taken_ < kMaxWaiting / 2;
  if (taken.resume) paused_.reset();
  return taken;
}

void Transfer::Fail(absl::Status status) {
  MutexLock lock(mutex_);
  done_ = true;
  result_ = std::move(status);
  changed_.NotifyAll();
}

absl::Duration Transfer::PausedFor() {
  MutexLock lock(mutex_);
  return paused_.has_value() ? paused_->elapsed() : absl::ZeroDuration();
}

void Transfer::Complete(CURLcode code) { Fail(StatusOf(code)); }

absl::Status Transfer::StatusOf(CURLcode code) const {
  if (code == CURLE_OK) return absl::OkStatus();
  const char* cause = error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
  // libcurl quotes a proxy's URL as it was given, with the password.
  std::string message = absl::StrCat(PeerOf(request_.url), ": ", WithoutUserInfo(cause));
  for (const ErrorRow& row : kErrors) {
    if (row.code != code) continue;
    return absl::Status(row.status, absl::StrCat(message, row.advice, options_.*row.flag));
  }
  return absl::UnavailableError(message);
}

}  // namespace triad::http_client
