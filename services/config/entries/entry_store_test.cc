#include "services/config/entries/entry_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "services/config/rows/version_rows.h"
#include "services/config/testing/store_fixture.h"

namespace triad::config {
namespace {

using testing::Copy;
using testing::Delete;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Name;
using testing::Put;
using testing::PutSecret;
using testing::StoreFixture;
using testing::Undelete;

std::vector<std::string> Keys(const EntryPage& page) {
  std::vector<std::string> keys;
  for (const Entry& entry : page.entries) keys.push_back(entry.name.key);
  return keys;
}

TEST(EntryStoreTest, SetThenGet) {
  StoreFixture fixture;
  auto written = fixture.store().Write(Put("K", std::int64_t{7}));
  ASSERT_TRUE(written.ok()) << written.status();
  auto read = fixture.store().Get(Name("K"));
  ASSERT_TRUE(read.ok()) << read.status();
  for (const Entry& entry : {*written, *read}) {
    EXPECT_EQ(entry.name, Name("K"));
    EXPECT_EQ(entry.value, Value(std::int64_t{7}));
    EXPECT_FALSE(entry.secret);
    EXPECT_EQ(entry.version, 1);
    EXPECT_EQ(entry.revision, Revision{1});
    EXPECT_EQ(entry.create_time, fixture.clock().Now());
    EXPECT_EQ(entry.update_time, fixture.clock().Now());
    EXPECT_EQ(entry.etag, written->etag);
  }
}

// What a call that answers later has answered.
template <typename T>
class Later {
 public:
  EntryStore::Answer<T> Answer() {
    return [this](absl::StatusOr<T> result) {
      MutexLock lock(mutex_);
      result_ = std::move(result);
      changed_.NotifyAll();
    };
  }
  absl::StatusOr<T> Await() {
    MutexLock lock(mutex_);
    while (!result_.has_value()) changed_.Wait(mutex_);
    return *std::move(result_);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::optional<absl::StatusOr<T>> result_ ABSL_GUARDED_BY(mutex_);
};

absl::Status Always() { return absl::OkStatus(); }

TEST(EntryStoreTest, AnswersLaterOnceTheWriteIsSeen) {
  StoreFixture fixture;
  Later<Entry> written, tried, refused;
  fixture.store().WriteLater(Put("K", std::int64_t{7}), DryRun::kNo, Always, written.Answer());
  auto entry = written.Await();
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(fixture.store().Get(Name("K"))->etag, entry->etag);
  fixture.store().WriteLater(Put("K", std::int64_t{8}), DryRun::kYes, Always, tried.Answer());
  EXPECT_EQ(tried.Await()->revision, Revision{});
  fixture.store().WriteLater(Delete("absent"), DryRun::kNo, Always, refused.Answer());
  EXPECT_TRUE(absl::IsNotFound(refused.Await().status()));
  EXPECT_EQ(fixture.store().Get(Name("K"))->value, Value(std::int64_t{7}));
  EXPECT_EQ(fixture.hub().head(), Revision{1});
}

TEST(EntryStoreTest, AnswersLaterOnceTheCommitIsSeen) {
  StoreFixture fixture;
  Later<Applied> committed, refused;
  fixture.store().CommitLater({Put("a", true), Put("b", true)}, DryRun::kNo, Always,
                              committed.Answer());
  EXPECT_EQ(committed.Await()->change.revision, Revision{1});
  fixture.store().CommitLater({Delete("a"), Delete("absent")}, DryRun::kNo, Always,
                              refused.Answer());
  auto applied = refused.Await();
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_TRUE(applied->refused);
  EXPECT_TRUE(fixture.store().Get(Name("a")).ok());
}

TEST(EntryStoreTest, WhatIsNotWantedAnyMoreIsNotWritten) {
  StoreFixture fixture;
  auto gone = [] { return absl::CancelledError("gone"); };
  Later<Entry> written;
  Later<Applied> committed;
  fixture.store().WriteLater(Put("K", true), DryRun::kNo, gone, written.Answer());
  EXPECT_EQ(written.Await().status(), absl::CancelledError("gone"));
  fixture.store().CommitLater({Put("K", true)}, DryRun::kNo, gone, committed.Answer());
  EXPECT_EQ(committed.Await().status(), absl::CancelledError("gone"));
  EXPECT_TRUE(absl::IsNotFound(fixture.store().Get(Name("K")).status()));
}

TEST(EntryStoreTest, KeepsEveryKindOfValue) {
  StoreFixture fixture;
  for (const Value& value : {Value(std::string("")), Value(std::string("a\nb")), Value(1.5),
                             Value(true), Value(Json{" [1, 2]"})}) {
    ASSERT_TRUE(fixture.store().Write(Put("K", value)).ok());
    EXPECT_EQ(fixture.store().Get(Name("K"))->value, value);
  }
}

TEST(EntryStoreTest, AnAbsentEntryIsNotFoundByName) {
  StoreFixture fixture;
  absl::Status status = fixture.store().Get(Name("nothing")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("namespaces/app/entries/nothing"));
}

TEST(EntryStoreTest, VersionsCountPerEntryAndRevisionsForAll) {
  StoreFixture fixture;
  absl::Time first = fixture.clock().Now();
  ASSERT_TRUE(fixture.store().Write(Put("A", true)).ok());
  ASSERT_TRUE(fixture.store().Write(Put("B", true)).ok());
  fixture.clock().Advance(absl::Seconds(5));
  auto again = fixture.store().Write(Put("A", false));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->version, 2);
  EXPECT_EQ(again->revision, Revision{3});
  EXPECT_EQ(again->create_time, first);
  EXPECT_EQ(again->update_time, first + absl::Seconds(5));
}

TEST(EntryStoreTest, AStaleEtagIsAbortedAndTakesNoRevision) {
  StoreFixture fixture;
  auto first = fixture.store().Write(Put("K", std::int64_t{1}));
  EntryWrite second = Put("K", std::int64_t{2});
  second.expects.etag = first->etag;
  ASSERT_TRUE(fixture.store().Write(second).ok());

  absl::Status stale = fixture.store().Write(second).status();
  EXPECT_EQ(stale.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(stale.message()), HasSubstr("version 2"));
  EntryWrite absent = Put("other", true);
  absent.expects.etag = first->etag;
  EXPECT_EQ(fixture.store().Write(absent).status().code(), absl::StatusCode::kAborted);

  EXPECT_EQ(fixture.store().Get(Name("K"))->value, Value(std::int64_t{2}));
  EXPECT_EQ(fixture.store().Write(Put("other", true))->revision, Revision{3});
}

TEST(EntryStoreTest, SecretsAreMaskedEverywhere) {
  StoreFixture fixture;
  auto written = fixture.store().Write(PutSecret("S", std::int64_t{424242}));
  ASSERT_TRUE(written.ok()) << written.status();
  Value mask = std::string(kMask);
  EXPECT_EQ(written->value, mask);
  EXPECT_EQ(fixture.store().Get(Name("S"))->value, mask);
  EXPECT_EQ(fixture.store().List({{"app", ""}, "", 10})->entries.front().value, mask);
  EXPECT_EQ(fixture.store().GetEach({Name("S")})->front()->value, mask);
  auto page = fixture.log().Read({"app", ""}, {Revision{0}});
  EXPECT_EQ(page->changes.front().events.front().entry.value, mask);
}

TEST(EntryStoreTest, ASecretStaysOne) {
  StoreFixture fixture;
  ASSERT_TRUE(fixture.store().Write(PutSecret("S", std::string("one"))).ok());
  auto again = fixture.store().Write(Put("S", std::string("two")));
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->secret);
  EXPECT_EQ(again->value, Value(std::string(kMask)));
}

TEST(EntryStoreTest, TheMaskIsNotWrittenBackOverASecret) {
  StoreFixture fixture;
  ASSERT_TRUE(fixture.store().Write(PutSecret("S", std::string("one"))).ok());
  absl::Status status = fixture.store().Write(PutSecret("S", std::string(kMask))).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("entry.value"));
  EXPECT_TRUE(fixture.store().Write(Put("plain", std::string(kMask))).ok());
}

