// What a watch selects, where it begins and where it goes on, over gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/clock.h"
#include "services/config/history/compactor.h"
#include "services/config/testing/service_fixture.h"

namespace triad::config {
namespace {

using testing::ConfigServiceTest;
using ::testing::ElementsAre;
using testing::FieldOf;
using ::testing::UnorderedElementsAre;

class WatchServiceTest : public ConfigServiceTest {
 protected:
  // Reads until `enough` holds for what was seen: "key=value", "-key" of a deletion, "end 3"
  // of a snapshot with so many entries.
  std::vector<std::string> Watch(
      const v1::WatchEntriesRequest& request,
      const std::function<bool(const std::vector<std::string>&)>& enough) {
    grpc::ClientContext context;
    auto stream = stub_->WatchEntries(&context, request);
    std::vector<std::string> seen;
    v1::WatchEntriesResponse response;
    while (!enough(seen) && stream->Read(&response)) {
      last_ = response;
      for (const v1::EntryEvent& event : response.events()) {
        std::string key = event.entry().name().substr(std::string("namespaces/").size());
        bool deleted = event.type() == v1::EntryEvent::TYPE_DELETE;
        seen.push_back(deleted ? "-" + key
                               : absl::StrCat(key, "=", event.entry().value().string_value()));
      }
      if (response.has_snapshot_end()) {
        seen.push_back(absl::StrCat("end ", response.snapshot_end().entries()));
      }
    }
    if (enough(seen)) context.TryCancel();
    status_ = stream->Finish();
    return seen;
  }
  std::vector<std::string> Watch(const v1::WatchEntriesRequest& request, std::size_t count) {
    return Watch(request,
                 [=](const std::vector<std::string>& seen) { return seen.size() >= count; });
  }
  static v1::WatchEntriesRequest Request(const std::string& parent = "namespaces/app") {
    v1::WatchEntriesRequest request;
    request.set_parent(parent);
    return request;
  }
  void Put(const std::string& name, const std::string& value, const std::string& env = "") {
    v1::Entry entry;
    entry.set_name("namespaces/" + name);
    entry.mutable_value()->set_string_value(value);
    if (!env.empty()) (*entry.mutable_labels())["env"] = env;
    ASSERT_TRUE(Set(entry).ok());
  }
  void Delete(const std::string& name) {
    v1::DeleteEntryRequest request;
    request.set_name("namespaces/" + name);
    v1::Entry ignored;
    ASSERT_TRUE(Call(&v1::ConfigService::Stub::DeleteEntry, request, &ignored).ok());
  }

