#include "cli/transport/http_upload.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "runtime/http_client/user_info.h"

namespace triad::cli {
namespace {

using http_client::HttpRequest;
using http_client::HttpResponse;
using http_client::WithoutUserInfo;

constexpr long kSendBuffer = 256 * 1024;

class UploadExchange {
 public:
  UploadExchange(const HttpRequest& request, const std::string& ca_file, const Content& content,
                 std::size_t limit)
      : request_(request), content_(content), limit_(limit), easy_(curl_easy_init()) {
    PrepareTarget(ca_file);
    PrepareBody();
    PrepareAnswer();
  }
  ~UploadExchange() {
    curl_easy_cleanup(easy_);
    curl_slist_free_all(headers_);
  }
  UploadExchange(const UploadExchange&) = delete;
  UploadExchange& operator=(const UploadExchange&) = delete;

  absl::StatusOr<HttpResponse> Run() {
    CURLcode code = curl_easy_perform(easy_);
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    if (!failure_.ok()) return failure_;
    if (code != CURLE_OK) return StatusOf(code);
    answer_.head.status = static_cast<int>(status);
    return std::move(answer_);
  }

 private:
  void PrepareTarget(const std::string& ca_file) {
    curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
    curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(absl::ToInt64Milliseconds(request_.connect_timeout)));
    curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
    if (!ca_file.empty()) curl_easy_setopt(easy_, CURLOPT_CAINFO, ca_file.c_str());
  }

  void PrepareBody() {
    curl_easy_setopt(easy_, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &UploadExchange::OnRead);
    curl_easy_setopt(easy_, CURLOPT_READDATA, this);
    curl_easy_setopt(easy_, CURLOPT_UPLOAD_BUFFERSIZE, kSendBuffer);
    if (content_.size.has_value()) {
      curl_easy_setopt(easy_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(*content_.size));
      // Whoever writes into a pipe may take its time; a file is there.
      curl_easy_setopt(easy_, CURLOPT_LOW_SPEED_LIMIT, 1L);
      curl_easy_setopt(
          easy_, CURLOPT_LOW_SPEED_TIME,
          std::max<long>(1, static_cast<long>(absl::ToInt64Seconds(request_.stall_timeout))));
    }
    for (const std::string& header : request_.headers) AddHeader(header);
    if (!content_.type.empty()) AddHeader(absl::StrCat("Content-Type: ", content_.type));
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
  }

  void PrepareAnswer() {
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &UploadExchange::OnAnswer);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  }

  void AddHeader(const std::string& line) { headers_ = curl_slist_append(headers_, line.c_str()); }

  static std::size_t OnRead(char* room, std::size_t size, std::size_t count, void* self) {
    auto* exchange = static_cast<UploadExchange*>(self);
    absl::StatusOr<std::string> bytes = exchange->content_.read(size * count);
    if (!bytes.ok()) {
      exchange->failure_ = bytes.status();
      return CURL_READFUNC_ABORT;
    }
    return bytes->copy(room, size * count);
  }

  static std::size_t OnAnswer(char* data, std::size_t size, std::size_t count, void* self) {
    auto* exchange = static_cast<UploadExchange*>(self);
    std::string& body = exchange->answer_.body;
    if (body.size() + size * count > exchange->limit_) {
      exchange->failure_ =
          absl::InternalError(absl::StrCat("an answer is over ", exchange->limit_, " bytes"));
      return 0;
    }
    body.append(data, size * count);
    return size * count;
  }

  absl::Status StatusOf(CURLcode code) const {
    const char* cause = error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
    std::string peer = request_.url.substr(0, request_.url.find('/', request_.url.find("://") + 3));
    std::string message = absl::StrCat(WithoutUserInfo(peer), ": ", WithoutUserInfo(cause));
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE) {
      return absl::InternalError(absl::StrCat(message, "; see --ca-file"));
    }
    return absl::UnavailableError(message);
  }

  const HttpRequest& request_;
  const Content& content_;
  const std::size_t limit_;
  CURL* const easy_;
  curl_slist* headers_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_{};
  absl::Status failure_;  // of the content, or of what was made of the answer
  HttpResponse answer_;
};

}  // namespace

absl::StatusOr<HttpResponse> SendUpload(const HttpRequest& request, const std::string& ca_file,
                                        const Content& content, std::size_t limit) {
  return UploadExchange(request, ca_file, content, limit).Run();
}

}  // namespace triad::cli