TEST(EntryStoreTest, TheMaskIsNoFirstValueOfASecretEither) {
  StoreFixture fixture;
  absl::Status status = fixture.store().Write(PutSecret("S", std::string(kMask))).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("entry.value"));
  EXPECT_EQ(fixture.store().Get(Name("S")).status().code(), absl::StatusCode::kNotFound);
  // Nor of an entry that becomes one.
  ASSERT_TRUE(fixture.store().Write(Put("plain", std::string(kMask))).ok());
  EXPECT_EQ(fixture.store().Write(PutSecret("plain", std::string(kMask))).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(EntryStoreTest, WhatIsDeletedIsGoneAndTakesARevision) {
  StoreFixture fixture;
  ASSERT_TRUE(fixture.store().Write(Put("K", std::int64_t{7})).ok());
  fixture.clock().Advance(absl::Seconds(1));
  auto deleted = fixture.store().Write(Delete("K"));
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_TRUE(deleted->deleted);
  EXPECT_EQ(deleted->version, 2);
  EXPECT_EQ(deleted->revision, Revision{2});
  EXPECT_EQ(deleted->update_time, fixture.clock().Now());
  EXPECT_TRUE(absl::IsNotFound(fixture.store().Get(Name("K")).status()));
  auto list = fixture.store().List({{"app", ""}, "", 10});
  EXPECT_TRUE(list->entries.empty());
  EXPECT_EQ(list->revision, Revision{2});
  EXPECT_TRUE(absl::IsNotFound(fixture.store().Write(Delete("K")).status()));
  EXPECT_TRUE(absl::IsNotFound(fixture.store().Write(Delete("never")).status()));
  auto page = fixture.log().Read({"app", ""}, {Revision{1}});
  EXPECT_EQ(page->changes.front().events.front().type, EntryEvent::Type::kDelete);
}

TEST(EntryStoreTest, DeletesWhatIsStillAsItWasRead) {
  StoreFixture fixture;
  auto first = fixture.store().Write(Put("K", true));
  ASSERT_TRUE(fixture.store().Write(Put("K", false)).ok());
  EntryWrite stale = Delete("K");
  stale.expects.etag = first->etag;
  EXPECT_TRUE(absl::IsAborted(fixture.store().Write(stale).status()));
  EntryWrite current = Delete("K");
  current.expects.etag = fixture.store().Get(Name("K"))->etag;
  EXPECT_TRUE(fixture.store().Write(current).ok());
}

TEST(EntryStoreTest, UndeletesTheValueAsANewVersion) {
  StoreFixture fixture;
  absl::Time created = fixture.clock().Now();
  ASSERT_TRUE(fixture.store().Write(Put("K", Json{"[1]"})).ok());
  fixture.clock().Advance(absl::Seconds(1));
  EXPECT_TRUE(absl::IsAlreadyExists(fixture.store().Write(Undelete("K")).status()));
  EXPECT_TRUE(absl::IsNotFound(fixture.store().Write(Undelete("never")).status()));
  ASSERT_TRUE(fixture.store().Write(Delete("K")).ok());
  auto back = fixture.store().Write(Undelete("K"));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->value, Value(Json{"[1]"}));
  EXPECT_EQ(back->version, 3);
  EXPECT_EQ(back->create_time, created);
  EXPECT_FALSE(back->deleted);
  fixture.Restart();
  EXPECT_EQ(fixture.store().Get(Name("K"))->value, Value(Json{"[1]"}));
}