  v1::WatchEntriesResponse last_;
  grpc::Status status_;
};

TEST_F(WatchServiceTest, GoesOnAfterAListAndAfterAWatch) {
  v1::ListEntriesRequest list;
  list.set_parent("namespaces/app");
  v1::ListEntriesResponse page;
  ASSERT_TRUE(List(list, &page).ok());
  Put("app/entries/a", "1");
  Put("app/entries/b", "1");
  v1::WatchEntriesRequest request = Request();
  request.set_after(page.resume());
  EXPECT_THAT(Watch(request, 1), ElementsAre("app/entries/a=1"));
  request.set_after(last_.resume());
  EXPECT_THAT(Watch(request, 1), ElementsAre("app/entries/b=1"));
  request.set_after("2");
  EXPECT_THAT(Watch(request, 1), ElementsAre("app/entries/b=1")) << "a revision alone";
}

TEST_F(WatchServiceTest, RefusesAfterWhatIsNotItsOwn) {
  v1::WatchEntriesRequest request = Request();
  for (const char* after : {"x", "-1", "1-", "1-x", "-"}) {
    request.set_after(after);
    Watch(request, 1);
    EXPECT_EQ(FieldOf(status_), "after") << after << status_.error_message();
  }
  request.set_after("abc-1");
  Watch(request, 1);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::OUT_OF_RANGE);
}

// As a browser does, which keeps the URL that it began with.
TEST_F(WatchServiceTest, TheIdOfTheLastEventCountsBesideTheRevisionOfTheUrl) {
  Put("app/entries/a", "1");
  Put("app/entries/b", "1");
  v1::WatchEntriesRequest request = Request();
  request.set_after_revision(1);
  EXPECT_THAT(Watch(request, 1), ElementsAre("app/entries/a=1"));
  request.set_after(last_.resume());
  EXPECT_THAT(Watch(request, 1), ElementsAre("app/entries/b=1"));
}

TEST_F(WatchServiceTest, SelectsByLabelsNowOrBefore) {
  v1::WatchEntriesRequest request = Request();
  request.set_after_revision(1);
  request.set_label_selector("env=prod");
  Put("app/entries/a", "1", "prod");
  Put("app/entries/b", "1", "test");
  Put("app/entries/a", "2", "test");
  Put("app/entries/a", "3", "test");
  Put("app/entries/c", "1", "prod");
  Delete("app/entries/c");
  std::vector<std::string> expected = {"app/entries/a=1", "app/entries/a=2", "app/entries/c=1",
                                       "-app/entries/c"};
  EXPECT_EQ(Watch(request, 4), expected) << "from the database";
  fixture_.hub().Forget();
  std::thread writer;
  auto enough = [&](const std::vector<std::string>& seen) {
    if (!writer.joinable()) {
      writer = std::thread([&] {
        Put("app/entries/d", "1", "test");
        Put("app/entries/d", "2", "prod");
        Delete("app/entries/d");
      });
    }
    return seen.size() >= 6;
  };
  expected.insert(expected.end(), {"app/entries/d=2", "-app/entries/d"});
  EXPECT_EQ(Watch(request, enough), expected) << "and as it happens";
  writer.join();
}

TEST_F(WatchServiceTest, SelectsSeveralPrefixesOrAllNamespaces) {
  Put("app/entries/a/1", "1");
  Put("app/entries/b/1", "1");
  Put("app/entries/c/1", "1");
  Put("other/entries/a/1", "1");
  v1::WatchEntriesRequest request = Request();
  request.set_after_revision(1);
  request.add_prefixes("a/");
  request.add_prefixes("c/");
  EXPECT_THAT(Watch(request, 2), ElementsAre("app/entries/a/1=1", "app/entries/c/1=1"));
  request.set_parent("namespaces/-");
  EXPECT_THAT(Watch(request, 3),
              ElementsAre("app/entries/a/1=1", "app/entries/c/1=1", "other/entries/a/1=1"));
  request.set_prefix("a/");
  Watch(request, 1);
  EXPECT_EQ(FieldOf(status_), "prefixes");
}

TEST_F(WatchServiceTest, TellsWhatWasBeforeIfItIsAsked) {
  v1::WatchEntriesRequest request = Request();
  request.set_after_revision(1);
  request.set_previous_entries(true);
  std::vector<std::string> before;
  std::thread writer;
  grpc::ClientContext context;
  Put("app/entries/a", "1");
  auto stream = stub_->WatchEntries(&context, request);
  v1::WatchEntriesResponse response;
  while (before.size() < 4 && stream->Read(&response)) {
    if (!writer.joinable()) {
      writer = std::thread([&] {
        Put("app/entries/a", "2");
        Delete("app/entries/a");
        Put("app/entries/a", "3");
      });
    }
    for (const v1::EntryEvent& event : response.events()) {
      before.push_back(event.has_previous() ? event.previous().value().string_value() : "none");
    }
  }
  writer.join();
  EXPECT_THAT(before, ElementsAre("none", "1", "2", "none"));
  context.TryCancel();
  stream->Finish();
}

TEST_F(WatchServiceTest, TellsOfEachEntryWhatHappenedLastIfItIsAsked) {
  for (const char* value : {"1", "2", "3"}) {
    Put("app/entries/a", value);
    Put("app/entries/b", value);
  }
  Delete("app/entries/a");
  v1::WatchEntriesRequest request = Request();
  request.set_after_revision(1);
  request.set_coalesce(true);
  EXPECT_THAT(Watch(request, 2), ElementsAre("app/entries/b=3", "-app/entries/a"));
  EXPECT_EQ(last_.events_size(), 2);
  EXPECT_EQ(last_.revision(), 8);
  request.set_after(last_.resume());
  Put("app/entries/a", "4");
  EXPECT_THAT(Watch(request, 1), ElementsAre("app/entries/a=4")) << "it goes on there";
  request.set_previous_entries(true);
  Watch(request, 1);
  EXPECT_EQ(FieldOf(status_), "coalesce");
}

TEST_F(WatchServiceTest, BeginsWithTheEntriesIfItIsTold) {
  Put("app/entries/a/1", "1");
  Put("app/entries/b/1", "1");
  Put("other/entries/a/1", "1");
  v1::WatchEntriesRequest request = Request("namespaces/-");
  request.set_initial_entries(true);
  request.add_prefixes("a/");
  request.add_prefixes("a/1");
  request.add_prefixes("b/");
  EXPECT_THAT(Watch(request, 4), UnorderedElementsAre("app/entries/a/1=1", "app/entries/b/1=1",
                                                      "other/entries/a/1=1", "end 3"));
  EXPECT_EQ(last_.revision(), 4);
  EXPECT_FALSE(last_.resume().empty());
  // Where it goes on, there is no snapshot.
  request.set_after(last_.resume());
  Put("app/entries/a/1", "2");
  EXPECT_THAT(Watch(request, 1), ElementsAre("app/entries/a/1=2"));
}

TEST_F(WatchServiceTest, BeginsAnewWhereItCannotGoOn) {
  for (const char* value : {"1", "2", "3"}) Put("app/entries/a", value);
  fixture_.clock().Advance(absl::Hours(2));
  while (*CompactOnce(*fixture_.database(), fixture_.clock().Now(), {.retention = absl::Hours(1)}) >
         0) {
  }
  for (const char* after : {"1", "abc-1"}) {
    v1::WatchEntriesRequest request = Request();
    request.set_prefix("a");
    request.set_after(after);
    Watch(request, 1);
    EXPECT_EQ(status_.error_code(), grpc::StatusCode::OUT_OF_RANGE);
    request.set_initial_entries(true);
    EXPECT_THAT(Watch(request, 2), ElementsAre("app/entries/a=3", "end 1"));
  }
}

class WaitTest : public WatchServiceTest {
 protected:
  static v1::GetEntryRequest Request(const std::string& key, std::int64_t after, int seconds) {
    v1::GetEntryRequest request;
    request.set_name("namespaces/app/entries/" + key);
    request.set_after_revision(after);
    if (seconds != 0) request.mutable_wait()->set_seconds(seconds);
    return request;
  }
  grpc::Status Ask(const v1::GetEntryRequest& request, v1::Entry* entry) {
    return Call(&v1::ConfigService::Stub::GetEntry, request, entry);
  }
};

TEST_F(WaitTest, AnswersWhenTheEntryHasChanged) {
  Put("app/entries/a", "1");
  std::thread writer([&] {
    Put("app/entries/ab", "another");
    while (fixture_.hub().watches() == 0) std::this_thread::yield();
    Put("app/entries/ab", "another again");
    Put("app/entries/a", "2");
  });
  v1::Entry entry;
  ASSERT_TRUE(Ask(Request("a", 2, 60), &entry).ok());
  writer.join();
  EXPECT_EQ(entry.value().string_value(), "2");
  // What has changed already is not waited for.
  ASSERT_TRUE(Ask(Request("a", 2, 60), &entry).ok());
  EXPECT_EQ(entry.value().string_value(), "2");
  while (fixture_.hub().watches() != 0) std::this_thread::yield();
}

TEST_F(WaitTest, AnAbsentEntryIsWaitedFor) {
  std::thread writer([&] {
    while (fixture_.hub().watches() == 0) std::this_thread::yield();
    Put("app/entries/new", "1");
  });
  v1::Entry entry;
  ASSERT_TRUE(Ask(Request("new", 0, 60), &entry).ok());
  writer.join();
  EXPECT_EQ(entry.value().string_value(), "1");
}

TEST_F(WaitTest, AnswersWhenTheTimeIsOver) {
  Put("app/entries/a", "1");
  v1::Entry entry;
  ASSERT_TRUE(Ask(Request("a", 2, 1), &entry).ok());
  EXPECT_EQ(entry.value().string_value(), "1");
  // A caller with little time gets the answer at once.
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(Clock::System().Now() + absl::Milliseconds(1900)));
  EXPECT_TRUE(stub_->GetEntry(&context, Request("a", 2, 60), &entry).ok());
}

