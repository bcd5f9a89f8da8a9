#include "gateway/proxy/testing/lab_service.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lab.grpc.pb.h"

namespace triad::gateway {
namespace {

using google::api::HttpBody;
using grpc::ServerContext;

constexpr std::int64_t kPiece = 64 * 1024;

// Counts a call that runs until its caller leaves or it is through.
class Running {
 public:
  Running(LabCounts& counts, ServerContext& context) : counts_(counts), context_(context) {
    ++counts_.waiting;
  }
  ~Running() {
    if (context_.IsCancelled()) ++counts_.cancelled;
    --counts_.waiting;
  }
  void UntilCancelled() {
    while (!context_.IsCancelled()) std::this_thread::yield();
  }

 private:
  LabCounts& counts_;
  ServerContext& context_;
};

void AddDetail(const std::string& kind, google::rpc::Status* status) {
  if (kind == "bad_request") {
    google::rpc::BadRequest detail;
    auto* violation = detail.add_field_violations();
    violation->set_field("text");
    violation->set_description("must be shorter");
    status->add_details()->PackFrom(detail);
  } else if (kind == "retry") {
    google::rpc::RetryInfo detail;
    detail.mutable_retry_delay()->set_seconds(6);
    detail.mutable_retry_delay()->set_nanos(1);
    status->add_details()->PackFrom(detail);
  } else if (kind == "lab") {
    lab::v1::Event detail;
    detail.set_number(7);
    status->add_details()->PackFrom(detail);
  } else if (kind == "large") {
    google::rpc::DebugInfo detail;
    detail.set_detail(std::string(5000, 'd'));
    status->add_details()->PackFrom(detail);
  } else {
    auto* any = status->add_details();
    any->set_type_url("type.example.com/unheard.Of");
    any->set_value("bytes");
  }
}

grpc::Status FailAs(ServerContext& context, const lab::v1::FailRequest& request) {
  if (!request.http_status().empty()) {
    context.AddInitialMetadata("http-status", request.http_status());
  }
  if (!request.why().empty()) context.AddInitialMetadata("http-header-x-why", request.why());
  google::rpc::Status details;
  details.set_code(request.code());
  for (const std::string& kind : request.details()) AddDetail(kind, &details);
  std::string message = request.message() + std::string(request.message_bytes(), 'm');
  return {static_cast<grpc::StatusCode>(request.code()), message,
          request.details().empty() ? "" : details.SerializeAsString()};
}

class LabService final : public lab::v1::Lab::Service {
 public:
  explicit LabService(LabCounts& counts) : counts_(counts) {}

 private:
  grpc::Status Echo(ServerContext*, const lab::v1::EchoRequest* request,
                    lab::v1::EchoReply* reply) override {
    reply->set_text(request->text());
    *reply->mutable_inner() = request->inner();
    *reply->mutable_tags() = request->tags();
    if (request->has_update_mask()) *reply->mutable_mask() = request->update_mask();
    for (const auto& [name, value] : request->labels()) reply->set_labels(reply->labels() + value);
    return grpc::Status::OK;
  }
  grpc::Status EchoStyled(ServerContext* context, const lab::v1::EchoRequest* request,
                          lab::v1::EchoReply* reply) override {
    return Echo(context, request, reply);
  }

  grpc::Status EchoSecret(ServerContext* context, const lab::v1::EchoRequest* request,
                          lab::v1::EchoReply* reply) override {
    return Echo(context, request, reply);
  }
  grpc::Status WatchPacked(ServerContext* context, const lab::v1::WatchRequest* request,
                           grpc::ServerWriter<lab::v1::Event>* writer) override {
    return Watch(context, request, writer);
  }

  grpc::Status Fail(ServerContext* context, const lab::v1::FailRequest* request,
                    lab::v1::EchoReply*) override {
    return FailAs(*context, *request);
  }
  grpc::Status FailStream(ServerContext* context, const lab::v1::FailRequest* request,
                          grpc::ServerWriter<lab::v1::EchoReply>*) override {
    return FailAs(*context, *request);
  }

  grpc::Status Headers(ServerContext* context, const lab::v1::HeadersRequest* request,
                       lab::v1::HeadersReply* reply) override {
    for (const auto& [name, value] : context->client_metadata()) {
      (*reply->mutable_metadata())[std::string(name.data(), name.size())] =
          std::string(value.data(), value.size());
    }
    auto left = context->deadline() - std::chrono::system_clock::now();
    if (left < std::chrono::hours(1)) {
      reply->set_deadline(std::chrono::duration_cast<std::chrono::seconds>(left).count() + 1);
    }
    for (const std::string& header : request->answer()) {
      auto colon = header.find(": ");
      context->AddInitialMetadata(header.substr(0, colon), header.substr(colon + 2));
    }
    return grpc::Status::OK;
  }