TEST(EntryStoreTest, AnEntryThatIsWrittenAfterItsDeletionIsANewOne) {
  StoreFixture fixture;
  ASSERT_TRUE(fixture.store().Write(Put("K", true)).ok());
  ASSERT_TRUE(fixture.store().Write(Delete("K")).ok());
  fixture.clock().Advance(absl::Seconds(1));
  auto again = fixture.store().Write(Put("K", false));
  EXPECT_EQ(again->version, 3);
  EXPECT_EQ(again->create_time, fixture.clock().Now());
}

TEST(EntryStoreTest, ASecretComesBackUnrevealedAndStaysOne) {
  StoreFixture fixture;
  ASSERT_TRUE(fixture.store().Write(PutSecret("S", std::string("hidden"))).ok());
  auto deleted = fixture.store().Write(Delete("S"));
  ASSERT_TRUE(deleted.ok());
  EXPECT_TRUE(deleted->secret);
  auto back = fixture.store().Write(Undelete("S"));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->value, Value(std::string(kMask)));
  EXPECT_TRUE(back->secret);
  // As it is kept, sealed anew for the version that it is now.
  absl::Status opened = fixture.database()->Read([&](db::Session& session) -> absl::Status {
    auto stored = VersionRows(session).Find(Name("S"), 3);
    if (!stored.ok()) return stored.status();
    const StoredEntry& entry = **stored;
    auto plain =
        fixture.data_keys().Open(session, {entry.key_id, entry.nonce, entry.value}, Name("S"), 3);
    EXPECT_EQ(plain.value_or(""), "hidden");
    return plain.status();
  });
  EXPECT_TRUE(opened.ok()) << opened;
  ASSERT_TRUE(fixture.store().Write(Delete("S")).ok());
  EXPECT_TRUE(fixture.store().Write(Put("S", std::string("new")))->secret);
}

