// Invariant: what was acknowledged to a client is there after any crash, and no
// client ever sees half of a write.
//
// Faults: kill -9 at random moments; a power cut (kill -9, then everything that
// was not synced is taken back). The power cut with syncs that do nothing must
// be caught, or the test proves nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "tests/support/http.h"
#include "tests/support/power_loss/journal.h"
#include "tests/support/suite.h"
#include "tests/support/writers.h"

namespace triad::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kClients = 4;
constexpr int kKills = 30;
constexpr int kPowerCuts = 10;

bool Serves(Suite& suite) { return Get(suite.Url("/api/health")).status == 200; }

// Lets the clients write for a random while, at least until they have written
// something, then kills.
void KillUnderWrites(Server& server, Writers& writers) {
  static std::mt19937 generator(std::random_device{}());
  int before = writers.acknowledged();
  writers.Start();
  ASSERT_TRUE(Eventually([&] { return writers.acknowledged() > before; }));
  std::this_thread::sleep_for(Milliseconds(generator() % 80));  // the random moment
  server.Kill();
  writers.Stop();
}

TEST(CrashTest, ConfigKeepsWhatItAcknowledged) {
  Suite suite;
  Writers writers(kClients, EntryWriter(suite));
  for (int kill = 0; kill < kKills; ++kill) {
    ASSERT_NO_FATAL_FAILURE(KillUnderWrites(suite.config(), writers));
    suite.config().Start();
    ASSERT_TRUE(Eventually([&] { return Serves(suite); }));
    ASSERT_THAT(EntryProblems(suite, writers.records()), IsEmpty()) << "kill " << kill;
  }
}

TEST(CrashTest, StorageKeepsWhatItAcknowledged) {
  Suite suite;
  Writers writers(kClients, ObjectWriter(suite));
  for (int kill = 0; kill < kKills; ++kill) {
    ASSERT_NO_FATAL_FAILURE(KillUnderWrites(suite.storage(), writers));
    suite.storage().Start();
    ASSERT_TRUE(Eventually([&] { return Serves(suite); }));
    ASSERT_THAT(ObjectProblems(suite, writers.records()), IsEmpty()) << "kill " << kill;
  }
}

TEST(CrashTest, TransformAnswersRightOrNotAtAll) {
  Suite suite;
  Writers writers(kClients, [&](int, int number) {
    HttpResponse reply = Get(suite.Url("/api/mirror?word=a" + std::to_string(number)));
    if (reply.status != 200) {
      EXPECT_EQ(reply.status, 503) << reply.body;
      return false;
    }
    EXPECT_EQ(reply.json().at("transformed").get<std::string>().back(), 'A');
    return true;
  });
  for (int kill = 0; kill < kKills; ++kill) {
    ASSERT_NO_FATAL_FAILURE(KillUnderWrites(suite.transform(), writers));
    suite.transform().Start();
    ASSERT_TRUE(Eventually([&] { return Serves(suite); }));
  }
}

TEST(CrashTest, GatewayLosesNoAcknowledgedWrite) {
  Suite suite;
  Writers writers(kClients, EntryWriter(suite));
  for (int kill = 0; kill < kKills; ++kill) {
    ASSERT_NO_FATAL_FAILURE(KillUnderWrites(suite.gateway(), writers));
    suite.gateway().Start();
    ASSERT_TRUE(Eventually([&] { return Serves(suite); }));
    ASSERT_THAT(EntryProblems(suite, writers.records()), IsEmpty()) << "kill " << kill;
  }
}

// Cuts the power of `server` under writes `cuts` times; returns what was lost.
std::vector<std::string> CutPower(Suite& suite, Server& server, Writers& writers, Syncs syncs,
                                  int cuts,
                                  const std::function<std::vector<std::string>()>& problems_now) {
  std::string journal = suite.directory() + "/power-loss";
  auto environment = PowerLossEnvironment(journal, server.data_directory(), syncs);
  std::vector<std::string> problems;
  for (int cut = 0; cut < cuts && problems.empty(); ++cut) {
    server.Stop();
    server.Start(environment);
    EXPECT_TRUE(Eventually([&] { return Serves(suite); }));
    KillUnderWrites(server, writers);
    int undone = RestoreAfterPowerLoss(journal, server.data_directory());
    if (syncs == Syncs::kIgnored) {
      EXPECT_GT(undone, 0);
    }
    try {
      server.Start();
    } catch (const std::runtime_error& refused) {
      return {refused.what()};
    }
    EXPECT_TRUE(Eventually([&] { return Serves(suite); }));
    problems = problems_now();
  }
  return problems;
}

TEST(PowerCutTest, ConfigKeepsWhatItAcknowledged) {
  Suite suite;
  Writers writers(kClients, EntryWriter(suite));
  EXPECT_THAT(CutPower(suite, suite.config(), writers, Syncs::kHonoured, kPowerCuts,
                       [&] { return EntryProblems(suite, writers.records()); }),
              IsEmpty());
}

TEST(PowerCutTest, StorageKeepsWhatItAcknowledged) {
  Suite suite;
  Writers writers(kClients, ObjectWriter(suite));
  EXPECT_THAT(CutPower(suite, suite.storage(), writers, Syncs::kHonoured, kPowerCuts,
                       [&] { return ObjectProblems(suite, writers.records()); }),
              IsEmpty());
}

TEST(PowerCutTest, IsCaughtWhenConfigDoesNotSync) {
  Suite suite;
  Writers writers(kClients, EntryWriter(suite));
  EXPECT_THAT(CutPower(suite, suite.config(), writers, Syncs::kIgnored, 1,
                       [&] { return EntryProblems(suite, writers.records()); }),
              Not(IsEmpty()));
}

TEST(PowerCutTest, IsCaughtWhenStorageDoesNotSync) {
  Suite suite;
  Writers writers(kClients, ObjectWriter(suite));
  EXPECT_THAT(CutPower(suite, suite.storage(), writers, Syncs::kIgnored, 1,
                       [&] { return ObjectProblems(suite, writers.records()); }),
              Not(IsEmpty()));
}

}  // namespace
}  // namespace triad::testing
