#include "gateway/protos/rule_file.h"

#include <gmock/gmock.h>
#include <google/api/annotations.pb.h>
#include <gtest/gtest.h>

#include "triad/gateway/v1/annotations.pb.h"

namespace triad::gateway {
namespace {

using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodOptions;
using ::testing::HasSubstr;

FileDescriptorSet Notes() {
  FileDescriptorSet set;
  auto& file = *set.add_file();
  file.set_name("notes.proto");
  file.set_package("acme");
  auto& service = *file.add_service();
  service.set_name("Notes");
  for (const char* name : {"Get", "List"}) service.add_method()->set_name(name);
  set.add_file()->add_service()->set_name("Bare");
  set.mutable_file(1)->mutable_service(0)->add_method()->set_name("Do");
  return set;
}

const MethodOptions& OptionsOf(const FileDescriptorSet& set, int method) {
  return set.file(0).service(0).method(method).options();
}

std::string Problem(absl::string_view yaml) {
  auto file = RuleFile::Parse(yaml);
  if (!file.ok()) return std::string(file.status().message());
  FileDescriptorSet set = Notes();
  return std::string(file->ApplyTo(set).message());
}

TEST(RuleFileTest, GivesMethodsRulesAndSettings) {
  auto file = RuleFile::Parse(R"(
type: google.api.Service
config_version: 3
name: notes.example
http:
  rules:
    - selector: acme.Notes.Get
      get: /v1/{name=notes/*}
      response_body: text
      additional_bindings:
        - post: /v1/notes:get
          body: "*"
        - custom: {kind: PROPFIND, path: /v1/notes}
triad:
  methods:
    - selector: acme.Notes.Get
      timeout: 1m30s500ms
      secret: true
      headers: x-notes-id
      json_style: [field_names=proto, int64_values=number]
    - selector: acme.Notes.List
      compress_stream: true
      resume: {request_field: after, response_field: resume, payload_field: items}
)");
  ASSERT_TRUE(file.ok()) << file.status();
  FileDescriptorSet set = Notes();
  ASSERT_TRUE(file->ApplyTo(set).ok());
  const MethodOptions& get = OptionsOf(set, 0);
  const auto& rule = get.GetExtension(google::api::http);
  EXPECT_EQ(rule.get(), "/v1/{name=notes/*}");
  EXPECT_EQ(rule.response_body(), "text");
  EXPECT_EQ(rule.additional_bindings(0).body(), "*");
  EXPECT_EQ(rule.additional_bindings(1).custom().kind(), "PROPFIND");
  EXPECT_EQ(get.GetExtension(v1::timeout).seconds(), 90);
  EXPECT_EQ(get.GetExtension(v1::timeout).nanos(), 500'000'000);
  EXPECT_TRUE(get.GetExtension(v1::secret));
  EXPECT_EQ(get.ExtensionSize(v1::json_style), 2);
  EXPECT_EQ(get.GetExtension(v1::headers, 0), "x-notes-id");
  const MethodOptions& list = OptionsOf(set, 1);
  EXPECT_FALSE(list.HasExtension(google::api::http));
  EXPECT_EQ(list.GetExtension(v1::resume).payload_field(0), "items");
}

TEST(RuleFileTest, SaysWhereItIsWrong) {
  const std::pair<const char*, const char*> kCases[] = {
      {"[]", "must be a mapping"},
      {"http: {rules: 1}", "http.rules: must be a list"},
      {"http: {rules: [1]}", "http.rules[0]: must have a `selector`"},
      {"http: {rules: [{selector: acme.Notes.Get, gett: /}]}", "http.rules[0].gett: is not known"},
      {"http: {rules: [{selector: acme.Notes.Get, get: 1}]}", "http.rules[0].get: must be text"},
      {"http: {rules: [{selector: a, get: /a}, {selector: a, get: /b}]}",
       "http.rules[1]: there is a rule for a already"},
      {"http: {rules: [{selector: acme.Notes.Put, get: /}]}", "'acme.Notes.Put' is no method"},
      {"triad: {methods: [{selector: acme.Notes.Get, timeout: soon}]}", "must be a time"},
      {"triad: {methods: [{selector: acme.Notes.Get, secret: yes please}]}", "true or false"},
      {"triad: {methods: [{selector: acme.Notes.Put, secret: true}]}", "is no method"},
      {"a: [", "line 2"},
  };
  for (const auto& [yaml, says] : kCases) EXPECT_THAT(Problem(yaml), HasSubstr(says)) << yaml;
  EXPECT_EQ(Problem("type: google.api.Service"), "");
  EXPECT_EQ(RuleFile::Load("/nothing/there.yaml").status().code(), absl::StatusCode::kNotFound);
}

TEST(AnnotateMethodsTest, ThoseWithoutARuleOfTheServicesThatAreNamed) {
  FileDescriptorSet set = Notes();
  set.mutable_file(0)
      ->mutable_service(0)
      ->mutable_method(0)
      ->mutable_options()
      ->MutableExtension(google::api::http)
      ->set_get("/own");
  AnnotateMethods({"acme.Notes"}, set);
  EXPECT_EQ(OptionsOf(set, 0).GetExtension(google::api::http).get(), "/own");
  const auto& rule = OptionsOf(set, 1).GetExtension(google::api::http);
  EXPECT_EQ(rule.post(), "/acme.Notes/List");
  EXPECT_EQ(rule.body(), "*");
  EXPECT_FALSE(set.file(1).service(0).method(0).options().HasExtension(google::api::http));
}

}  // namespace
}  // namespace triad::gateway