TEST_F(WaitTest, AListWaitsForItsPrefix) {
  Put("app/entries/p/a", "1");
  std::thread writer([&] {
    while (fixture_.hub().watches() == 0) std::this_thread::yield();
    Put("app/entries/q", "1");
    Put("app/entries/p/b", "1");
  });
  v1::ListEntriesRequest request;
  request.set_parent("namespaces/app");
  request.set_prefix("p/");
  request.set_after_revision(2);
  request.mutable_wait()->set_seconds(60);
  v1::ListEntriesResponse page;
  ASSERT_TRUE(List(request, &page).ok());
  writer.join();
  EXPECT_EQ(page.entries_size(), 2);
}

TEST_F(WaitTest, EndsWhenTheCallerLeavesOrTheServerDrains) {
  for (bool drain : {false, true}) {
    grpc::ClientContext context;
    v1::Entry entry;
    std::thread other([&] {
      while (fixture_.hub().watches() == 0) std::this_thread::yield();
      if (drain) {
        admission_.BeginDrain();
      } else {
        context.TryCancel();
      }
    });
    grpc::Status status = stub_->GetEntry(&context, Request("a", 0, 60), &entry);
    other.join();
    EXPECT_FALSE(status.ok());
    while (fixture_.hub().watches() != 0) std::this_thread::yield();
  }
}

