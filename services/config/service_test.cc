// The service over real gRPC, on a real database.
#include "services/config/service.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/rpc/testing/contract.h"
#include "runtime/telemetry/logs/log.h"
#include "services/config/app/app_settings.h"
#include "services/config/testing/service_fixture.h"

namespace triad::config {
namespace {

using testing::ConfigServiceTest;
using ::testing::ElementsAre;
using testing::FieldOf;
using ::testing::HasSubstr;
using testing::HttpStatusOf;
using ::testing::IsEmpty;
using testing::kToken;
using testing::PartsOf;
using testing::StoreFixture;
using ::testing::UnorderedElementsAreArray;

TEST(ConfigServiceContractTest, EveryMethodIsGuarded) {
  StoreFixture fixture;
  audit::AuditHandler audit(fixture.audit(), fixture.executor());
  auto make = [&](rpc::Admission& admission) {
    return std::make_unique<ConfigService>(admission, PartsOf(fixture, audit),
                                           ValueLimits{.max_value_bytes = 1000});
  };
  EXPECT_THAT(rpc::testing::CheckMethods("triad.config.v1.ConfigService", make), IsEmpty());
}

TEST_F(ConfigServiceTest, SetThenGet) {
  v1::Entry written, read;
  ASSERT_TRUE(Set(Text("a/b", "text"), &written).ok());
  ASSERT_TRUE(Get("namespaces/app/entries/a/b", &read).ok());
  EXPECT_EQ(written.SerializeAsString(), read.SerializeAsString());
  EXPECT_EQ(read.value().string_value(), "text");
  EXPECT_EQ(read.version(), 1);
  EXPECT_EQ(read.revision(), 2);
  EXPECT_EQ(read.create_time().seconds(), absl::ToUnixSeconds(fixture_.clock().Now()));
  EXPECT_FALSE(read.etag().empty());
}

TEST_F(ConfigServiceTest, KeepsEveryKindOfValue) {
  std::vector<v1::Value> values(5);
  values[0].set_string_value("");
  values[1].set_int_value(std::numeric_limits<std::int64_t>::min());
  values[2].set_double_value(0.1);
  values[3].set_bool_value(false);
  values[4].set_json_value("{\"n\": 12345678901234567890}");
  for (const v1::Value& value : values) {
    v1::Entry entry = Text("k", ""), read;
    *entry.mutable_value() = value;
    ASSERT_TRUE(Set(entry).ok());
    ASSERT_TRUE(Get(entry.name(), &read).ok());
    EXPECT_EQ(read.value().SerializeAsString(), value.SerializeAsString());
  }
}

TEST_F(ConfigServiceTest, NamesTheFieldThatIsWrong) {
  auto with = [](auto change) {
    v1::Entry entry = Text("k", "v");
    change(entry);
    return entry;
  };
  std::pair<v1::Entry, std::string> cases[] = {
      {with([](v1::Entry& e) { e.clear_name(); }), "entry.name"},
      {with([](v1::Entry& e) { e.set_name("namespaces/app/entries/a//b"); }), "entry.name"},
      {with([](v1::Entry& e) { e.clear_value(); }), "entry.value"},
      {with([](v1::Entry& e) { e.mutable_value()->set_string_value(std::string(1001, 'x')); }),
       "entry.value.string_value"},
      {with([](v1::Entry& e) { e.mutable_value()->set_string_value(std::string(1, '\0')); }),
       "entry.value.string_value"},
      {with([](v1::Entry& e) { e.mutable_value()->set_json_value("{"); }),
       "entry.value.json_value"},
      {with([](v1::Entry& e) { e.mutable_value()->set_json_value(""); }), "entry.value.json_value"},
      {with([](v1::Entry& e) {
         e.mutable_value()->set_json_value(std::string("[1]\0 garbage", 12));
       }),
       "entry.value.json_value"},
      {with([](v1::Entry& e) { e.mutable_value()->set_json_value("\xEF\xBB\xBF[1]"); }),
       "entry.value.json_value"},
      {with([](v1::Entry& e) {
         e.mutable_value()->set_double_value(std::numeric_limits<double>::infinity());
       }),
       "entry.value.double_value"},
      {with([](v1::Entry& e) {
         e.set_name("namespaces/app/entries/DB_PASSWORD");
         e.mutable_value()->set_string_value("********");
       }),
       "entry.value"},
  };
  for (const auto& [entry, field] : cases) {
    grpc::Status status = Set(entry);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << field;
    EXPECT_EQ(FieldOf(status), field) << status.error_message();
  }
  v1::Entry entry;
  EXPECT_EQ(FieldOf(Get("namespaces/app", &entry)), "name");
}

TEST_F(ConfigServiceTest, AStaleEtagIsAborted) {
  v1::Entry first;
  ASSERT_TRUE(Set(Text("k", "1"), &first).ok());
  v1::Entry second = Text("k", "2");
  second.set_etag(first.etag());
  EXPECT_TRUE(Set(second).ok());
  EXPECT_EQ(Set(second).error_code(), grpc::StatusCode::ABORTED);
}

TEST_F(ConfigServiceTest, WritesOnCondition) {
  auto set = [this](const std::string& text, const char* header, const std::string& value) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", absl::StrCat("Bearer ", kToken));
    context.AddMetadata(header, value);
    v1::SetEntryRequest request;
    *request.mutable_entry() = Text("k", text);
    v1::Entry answer;
    grpc::Status status = stub_->SetEntry(&context, request, &answer);
    if (status.ok()) return std::string("OK");
    return absl::StrCat(status.error_code(), " ", HttpStatusOf(context));
  };
  std::string refused = absl::StrCat(grpc::StatusCode::FAILED_PRECONDITION, " 412");
  EXPECT_EQ(set("1", "if-match", "*"), refused) << "there is none yet";
  EXPECT_EQ(set("1", "if-none-match", "*"), "OK");
  EXPECT_EQ(set("2", "if-none-match", "*"), refused);
  EXPECT_EQ(set("2", "if-match", "\"stale\""), refused);
  v1::Entry entry;
  ASSERT_TRUE(Get("namespaces/app/entries/k", &entry).ok());
  EXPECT_EQ(entry.value().string_value(), "1");
  EXPECT_EQ(set("2", "if-match", absl::StrCat("\"stale\", \"", entry.etag(), "\"")), "OK");
  EXPECT_EQ(set("3", "if-match", "unquoted"),
            absl::StrCat(grpc::StatusCode::INVALID_ARGUMENT, " "));
}

TEST_F(ConfigServiceTest, DeletesUndeletesAndTellsOfIt) {
  ASSERT_TRUE(Set(Text("k", "1")).ok());
  v1::DeleteEntryRequest remove;
  remove.set_name("namespaces/app/entries/k");
  auto guarded = [](grpc::ClientContext& context) -> grpc::ClientContext* {
    context.AddMetadata("authorization", absl::StrCat("Bearer ", kToken));
    return &context;
  };
  v1::Entry deleted, back;
  grpc::ClientContext stale, first, second;
  stale.AddMetadata("if-match", "\"stale\"");
  EXPECT_EQ(stub_->DeleteEntry(guarded(stale), remove, &deleted).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(HttpStatusOf(stale), "412");
  ASSERT_TRUE(stub_->DeleteEntry(guarded(first), remove, &deleted).ok());
  EXPECT_TRUE(deleted.has_delete_time());
  EXPECT_FALSE(deleted.has_value());
  EXPECT_EQ(deleted.version(), 2);
  EXPECT_EQ(Get(remove.name(), &back).error_code(), grpc::StatusCode::NOT_FOUND);
  v1::UndeleteEntryRequest undelete;
  undelete.set_name(remove.name());
  ASSERT_TRUE(stub_->UndeleteEntry(guarded(second), undelete, &back).ok());
  EXPECT_EQ(back.value().string_value(), "1");
  EXPECT_FALSE(back.has_delete_time());

  v1::ListEntryVersionsRequest list;
  list.set_name(remove.name());
  list.set_page_size(2);
  std::vector<std::int64_t> versions;
  do {
    grpc::ClientContext context;
    v1::ListEntryVersionsResponse page;
    ASSERT_TRUE(stub_->ListEntryVersions(&context, list, &page).ok());
    for (const v1::Entry& version : page.versions()) versions.push_back(version.version());
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  EXPECT_THAT(versions, ElementsAre(3, 2, 1));
}

class CommitTest : public ConfigServiceTest {
 protected:
  grpc::Status Commit(const v1::CommitEntriesRequest& request, v1::CommitEntriesResponse* answer,
                      std::string* http_status = nullptr) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", absl::StrCat("Bearer ", kToken));
    grpc::Status status = stub_->CommitEntries(&context, request, answer);
    if (http_status != nullptr) *http_status = HttpStatusOf(context);
    return status;
  }
  static v1::CommitEntriesRequest Request(const std::string& parent = "namespaces/app") {
    v1::CommitEntriesRequest request;
    request.set_parent(parent);
    return request;
  }
};

TEST_F(CommitTest, DoesAllOrNothing) {
  ASSERT_TRUE(Set(Text("a/1", "1")).ok());
  v1::CommitEntriesRequest request = Request();
  *request.add_operations()->mutable_put() = Text("new", "x");
  request.mutable_operations(0)->set_absent(true);
  request.add_operations()->set_delete_prefix("namespaces/app/entries/a/");
  v1::EntryOperation& copy = *request.add_operations();
  copy.mutable_copy()->set_source("namespaces/app/entries/DB_PASSWORD");
  copy.mutable_copy()->set_name("namespaces/app/entries/copy");
  v1::CommitEntriesResponse done, again;
  ASSERT_TRUE(Commit(request, &done).ok());
  EXPECT_TRUE(done.committed());
  EXPECT_EQ(done.revision(), 3);
  EXPECT_EQ(done.results(0).entry().revision(), 3);
  EXPECT_EQ(done.results(1).deleted(), 1);
  EXPECT_TRUE(done.results(2).entry().secret());
  EXPECT_EQ(done.results(2).entry().value().string_value(), "********");

  std::string http_status;
  ASSERT_TRUE(Commit(request, &again, &http_status).ok());
  EXPECT_EQ(http_status, "409");
  EXPECT_FALSE(again.committed());
  EXPECT_EQ(again.revision(), 3);
  EXPECT_THAT(again.results(0).reason(), HasSubstr("is at version 1 now"));
  EXPECT_EQ(again.results(0).entry().value().string_value(), "x");
  EXPECT_EQ(again.results(2).reason(), "");
}

TEST_F(CommitTest, NamesWhatIsWrongWithAnOperation) {
  std::pair<std::function<void(v1::EntryOperation&)>, std::string> cases[] = {
      {[](auto&) {}, "operations[1]"},
      {[](auto& o) { *o.mutable_put() = Text("", "x"); }, "operations[1].put.name"},
      {[](auto& o) { o.mutable_put()->set_name("namespaces/app/entries/k"); },
       "operations[1].put.value"},
      {[](auto& o) { *o.mutable_put() = Text("k", std::string(1001, 'x')); },
       "operations[1].put.value.string_value"},
      {[](auto& o) { o.set_delete_entry("k"); }, "operations[1].delete_entry"},
      {[](auto& o) { o.set_delete_prefix("namespaces/app"); }, "operations[1].delete_prefix"},
      {[](auto& o) { o.set_delete_prefix("namespaces/app/entries/a//b"); },
       "operations[1].delete_prefix"},
      {[](auto& o) {
         o.set_delete_prefix("namespaces/app/entries/");
         o.set_version(1);
       },
       "operations[1]"},
      {[](auto& o) { o.mutable_copy()->set_source("x"); }, "operations[1].copy.source"},
      {[](auto& o) { *o.mutable_put() = Text("k", "v"), o.set_version(0); },
       "operations[1].version"},
      {[](auto& o) { *o.mutable_put() = Text("k", "v"), o.set_etag(""); }, "operations[1].etag"},
      {[](auto& o) { *o.mutable_put() = Text("k", "v"), o.set_absent(false); },
       "operations[1].absent"},
      {[](auto& o) { o.set_delete_entry("namespaces/other/entries/k"); }, "operations[1]"},
  };
  for (const auto& [fill, field] : cases) {
    v1::CommitEntriesRequest request = Request();
    *request.add_operations()->mutable_put() = Text("first", "x");
    fill(*request.add_operations());
    v1::CommitEntriesResponse answer;
    grpc::Status status = Commit(request, &answer);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << field;
    EXPECT_EQ(FieldOf(status), field) << status.error_message();
  }
  v1::CommitEntriesResponse answer;
  EXPECT_EQ(FieldOf(Commit(Request(), &answer)), "operations");
  v1::CommitEntriesRequest nowhere = Request("namespaces/");
  *nowhere.add_operations()->mutable_put() = Text("k", "v");
  EXPECT_EQ(FieldOf(Commit(nowhere, &answer)), "parent");
}

TEST_F(CommitTest, SpansNamespacesIfItIsTold) {
  v1::CommitEntriesRequest request = Request("namespaces/-");
  for (const char* space : {"one", "two"}) {
    v1::Entry& entry = *request.add_operations()->mutable_put();
    entry = Text("k", "v");
    entry.set_name(absl::StrCat("namespaces/", space, "/entries/k"));
  }
  v1::CommitEntriesResponse answer;
  ASSERT_TRUE(Commit(request, &answer).ok());
  v1::Entry one, two;
  ASSERT_TRUE(Get("namespaces/one/entries/k", &one).ok());
  ASSERT_TRUE(Get("namespaces/two/entries/k", &two).ok());
  EXPECT_EQ(one.revision(), two.revision());
}

TEST_F(ConfigServiceTest, TheHistoryOfASecretNeedsTheToken) {
  v1::ListEntryVersionsRequest list;
  list.set_name("namespaces/app/entries/DB_PASSWORD");
  v1::ListEntryVersionsResponse page;
  grpc::ClientContext stranger, writer;
  EXPECT_EQ(stub_->ListEntryVersions(&stranger, list, &page).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  writer.AddMetadata("authorization", absl::StrCat("Bearer ", kToken));
  ASSERT_TRUE(stub_->ListEntryVersions(&writer, list, &page).ok());
  EXPECT_EQ(page.versions(0).value().string_value(), "********");
}

TEST_F(ConfigServiceTest, ReadsAnEntryAsItWas) {
  ASSERT_TRUE(Set(Text("k", "1")).ok());
  ASSERT_TRUE(Set(Text("k", "2")).ok());
  auto read = [this](auto at) {
    grpc::ClientContext context;
    v1::GetEntryRequest request;
    request.set_name("namespaces/app/entries/k");
    at(request);
    v1::Entry entry;
    grpc::Status status = stub_->GetEntry(&context, request, &entry);
    return status.ok() ? entry.value().string_value() : FieldOf(status);
  };
  EXPECT_EQ(read([](auto& request) { request.set_version(1); }), "1");
  EXPECT_EQ(read([](auto& request) { request.set_revision(2); }), "1");
  EXPECT_EQ(read([](auto& request) { request.set_revision(3); }), "2");
  EXPECT_EQ(read([](auto& request) { request.set_version(0); }), "version");
  EXPECT_EQ(read([](auto& request) { request.set_revision(-1); }), "revision");
}

TEST_F(ConfigServiceTest, SaysWhetherAnEntryHasChanged) {
  v1::Entry entry;
  ASSERT_TRUE(Set(Text("k", "1"), &entry).ok());
  auto status = [&](const std::string& known) {
    grpc::ClientContext context;
    context.AddMetadata("if-none-match", known);
    v1::GetEntryRequest request;
    request.set_name(entry.name());
    v1::Entry answer;
    grpc::Status status = stub_->GetEntry(&context, request, &answer);
    return status.ok() ? HttpStatusOf(context) : FieldOf(status);
  };
  EXPECT_EQ(status(absl::StrCat("W/\"", entry.etag(), "\"")), "304");
  EXPECT_EQ(status("\"stale\""), "");
  EXPECT_EQ(status("unquoted"), "if-none-match");
}

TEST_F(ConfigServiceTest, AnAbsentEntryIsNotFound) {
  v1::Entry entry;
  EXPECT_EQ(Get("namespaces/app/entries/nothing", &entry).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(ConfigServiceTest, WritesNeedTheTokenAndReadsDoNot) {
  EXPECT_EQ(Set(Text("k", "v"), nullptr, "another").error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  v1::Entry entry;
  EXPECT_EQ(Get("namespaces/app/entries/k", &entry).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ConfigServiceTest, ListsPageByPage) {
  for (const char* key : {"p/1", "p/2", "p/3", "q"}) ASSERT_TRUE(Set(Text(key, "v")).ok());
  v1::ListEntriesRequest request;
  request.set_parent("namespaces/app");
  request.set_prefix("p/");
  request.set_page_size(2);
  std::vector<std::string> names;
  do {
    v1::ListEntriesResponse page;
    ASSERT_TRUE(List(request, &page).ok());
    EXPECT_EQ(page.revision(), 5);
    for (const v1::Entry& entry : page.entries()) names.push_back(entry.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("namespaces/app/entries/p/1", "namespaces/app/entries/p/2",
                                 "namespaces/app/entries/p/3"));
}

TEST_F(ConfigServiceTest, RefusesBadLists) {
  auto field = [this](auto change) {
    v1::ListEntriesRequest request;
    request.set_parent("namespaces/app");
    change(request);
    v1::ListEntriesResponse page;
    return FieldOf(List(request, &page));
  };
  using Request = v1::ListEntriesRequest;
  EXPECT_EQ(field([](Request& r) { r.set_parent("app"); }), "parent");
  EXPECT_EQ(field([](Request& r) { r.set_page_size(-1); }), "page_size");
  EXPECT_EQ(field([](Request& r) { r.set_page_token("abc"); }), "page_token");
  EXPECT_EQ(field([](Request& r) { r.set_prefix("%"); }), "prefix");
}

TEST_F(ConfigServiceTest, TheAppConfigIsFlatAndMasked) {
  grpc::ClientContext context;
  v1::AppConfig config;
  ASSERT_TRUE(stub_->GetAppConfig(&context, {}, &config).ok());
  EXPECT_EQ(config.message(), "Config and secrets accessed");
  EXPECT_EQ(config.secret_key(), "********");
  EXPECT_EQ(config.db_password(), "********");
  EXPECT_EQ(config.api_base_url(), "http://x");
  EXPECT_EQ(config.log_level(), "");
  EXPECT_EQ(config.max_connections(), "100");
}

TEST(AppConfigTest, HasAFieldForEverySetting) {
  std::vector<std::string> fields, settings = {"message"};
  for (const AppSetting& setting : kAppSettings) settings.emplace_back(setting.name);
  const google::protobuf::Descriptor& message = *v1::AppConfig::descriptor();
  for (int i = 0; i < message.field_count(); ++i) fields.push_back(message.field(i)->json_name());
  EXPECT_THAT(fields, UnorderedElementsAreArray(settings));
}

TEST_F(ConfigServiceTest, AFullDatabaseIs507AndLosesNothing) {
  std::string text(900, 'x');
  std::vector<std::string> written;
  grpc::Status status;
  grpc::ClientContext context;
  context.AddMetadata("authorization", absl::StrCat("Bearer ", kToken));
  for (int i = 0; status.ok() && i < 1000; ++i) {
    v1::Entry entry = Text(absl::StrCat("k", i), text), answer;
    status = Set(entry);
    if (status.ok()) written.push_back(entry.name());
  }
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << status.error_message();
  v1::SetEntryRequest request;
  *request.mutable_entry() = Text("more", text);
  v1::Entry answer;
  EXPECT_FALSE(stub_->SetEntry(&context, request, &answer).ok());
  EXPECT_EQ(HttpStatusOf(context), "507");
  EXPECT_FALSE(written.empty());
  for (const std::string& name : written) EXPECT_TRUE(Get(name, &answer).ok()) << name;
}

// Every line that the service can write, down to debug.
TEST_F(ConfigServiceTest, NoLogLineHoldsASecret) {
  ASSERT_TRUE(log::Init({.service = "test", .level = "debug", .format = "json"}).ok());
  ::testing::internal::CaptureStdout();
  v1::Entry entry = Text("S", "correct-horse-battery-staple"), answer;
  entry.set_secret(true);
  EXPECT_TRUE(Set(entry, &answer).ok());
  entry.set_etag("stale");
  EXPECT_FALSE(Set(entry).ok());
  entry.set_name("correct horse");
  EXPECT_FALSE(Set(entry).ok());
  EXPECT_TRUE(Get("namespaces/app/entries/S", &answer).ok());
  log::Flush();
  std::string lines = ::testing::internal::GetCapturedStdout();
  EXPECT_THAT(lines, HasSubstr("SetEntry"));
  EXPECT_TRUE(lines.find("battery") == std::string::npos) << lines;
}

class WatchTest : public ConfigServiceTest {
 protected:
  using Reader = std::unique_ptr<grpc::ClientReader<v1::WatchEntriesResponse>>;

  Reader Watch(grpc::ClientContext& context, std::int64_t after, const std::string& prefix = "",
               const std::string& parent = "namespaces/app") {
    v1::WatchEntriesRequest request;
    request.set_parent(parent);
    request.set_prefix(prefix);
    request.set_after_revision(after);
    return stub_->WatchEntries(&context, request);
  }
};

TEST_F(WatchTest, ReplaysThenFollows) {
  ASSERT_TRUE(Set(Text("w/1", "one")).ok());
  grpc::ClientContext context;
  auto reader = Watch(context, 1, "w/");
  v1::WatchEntriesResponse change;
  ASSERT_TRUE(reader->Read(&change));
  EXPECT_EQ(change.revision(), 2);
  ASSERT_EQ(change.events_size(), 1);
  EXPECT_EQ(change.events(0).type(), v1::EntryEvent::TYPE_PUT);
  EXPECT_EQ(change.events(0).entry().value().string_value(), "one");

  ASSERT_TRUE(Set(Text("other", "x")).ok());
  ASSERT_TRUE(Set(Text("w/2", "two")).ok());
  ASSERT_TRUE(reader->Read(&change));
  EXPECT_EQ(change.revision(), 4);
  EXPECT_EQ(change.events(0).entry().name(), "namespaces/app/entries/w/2");
  context.TryCancel();
  EXPECT_FALSE(reader->Read(&change));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(WatchTest, AnIdleWatchAnswersItsHeadAtOnce) {
  grpc::ClientContext context;
  auto reader = Watch(context, 0);
  reader->WaitForInitialMetadata();
  v1::WatchEntriesResponse change;
  ASSERT_TRUE(reader->Read(&change));
  EXPECT_EQ(change.revision(), 1) << "where to resume if the line drops now";
  EXPECT_EQ(change.events_size(), 0);
  ASSERT_TRUE(Set(Text("k", "v")).ok());
  ASSERT_TRUE(reader->Read(&change));
  EXPECT_EQ(change.revision(), 2);
  EXPECT_EQ(change.events_size(), 1);
  context.TryCancel();
}

TEST_F(WatchTest, ARevisionHoldsAllItsEventsWithSecretsMasked) {
  fixture_.clock().Advance(absl::Hours(1));
  ASSERT_TRUE(Set(Text("DB_PASSWORD", "hidden-3")).ok());
  grpc::ClientContext context;
  auto reader = Watch(context, 1);
  v1::WatchEntriesResponse change;
  ASSERT_TRUE(reader->Read(&change));
  EXPECT_EQ(change.events(0).entry().value().string_value(), "********");
  EXPECT_EQ(change.events(0).entry().version(), 2);
  context.TryCancel();
}

TEST_F(WatchTest, RefusesBadRequests) {
  grpc::ClientContext ahead, negative, parent;
  grpc::Status status = Watch(ahead, 99)->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_THAT(status.error_message(), HasSubstr("newest revision 1"));
  EXPECT_EQ(FieldOf(Watch(negative, -1)->Finish()), "after_revision");
  EXPECT_EQ(FieldOf(Watch(parent, 0, "", "namespaces/app/entries/x")->Finish()), "parent");
}

TEST_F(WatchTest, ADrainEndsItWithTheRevisionToResumeFrom) {
  grpc::ClientContext context;
  auto reader = Watch(context, 1, "quiet/");
  reader->WaitForInitialMetadata();
  ASSERT_TRUE(Set(Text("k", "v")).ok());
  std::thread drain([this] { EXPECT_TRUE(server_->Drain(absl::Seconds(30)).ok()); });
  v1::WatchEntriesResponse change;
  ASSERT_TRUE(reader->Read(&change)) << "it has seen that nothing matched";
  EXPECT_EQ(change.revision(), 2);
  EXPECT_EQ(change.events_size(), 0);
  EXPECT_FALSE(reader->Read(&change));
  drain.join();
  grpc::Status status = reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_message(), HasSubstr("after_revision 2"));
}

TEST_F(WatchTest, WatchersThatLeaveAreForgotten) {
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext context;
    auto reader = Watch(context, 0);
    reader->WaitForInitialMetadata();
    context.TryCancel();
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  EXPECT_TRUE(server_->Drain(absl::Seconds(30)).ok());
}

}  // namespace
}  // namespace triad::config
