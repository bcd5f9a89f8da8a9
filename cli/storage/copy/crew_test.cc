// Several calls at once.
#include "cli/storage/copy/crew.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <latch>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"

namespace triad::cli {
namespace {

class CrewTest : public ::testing::Test {
 protected:
  // Clients are made, and nobody is called.
  Session session_{Commands(), {}, {}, {.server = "grpc://127.0.0.1:1"}};
};

TEST_F(CrewTest, DoesEachOnce) {
  Crew crew(session_, 3);
  for (int run = 0; run < 2; ++run) {
    std::array<std::atomic<int>, 20> done = {};
    EXPECT_TRUE(crew.Run(done.size(),
                         [&](Client&, std::size_t number) {
                           ++done[number];
                           return absl::OkStatus();
                         })
                    .ok());
    for (auto& times : done) EXPECT_EQ(times, 1);
  }
}

TEST_F(CrewTest, DoesSeveralAtOnceWithClientsOfTheirOwn) {
  std::array<Client*, 3> clients = {};
  std::latch all_have_begun(3);
  EXPECT_TRUE(Crew(session_, 3)
                  .Run(3,
                       [&](Client& client, std::size_t number) {
                         clients[number] = &client;
                         all_have_begun.arrive_and_wait();
                         return absl::OkStatus();
                       })
                  .ok());
  EXPECT_NE(clients[0], clients[1]);
  EXPECT_NE(clients[1], clients[2]);
  EXPECT_NE(clients[0], clients[2]);
}

TEST_F(CrewTest, BeginsNoneAfterAFailure) {
  std::vector<std::size_t> begun;
  absl::Status status = Crew(session_, 1).Run(10, [&](Client&, std::size_t number) {
    begun.push_back(number);
    return number == 2 ? absl::NotFoundError("gone") : absl::OkStatus();
  });
  EXPECT_EQ(status, absl::NotFoundError("gone"));
  EXPECT_THAT(begun, ::testing::ElementsAre(0, 1, 2));
}

TEST(ParallelOfTest, NamesTheFlagThatIsBeyondItsLimits) {
  for (const char* text : {"0", "65"}) {
    FlagValues flags;
    flags.Add("parallel", text);
    EXPECT_EQ(ParallelOf(flags).status().message(),
              absl::StrCat("--parallel: expected 1 to 64, not ", text));
  }
  EXPECT_EQ(*ParallelOf({}), 4);
}

}  // namespace
}  // namespace triad::cli