TEST_F(WaitTest, RefusesWhatIsNoWait) {
  v1::Entry entry;
  EXPECT_EQ(FieldOf(Ask(Request("a", 0, -1), &entry)), "wait");
  EXPECT_EQ(FieldOf(Ask(Request("a", 1, 0), &entry)), "after_revision");
  EXPECT_EQ(FieldOf(Ask(Request("a", -1, 1), &entry)), "after_revision");
  v1::GetEntryRequest request = Request("a", 0, 1);
  request.set_version(1);
  EXPECT_EQ(FieldOf(Ask(request, &entry)), "wait");
  EXPECT_EQ(Ask(Request("a", 99, 1), &entry).error_code(), grpc::StatusCode::OUT_OF_RANGE);
}

// The snapshot and the changes after it make what there is, whatever is written meanwhile.
TEST_F(WatchServiceTest, NothingIsMissedBetweenTheEntriesAndTheChanges) {
  constexpr int kKeys = 40;
  for (int i = 0; i < kKeys; ++i) Put(absl::StrCat("app/entries/k/", i), "0");
  std::thread writer([&] {
    for (int i = 1; i <= 400; ++i) {
      Put(absl::StrCat("app/entries/k/", i % kKeys), absl::StrCat(i));
    }
    Put("app/entries/k/last", "x");
  });
  v1::WatchEntriesRequest request = Request();
  request.set_prefix("k/");
  request.set_initial_entries(true);
  std::map<std::string, std::string> known;
  for (int round = 0; round < 10; ++round) {
    known.clear();
    std::vector<std::string> seen = Watch(request, [&](const std::vector<std::string>& so_far) {
      return !so_far.empty() &&
             (so_far.back() == "app/entries/k/last=x" || (round < 9 && so_far.size() > 60));
    });
    for (const std::string& event : seen) {
      std::size_t equals = event.find('=');
      if (equals != std::string::npos) known[event.substr(0, equals)] = event.substr(equals + 1);
    }
    if (known.count("app/entries/k/last") > 0) break;
  }
  writer.join();
  for (int i = 0; i < kKeys; ++i) {
    EXPECT_EQ(known[absl::StrCat("app/entries/k/", i)], absl::StrCat(i == 0 ? 400 : 360 + i));
  }
}

}  // namespace
}  // namespace triad::config
