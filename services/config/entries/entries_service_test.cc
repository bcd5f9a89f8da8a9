// Writing and listing entries over gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/config/testing/service_fixture.h"

namespace triad::config {
namespace {

using testing::ConfigServiceTest;
using ::testing::ElementsAre;
using testing::FieldOf;
using ::testing::HasSubstr;
using Stub = v1::ConfigService::Stub;

class EntriesServiceTest : public ConfigServiceTest {
 protected:
  grpc::Status Update(const v1::UpdateEntryRequest& request, v1::Entry* answer) {
    return Call(&Stub::UpdateEntry, request, answer);
  }
  v1::Entry Read(const std::string& key) {
    v1::Entry entry;
    grpc::Status status = Get("namespaces/app/entries/" + key, &entry);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return entry;
  }
  static v1::UpdateEntryRequest UpdateOf(const std::string& key,
                                         const std::vector<std::string>& paths) {
    v1::UpdateEntryRequest request;
    request.mutable_entry()->set_name("namespaces/app/entries/" + key);
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    return request;
  }
  // Keys and prefixes of a whole list, page by page.
  std::vector<std::string> ListAll(v1::ListEntriesRequest request) {
    std::vector<std::string> found;
    request.set_parent("namespaces/app");
    do {
      v1::ListEntriesResponse page;
      grpc::Status status = List(request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const v1::Entry& entry : page.entries()) {
        found.push_back(entry.name().substr(std::string("namespaces/app/entries/").size()));
      }
      for (const v1::KeyPrefix& prefix : page.prefixes()) {
        found.push_back(absl::StrCat(prefix.prefix(), "=", prefix.count()));
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return found;
  }
};

TEST_F(EntriesServiceTest, APutReplacesAllButTheEnd) {
  v1::Entry entry = Text("k", "1");
  entry.set_description("what it is for");
  (*entry.mutable_labels())["env"] = "prod";
  entry.mutable_ttl()->set_seconds(60);
  v1::Entry written;
  ASSERT_TRUE(Set(entry, &written).ok());
  EXPECT_EQ(written.description(), "what it is for");
  EXPECT_EQ(written.labels().at("env"), "prod");
  EXPECT_EQ(written.expire_time().seconds(),
            absl::ToUnixSeconds(fixture_.clock().Now() + absl::Minutes(1)));
  ASSERT_TRUE(Set(Text("k", "2"), &written).ok());
  EXPECT_EQ(written.description(), "");
  EXPECT_TRUE(written.labels().empty());
  EXPECT_TRUE(written.has_expire_time());
}

TEST_F(EntriesServiceTest, AnUpdateChangesWhatItNames) {
  v1::Entry entry = Text("k", "1");
  entry.set_description("old");
  (*entry.mutable_labels())["env"] = "prod";
  ASSERT_TRUE(Set(entry).ok());
  v1::UpdateEntryRequest update = UpdateOf("k", {"description"});
  update.mutable_entry()->set_description("new");
  update.mutable_entry()->mutable_value()->set_string_value("not named");
  v1::Entry written;
  ASSERT_TRUE(Update(update, &written).ok());
  EXPECT_EQ(written.description(), "new");
  EXPECT_EQ(written.value().string_value(), "1");
  EXPECT_EQ(written.labels().at("env"), "prod");
  EXPECT_EQ(written.version(), 2);
  // Without a mask, what is set.
  update = UpdateOf("k", {});
  update.mutable_entry()->mutable_value()->set_int_value(7);
  ASSERT_TRUE(Update(update, &written).ok());
  EXPECT_EQ(written.value().int_value(), 7);
  EXPECT_EQ(written.description(), "new");
  // What is named and not set is taken away.
  ASSERT_TRUE(Update(UpdateOf("k", {"labels"}), &written).ok());
  EXPECT_TRUE(written.labels().empty());
  // What a gateway makes of all that a body has.
  update = UpdateOf("k", {"name", "etag", "value.string_value", "version"});
  update.mutable_entry()->mutable_value()->set_string_value("part");
  update.mutable_entry()->set_version(1000);
  update.mutable_entry()->set_etag(written.etag());
  std::int64_t version = written.version();
  ASSERT_TRUE(Update(update, &written).ok());
  EXPECT_EQ(written.value().string_value(), "part");
  EXPECT_EQ(written.description(), "new");
  EXPECT_EQ(written.version(), version + 1);
}

TEST_F(EntriesServiceTest, AnUpdateOfASecretDoesNotRevealIt) {
  v1::Entry secret = Text("s", "hidden"), written;
  secret.set_secret(true);
  ASSERT_TRUE(Set(secret).ok());
  v1::UpdateEntryRequest update = UpdateOf("s", {"description"});
  update.mutable_entry()->set_description("a password");
  ASSERT_TRUE(Update(update, &written).ok());
  EXPECT_EQ(written.value().string_value(), "********");
  EXPECT_TRUE(written.secret());
  v1::RevealEntryRequest reveal;
  reveal.set_name(secret.name());
  ASSERT_TRUE(Call(&Stub::RevealEntry, reveal, &written).ok());
  EXPECT_EQ(written.value().string_value(), "hidden");
  EXPECT_EQ(written.version(), 2);
}

TEST_F(EntriesServiceTest, ASecretIsDrawnIfItIsAsked) {
  v1::Entry entry, written;
  entry.set_name("namespaces/app/entries/drawn");
  entry.mutable_generate()->set_length(40);
  entry.mutable_generate()->set_alphabet("ab");
  std::vector<std::string> drawn;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(Set(entry, &written).ok());
    EXPECT_TRUE(written.secret());
    EXPECT_EQ(written.value().string_value(), "********");
    v1::RevealEntryRequest reveal;
    reveal.set_name(entry.name());
    ASSERT_TRUE(Call(&Stub::RevealEntry, reveal, &written).ok());
    drawn.push_back(written.value().string_value());
    EXPECT_EQ(drawn.back().size(), 40u);
    EXPECT_EQ(drawn.back().find_first_not_of("ab"), std::string::npos);
  }
  EXPECT_NE(drawn[0], drawn[1]);
  v1::UpdateEntryRequest update = UpdateOf("drawn", {});
  update.mutable_entry()->mutable_generate();
  ASSERT_TRUE(Update(update, &written).ok());
  auto field = [&](auto change) {
    v1::Entry bad;
    bad.set_name("namespaces/app/entries/bad");
    change(bad);
    return FieldOf(Set(bad));
  };
  EXPECT_EQ(field([](v1::Entry& e) { e.mutable_generate()->set_length(7); }),
            "entry.generate.length");
  EXPECT_EQ(field([](v1::Entry& e) { e.mutable_generate()->set_alphabet("aa"); }),
            "entry.generate.alphabet");
  EXPECT_EQ(field([](v1::Entry& e) {
              e.mutable_generate();
              e.mutable_value()->set_bool_value(true);
            }),
            "entry.generate");
}

TEST_F(EntriesServiceTest, WhatCannotBeUpdatedIsNamed) {
  v1::Entry ignored;
  v1::UpdateEntryRequest absent = UpdateOf("nothing", {"description"});
  EXPECT_EQ(Update(absent, &ignored).error_code(), grpc::StatusCode::NOT_FOUND);
  absent.set_allow_missing(true);
  EXPECT_EQ(Update(absent, &ignored).error_code(), grpc::StatusCode::NOT_FOUND)
      << "there is no value";
  absent.mutable_entry()->mutable_value()->set_bool_value(true);
  absent.mutable_update_mask()->add_paths("value");
  EXPECT_TRUE(Update(absent, &ignored).ok());
  EXPECT_EQ(FieldOf(Update(UpdateOf("nothing", {"versions"}), &ignored)), "update_mask");
  EXPECT_EQ(FieldOf(Update(UpdateOf("nothing", {"value"}), &ignored)), "entry.value");
}

TEST_F(EntriesServiceTest, DescriptionLabelsAndEndsHaveRules) {
  auto field = [&](auto change) {
    v1::Entry entry = Text("k", "v");
    change(entry);
    return FieldOf(Set(entry));
  };
  EXPECT_EQ(field([](v1::Entry& e) { e.set_description(std::string(4097, 'x')); }),
            "entry.description");
  EXPECT_EQ(field([](v1::Entry& e) { (*e.mutable_labels())["-"] = ""; }), "entry.labels");
  EXPECT_EQ(field([](v1::Entry& e) { (*e.mutable_labels())["k"] = "a b"; }), "entry.labels[k]");
  EXPECT_EQ(field([](v1::Entry& e) { e.mutable_ttl()->set_seconds(0); }), "entry.ttl");
  EXPECT_EQ(field([](v1::Entry& e) { e.mutable_ttl()->set_seconds(-1); }), "entry.ttl");
  EXPECT_EQ(field([](v1::Entry& e) { e.mutable_ttl()->set_seconds(400'000'000); }), "entry.ttl");
  EXPECT_EQ(field([](v1::Entry& e) { e.mutable_expire_time()->set_seconds(1); }),
            "entry.expire_time");
  EXPECT_EQ(field([](v1::Entry& e) { e.mutable_expire_time()->set_seconds(1LL << 60); }),
            "entry.expire_time");
}

TEST_F(EntriesServiceTest, ATryWritesNothing) {
  v1::SetEntryRequest set;
  *set.mutable_entry() = Text("k", "v");
  set.set_validate_only(true);
  v1::Entry tried;
  ASSERT_TRUE(Call(&Stub::SetEntry, set, &tried).ok());
  EXPECT_EQ(tried.version(), 1);
  EXPECT_EQ(tried.revision(), 0);
  EXPECT_EQ(tried.etag(), "");
  v1::Entry ignored;
  EXPECT_EQ(Get(set.entry().name(), &ignored).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(fixture_.log().ReadBounds()->head, Revision{1});
  set.mutable_entry()->set_etag("stale");
  EXPECT_EQ(Call(&Stub::SetEntry, set, &tried).error_code(), grpc::StatusCode::ABORTED);
  v1::CommitEntriesRequest commit;
  commit.set_parent("namespaces/app");
  *commit.add_operations()->mutable_put() = Text("k", "v");
  commit.set_validate_only(true);
  v1::CommitEntriesResponse committed;
  ASSERT_TRUE(Call(&Stub::CommitEntries, commit, &committed).ok());
  EXPECT_TRUE(committed.committed());
  EXPECT_EQ(committed.revision(), 1);
  EXPECT_EQ(Get(set.entry().name(), &ignored).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(EntriesServiceTest, AnEntryEndsWhenItsTimeHasCome) {
  v1::Entry entry = Text("k", "v"), read;
  entry.mutable_ttl()->set_seconds(30);
  ASSERT_TRUE(Set(entry).ok());
  EXPECT_EQ(*fixture_.store().Expire(fixture_.clock().Now() + absl::Seconds(29), 10), 0);
  EXPECT_TRUE(Get(entry.name(), &read).ok());
  EXPECT_EQ(*fixture_.store().Expire(fixture_.clock().Now() + absl::Seconds(30), 10), 1);
  EXPECT_EQ(Get(entry.name(), &read).error_code(), grpc::StatusCode::NOT_FOUND);
  v1::UndeleteEntryRequest undelete;
  undelete.set_name(entry.name());
  ASSERT_TRUE(Call(&Stub::UndeleteEntry, undelete, &read).ok());
  EXPECT_FALSE(read.has_expire_time());
  EXPECT_EQ(read.version(), 3);
}

TEST_F(EntriesServiceTest, WhatIsWrittenAnewHasTheNewEnd) {
  v1::Entry entry = Text("k", "v"), read;
  entry.mutable_ttl()->set_seconds(30);
  ASSERT_TRUE(Set(entry).ok());
  entry.mutable_ttl()->set_seconds(90);
  ASSERT_TRUE(Set(entry).ok());
  EXPECT_EQ(*fixture_.store().Expire(fixture_.clock().Now() + absl::Seconds(60), 10), 0);
  EXPECT_TRUE(Get(entry.name(), &read).ok());
  ASSERT_TRUE(Update(UpdateOf("k", {"expire_time"}), &read).ok());
  EXPECT_FALSE(read.has_expire_time());
  EXPECT_EQ(*fixture_.store().Expire(fixture_.clock().Now() + absl::Hours(1), 10), 0);
}

TEST_F(EntriesServiceTest, AnswersSayAtWhichRevisionTheyWereRead) {
  ASSERT_TRUE(Set(Text("k", "v")).ok());
  ASSERT_TRUE(Set(Text("other", "v")).ok());
  v1::Entry entry = Read("k");
  EXPECT_EQ(entry.revision(), 2);
  EXPECT_EQ(entry.read_revision(), 3);
  v1::ListEntriesRequest list;
  list.set_parent("namespaces/app");
  list.set_prefix("k");
  v1::ListEntriesResponse page;
  ASSERT_TRUE(List(list, &page).ok());
  EXPECT_EQ(page.entries(0).read_revision(), 3);
  grpc::Status status = Get("namespaces/app/entries/nothing", &entry);
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  ASSERT_EQ(details.details_size(), 1);
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.metadata().at("revision"), "3");
}

TEST_F(EntriesServiceTest, ListsSelectAndOrder) {
  for (const char* key : {"a/1", "a/2", "b/x/1", "b/x/2", "b/y", "c"}) {
    v1::Entry entry = Text(key, "v");
    (*entry.mutable_labels())["dir"] = std::string(key, 1);
    if (*key == 'c') entry.mutable_value()->set_int_value(1);
    ASSERT_TRUE(Set(entry).ok());
  }
  v1::ListEntriesRequest request;
  request.set_page_size(2);
  request.set_label_selector("dir in (a,c)");
  EXPECT_THAT(ListAll(request), ElementsAre("a/1", "a/2", "c"));
  request.set_order_by("key desc");
  EXPECT_THAT(ListAll(request), ElementsAre("c", "a/2", "a/1"));
  request.add_types(v1::ENTRY_TYPE_INT);
  EXPECT_THAT(ListAll(request), ElementsAre("c"));
  request.Clear();
  request.add_types(v1::ENTRY_TYPE_SECRET);
  EXPECT_THAT(ListAll(request), ElementsAre("DB_PASSWORD", "SECRET_KEY"));
  request.Clear();
  request.set_search("X/");
  EXPECT_THAT(ListAll(request), ElementsAre("b/x/1", "b/x/2"));
  request.Clear();
  request.set_delimiter("/");
  request.set_search("/");
  EXPECT_THAT(ListAll(request), ElementsAre("a/=2", "b/=3"));
  request.set_prefix("b/");
  EXPECT_THAT(ListAll(request), ElementsAre("b/y", "b/x/=2"));
}

TEST_F(EntriesServiceTest, AllPagesShowTheRevisionOfTheFirst) {
  for (const char* key : {"p/1", "p/2", "p/3"}) ASSERT_TRUE(Set(Text(key, "old")).ok());
  v1::ListEntriesRequest request;
  request.set_parent("namespaces/app");
  request.set_prefix("p/");
  request.set_page_size(1);
  v1::ListEntriesResponse page;
  ASSERT_TRUE(List(request, &page).ok());
  for (const char* key : {"p/2", "p/2a"}) ASSERT_TRUE(Set(Text(key, "new")).ok());
  v1::DeleteEntryRequest remove;
  remove.set_name("namespaces/app/entries/p/3");
  v1::Entry ignored;
  ASSERT_TRUE(Call(&Stub::DeleteEntry, remove, &ignored).ok());
  std::vector<std::string> found;
  while (!page.next_page_token().empty()) {
    request.set_page_token(page.next_page_token());
    ASSERT_TRUE(List(request, &page).ok());
    EXPECT_EQ(page.revision(), 4);
    for (const v1::Entry& entry : page.entries()) {
      found.push_back(entry.name() + "=" + entry.value().string_value());
    }
  }
  EXPECT_THAT(found,
              ElementsAre("namespaces/app/entries/p/2=old", "namespaces/app/entries/p/3=old"));
  request.clear_page_token();
  request.set_revision(4);
  request.set_page_size(0);
  ASSERT_TRUE(List(request, &page).ok());
  EXPECT_EQ(page.entries_size(), 3);
  request.set_revision(99);
  EXPECT_EQ(List(request, &page).error_code(), grpc::StatusCode::OUT_OF_RANGE);
}

TEST_F(EntriesServiceTest, AReadMaskLeavesTheRestOut) {
  v1::ListEntriesRequest request;
  request.set_parent("namespaces/app");
  request.mutable_read_mask()->add_paths("name");
  request.mutable_read_mask()->add_paths("version");
  v1::ListEntriesResponse page;
  ASSERT_TRUE(List(request, &page).ok());
  ASSERT_EQ(page.entries_size(), 4);
  EXPECT_EQ(page.entries(0).version(), 1);
  EXPECT_FALSE(page.entries(0).has_value());
  EXPECT_EQ(page.entries(0).etag(), "");
  request.mutable_read_mask()->add_paths("nothing");
  EXPECT_EQ(FieldOf(List(request, &page)), "read_mask");
}

TEST_F(EntriesServiceTest, BadListsNameTheField) {
  auto field = [this](auto change) {
    v1::ListEntriesRequest request;
    request.set_parent("namespaces/app");
    change(request);
    v1::ListEntriesResponse page;
    return FieldOf(List(request, &page));
  };
  using Request = v1::ListEntriesRequest;
  EXPECT_EQ(field([](Request& r) { r.set_label_selector("a b"); }), "label_selector");
  EXPECT_EQ(field([](Request& r) { r.set_order_by("value"); }), "order_by");
  EXPECT_EQ(field([](Request& r) { r.set_delimiter(std::string(17, '/')); }), "delimiter");
  EXPECT_EQ(field([](Request& r) { r.set_revision(-1); }), "revision");
  EXPECT_EQ(field([](Request& r) { r.add_types(v1::ENTRY_TYPE_UNSPECIFIED); }), "types");
}

TEST_F(EntriesServiceTest, AListSaysWhetherTheNamespaceHasChanged) {
  v1::ListEntriesRequest request;
  request.set_parent("namespaces/app");
  v1::ListEntriesResponse page;
  auto etag = [&](const std::string& known) {
    grpc::ClientContext context;
    if (!known.empty()) context.AddMetadata("if-none-match", known);
    EXPECT_TRUE(stub_->ListEntries(&context, request, &page).ok());
    auto found = context.GetServerInitialMetadata().find("http-header-etag");
    std::string etag(found->second.data(), found->second.size());
    return etag + " " + testing::HttpStatusOf(context);
  };
  std::string first = etag("");
  std::string known = first.substr(0, first.find(' '));
  EXPECT_THAT(known, ::testing::StartsWith("W/\""));
  EXPECT_EQ(etag(known), known + " 304");
  v1::Entry other = Text("k", "v");
  other.set_name("namespaces/other/entries/k");
  ASSERT_TRUE(Set(other).ok());
  EXPECT_EQ(etag(known), known + " 304");
  ASSERT_TRUE(Set(Text("k", "v")).ok());
  EXPECT_NE(etag(known), known + " 304");
}

}  // namespace
}  // namespace triad::config