TEST(EntryStoreTest, CommitsAllAtOneRevision) {
  StoreFixture fixture;
  for (const char* key : {"a/1", "a/2", "b"}) {
    ASSERT_TRUE(fixture.store().Write(Put(key, std::string(key))).ok());
  }
  ASSERT_TRUE(fixture.store().Write(PutSecret("S", std::string("hidden"))).ok());
  EntryWrite prefix = Delete("a/");
  prefix.kind = EntryWrite::Kind::kDeletePrefix;
  EntryWrite copy = Copy("S", "S2");
  EntryWrite created = Put("new", true);
  created.expects.version = Expectation::kAbsent;
  EntryWrite updated = Put("b", std::string("c"));
  updated.expects.version = 1;
  auto applied = fixture.store().Commit({prefix, copy, created, updated});
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_FALSE(applied->refused);
  EXPECT_EQ(applied->change.revision, Revision{5});
  EXPECT_EQ(applied->outcomes[0].events, 2u);
  auto list = fixture.store().List({{"app", ""}, "", 10});
  EXPECT_THAT(Keys(*list), ElementsAre("S", "S2", "b", "new"));
  EXPECT_EQ(list->revision, Revision{5});
  EXPECT_TRUE(fixture.store().Get(Name("S2"))->secret);
  auto page = fixture.log().Read({"app", ""}, {Revision{4}});
  ASSERT_EQ(page->changes.size(), 1u);
  EXPECT_EQ(page->changes.front().events.size(), 5u);
}

TEST(EntryStoreTest, ACommitThatIsRefusedWritesNothingAndSaysWhy) {
  StoreFixture fixture;
  ASSERT_TRUE(fixture.store().Write(Put("a", std::string("1"))).ok());
  EntryWrite stale = Put("a", std::string("2"));
  stale.expects.etag = "stale";
  auto applied = fixture.store().Commit({Put("b", true), stale, Delete("absent")});
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_TRUE(applied->refused);
  EXPECT_EQ(applied->change.revision, Revision{1});
  EXPECT_TRUE(applied->outcomes[0].refused.ok());
  EXPECT_TRUE(absl::IsAborted(applied->outcomes[1].refused));
  EXPECT_EQ(applied->outcomes[1].current->value, Value(std::string("1")));
  EXPECT_TRUE(absl::IsNotFound(applied->outcomes[2].refused));
  EXPECT_FALSE(applied->outcomes[2].current.has_value());
  EXPECT_TRUE(absl::IsNotFound(fixture.store().Get(Name("b")).status()));
  EXPECT_EQ(fixture.store().Write(Put("b", true))->revision, Revision{2});
}

