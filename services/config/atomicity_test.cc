// Every write is done whole or not at all, whichever statement of its transaction fails: what
// is stored, in memory and in the audit log is as it was, watches hear of nothing, and the
// next write goes through.
#include <gtest/gtest.h>

#include <string>

#include "services/config/history/rollback.h"
#include "services/config/testing/atomicity_fixture.h"

namespace triad::config {
namespace {

using testing::AtomicityTest;
using testing::Copy;
using testing::Delete;
using testing::Name;
using testing::Put;
using testing::PutSecret;
using testing::Undelete;

EntryWrite DeletePrefix(absl::string_view prefix) {
  return {.name = Name(prefix), .kind = EntryWrite::Kind::kDeletePrefix};
}

TEST_P(AtomicityTest, APut) { ExpectAllOrNothing(PutSecret("secret", std::string("plainest"))); }
TEST_P(AtomicityTest, ADeletion) { ExpectAllOrNothing(Delete("a")); }
TEST_P(AtomicityTest, AnUndeletion) { ExpectAllOrNothing(Undelete("gone")); }
TEST_P(AtomicityTest, ADeletionByPrefix) { ExpectAllOrNothing({DeletePrefix("p/")}); }

TEST_P(AtomicityTest, ACommitOverNamespaces) {
  ExpectAllOrNothing({Put("a", std::string("three")),
                      PutSecret("second", std::string("plain")),
                      Copy("secret", "copied"),
                      Delete("ends"),
                      DeletePrefix("p/"),
                      {.name = Name("x", "other"), .value = std::string("new")},
                      {.name = Name("first", "new"), .value = true}});
}

TEST_P(AtomicityTest, ARename) {
  ExpectAllOrNothing({Copy("secret", "renamed"), Delete("secret")});
}

TEST_P(AtomicityTest, ARollbackOfAnEntry) {
  ExpectAllOrNothing([&] {
    auto plan = [&](db::Session& session) { return PlanRollback(session, Name("secret"), 1); };
    return fixture_.store().Apply(plan).status();
  });
}

TEST_P(AtomicityTest, ARollbackOfANamespace) {
  ExpectAllOrNothing([&] {
    auto plan = [&](db::Session& session) {
      return PlanRollback(session, EntryFilter{"app", "p/"}, rolled_back_to_, 1000);
    };
    return fixture_.store().Apply(plan).status();
  });
}

TEST_P(AtomicityTest, ADestruction) {
  ExpectAllOrNothing([&] {
    Destruction destruction{Name("secret"), {1, 2}, std::string("new")};
    return fixture_.destroyer().Destroy(destruction, DryRun::kNo).status();
  });
}

TEST_P(AtomicityTest, AnExpiry) {
  ExpectAllOrNothing([&] { return fixture_.store().Expire(fixture_.clock().Now(), 100).status(); });
}

TEST_P(AtomicityTest, ALineOfAReveal) {
  ExpectAllOrNothing([&] { return fixture_.revealer().Reveal(Name("secret"), {}).status(); });
}

TEST_P(AtomicityTest, ANewNamespace) {
  ExpectAllOrNothing(
      [&] { return fixture_.namespaces().Create("new", "described", DryRun::kNo).status(); });
}

TEST_P(AtomicityTest, ADescription) {
  ExpectAllOrNothing(
      [&] { return fixture_.namespaces().Describe("other", "described", DryRun::kNo).status(); });
}

INSTANTIATE_TEST_SUITE_P(Faults, AtomicityTest, testing::Faults());

}  // namespace
}  // namespace triad::config
