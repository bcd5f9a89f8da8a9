// A token that callers must show before they write.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "absl/strings/ascii.h"
#include "tests/support/grpc/reflection_client.h"
#include "tests/support/http.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

using nlohmann::json;

TEST(TokenTest, GuardsWritesButNotReads) {
  TemporaryDirectory directory;
  std::string token_file = directory.path() + "/token";
  std::ofstream(token_file) << "open-sesame\n";
  SuiteOptions options;
  options.arguments["transform"] =
      options.arguments["config"] = {"--auth_token_file=" + token_file};
  Suite suite(options);
  ReflectionClient client(suite.config().address());
  std::string set = "triad.config.v1.ConfigService/SetEntry";
  json request = {
      {"entry", {{"name", "namespaces/grpc/entries/k"}, {"value", {{"boolValue", true}}}}}};
  EXPECT_EQ(client.Call(set, request).status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(client.Call(set, request, {{"authorization", "Bearer wrong"}}).status.error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_TRUE(client.Call(set, request, {{"authorization", "Bearer open-sesame"}}).status.ok());
  EXPECT_TRUE(
      client.Call("triad.config.v1.ConfigService/GetAppConfig", json::object()).status.ok());
}

// Of all operations of the gateway, those that answer a stranger.
std::set<std::string> OpenOperations(const Suite& suite) {
  HttpResponse document = Get(suite.Url("/openapi.json"), {"Authorization: Bearer open-sesame"});
  std::set<std::string> open;
  json paths = json::parse(document.body).at("paths");
  for (const auto& [path, operations] : paths.items()) {
    for (const auto& [method, operation] : operations.items()) {
      HttpRequest request;
      request.method = absl::AsciiStrToUpper(method);
      request.url = suite.Url(std::regex_replace(path, std::regex("\\{[^}]*\\}"), "a"));
      request.headers = {"Content-Type: application/json"};
      if (method != "get") request.body = "{}";
      if (Send(std::move(request)).status != 401) open.insert(method + " " + path);
    }
  }
  return open;
}

// Of all methods that the services describe, those that answer a stranger.
TEST(TokenTest, GuardsReadsTooWhereItIsTold) {
  TemporaryDirectory directory;
  std::string token_file = directory.path() + "/token";
  std::ofstream(token_file) << "open-sesame\n";
  SuiteOptions options;
  for (const char* name : {"config", "transform", "storage", "gateway"}) {
    options.arguments[name] = {"--auth_token_file=" + token_file, "--auth_reads"};
  }
  Suite suite(options);
  for (const char* name : {"config", "transform", "storage"}) {
    ReflectionClient client(suite.server(name).address());
    std::set<std::string> open;
    for (const std::string& service : client.Services()) {
      if (service == "grpc.health.v1.Health") continue;  // open, but does not describe itself
      const auto* descriptor = client.Describe(service);
      ASSERT_NE(descriptor, nullptr) << service;
      for (int i = 0; i < descriptor->method_count(); ++i) {
        std::string method = service + "/" + descriptor->method(i)->name();
        auto code = client.Call(method, json::object()).status.error_code();
        if (code != grpc::StatusCode::UNAUTHENTICATED) open.insert(method);
      }
    }
    EXPECT_THAT(open, ::testing::ElementsAre(
                          "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                          "triad.build.v1.BuildService/GetBuild"))
        << name;
  }
  // Of the second each stream has a token of its own.
  EXPECT_THAT(OpenOperations(suite), ::testing::ElementsAre("get /api/health", "get /api/streams"));
  for (const char* path : {"/api/v1/namespaces/app/entries", "/api/version"}) {
    EXPECT_EQ(Get(suite.Url(path), {"Authorization: Bearer open-sesame"}).status, 200) << path;
  }
}

TEST(TokenTest, IsRotatedWithoutARestart) {
  TemporaryDirectory directory;
  std::string token_file = directory.path() + "/token";
  // As Kubernetes writes a Secret: another file in its place.
  auto write = [&](const std::string& tokens) {
    std::ofstream(token_file + ".new") << tokens;
    std::filesystem::rename(token_file + ".new", token_file);
  };
  write("old\n");
  SuiteOptions options;
  options.arguments["storage"] = {"--auth_token_file=" + token_file};
  Suite suite(options);
  auto accepted = [&](const std::string& token) {
    const HttpResponse reply =
        Post(suite.Url("/api/upload-random"), "",
             {"Content-Type: application/json", "Authorization: Bearer " + token});
    EXPECT_TRUE(reply.status == 200 || reply.status == 401) << reply.body;
    return reply.status == 200;
  };
  EXPECT_TRUE(accepted("old"));
  EXPECT_FALSE(accepted("new"));

  write("new\nold\n");
  EXPECT_TRUE(Eventually([&] { return accepted("new"); }));
  EXPECT_TRUE(accepted("old")) << "until every caller has the new one";

  write("new\n");
  EXPECT_TRUE(Eventually([&] { return !accepted("old"); }));
  EXPECT_TRUE(accepted("new"));

  // A guard that is there does not go away by an empty file.
  write("\n");
  EXPECT_THAT(suite.storage().process().WaitForLine("what was read before stays"),
              ::testing::HasSubstr("is empty"));
  EXPECT_TRUE(accepted("new"));
  EXPECT_FALSE(accepted("old"));
  EXPECT_EQ(suite.storage().Metric("triad_secret_reloads_total"), 3);
}

}  // namespace
}  // namespace triad::testing
