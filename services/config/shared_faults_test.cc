// What takes several transactions, or shares one with others, is done whole or not at all in
// the end, whichever statement fails.
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/database/testing/writer_gate.h"
#include "services/config/testing/atomicity_fixture.h"

namespace triad::config {
namespace {

using testing::AtomicityTest;
using testing::Delete;
using testing::Name;
using testing::Put;

constexpr auto kUndelete = EntryWrite::Kind::kUndelete;

class SharedCommitTest : public AtomicityTest {
 protected:
  // Whether it was done, once that is known.
  std::future<bool> Commit(const std::vector<EntryWrite>& writes) {
    auto answer = std::make_shared<std::promise<bool>>();
    fixture_.store().CommitLater(writes, DryRun::kNo, absl::OkStatus,
                                 [answer](const absl::StatusOr<Applied>& applied) {
                                   answer->set_value(applied.ok() && !applied->refused);
                                 });
    return answer->get_future();
  }

  bool Has(absl::string_view key, std::int64_t number) {
    auto entry = fixture_.store().Get(Name(key));
    return entry.ok() && entry->value == Value(number);
  }

  // All goes well.
  void ShareCommit() {
    db::WriterGate gate(*fixture_.database());
    std::future<bool> one = Commit({Put("quiet", true)});
    std::future<bool> other = Commit({Put("quiet", true)});
    ASSERT_TRUE(gate.Open().ok());
    EXPECT_TRUE(one.get() && other.get());
  }

  // Whether both are there, and not one of them.
  bool HasBoth(absl::string_view key, absl::string_view other, std::int64_t number) {
    EXPECT_EQ(Has(key, number), Has(other, number));
    return Has(key, number);
  }

  // Three share a commit, of which one is refused in any case, and the n-th statement fails.
  // Returns whether none has.
  bool FailsOne(std::int64_t n) {
    std::int64_t lines = *fixture_.audit().NewestId();
    db::WriterGate gate(*fixture_.database());
    ++number_;
    std::future<bool> first = Commit({Put("g/1", number_), Put("g/2", number_)});
    std::future<bool> refused = Commit({Put("g/3", number_), Delete("absent")});
    std::future<bool> last = Commit({Put("g/4", number_), Put("g/5", number_)});
    faults_.FailAt(n, GetParam());
    gate.Open().IgnoreError();
    bool first_done = first.get();
    bool last_done = last.get();
    EXPECT_FALSE(refused.get());
    bool all_done = first_done && last_done && !faults_.failed();
    faults_.FailAt(0, GetParam());
    EXPECT_EQ(HasBoth("g/1", "g/2", number_), first_done);
    EXPECT_EQ(HasBoth("g/4", "g/5", number_), last_done);
    EXPECT_FALSE(Has("g/3", number_));
    EXPECT_EQ(*fixture_.audit().NewestId(), lines + first_done + last_done);
    std::string told = ToldBefore(n);
    EXPECT_EQ(absl::StrContains(told, "g/1 g/2 "), first_done) << told;
    EXPECT_EQ(absl::StrContains(told, "g/4 g/5 "), last_done) << told;
    EXPECT_FALSE(absl::StrContains(told, "g/3 ")) << told;
    return all_done;
  }

  std::int64_t number_ = 0;
};

// If one of them fails, the others may be done a second time, with savepoints, which the
// next ones get at once, until all has gone well.
TEST_P(SharedCommitTest, EachIsDoneWholeOrNotAtAllAsItIsAnswered) {
  for (std::int64_t n = 1; !HasFailure(); ++n) {
    SCOPED_TRACE(absl::StrCat("statement ", n, " fails"));
    bool done_twice = FailsOne(n);
    bool done_at_once = FailsOne(n);
    ShareCommit();
    if (done_twice && done_at_once) return;
  }
}

class DeletedNamespaceTest : public AtomicityTest {
 protected:
  // Deletes the namespace in spite of the statement that fails. Returns whether none has.
  bool DeleteOther(std::int64_t n) {
    NamespaceStore& namespaces = fixture_.namespaces();
    std::string before = Everything();
    faults_.FailAt(n, GetParam());
    absl::Status deleted = namespaces.Delete("other", true, DryRun::kNo);
    bool all_done = deleted.ok() && !faults_.failed();
    faults_.FailAt(0, GetParam());
    EXPECT_EQ(deleted.ok(), all_done) << deleted;
    if (all_done) return true;
    auto found = namespaces.Get("other");
    bool begun = !found.ok() || found->deleting;
    EntryWrite late{.name = Name("late", "other"), .value = true};
    if (begun) {
      EXPECT_FALSE(fixture_.store().Write(late).ok());
    } else {
      EXPECT_EQ(Everything(), before);
    }
    absl::Status ended = begun && n % 2 == 0 ? namespaces.FinishDeletions()
                                             : namespaces.Delete("other", true, DryRun::kNo);
    EXPECT_TRUE(ended.ok()) << ended;
    return false;
  }
};

// It takes several transactions. One that has begun goes on when it is asked for again, or at
// the next start, and each entry's deletion is told once.
TEST_P(DeletedNamespaceTest, IsGoneInTheEndWhateverFails) {
  for (std::int64_t n = 1; !HasFailure(); ++n) {
    SCOPED_TRACE(absl::StrCat("statement ", n, " fails"));
    bool all_done = DeleteOther(n);
    EXPECT_TRUE(absl::IsNotFound(fixture_.namespaces().Get("other").status()));
    EXPECT_FALSE(fixture_.store().Write({.name = Name("x", "other"), .kind = kUndelete}).ok());
    if (HasFailure()) return;  // what follows would wait for ever
    std::string told = ToldBefore(n);
    for (const char* key : {" x ", " y ", " z "}) {
      EXPECT_TRUE(absl::StrContains(told, key)) << told;
      EXPECT_EQ(told.find(key), told.rfind(key)) << told;
    }
    if (all_done) return;
    FillOther();
    for (int i = 0; i < 3; ++i) Told();
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, SharedCommitTest, testing::Faults());
INSTANTIATE_TEST_SUITE_P(Faults, DeletedNamespaceTest, testing::Faults());

}  // namespace
}  // namespace triad::config
