#include "tests/e2e/testing/watch_clients.h"

#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>

#include <map>
#include <utility>

#include "tests/support/http.h"

namespace triad::testing {
namespace {

using config::v1::CommitEntriesRequest;
using config::v1::CommitEntriesResponse;
using config::v1::ConfigService;
using config::v1::DeleteEntryRequest;
using config::v1::Entry;
using config::v1::EntryEvent;
using config::v1::ListEntriesRequest;
using config::v1::ListEntriesResponse;
using config::v1::SetEntryRequest;
using config::v1::WatchEntriesRequest;
using config::v1::WatchEntriesResponse;

constexpr char kSpace[] = "namespaces/storm";
constexpr char kOther[] = "namespaces/other";
// A key that no client writes.
constexpr char kLast[] = "namespaces/storm/entries/last";
constexpr int kKeys = 16;  // of each client

std::string NameOf(const std::string& space, int client, int key) {
  return space + "/entries/" + std::to_string(client) + "/" + std::to_string(key);
}

ChangeText TextOf(const WatchEntriesResponse& response) {
  ChangeText text;
  for (const EntryEvent& event : response.events()) {
    text += event.type() == EntryEvent::TYPE_DELETE
                ? DeletionText(event.entry().name())
                : PutText(event.entry().name(), event.entry().value().string_value());
  }
  return text;
}

bool HasLast(const WatchEntriesResponse& response) {
  for (const EntryEvent& event : response.events()) {
    if (event.entry().name() == kLast) return true;
  }
  return false;
}

// Waits until it is connected, and so for a service that is started again.
void Prepare(grpc::ClientContext& context) { context.set_wait_for_ready(true); }

// A call that was answered, or was not; its revision, 0 if it was refused.
struct Written {
  grpc::Status status;
  std::int64_t revision = 0;
  ChangeText text;  // what it does
};

Written Put(ConfigStub& stub, const std::string& name, const std::string& value) {
  grpc::ClientContext context;
  Prepare(context);
  SetEntryRequest request;
  request.mutable_entry()->set_name(name);
  request.mutable_entry()->mutable_value()->set_string_value(value);
  Entry reply;
  grpc::Status status = stub.SetEntry(&context, request, &reply);
  return {status, reply.revision(), PutText(name, value)};
}

Written Delete(ConfigStub& stub, const std::string& name) {
  grpc::ClientContext context;
  Prepare(context);
  DeleteEntryRequest request;
  request.set_name(name);
  Entry reply;
  grpc::Status status = stub.DeleteEntry(&context, request, &reply);
  return {status, reply.revision(), DeletionText(name)};
}

// Into two namespaces, at one revision.
Written Commit(ConfigStub& stub, const std::vector<std::string>& names, const std::string& value) {
  grpc::ClientContext context;
  Prepare(context);
  CommitEntriesRequest request;
  request.set_parent("namespaces/-");
  ChangeText text;
  for (const std::string& name : names) {
    Entry& put = *request.add_operations()->mutable_put();
    put.set_name(name);
    put.mutable_value()->set_string_value(value);
    text += PutText(name, value);
  }
  CommitEntriesResponse reply;
  grpc::Status status = stub.CommitEntries(&context, request, &reply);
  return {status, reply.revision(), text};
}

Written WriteOne(ConfigStub& stub, int client, int number) {
  std::string value = std::to_string(client) + "-" + std::to_string(number);
  int key = number % kKeys;
  if (number % 10 == 3) return Delete(stub, NameOf(kSpace, client, key));
  if (number % 10 != 7) return Put(stub, NameOf(kSpace, client, key), value);
  return Commit(stub, {NameOf(kSpace, client, key), NameOf(kOther, client, key)}, value);
}

}  // namespace

std::shared_ptr<ConfigStub> ConnectToConfig(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  for (const char* backoff :
       {GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, GRPC_ARG_MIN_RECONNECT_BACKOFF_MS,
        GRPC_ARG_MAX_RECONNECT_BACKOFF_MS}) {
    arguments.SetInt(backoff, 100);
  }
  return ConfigService::NewStub(
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
}

void StormWriters::Start() {
  for (std::size_t id = 0; id < clients_.size(); ++id) {
    clients_[id].thread =
        std::thread([this, id] { Run(static_cast<int>(id), clients_[id].written); });
  }
}

StormWriters::~StormWriters() {
  for (Client& client : clients_) {
    if (client.thread.joinable()) client.thread.join();
  }
}

void StormWriters::Run(int id, WrittenChanges& written) {
  auto stub = ConnectToConfig(address_);
  for (int number = 0; acknowledged_ < writes_; ++number) {
    Written one = WriteOne(*stub, id, number);
    if (one.status.error_code() == grpc::StatusCode::NOT_FOUND) continue;
    if (!one.status.ok()) {
      written.Lose(one.text);
      continue;
    }
    written.Acknowledge(one.revision, one.text);
    ++acknowledged_;
  }
}

void StormWriters::Finish() {
  for (Client& client : clients_) client.thread.join();
  auto stub = ConnectToConfig(address_);
  Written last = Put(*stub, kLast, "last");
  clients_.front().written.Acknowledge(last.revision, last.text);
}

WrittenChanges StormWriters::written() const {
  WrittenChanges all;
  for (const Client& client : clients_) {
    for (const auto& [revision, text] : client.written.acknowledged()) {
      all.Acknowledge(revision, text);
    }
    for (const ChangeText& text : client.written.unanswered()) all.Lose(text);
  }
  return all;
}

void StormWatch::Start() {
  List();
  thread_ = std::thread([this] {
    while (!over_) Follow();
  });
}

void StormWatch::List() {
  grpc::ClientContext context;
  Prepare(context);
  ListEntriesRequest request;
  request.set_parent(kSpace);
  request.set_prefix("last");
  ListEntriesResponse reply;
  grpc::Status status = stub_->ListEntries(&context, request, &reply);
  if (!status.ok()) return;  // it falls behind again
  resume_ = reply.resume();
  told_.Begin(reply.revision());
  over_ = reply.entries_size() > 0;
}

bool StormWatch::Take(const WatchEntriesResponse& response) {
  told_.Tell(response.revision(), TextOf(response), !response.resume().empty());
  if (!response.resume().empty()) resume_ = response.resume();
  over_ = over_ || HasLast(response);
  pace_(++messages_);
  return !over_ && random_() % static_cast<unsigned>(leave_one_in_) != 0;
}

void StormWatch::Ended(int code, const std::string& message) {
  if (code == grpc::StatusCode::OUT_OF_RANGE) {
    constexpr char kFloor[] = " lies before ";
    std::size_t at = message.find(kFloor);
    if (at == std::string::npos) {
      errors_.push_back(message);
    } else {
      told_.FallBehind(std::stoll(message.substr(at + sizeof kFloor - 1)));
    }
    return List();
  }
  told_.Reconnect();
  bool expected = code == grpc::StatusCode::OK || code == grpc::StatusCode::CANCELLED ||
                  code == grpc::StatusCode::UNAVAILABLE;
  if (!expected) errors_.push_back(std::to_string(code) + ": " + message);
}

void GrpcWatch::Follow() {
  grpc::ClientContext context;
  Prepare(context);
  WatchEntriesRequest request;
  request.set_parent("namespaces/-");
  request.set_after(resume_);
  auto reader = stub_->WatchEntries(&context, request);
  WatchEntriesResponse response;
  bool goes_on = true;
  while (goes_on && reader->Read(&response)) goes_on = Take(response);
  if (!goes_on) {
    context.TryCancel();
    while (reader->Read(&response)) continue;
  }
  grpc::Status status = reader->Finish();
  Ended(status.error_code(), status.error_message());
}

bool EventSourceWatch::TakeEvent(const std::string& event) {
  std::map<std::string, std::string> fields;
  for (std::size_t begin = 0; begin < event.size();) {
    std::size_t end = std::min(event.find('\n', begin), event.size());
    std::string line = event.substr(begin, end - begin);
    std::size_t colon = line.find(": ");
    if (colon != std::string::npos) fields[line.substr(0, colon)] = line.substr(colon + 2);
    begin = end + 1;
  }
  if (fields["data"].empty()) return true;
  if (fields["event"] == "status") {
    nlohmann::json status = nlohmann::json::parse(fields["data"]);
    Ended(status.at("code"), status.at("message"));
    return false;
  }
  WatchEntriesResponse response;
  if (!google::protobuf::util::JsonStringToMessage(fields["data"], &response).ok()) {
    Ended(grpc::StatusCode::INTERNAL, fields["data"]);
    return false;
  }
  response.set_resume(fields["id"]);
  return Take(response);
}

void EventSourceWatch::Follow() {
  std::string unread;
  HttpRequest request;
  request.url = suite_.Url("/api/v1/namespaces/-/entries:watch");
  request.headers = {"Accept: text/event-stream", "Last-Event-ID: " + resume_};
  request.on_body = [&](const char* data, std::size_t size) {
    unread.append(data, size);
    for (std::size_t end; (end = unread.find("\n\n")) != std::string::npos;) {
      std::string event = unread.substr(0, end);
      unread.erase(0, end + 2);
      if (!TakeEvent(event)) return false;
    }
    return true;
  };
  HttpResponse reply = Send(request);
  if (reply.status != 200 && !unread.empty()) {
    nlohmann::json status = nlohmann::json::parse(unread);
    Ended(status.at("code"), status.at("message"));
  }
  Ended(grpc::StatusCode::UNAVAILABLE, reply.error);
  Eventually([&] { return Get(suite_.Url("/api/health")).status == 200; });
}

}  // namespace triad::testing
