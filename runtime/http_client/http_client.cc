#include "runtime/http_client/http_client.h"

#include <curl/curl.h>
#include <pthread.h>

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "runtime/base/status.h"
#include "runtime/http_client/transfer.h"

namespace triad::http_client {
namespace {

// Nothing is waited for longer: commands wake the thread, and so do sockets.
constexpr int kPollMilliseconds = 1000;
// Of somebody who waits for a slot: meanwhile another reader may have stopped.
constexpr absl::Duration kAskForRoomAgain = absl::Milliseconds(100);

// libcurl's global state is made once, and lives as long as the process.
CURLM* NewMulti() {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  return initialised == CURLE_OK ? curl_multi_init() : nullptr;
}

class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(HttpOptions options);
  ~CurlClient() override;

  absl::StatusOr<std::unique_ptr<ResponseReader>> Start(HttpRequest request) override {
    return Begin(std::move(request), std::nullopt);
  }
  absl::StatusOr<std::unique_ptr<UploadExchange>> StartUpload(
      HttpRequest request, std::optional<std::int64_t> size) override {
    return Begin(std::move(request), Transfer::Upload{size});
  }
  bool HasRoom() override {
    MutexLock lock(mutex_);
    return transfers_ < options_.max_transfers / 2;
  }

 private:
  class CurlExchange;
  // Shared by the caller and the thread: either may let go first.
  using TransferPtr = std::shared_ptr<Transfer>;
  enum class Verb { kAdd, kResume, kCancel, kMakeRoom };
  struct Command {
    Verb verb;
    TransferPtr transfer;  // none to make room
  };

  absl::StatusOr<std::unique_ptr<UploadExchange>> Begin(HttpRequest request,
                                                        std::optional<Transfer::Upload> upload);
  absl::Status WaitForSlot();
  void Send(Verb verb, TransferPtr transfer);
  void Run();
  // False once the end was asked for.
  bool TakeCommands();
  void Obey(const Command& command);
  // Ends the transfer whose answer has been waiting for its reader the longest.
  void MakeRoom();
  void ReapFinished();
  void Remove(CURL* easy);

  const HttpOptions options_;
  CURLM* const multi_;
  std::map<CURL*, TransferPtr> running_;  // the thread's own

  Mutex mutex_;
  CondVar slot_free_;
  std::vector<Command> commands_ ABSL_GUARDED_BY(mutex_);
  std::size_t transfers_ ABSL_GUARDED_BY(mutex_) = 0;  // running or about to
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses the rest
};

class CurlClient::CurlExchange final : public UploadExchange {
 public:
  CurlExchange(CurlClient& client, TransferPtr transfer, std::optional<std::int64_t> size)
      : client_(client), transfer_(std::move(transfer)), size_(size) {}
  ~CurlExchange() override { client_.Send(Verb::kCancel, std::move(transfer_)); }

  absl::StatusOr<HttpHead> Head() override { return transfer_->WaitForHead(); }

  absl::StatusOr<std::string> Read(std::size_t count) override {
    std::string bytes;
    while (bytes.size() < count) {
      TRIAD_ASSIGN_OR_RETURN(std::string more, ReadSome(count - bytes.size()));
      if (more.empty()) break;
      bytes.empty() ? bytes = std::move(more) : bytes.append(more);
    }
    return bytes;
  }

  absl::StatusOr<std::string> ReadSome(std::size_t count) override {
    TRIAD_ASSIGN_OR_RETURN(Transfer::Taken some, transfer_->Take(count));
    if (some.resume) client_.Send(Verb::kResume, transfer_);
    return std::move(some.bytes);
  }

  absl::StatusOr<bool> Write(absl::string_view bytes) override {
    written_ += static_cast<std::int64_t>(bytes.size());
    if (size_.has_value() && written_ > *size_) return WrongSize("has more than");
    return Sent(transfer_->Send(bytes));
  }

  absl::Status End() override {
    if (size_.has_value() && written_ < *size_) return WrongSize("has fewer than");
    Sent(transfer_->EndUpload());
    return absl::OkStatus();
  }

  void Cancel() override {
    client_.Send(Verb::kCancel, transfer_);
    transfer_->Fail(absl::CancelledError("nobody wants the answer any more"));
  }

 private:
  bool Sent(Transfer::Put put) {
    if (put.resume) client_.Send(Verb::kResume, transfer_);
    return put.wanted;
  }

  absl::Status WrongSize(absl::string_view how) const {
    return absl::OutOfRangeError(
        absl::StrCat("the content ", how, " the ", *size_, " bytes that were announced"));
  }