  grpc::Status Wait(ServerContext* context, const lab::v1::WaitRequest*,
                    lab::v1::EchoReply*) override {
    Running(counts_, *context).UntilCancelled();
    return grpc::Status::CANCELLED;
  }

  grpc::Status WaitBriefly(ServerContext* context, const lab::v1::WaitRequest* request,
                           lab::v1::EchoReply* reply) override {
    return Wait(context, request, reply);
  }
  grpc::Status WaitLong(ServerContext* context, const lab::v1::WaitRequest* request,
                        lab::v1::EchoReply* reply) override {
    return Wait(context, request, reply);
  }

  grpc::Status Put(ServerContext* context, grpc::ServerReader<lab::v1::PutRequest>* reader,
                   lab::v1::PutReply* reply) override {
    Running running(counts_, *context);
    lab::v1::PutRequest request;
    reply->set_same(true);
    while (reader->Read(&request)) {
      const std::string& data = request.content().data();
      if (reply->messages() == 0) {
        reply->set_name(request.name());
        reply->set_content_type(request.content().content_type());
      }
      if (reply->name() == "refused") {
        return {grpc::StatusCode::FAILED_PRECONDITION, "not this one"};
      }
      if (reply->name() == "unread") running.UntilCancelled();
      if (data != LabBytes(reply->bytes(), data.size())) reply->set_same(false);
      reply->set_messages(reply->messages() + 1);
      reply->set_bytes(reply->bytes() + static_cast<std::int64_t>(data.size()));
      reply->set_largest(std::max<std::int64_t>(reply->largest(), data.size()));
      counts_.bytes_in += data.size();
    }
    return context->IsCancelled() ? grpc::Status::CANCELLED : grpc::Status::OK;
  }

  grpc::Status Whole(ServerContext*, const HttpBody* request, HttpBody* reply) override {
    reply->set_content_type(request->content_type());
    reply->set_data("got " + request->data());
    return grpc::Status::OK;
  }

  grpc::Status Get(ServerContext* context, const lab::v1::GetRequest* request,
                   grpc::ServerWriter<HttpBody>* writer) override {
    Running running(counts_, *context);
    if (!request->http_status().empty()) {
      context->AddInitialMetadata("http-status", request->http_status());
    }
    if (request->announced() != 0) {
      context->AddInitialMetadata("http-header-content-length", absl::StrCat(request->announced()));
    }
    context->AddInitialMetadata("http-header-etag", "\"e\"");
    std::int64_t sent = 0;
    while (request->endless() || sent < request->size()) {
      std::int64_t left = request->endless() ? kPiece : request->size() - sent;
      HttpBody body;
      if (sent == 0) body.set_content_type(request->content_type());
      body.set_data(LabBytes(sent, std::min(kPiece, left)));
      sent += static_cast<std::int64_t>(body.data().size());
      if (!writer->Write(body)) return grpc::Status::CANCELLED;
      counts_.bytes_out += body.data().size();
    }
    return {static_cast<grpc::StatusCode>(request->code()), "as asked"};
  }

  grpc::Status Watch(ServerContext* context, const lab::v1::WatchRequest* request,
                     grpc::ServerWriter<lab::v1::Event>* writer) override {
    Running running(counts_, *context);
    if (!request->late()) writer->SendInitialMetadata();
    for (int i = 1; i <= request->count(); ++i) {
      lab::v1::Event event;
      event.set_number(request->after() + i);
      event.set_text(request->size() > 0 ? std::string(request->size(), 'x') : "line\nbreak");
      if (!writer->Write(event)) return grpc::Status::CANCELLED;
    }
    if (request->code() < 0) running.UntilCancelled();
    return {static_cast<grpc::StatusCode>(std::max(0, request->code())), "as asked"};
  }

  grpc::Status Follow(ServerContext*, const lab::v1::WatchRequest* request,
                      grpc::ServerWriter<lab::v1::Change>* writer) override {
    for (int i = 0; i <= request->count(); ++i) {
      lab::v1::Change change;
      change.set_number(request->after() + i);
      if (i % 2 == 1) change.add_items("item");
      writer->Write(change);
    }
    return {static_cast<grpc::StatusCode>(request->code()), "as asked"};
  }

