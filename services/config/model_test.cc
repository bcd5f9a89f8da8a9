// Random operations on the store, and on a plain model of it.
#include "services/config/testing/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/testing/seed.h"
#include "services/config/entries/stored_list.h"
#include "services/config/history/compactor.h"
#include "services/config/history/entry_diff.h"
#include "services/config/history/rollback.h"
#include "services/config/testing/store_fixture.h"

namespace triad::config {
namespace {

using Kind = EntryWrite::Kind;
using testing::Model;
using testing::Name;
using testing::StoreFixture;

constexpr absl::Duration kRetention = absl::Hours(1);

class ModelTest : public ::testing::Test {
 protected:
  ModelTest() : seed_(Seed()), random_(seed_) {}

  std::size_t Below(std::size_t end) { return random_() % end; }
  bool OneIn(std::size_t n) { return Below(n) == 0; }

  std::string Key() {
    return absl::StrCat(std::string(1, static_cast<char>('a' + Below(3))), "/", Below(6));
  }
  Value AnyValue() {
    std::size_t kind = Below(5);
    if (kind == 0) return static_cast<std::int64_t>(Below(4));
    if (kind == 1) return OneIn(2);
    if (kind == 2) return 0.5 * static_cast<double>(Below(4));
    if (kind == 3) return Json{absl::StrCat("[", Below(4), "]")};
    return std::string(OneIn(8) ? 9000 : Below(4), 'x');
  }

  EntryWrite AnyWrite() {
    EntryWrite write{.name = Name(Key())};
    switch (Below(8)) {
      case 0:
        write.kind = Kind::kDelete;
        return write;
      case 1:
        write.kind = Kind::kUndelete;
        return write;
      case 2:
        write.kind = Kind::kCopy;
        write.source = Name(Key());
        return write;
      case 3:
        write.must_exist = OneIn(2);
        break;
      default:
        write.value = AnyValue();
        write.secret = OneIn(4);
    }
    if (OneIn(3)) write.description = absl::StrCat("d", Below(3));
    if (OneIn(3)) write.labels = absl::StrCat("env=", Below(2), "\n");
    if (OneIn(5)) write.expiration = Expiration{.ttl = absl::Minutes(1 + Below(90))};
    if (OneIn(20)) write.expiration = Expiration{};
    if (OneIn(6)) write.expects.version = static_cast<std::int64_t>(Below(4));
    return write;
  }

  void WriteOne() {
    EntryWrite write = AnyWrite();
    bool taken = model_.Write(write, fixture_.clock().NowMicros());
    auto written = fixture_.store().Write(write);
    ASSERT_EQ(written.ok(), taken) << written.status();
  }

  void Commit() {
    std::vector<EntryWrite> writes;
    for (std::size_t i = 1 + Below(4); i > 0; --i) writes.push_back(AnyWrite());
    if (OneIn(4)) {
      writes.push_back(
          {.name = {"app", absl::StrCat("b/", OneIn(2) ? "" : "1")}, .kind = Kind::kDeletePrefix});
    }
    bool taken = model_.WriteAll(writes, fixture_.clock().NowMicros());
    auto applied = fixture_.store().Commit(writes);
    ASSERT_EQ(applied.ok() && !applied->refused, taken) << applied.status();
  }

  std::int64_t AnyRevision() {
    std::int64_t floor = std::max<std::int64_t>(model_.floor(), 1);
    return floor + static_cast<std::int64_t>(Below(model_.head() - floor + 1));
  }

  void RollBack() {
    if (model_.head() == 0) return;
    Revision to{AnyRevision()};
    std::string prefix = OneIn(2) ? "" : "a/";
    bool taken = model_.WriteAll(model_.Rollback(prefix, to.value), fixture_.clock().NowMicros());
    auto plan = [&](db::Session& session) {
      return PlanRollback(session, EntryFilter{"app", prefix}, to, 1000);
    };
    auto change = fixture_.store().Apply(plan);
    ASSERT_EQ(change.ok(), taken) << change.status();
    if (!taken) return;
    auto again = fixture_.store().Apply(plan);
    ASSERT_TRUE(again.ok() && again->events.empty()) << "a second rollback writes nothing";
    auto diff = db::Read(*fixture_.database(), [&](db::Session& session) {
      return DiffEntries(session, {{"app", to}, {"app"}, prefix}, fixture_.setup().epoch, 1 << 20);
    });
    ASSERT_TRUE(diff.ok()) << diff.status();
    ASSERT_TRUE(diff->differences.empty()) << diff->differences.front().key;
  }

  void Destroy() {
    std::string key = Key();
    auto version = static_cast<std::int64_t>(1 + Below(6));
    bool taken = model_.Destroy(key, version);
    auto destroyed = fixture_.destroyer().Destroy({Name(key), {version}}, DryRun::kNo);
    ASSERT_EQ(destroyed.ok(), taken) << destroyed.status();
  }

  void PassTime() {
    fixture_.clock().Advance(absl::Minutes(Below(20)));
    model_.Expire(fixture_.clock().NowMicros());
    ASSERT_TRUE(fixture_.store().Expire(fixture_.clock().Now(), 1000).ok());
  }