  CurlClient& client_;
  TransferPtr transfer_;
  const std::optional<std::int64_t> size_;  // of an upload
  std::int64_t written_ = 0;
};

CurlClient::CurlClient(HttpOptions options)
    : options_(std::move(options)), multi_(NewMulti()), thread_([this] { Run(); }) {
  pthread_setname_np(thread_.native_handle(), options_.thread.c_str());
}

CurlClient::~CurlClient() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  curl_multi_wakeup(multi_);
  thread_.join();
  curl_multi_cleanup(multi_);
}

absl::StatusOr<std::unique_ptr<UploadExchange>> CurlClient::Begin(
    HttpRequest request, std::optional<Transfer::Upload> upload) {
  TRIAD_RETURN_IF_ERROR(WaitForSlot());
  auto transfer = std::make_shared<Transfer>(std::move(request), upload, options_);
  Send(Verb::kAdd, transfer);
  return std::make_unique<CurlExchange>(*this, std::move(transfer),
                                        upload.value_or(Transfer::Upload()).size);
}

absl::Status CurlClient::WaitForSlot() {
  Countdown patience(options_.slot_timeout);
  MutexLock lock(mutex_);
  while (transfers_ >= options_.max_transfers) {
    if (patience.over()) {
      return absl::UnavailableError(absl::StrCat(
          options_.max_transfers, " requests run already, and none ended in ",
          absl::FormatDuration(options_.slot_timeout), " (", options_.transfers_flag, ")"));
    }
    commands_.push_back({Verb::kMakeRoom, nullptr});
    curl_multi_wakeup(multi_);
    slot_free_.WaitFor(mutex_, std::min(patience.left(), kAskForRoomAgain));
  }
  ++transfers_;
  return absl::OkStatus();
}

void CurlClient::Send(Verb verb, TransferPtr transfer) {
  {
    MutexLock lock(mutex_);
    commands_.push_back({verb, std::move(transfer)});
  }
  curl_multi_wakeup(multi_);
}

void CurlClient::Run() {
  while (TakeCommands()) {
    int running = 0;
    curl_multi_perform(multi_, &running);
    ReapFinished();
    curl_multi_poll(multi_, nullptr, 0, kPollMilliseconds, nullptr);
  }
  while (!running_.empty()) Remove(running_.begin()->first);
}

bool CurlClient::TakeCommands() {
  std::vector<Command> commands;
  {
    MutexLock lock(mutex_);
    if (stopping_) return false;
    commands.swap(commands_);
  }
  for (const Command& command : commands) Obey(command);
  return true;
}

void CurlClient::Obey(const Command& command) {
  if (command.verb == Verb::kMakeRoom) {
    MakeRoom();
    return;
  }
  CURL* easy = command.transfer->easy();
  if (command.verb == Verb::kAdd) {
    command.transfer->Prepare();
    running_[easy] = command.transfer;
    curl_multi_add_handle(multi_, easy);
  } else if (running_.count(easy) == 0) {
    return;  // it ended meanwhile
  } else if (command.verb == Verb::kResume) {
    curl_easy_pause(easy, CURLPAUSE_CONT);
  } else {
    Remove(easy);
  }
}

void CurlClient::MakeRoom() {
  TransferPtr longest;
  absl::Duration most = absl::ZeroDuration();
  for (const auto& [easy, transfer] : running_) {
    absl::Duration paused = transfer->PausedFor();
    if (paused <= most) continue;
    most = paused;
    longest = transfer;
  }
  if (longest == nullptr) return;
  Remove(longest->easy());
  longest->Fail(absl::UnavailableError("nobody read the answer, and others needed its place"));
}

void CurlClient::ReapFinished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    CURLcode code = message->data.result;  // gone with the handle
    TransferPtr transfer = running_.at(easy);
    Remove(easy);
    transfer->Complete(code);
  }
}

void CurlClient::Remove(CURL* easy) {
  curl_multi_remove_handle(multi_, easy);
  running_.erase(easy);
  MutexLock lock(mutex_);
  --transfers_;
  slot_free_.NotifyOne();
}

}  // namespace

std::unique_ptr<HttpClient> HttpClient::Create(HttpOptions options) {
  return std::make_unique<CurlClient>(std::move(options));
}

absl::StatusOr<std::string> ReadAll(ResponseReader& reader, std::size_t limit) {
  TRIAD_ASSIGN_OR_RETURN(std::string body, reader.Read(limit + 1));
  if (body.size() <= limit) return body;
  return absl::InternalError(absl::StrCat("an answer is over ", limit, " bytes"));
}

absl::StatusOr<HttpResponse> Fetch(HttpClient& client, HttpRequest request, std::size_t limit) {
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<ResponseReader> reader, client.Start(std::move(request)));
  HttpResponse response;
  TRIAD_ASSIGN_OR_RETURN(response.head, reader->Head());
  TRIAD_ASSIGN_OR_RETURN(response.body, ReadAll(*reader, limit));
  return response;
}

}  // namespace triad::http_client