TEST(EntryStoreTest, ACommitNamesTheOperationThatCannotBe) {
  StoreFixture fixture;
  ASSERT_TRUE(fixture.store().Write(PutSecret("S", std::string("hidden"))).ok());
  auto message = [&](const std::vector<EntryWrite>& writes) {
    absl::Status status = fixture.store().Commit(writes).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    return std::string(status.message());
  };
  EXPECT_THAT(message({Put("a", true), Put("S", std::string(kMask))}),
              HasSubstr("operations[1]: entry.value"));
  EXPECT_THAT(message({Put("a", true), Delete("S"), Put("a", false)}),
              HasSubstr("operations[2]: namespaces/app/entries/a is written"));
  EXPECT_EQ(fixture.store().List({{"app", ""}, "", 10})->revision, Revision{1});
}

TEST(EntryStoreTest, ATransactionHasLimitsThatItsErrorNames) {
  StoreFixture fixture({.writer = {.transaction_entries = 3, .transaction_bytes = 100}});
  auto message = [&](const std::vector<EntryWrite>& writes) {
    return std::string(fixture.store().Commit(writes).status().message());
  };
  std::string half(51, 'x');
  EXPECT_EQ(message({Put("a", half), Put("b", half)}),
            "operations[1]: would make the transaction write over 100 bytes of values "
            "(--transaction_bytes)");
  EXPECT_EQ(message({Put("a", true), Put("b", true), Put("c", true), Put("d", true)}),
            "operations[3]: would make the transaction write over 3 entries "
            "(--transaction_entries)");
  EXPECT_EQ(message({Put("a", std::string(200, 'x'))}), "") << "one may be larger";
}

TEST(EntryStoreTest, ALargeChangeIsNotHeldWhole) {
  StoreFixture fixture;
  std::vector<EntryWrite> writes = {Put("small", std::string(1024, 's')), Put("number", 7.5),
                                    PutSecret("secret", std::string(2000, '?'))};
  for (int i = 0; i < 5; ++i) {
    writes.push_back(Put(absl::StrCat("large/", i), std::string(1 << 20, 'x')));
  }
  auto applied = fixture.store().Commit(writes);
  ASSERT_TRUE(applied.ok()) << applied.status();
  const std::vector<EntryEvent>& events = applied->change.events;
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].left_out_bytes, i < 3 ? 0 : 1 << 20) << i;
  }
  EXPECT_EQ(events[0].entry.value, Value(std::string(1024, 's')));
  EXPECT_EQ(events[3].entry.value, Value(std::string()));
  EXPECT_GT(applied->change.bytes, 5 << 20);
  for (const EntryWrite& write : writes) {
    auto entry = fixture.store().Get(write.name);
    ASSERT_TRUE(entry.ok()) << entry.status();
    EXPECT_EQ(entry->value, write.secret ? Value(std::string(kMask)) : *write.value);
  }
}

TEST(EntryStoreTest, ADeletedPrefixHasALimitToo) {
  StoreFixture fixture({.max_pages = 0});
  for (int batch = 0; batch < 11; ++batch) {
    std::vector<EntryWrite> writes;
    for (int i = 0; i < 100; ++i) writes.push_back(Put(absl::StrCat("p/", batch, "/", i), true));
    ASSERT_TRUE(fixture.store().Commit(writes).ok());
  }
  EntryWrite all = Delete("p/");
  all.kind = EntryWrite::Kind::kDeletePrefix;
  absl::Status status = fixture.store().Commit({all}).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("write over 1000 entries"));
  all.name.key = "p/1/";
  EXPECT_EQ(fixture.store().Commit({all})->outcomes[0].events, 100u);
}

