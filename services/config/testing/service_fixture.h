// The service over real gRPC, on a real database, for tests.
#pragma once

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/rpc/admission/admission.h"
#include "runtime/rpc/server/server.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/config/service.h"
#include "services/config/testing/store_fixture.h"
#include "services/config/watch/change_mapping.h"
#include "triad/config/v1/config.grpc.pb.h"

namespace triad::config::testing {

inline constexpr char kToken[] = "the-token";

// The field that the error's BadRequest names.
inline std::string FieldOf(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::BadRequest bad;
  details.ParseFromString(status.error_details());
  for (const auto& detail : details.details()) {
    if (detail.UnpackTo(&bad)) return bad.field_violations(0).field();
  }
  return "";
}

// What the gateway answers with, from wherever a reply without messages has it.
inline std::string HttpStatusOf(const grpc::ClientContext& context) {
  for (const auto* metadata :
       {&context.GetServerInitialMetadata(), &context.GetServerTrailingMetadata()}) {
    auto found = metadata->find("http-status");
    if (found != metadata->end()) return {found->second.data(), found->second.size()};
  }
  return "";
}

inline ConfigParts PartsOf(StoreFixture& fixture, audit::AuditHandler& audit) {
  return {fixture.store(),      fixture.history(),  fixture.references(),
          fixture.destroyer(),  fixture.revealer(), fixture.key_rotator(),
          fixture.namespaces(), fixture.schemas(),  audit,
          fixture.hub(),        fixture.executor(), fixture.imports(),
          fixture.setup().epoch};
}

class ConfigServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto server = rpc::Server::Start({.listen = "127.0.0.1:0"}, admission_, {&service_});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    auto channel = grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_->port()),
                                       grpc::InsecureChannelCredentials());
    stub_ = v1::ConfigService::NewStub(channel);
  }

  rpc::AdmissionOptions Options() {
    rpc::AdmissionOptions options;
    options.executor = &fixture_.executor();
    options.metrics = &metrics_;
    options.auth_token = kToken;
    return options;
  }

  grpc::Status Set(const v1::Entry& entry, v1::Entry* answer = nullptr,
                   const std::string& token = kToken) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token);
    v1::SetEntryRequest request;
    *request.mutable_entry() = entry;
    v1::Entry ignored;
    return stub_->SetEntry(&context, request, answer == nullptr ? &ignored : answer);
  }
  grpc::Status Get(const std::string& name, v1::Entry* answer) {
    grpc::ClientContext context;
    v1::GetEntryRequest request;
    request.set_name(name);
    return stub_->GetEntry(&context, request, answer);
  }
  grpc::Status List(const v1::ListEntriesRequest& request, v1::ListEntriesResponse* answer) {
    grpc::ClientContext context;
    return stub_->ListEntries(&context, request, answer);
  }
  // Calls a method of the stub with the token, and with a header if one is given.
  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (v1::ConfigService::Stub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                    const Request& request, Response* response,
                    const std::pair<std::string, std::string>& header = {},
                    std::string* http_status = nullptr) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", absl::StrCat("Bearer ", kToken));
    if (!header.first.empty()) context.AddMetadata(header.first, header.second);
    grpc::Status status = (stub_.get()->*method)(&context, request, response);
    if (http_status != nullptr) *http_status = HttpStatusOf(context);
    return status;
  }
  static v1::Entry Text(const std::string& key, const std::string& text) {
    v1::Entry entry;
    entry.set_name("namespaces/app/entries/" + key);
    entry.mutable_value()->set_string_value(text);
    return entry;
  }

  StoreFixture fixture_{{.encoder = EncoderOf,
                         .first_entries = {PutSecret("SECRET_KEY", std::string("hidden-1")),
                                           PutSecret("DB_PASSWORD", std::string("hidden-2")),
                                           Put("API_BASE_URL", std::string("http://x")),
                                           Put("MAX_CONNECTIONS", std::int64_t{100})},
                         .max_pages = 200}};
  Metrics metrics_{"test"};
  rpc::Admission admission_{Options()};
  audit::AuditHandler audit_{fixture_.audit(), fixture_.executor()};
  ConfigService service_{admission_, PartsOf(fixture_, audit_), {.max_value_bytes = 1000}};
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<v1::ConfigService::Stub> stub_;
};

}  // namespace triad::config::testing
