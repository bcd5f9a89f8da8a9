#include "cli/transport/gateway_client.h"

#include <google/api/httpbody.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/transport/event_stream.h"
#include "cli/transport/rest.h"
#include "runtime/base/status.h"
#include "runtime/http_client/http_client.h"
#include "triad/gateway/v1/annotations.pb.h"

namespace triad::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using http_client::HttpHead;
using http_client::HttpRequest;
using http_client::ResponseReader;
using http_client::UploadExchange;

// Of a unary answer, and of an error's.
constexpr std::size_t kMaxAnswerBytes = 256 * 1024 * 1024;
constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::size_t kUploadBytes = 256 * 1024;
// The gateway sends a comment every 15 s where nothing happens.
constexpr absl::Duration kStreamStall = absl::Seconds(45);

bool IsRaw(const MethodDescriptor& method) {
  return method.output_type() == google::api::HttpBody::descriptor();
}

absl::StatusOr<std::unique_ptr<Message>> FromJson(const MethodDescriptor& method,
                                                  const std::string& json) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;  // of a server that is newer than this program
  std::unique_ptr<Message> message = NewResponse(method);
  if (google::protobuf::util::JsonStringToMessage(json, message.get(), options).ok()) {
    return message;
  }
  return absl::InternalError(
      absl::StrCat("what the server sent is no ", method.output_type()->full_name()));
}

// The response of a mark, which came as an id alone.
std::unique_ptr<Message> MarkOf(const MethodDescriptor& method, const std::string& id) {
  std::unique_ptr<Message> message = NewResponse(method);
  const auto& resume = method.options().GetExtension(triad::gateway::v1::resume);
  const FieldDescriptor* field = method.output_type()->FindFieldByName(resume.response_field());
  std::int64_t number = 0;
  if (field == nullptr) return message;
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    message->GetReflection()->SetString(message.get(), field, id);
  } else if (absl::SimpleAtoi(id, &number)) {
    message->GetReflection()->SetInt64(message.get(), field, number);
  }
  return message;
}

// Until all of it is written, or no more of it is wanted.
absl::Status WriteAll(const Content& content, UploadExchange& exchange) {
  for (bool wanted = true; wanted;) {
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, content.read(kUploadBytes));
    if (bytes.empty()) return exchange.End();
    TRIAD_ASSIGN_OR_RETURN(wanted, exchange.Write(bytes));
  }
  return absl::OkStatus();
}

class GatewayClient final : public Client {
 public:
  explicit GatewayClient(const ClientOptions& options)
      : options_(options),
        origin_(absl::StripSuffix(options.server, "/")),
        http_(http_client::HttpClient::Create({.thread = "triadctl-http",
                                               .ca_file = options.ca_file,
                                               .address_flag = "--server",
                                               .ca_flag = "--ca-file"})) {}

  absl::Status Send(const Call& call, const Message& request,
                    const OnMessage& on_message) override {
    TRIAD_ASSIGN_OR_RETURN(RestRequest rest, ToRest(*call.method, request));
    return Exchange(call, rest, on_message);
  }