TEST(EntryStoreTest, ListsInBytewiseOrderByPrefixAndPage) {
  StoreFixture fixture;
  for (const char* key : {"b", "a/2", "B", "a/10", "a", "a-x", "a/1", "_"}) {
    ASSERT_TRUE(fixture.store().Write(Put(key, true)).ok());
  }
  ASSERT_TRUE(fixture.store().Write({Name("a/3", "other"), true}).ok());
  auto all = fixture.store().List({{"app", ""}, "", 100});
  EXPECT_THAT(Keys(*all), ElementsAre("B", "_", "a", "a-x", "a/1", "a/10", "a/2", "b"));
  EXPECT_FALSE(all->more);
  EXPECT_EQ(all->revision, Revision{9});

  auto first = fixture.store().List({{"app", "a/"}, "", 2});
  EXPECT_THAT(Keys(*first), ElementsAre("a/1", "a/10"));
  EXPECT_TRUE(first->more);
  auto second = fixture.store().List({{"app", "a/"}, "a/10", 2});
  EXPECT_THAT(Keys(*second), ElementsAre("a/2"));
  EXPECT_FALSE(second->more);
  EXPECT_TRUE(fixture.store().List({{"nowhere", ""}, "", 10})->entries.empty());
}

TEST(EntryStoreTest, APageOfLargeValuesEndsEarly) {
  StoreFixture fixture({.store = {.page_bytes = 1000}});
  for (const char* key : {"a", "b", "c", "d"}) {
    ASSERT_TRUE(fixture.store().Write(Put(key, std::string(400, 'x'))).ok());
  }
  ASSERT_TRUE(fixture.store().Write(Put("e", std::string(4000, 'x'))).ok());
  auto first = fixture.store().List({{"app", ""}, "", 100});
  EXPECT_THAT(Keys(*first), ElementsAre("a", "b"));
  EXPECT_TRUE(first->more);
  auto last = fixture.store().List({{"app", ""}, "d", 100});
  EXPECT_THAT(Keys(*last), ElementsAre("e"));
  EXPECT_FALSE(last->more);
}

TEST(EntryStoreTest, EverythingIsThereAfterARestart) {
  StoreFixture fixture;
  auto plain = fixture.store().Write(Put("K", std::string("value")));
  ASSERT_TRUE(fixture.store().Write(PutSecret("S", std::string("hidden"))).ok());
  fixture.Restart();
  EXPECT_FALSE(fixture.setup().first);
  EXPECT_EQ(fixture.setup().head, Revision{2});
  auto read = fixture.store().Get(Name("K"));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->value, Value(std::string("value")));
  EXPECT_EQ(read->etag, plain->etag);
  EXPECT_EQ(fixture.store().Write(Put("K", true))->revision, Revision{3});
}

TEST(EntryStoreTest, NoPlaintextOfASecretIsInAnyFile) {
  StoreFixture fixture;
  std::string text = "correct-horse-battery-staple";
  ASSERT_TRUE(fixture.store().Write(Put("P", std::string("plain-to-be-found"))).ok());
  ASSERT_TRUE(fixture.store().Write(PutSecret("S", text)).ok());
  ASSERT_TRUE(fixture.store().Write(PutSecret("S", Json{"\"" + text + "\""})).ok());
  for (bool restarted : {false, true}) {
    if (restarted) fixture.Restart();
    std::string files = testing::ReadDirectory(fixture.database().directory());
    EXPECT_TRUE(files.find("plain-to-be-found") != std::string::npos);
    EXPECT_TRUE(files.find(text) == std::string::npos);
  }
}

}  // namespace
}  // namespace triad::config