  void Compact() {
    while (CompactOnce(*fixture_.database(), fixture_.clock().Now(), {.retention = kRetention})
               .value_or(0) > 0) {
    }
    model_.Compact(fixture_.log().ReadBounds()->floor.value);
  }

  void Check(const std::string& key, const Model::Version* expected,
             const absl::StatusOr<Entry>& found) {
    ASSERT_EQ(found.ok(), expected != nullptr) << key << found.status();
    if (expected == nullptr) return;
    EXPECT_EQ(found->version, expected->version) << key;
    EXPECT_EQ(found->revision.value, expected->revision) << key;
    EXPECT_EQ(found->secret, expected->secret) << key;
    EXPECT_EQ(found->description, expected->description) << key;
    EXPECT_EQ(found->labels, expected->labels) << key;
    EXPECT_EQ(found->expire_time, expected->expire_time) << key;
    EXPECT_EQ(found->destroyed, expected->destroyed) << key;
    if (expected->destroyed) return;
    EXPECT_EQ(found->value, expected->secret ? Value(std::string(kMask)) : expected->value) << key;
  }

  void CheckEntries() {
    for (const auto& [key, versions] : model_.all()) {
      const Model::Version* current = model_.Find(key, model_.head());
      Check(key, current, fixture_.store().Get(Name(key)));
      auto revealed = fixture_.revealer().Reveal(Name(key), std::nullopt);
      ASSERT_EQ(revealed.ok(), current != nullptr) << key;
      if (current == nullptr) continue;
      EXPECT_EQ(revealed->value, current->value) << key;
    }
    if (model_.head() == 0) return;
    Revision then{AnyRevision()};
    for (const auto& [key, versions] : model_.all()) {
      Check(key, model_.Find(key, then.value), fixture_.history().GetAt(Name(key), then));
    }
  }

  // What is in memory is what is in the database, for any list.
  void CheckLists() {
    ListQuery query{.filter = {"app", OneIn(2) ? "" : "a/"}};
    query.limit = static_cast<std::int64_t>(1 + Below(6));
    query.descending = OneIn(2);
    if (OneIn(3)) query.labels = *LabelSelector::Parse("", "env=1");
    if (OneIn(4)) query.search = "1";
    if (OneIn(4)) query.kinds = {ValueKind::kString, ValueKind::kBool};
    if (OneIn(4)) query.secrets = true;
    if (OneIn(4)) query.delimiter = "/";
    query.with_values = OneIn(2);
    std::vector<std::string> found;
    for (bool more = true; more;) {
      auto page = fixture_.store().List(query);
      auto stored = db::Read(*fixture_.database(), [&](db::Session& session) {
        return ListStored(session, query, fixture_.setup().epoch, 2 << 20);
      });
      ASSERT_TRUE(page.ok() && stored.ok()) << page.status() << stored.status();
      ASSERT_EQ(page->entries.size(), stored->entries.size());
      for (std::size_t i = 0; i < page->entries.size(); ++i) {
        EXPECT_EQ(page->entries[i].etag, stored->entries[i].etag);
        EXPECT_EQ(page->entries[i].value, stored->entries[i].value);
        found.push_back(page->entries[i].name.key);
      }
      ASSERT_EQ(page->groups.size(), stored->groups.size());
      for (std::size_t i = 0; i < page->groups.size(); ++i) {
        EXPECT_EQ(page->groups[i].prefix, stored->groups[i].prefix);
        EXPECT_EQ(page->groups[i].count, stored->groups[i].count);
      }
      ASSERT_EQ(page->more, stored->more);
      more = page->more;
      query.after = page->after;
      query.at = page->revision;
    }
    bool plain = query.labels.empty() && query.search.empty() && query.kinds.empty() &&
                 !query.secrets && query.delimiter.empty();
    if (!plain) return;
    std::vector<std::string> expected = model_.Keys(query.filter.prefix, model_.head());
    if (query.descending) std::reverse(expected.begin(), expected.end());
    EXPECT_EQ(found, expected);
  }

  void Step() {
    switch (Below(40)) {
      case 0:
        return RollBack();
      case 1:
        return Destroy();
      case 2:
        return PassTime();
      case 3:
        return Commit();
      case 4:
        return CheckLists();
      case 5:
        if (OneIn(5)) Compact();
        return;
      case 6:
        if (OneIn(20)) fixture_.Restart();
        return;
      default:
        return WriteOne();
    }
  }

  const std::uint32_t seed_;
  std::mt19937 random_;
  StoreFixture fixture_;
  Model model_;
};

TEST_F(ModelTest, TheStoreDoesWhatTheModelDoes) {
  SCOPED_TRACE(absl::StrCat("TRIAD_SEED=", seed_));
  for (int i = 0; i < 10'000 && !HasFailure(); ++i) {
    Step();
    if (i % 250 == 0) CheckEntries();
    ASSERT_EQ(fixture_.log().ReadBounds()->head.value, model_.head()) << "after step " << i;
  }
}

}  // namespace
}  // namespace triad::config
