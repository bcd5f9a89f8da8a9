#include "cli/transport/grpc_client.h"

#include <google/api/httpbody.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/rpc/status.pb.h>
#include <grpc/support/log.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "cli/transport/grpc_conversation.h"
#include "runtime/base/status.h"
#include "runtime/rpc/server/build.pb.h"

namespace triad::cli {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr int kUnlimited = -1;
constexpr std::size_t kPieceBytes = 256 * 1024;  // of what is uploaded, in a message
constexpr absl::Duration kConnectTimeout = absl::Seconds(3);
// A peer that vanished without a word is noticed, also by a watch to which nothing happens.
constexpr int kKeepaliveMilliseconds = 30'000;
constexpr int kKeepaliveTimeoutMilliseconds = 10'000;

gpr_timespec DeadlineIn(absl::Duration timeout) {
  if (timeout == absl::InfiniteDuration()) return gpr_inf_future(GPR_CLOCK_MONOTONIC);
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_millis(absl::ToInt64Milliseconds(timeout), GPR_TIMESPAN));
}

grpc::ByteBuffer ToBuffer(const Message& message) {
  grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

absl::Status FromBuffer(const grpc::ByteBuffer& buffer, Message& message) {
  grpc::Slice slice;
  if (buffer.DumpToSingleSlice(&slice).ok() &&
      message.ParseFromArray(slice.begin(), static_cast<int>(slice.size()))) {
    return absl::OkStatus();
  }
  return absl::InternalError(
      absl::StrCat("what the server sent is no ", message.GetDescriptor()->full_name()));
}

absl::Status FromGrpc(const grpc::Status& status) {
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  google::rpc::Status all;
  if (result.ok() || !all.ParseFromString(status.error_details())) return result;
  for (const auto& detail : all.details()) {
    result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return result;
}

// One call of any shape, a step at a time. Each may take `timeout`: an upload may take
// hours, as long as it goes on.
class BlockingCall {
 public:
  BlockingCall(grpc::GenericStub& stub, const std::string& method, absl::Duration timeout,
               const std::vector<std::pair<std::string, std::string>>& headers)
      : timeout_(timeout) {
    for (const auto& [name, value] : headers) context_.AddMetadata(name, value);
    stream_ = stub.PrepareCall(&context_, method, &queue_);
    stream_->StartCall(this);
    started_ = Step();
  }

  ~BlockingCall() {
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  // False if the call has ended; Finish says why.
  bool Write(const grpc::ByteBuffer& message) {
    if (!started_) return false;
    stream_->Write(message, this);
    return Step();
  }
  bool WritesDone() {
    if (!started_) return false;
    stream_->WritesDone(this);
    return Step();
  }
  bool Read(grpc::ByteBuffer& message) {
    if (!started_) return false;
    stream_->Read(&message, this);
    return Step();
  }

  void Cancel() { context_.TryCancel(); }

  absl::Status Finish() {
    grpc::Status status;
    stream_->Finish(&status, this);
    Step();
    if (!late_) return FromGrpc(status);
    return absl::DeadlineExceededError(
        absl::StrCat("no answer in ", absl::FormatDuration(timeout_)));
  }

 private:
  bool Step() {
    void* tag = nullptr;
    bool ok = false;
    auto next = queue_.AsyncNext(&tag, &ok, DeadlineIn(timeout_));
    if (next == grpc::CompletionQueue::GOT_EVENT) return ok;
    late_ = true;
    Cancel();
    queue_.Next(&tag, &ok);
    return false;
  }

  const absl::Duration timeout_;
  bool late_ = false;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
  bool started_ = false;
};

// The field of `message` that holds bytes; the methods that are called so have one.
google::api::HttpBody& ContentField(Message& message) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  int index = 0;
  while (type.field(index)->message_type() != google::api::HttpBody::descriptor()) ++index;
  return static_cast<google::api::HttpBody&>(
      *message.GetReflection()->MutableMessage(&message, type.field(index)));
}

// Until `send` says that no more is wanted. An error is that of the content.
absl::Status SendContent(const Message& request, const Content& content,
                         const std::function<bool(const grpc::ByteBuffer& message)>& send) {
  std::unique_ptr<Message> message(request.New());
  message->CopyFrom(request);
  ContentField(*message).set_content_type(content.type);
  bool first = true;  // which names what is written, also if there is no content
  for (;;) {
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, content.read(kPieceBytes));
    if (bytes.empty() && !first) return absl::OkStatus();
    ContentField(*message).set_data(std::move(bytes));
    if (!send(ToBuffer(*message))) return absl::OkStatus();
    message->Clear();
    first = false;
  }
}

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

class GrpcClient final : public Client {
 public:
  GrpcClient(const std::string& target, ClientOptions options)
      : target_(target), options_(std::move(options)), channel_(Connect(target)) {}

  absl::Status Send(const Call& call, const Message& request,
                    const OnMessage& on_message) override {
    TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<BlockingCall> running, Begin(call));
    if (running->Write(ToBuffer(request))) running->WritesDone();
    return ReadAll(*call.method, *running, on_message);
  }

  absl::Status Upload(const Call& call, const Message& request, const Content& content,
                      const OnMessage& on_message) override {
    TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<BlockingCall> running, Begin(call));
    absl::Status read = SendContent(
        request, content, [&](const grpc::ByteBuffer& message) { return running->Write(message); });
    if (!read.ok()) return Abandon(*running, read);
    running->WritesDone();
    return ReadAll(*call.method, *running, on_message);
  }

  absl::Status Converse(const Call& call, const Message& request, const Content& content,
                        const OnMessage& on_message) override {
    TRIAD_ASSIGN_OR_RETURN(Headers headers, HeadersOf(call));
    grpc::GenericStub stub(ReadyChannel());
    GrpcConversation conversation(stub, PathOf(*call.method), headers,
                                  [&](const grpc::ByteBuffer& buffer) {
                                    std::unique_ptr<Message> message = NewResponse(*call.method);
                                    absl::Status status = FromBuffer(buffer, *message);
                                    return status.ok() ? on_message(*message) : status;
                                  });
    absl::Status read = SendContent(request, content, [&](const grpc::ByteBuffer& message) {
      return conversation.Send(message);
    });
    if (!read.ok()) conversation.Cancel();
    GrpcConversation::End end = conversation.Finish();
    if (!read.ok()) return read;
    return end.taken.ok() ? FromGrpc(end.status) : end.taken;
  }

  absl::Status Ready(const MethodDescriptor&) override {
    RenewIfBroken();
    if (Connected() || (RenewIfBroken() && Connected())) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat(options_.server, ": nobody answers there"));
  }

  absl::StatusOr<std::vector<ServerBuild>> Builds() override {
    const MethodDescriptor& method = FindMethod("triad.build.v1.BuildService.GetBuild");
    std::vector<ServerBuild> builds;
    TRIAD_RETURN_IF_ERROR(
        Send({&method}, build::v1::GetBuildRequest(), [&](const Message& message) {
          const auto& build = static_cast<const build::v1::Build&>(message);
          builds.push_back({"server", build.version(), build.commit()});
          return absl::OkStatus();
        }));
    return builds;
  }

 private:
  static std::shared_ptr<grpc::Channel> Connect(const std::string& target) {
    // What goes wrong is told once, by triadctl.
    gpr_set_log_function([](gpr_log_func_args*) {});
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kUnlimited);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMilliseconds);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMilliseconds);
    arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);  // as many as it takes
    return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
  }

  absl::StatusOr<Headers> HeadersOf(const Call& call) const {
    Headers headers = call.headers;
    TRIAD_ASSIGN_OR_RETURN(std::string authorization, Authorization(options_.token_file));
    if (!authorization.empty()) headers.emplace_back("authorization", authorization);
    return headers;
  }

  std::shared_ptr<grpc::Channel> ReadyChannel() {
    RenewIfBroken();
    if (!Connected()) RenewIfBroken();
    return channel_;
  }

  absl::StatusOr<std::unique_ptr<BlockingCall>> Begin(const Call& call) {
    TRIAD_ASSIGN_OR_RETURN(Headers headers, HeadersOf(call));
    absl::Duration step =
        call.method->server_streaming() ? absl::InfiniteDuration() : options_.timeout;
    grpc::GenericStub stub(ReadyChannel());
    return std::make_unique<BlockingCall>(stub, PathOf(*call.method), step, headers);
  }

  static absl::Status ReadAll(const MethodDescriptor& method, BlockingCall& call,
                              const OnMessage& on_message) {
    grpc::ByteBuffer buffer;
    while (call.Read(buffer)) {
      std::unique_ptr<Message> message = NewResponse(method);
      absl::Status taken = FromBuffer(buffer, *message);
      if (taken.ok()) taken = on_message(*message);
      if (!taken.ok()) return Abandon(call, taken);
    }
    return call.Finish();
  }

  static absl::Status Abandon(BlockingCall& call, const absl::Status& why) {
    call.Cancel();
    call.Finish().IgnoreError();
    return why;
  }

  // Waits until it is known. gRPC 1.51 looks at errno when connect() has returned and other
  // calls have set it since, and so now and then tells of a failure that was none: who calls
  // tries a second time.
  bool Connected() {
    gpr_timespec deadline = DeadlineIn(kConnectTimeout);
    grpc_connectivity_state state = channel_->GetState(true);
    while (state == GRPC_CHANNEL_IDLE || state == GRPC_CHANNEL_CONNECTING) {
      if (!channel_->WaitForStateChange(state, deadline)) break;
      state = channel_->GetState(true);
    }
    return state == GRPC_CHANNEL_READY;
  }

  // A channel that has failed waits before it tries again, for seconds that nobody knows
  // here. How long is waited is up to whoever calls: a new one tries at once. True if it is
  // new.
  bool RenewIfBroken() {
    if (channel_->GetState(false) != GRPC_CHANNEL_TRANSIENT_FAILURE) return false;
    channel_ = Connect(target_);
    return true;
  }

  const std::string target_;
  const ClientOptions options_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace

std::unique_ptr<Client> MakeGrpcClient(const std::string& target, const ClientOptions& options) {
  return std::make_unique<GrpcClient>(target, options);
}

}  // namespace triad::cli