  absl::Status Upload(const Call& call, const Message& request, const Content& content,
                      const OnMessage& on_message) override {
    TRIAD_ASSIGN_OR_RETURN(RestRequest rest, ToRest(*call.method, request));
    rest.body.clear();
    TRIAD_ASSIGN_OR_RETURN(HttpRequest http, Prepare(rest, call, false));
    if (!content.type.empty()) http.headers.push_back("Content-Type: " + content.type);
    http.timeout = absl::InfiniteDuration();
    // Whoever writes into a pipe may take its time; a file is there.
    if (!content.size.has_value()) http.stall_timeout = absl::InfiniteDuration();
    TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<UploadExchange> exchange,
                           http_->StartUpload(std::move(http), content.size));
    TRIAD_RETURN_IF_ERROR(WriteAll(content, *exchange));
    TRIAD_ASSIGN_OR_RETURN(HttpHead head, exchange->Head());
    TRIAD_ASSIGN_OR_RETURN(std::string body, http_client::ReadAll(*exchange, kMaxAnswerBytes));
    return TakeAnswer(*call.method, head.status, body, on_message);
  }

  absl::Status Converse(const Call& call, const Message& request, const Content& content,
                        const OnMessage& on_message) override {
    TRIAD_ASSIGN_OR_RETURN(RestRequest rest, ToRest(*call.method, request));
    rest.body.clear();
    TRIAD_ASSIGN_OR_RETURN(HttpRequest http, Prepare(rest, call, false));
    if (!content.type.empty()) http.headers.push_back("Content-Type: " + content.type);
    http.stall_timeout = absl::InfiniteDuration();
    TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<UploadExchange> exchange,
                           http_->StartUpload(std::move(http), content.size));
    absl::Status answered;
    std::thread reader([&] {
      absl::StatusOr<HttpHead> head = exchange->Head();
      answered = head.ok() ? ReadAnswer(*call.method, *head, *exchange, on_message) : head.status();
      if (!answered.ok()) exchange->Cancel();
    });
    absl::Status written = WriteAll(content, *exchange);
    if (!written.ok()) exchange->Cancel();
    reader.join();
    return written.ok() ? answered : written;
  }

  absl::Status Ready(const MethodDescriptor& method) override {
    TRIAD_ASSIGN_OR_RETURN(http_client::HttpResponse answer, Get("/api/health"));
    if (answer.head.status == 200) return absl::OkStatus();
    auto health = nlohmann::json::parse(answer.body, nullptr, false);
    if (!health.is_object() || !health.contains("not_serving")) {
      return FromErrorBody(origin_, answer.head.status, answer.body);
    }
    for (const auto& service : health["not_serving"]) {
      if (service != method.service()->full_name()) continue;
      return absl::UnavailableError(
          absl::StrCat(origin_, ": ", method.service()->full_name(), " does not serve"));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<ServerBuild>> Builds() override {
    TRIAD_ASSIGN_OR_RETURN(http_client::HttpResponse answer, Get("/api/version"));
    if (answer.head.status != 200) {
      return FromErrorBody(origin_, answer.head.status, answer.body);
    }
    auto told = nlohmann::json::parse(answer.body, nullptr, false);
    if (!told.is_object()) return FromErrorBody(origin_, answer.head.status, answer.body);
    std::vector<ServerBuild> builds = {
        {"gateway", told.value("version", ""), told.value("commit", "")}};
    for (const auto& service : told.value("services", nlohmann::json::array())) {
      builds.push_back(
          {service.value("name", ""), service.value("version", ""), service.value("commit", "")});
    }
    return builds;
  }

 private:
  absl::Status Exchange(const Call& call, const RestRequest& rest, const OnMessage& on_message) {
    const MethodDescriptor& method = *call.method;
    bool events = method.server_streaming() && !IsRaw(method);
    TRIAD_ASSIGN_OR_RETURN(HttpRequest http, Prepare(rest, call, events));
    TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<ResponseReader> reader, http_->Start(std::move(http)));
    TRIAD_ASSIGN_OR_RETURN(HttpHead head, reader->Head());
    bool done = head.status < 300;
    if (done && events) return ReadEvents(method, *reader, on_message);
    return ReadAnswer(method, head, *reader, on_message);
  }

  absl::Status ReadAnswer(const MethodDescriptor& method, const HttpHead& head,
                          ResponseReader& reader, const OnMessage& on_message) {
    if (head.status < 300 && IsRaw(method)) return ReadBytes(head, reader, on_message);
    TRIAD_ASSIGN_OR_RETURN(std::string body, http_client::ReadAll(reader, kMaxAnswerBytes));
    return TakeAnswer(method, head.status, body, on_message);
  }

  absl::StatusOr<HttpRequest> Prepare(const RestRequest& rest, const Call& call, bool events) {
    HttpRequest http;
    http.method = rest.verb;
    http.url = absl::StrCat(origin_, rest.target);
    http.stall_timeout = events ? kStreamStall : options_.timeout;
    if (!call.method->server_streaming()) http.timeout = options_.timeout;
    for (const auto& [name, value] : call.headers) {
      http.headers.push_back(absl::StrCat(name, ": ", value));
    }
    if (events) http.headers.emplace_back("Accept: text/event-stream");
    if (!rest.body.empty()) {
      http.headers.push_back(absl::StrCat("Content-Type: ", rest.content_type));
      http.body = std::make_shared<const std::string>(rest.body);
    }
    TRIAD_RETURN_IF_ERROR(Authorize(http));
    return http;
  }

  absl::Status Authorize(HttpRequest& http) const {
    TRIAD_ASSIGN_OR_RETURN(std::string authorization, Authorization(options_.token_file));
    if (!authorization.empty()) {
      http.headers.push_back(absl::StrCat("Authorization: ", authorization));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<http_client::HttpResponse> Get(absl::string_view path) {
    HttpRequest http;
    http.url = absl::StrCat(origin_, path);
    http.timeout = options_.timeout;
    TRIAD_RETURN_IF_ERROR(Authorize(http));
    return http_client::Fetch(*http_, std::move(http), kMaxAnswerBytes);
  }

  // Some refusals are answers, with 409: a commit that was not done.
  absl::Status TakeAnswer(const MethodDescriptor& method, int status, const std::string& body,
                          const OnMessage& on_message) const {
    if (status >= 300) {
      auto json = nlohmann::json::parse(body, nullptr, false);
      bool is_answer = status == 409 && json.is_object() && json.contains("committed");
      if (!is_answer) return FromErrorBody(origin_, status, body);
    }
    TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Message> message, FromJson(method, body));
    return on_message(*message);
  }

  absl::Status ReadEvents(const MethodDescriptor& method, ResponseReader& reader,
                          const OnMessage& on_message) {
    EventStream events;
    for (;;) {
      TRIAD_ASSIGN_OR_RETURN(std::string bytes, reader.ReadSome(kPieceBytes));
      if (bytes.empty()) return absl::OkStatus();
      events.Append(bytes);
      while (auto event = events.Next()) {
        TRIAD_RETURN_IF_ERROR(TakeEvent(method, *event, on_message));
      }
    }
  }

  absl::Status TakeEvent(const MethodDescriptor& method, const ServerEvent& event,
                         const OnMessage& on_message) const {
    if (event.type == "status") return FromErrorBody(origin_, 200, event.data);
    if (event.data.empty()) return on_message(*MarkOf(method, event.id));
    TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Message> message, FromJson(method, event.data));
    return on_message(*message);
  }

  static absl::Status ReadBytes(const HttpHead& head, ResponseReader& reader,
                                const OnMessage& on_message) {
    google::api::HttpBody piece;
    auto type = head.headers.find("content-type");
    if (type != head.headers.end()) piece.set_content_type(type->second);
    for (;;) {
      TRIAD_ASSIGN_OR_RETURN(std::string bytes, reader.ReadSome(kPieceBytes));
      if (bytes.empty()) return absl::OkStatus();
      piece.set_data(std::move(bytes));
      TRIAD_RETURN_IF_ERROR(on_message(piece));
    }
  }

  const ClientOptions options_;
  const std::string origin_;
  const std::unique_ptr<http_client::HttpClient> http_;
};

}  // namespace

std::unique_ptr<Client> MakeGatewayClient(const ClientOptions& options) {
  return std::make_unique<GatewayClient>(options);
}

}  // namespace triad::cli