  grpc::Status Collect(ServerContext*, grpc::ServerReader<lab::v1::EchoRequest>* reader,
                       lab::v1::EchoReply* reply) override {
    lab::v1::EchoRequest request;
    while (reader->Read(&request)) {
      reply->set_text(request.text());
      *reply->mutable_inner() = request.inner();
      reply->mutable_tags()->MergeFrom(request.tags());
      if (Has(request, "refuse")) return {grpc::StatusCode::INVALID_ARGUMENT, "refused"};
    }
    return grpc::Status::OK;
  }

  grpc::Status Chat(
      ServerContext* context,
      grpc::ServerReaderWriter<lab::v1::EchoReply, lab::v1::EchoRequest>* stream) override {
    Running running(counts_, *context);
    lab::v1::EchoRequest request;
    while (stream->Read(&request)) {
      lab::v1::EchoReply reply;
      Echo(nullptr, &request, &reply);
      if (!stream->Write(reply)) return grpc::Status::CANCELLED;
      if (Has(request, "end")) return grpc::Status::OK;
      if (Has(request, "refuse")) return {grpc::StatusCode::INVALID_ARGUMENT, "refused"};
      if (Has(request, "stop")) running.UntilCancelled();
    }
    return context->IsCancelled() ? grpc::Status::CANCELLED : grpc::Status::OK;
  }

  grpc::Status Pipe(ServerContext* context,
                    grpc::ServerReaderWriter<HttpBody, lab::v1::PutRequest>* stream) override {
    Running running(counts_, *context);
    std::string name;
    std::string kept;
    lab::v1::PutRequest request;
    while (stream->Read(&request)) {
      if (name.empty()) name = request.name();
      if (name == "stuck") running.UntilCancelled();
      counts_.bytes_in += request.content().data().size();
      kept += request.content().data();
      if (name != "silent" && !WritePiece(*stream, kept)) return grpc::Status::CANCELLED;
    }
    if (context->IsCancelled()) return grpc::Status::CANCELLED;
    WritePiece(*stream, kept);
    return grpc::Status::OK;
  }

  static bool Has(const lab::v1::EchoRequest& request, absl::string_view tag) {
    return std::find(request.tags().begin(), request.tags().end(), tag) != request.tags().end();
  }

  // Sends `kept`, and empties it.
  bool WritePiece(grpc::ServerReaderWriter<HttpBody, lab::v1::PutRequest>& stream,
                  std::string& kept) {
    HttpBody body;
    body.set_data(std::exchange(kept, {}));
    bool is_there = stream.Write(body);
    if (is_there) counts_.bytes_out += body.data().size();
    return is_there;
  }

  LabCounts& counts_;
};

template <typename T>
T OrDie(absl::StatusOr<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
  std::abort();
}

}  // namespace

char LabByte(std::int64_t offset) { return static_cast<char>('a' + offset * 31 % 25); }

std::string LabBytes(std::int64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = LabByte(offset + static_cast<std::int64_t>(i));
  return bytes;
}

LabServer::LabServer(LabCounts& counts) : counts_(counts) { Start(); }

LabServer::~LabServer() { Stop(); }

void LabServer::Start() {
  service_ = std::make_unique<LabService>(counts_);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::StrCat("127.0.0.1:", port_), grpc::InsecureServerCredentials(),
                           &port_);
  builder.RegisterService(service_.get());
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 128 * 1024);
  server_ = builder.BuildAndStart();
}

void LabServer::Stop() {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
  server_.reset();
}

std::unique_ptr<DescriptorSet> LabDescriptors(const DescriptorSet::Edit& edit) {
  return OrDie(DescriptorSet::FromFile(LAB_DESCRIPTOR_SET, edit));
}

LabGateway::LabGateway(GatewayOptions options, int port, http::ServerOptions server) {
  options.upstreams = {{"lab.v1.Lab", absl::StrCat("127.0.0.1:", port)}};
  gateway_ = OrDie(Gateway::Create({LabDescriptors()}, options, nullptr, metrics_));
  server.listen = "127.0.0.1:0";
  server_ = OrDie(http::Server::Start(server, {&loops_[0], &loops_[1]}, [this](EventLoop& loop) {
    return gateway_->MakeHandler(loop);
  }));
}

LabGateway::~LabGateway() { server_.reset(); }

std::string LabGateway::address() const { return absl::StrCat("127.0.0.1:", server_->port()); }

}  // namespace triad::gateway
